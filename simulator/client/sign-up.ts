import { randomUUID } from "node:crypto";
import type { Step } from "../../engine/sign-up/sign-up";
import type { Values } from "../contract/attributes";
import { assertComesTo, type Person } from "./person";
import { type Journey, type StepVisit, selectClaims, splitClaims, type UserFlow, visit } from "./visit";

/** The result of a whole sign-up. `no-token`: the account exists, but Entra sends no token. */
export interface SignUpResult {
  readonly outcome: "created" | "blocked" | "invalid" | "error" | "no-token";
  readonly visits: readonly StepVisit[];
  /** The account's attributes; absent if there is no account. */
  readonly account?: Values;
  readonly tokenClaims?: Values;
}

/**
 * Runs the steps of a sign-up, until one of them ends the sign-up. Throws PersonError if the person cannot sign up in the flow's kind of
 * tenant.
 */
export async function signUp(person: Person, flow: UserFlow): Promise<SignUpResult> {
  return await signUpBy(newJourney(person, flow));
}

export async function signUpBy(journey: Journey): Promise<SignUpResult> {
  const first = await visitAfterSignIn(journey);
  const firstVisits = first === undefined ? [] : [first];
  if (isOver(first)) return signUpResult(journey, firstVisits);
  const form = buildForm(journey, setAfterSignIn(first));
  const second = await visitIf("before-create-user", journey, { ...selectHiddenClaims(journey), ...form });
  const visits = second === undefined ? firstVisits : [...firstVisits, second];
  if (isOver(second)) return signUpResult(journey, visits);
  const third = await visitIf("before-sending-token", journey, buildAccount(journey, form, second));
  return signUpResult(journey, third === undefined ? visits : [...visits, third]);
}

export function signUpResult(journey: Journey, visits: readonly StepVisit[]): SignUpResult {
  const at = (step: Step) => visits.find((visit) => visit.step === step);
  const [first, second, third] = [at("after-sign-in"), at("before-create-user"), at("before-sending-token")];
  const stoppingVisit = [first, second].find(isOver);
  if (stoppingVisit !== undefined) return { outcome: toStopOutcome(stoppingVisit), visits };
  const account = buildAccount(journey, buildForm(journey, setAfterSignIn(first)), second);
  if (third === undefined) return { outcome: "created", visits, account };
  if (isOver(third)) return { outcome: "no-token", visits, account };
  return { outcome: "created", visits, account, tokenClaims: selectClaims(third, journey.person.collects).kept };
}

function isOver(visit: StepVisit | undefined): visit is StepVisit {
  return visit !== undefined && visit.page.kind !== "continue";
}

export function setAfterSignIn(first: StepVisit | undefined): Values {
  return first?.page.kind === "continue" ? first.page.claims : {};
}

/** Creates a journey. Throws PersonError if the person cannot sign up in the flow's kind of tenant. */
export function newJourney(person: Person, flow: UserFlow): Journey {
  assertComesTo(flow.tenant.kind, person);
  return { person, flow, id: randomUUID() };
}

/** B2C makes no call for a local account, because the person has not signed in at a provider. */
async function visitAfterSignIn(journey: Journey): Promise<StepVisit | undefined> {
  const { person, flow } = journey;
  if (flow.tenant.kind === "b2c" && person.issuer === "mail") return undefined;
  return await visitIf("after-sign-in", journey, person.claims);
}

async function visitIf(step: Step, journey: Journey, attributes: Values): Promise<StepVisit | undefined> {
  return journey.flow.steps.includes(step) ? await visit(step, journey, attributes) : undefined;
}

/** Builds the form that the person submits. The first step's values replace the provider's claims. The person's input replaces both. */
export function buildForm({ person }: Pick<Journey, "person">, claims: Values): Values {
  return { ...splitClaims({ ...person.claims, ...claims }, person.collects).kept, ...person.form };
}

function buildAccount(journey: Journey, form: Values, second: StepVisit | undefined): Values {
  const setAfterSignIn = second === undefined ? {} : selectClaims(second, journey.person.collects).kept;
  const all = { ...selectHiddenClaims(journey), ...form, ...setAfterSignIn };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== ""));
}

/** Selects the provider's claims that the page does not show. An external tenant ignores them. */
function selectHiddenClaims({ person, flow }: Journey): Values {
  return flow.tenant.kind === "external-tenant" ? {} : splitClaims(person.claims, person.collects).dropped;
}

function toStopOutcome({ page }: StepVisit): SignUpResult["outcome"] {
  switch (page.kind) {
    case "block":
      return "blocked";
    case "invalid":
      return "invalid";
    default:
      return "error";
  }
}
