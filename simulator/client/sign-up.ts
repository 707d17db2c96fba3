import { randomUUID } from "node:crypto";
import type { Step } from "../../engine/sign-up/sign-up";
import type { Values } from "../contract/attributes";
import type { Journey, UserFlow } from "./flow";
import { assertComesTo, type Person } from "./person";
import { claimsOf, type StepVisit, splitClaims, visit } from "./visit";

/** What a whole sign-up came to. `no-token`: the account is made, but Entra sends no token. */
export interface SignUpResult {
  readonly outcome: "created" | "blocked" | "invalid" | "error" | "no-token";
  readonly visits: readonly StepVisit[];
  /** The attributes of the account, if there is one. */
  readonly account?: Values;
  /** What the last step adds to the token, if it was asked. */
  readonly tokenClaims?: Values;
}

/** One sign-up from the identity provider to the account, or to where it ends. Throws PersonError for who cannot sign up there. */
export async function signUp(person: Person, flow: UserFlow): Promise<SignUpResult> {
  const journey = newJourney(person, flow);
  const visits: StepVisit[] = [];
  const first = await visitAfterSignIn(journey);
  if (first !== undefined) visits.push(first);
  if (first !== undefined && first.page.kind !== "continue") return { outcome: outcomeOf(first), visits };
  const form = { ...prefilled(journey, first), ...person.form };
  const second = await visitBeforeCreateUser(journey, form);
  if (second !== undefined) visits.push(second);
  if (second !== undefined && second.page.kind !== "continue") return { outcome: outcomeOf(second), visits };
  const account = accountOf(journey, form, second);
  const third = await visitBeforeSendingToken(journey, account);
  if (third === undefined) return { outcome: "created", visits, account };
  visits.push(third);
  if (third.page.kind !== "continue") return { outcome: "no-token", visits, account };
  return { outcome: "created", visits, account, tokenClaims: claimsOf(third, person.collects).kept };
}

/** Throws PersonError for who cannot sign up there. */
export function newJourney(person: Person, flow: UserFlow): Journey {
  assertComesTo(flow.tenant.kind, person);
  return { person, flow, id: randomUUID() };
}

/** Undefined if the flow calls nobody there; B2C asks nobody about a local account, which has signed in nowhere. */
export async function visitAfterSignIn(journey: Journey): Promise<StepVisit | undefined> {
  const { person, flow } = journey;
  if (flow.tenant.kind === "b2c" && person.issuer === "mail") return undefined;
  return await visitIf("after-sign-in", journey, person.claims);
}

/** Undefined if the flow calls nobody there. @param form the values of the attribute page's fields */
export async function visitBeforeCreateUser(journey: Journey, form: Values): Promise<StepVisit | undefined> {
  return await visitIf("before-create-user", journey, { ...asserted(journey), ...form });
}

/** Undefined if the flow calls nobody there. */
export async function visitBeforeSendingToken(journey: Journey, account: Values): Promise<StepVisit | undefined> {
  return await visitIf("before-sending-token", journey, account);
}

async function visitIf(step: Step, journey: Journey, attributes: Values): Promise<StepVisit | undefined> {
  return journey.flow.steps.includes(step) ? await visit(step, journey, attributes) : undefined;
}

/** What the attribute page shows at first: what the provider asserts, and over it what the first step answered. */
export function prefilled({ person }: Journey, first: StepVisit | undefined): Values {
  const answered = first?.page.kind === "continue" ? first.page.claims : {};
  return splitClaims({ ...person.claims, ...answered }, person.collects).kept;
}

/** The account's attributes: what the step before it answered goes over what the person typed. */
export function accountOf(journey: Journey, form: Values, second: StepVisit | undefined): Values {
  const answered = second === undefined ? {} : claimsOf(second, journey.person.collects).kept;
  const all = { ...asserted(journey), ...form, ...answered };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== ""));
}

/** What the provider asserts beyond the attributes that the page shows; an external tenant takes nothing of it. */
function asserted({ person, flow }: Journey): Values {
  return flow.tenant.kind === "external-tenant" ? {} : splitClaims(person.claims, person.collects).dropped;
}

function outcomeOf({ page }: StepVisit): SignUpResult["outcome"] {
  switch (page.kind) {
    case "block":
      return "blocked";
    case "invalid":
      return "invalid";
    default:
      return "error";
  }
}
