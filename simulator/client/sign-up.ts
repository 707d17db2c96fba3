import type { Step } from "../../engine/sign-up/sign-up";
import type { Values } from "../contract/attributes";
import type { Person } from "./person";
import { type Connector, type StepVisit, splitClaims, visit } from "./visit";

/** A user flow with its connectors. */
export interface UserFlow extends Connector {
  /** The steps that have a connector. */
  readonly steps: readonly Step[];
}

/** What a whole sign-up came to. */
export interface SignUpResult {
  readonly outcome: "created" | "blocked" | "invalid" | "error";
  readonly visits: readonly StepVisit[];
  /** The attributes of the account, if there is one. */
  readonly account?: Values;
}

/** One sign-up from the identity provider to the account, or to where it ends. */
export async function signUp(person: Person, flow: UserFlow): Promise<SignUpResult> {
  const first = await visitAfterSignIn(person, flow);
  if (first !== undefined && first.page.kind !== "continue") return { outcome: outcomeOf(first), visits: [first] };
  const form = { ...prefilled(person, first), ...person.form };
  const second = await visitBeforeCreateUser(person, form, flow);
  const visits = [first, second].filter((each) => each !== undefined);
  if (second !== undefined && second.page.kind !== "continue") return { outcome: outcomeOf(second), visits };
  return { outcome: "created", visits, account: accountOf(person, form, second) };
}

/** Undefined if the flow has no connector there. */
export async function visitAfterSignIn(person: Person, flow: UserFlow): Promise<StepVisit | undefined> {
  return flow.steps.includes("after-sign-in") ? await visit("after-sign-in", person, person.claims, flow) : undefined;
}

/** Undefined if the flow has no connector there. @param form what stands in the attribute page's fields */
export async function visitBeforeCreateUser(person: Person, form: Values, flow: UserFlow): Promise<StepVisit | undefined> {
  if (!flow.steps.includes("before-create-user")) return undefined;
  return await visit("before-create-user", person, { ...asserted(person), ...form }, flow);
}

/** What the attribute page shows at first: what the provider asserts, and over it what the first connector answered. */
export function prefilled(person: Person, first: StepVisit | undefined): Values {
  const answered = first?.page.kind === "continue" ? first.page.claims : {};
  return splitClaims({ ...person.claims, ...answered }, person.attributes).kept;
}

/** The account's attributes: what the last connector answered goes over what the person typed. */
export function accountOf(person: Person, form: Values, second: StepVisit | undefined): Values {
  const answered = second?.page.kind === "continue" ? splitClaims(second.page.claims, person.attributes).kept : {};
  const all = { ...asserted(person), ...form, ...answered };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== ""));
}

/** What the provider asserts beyond the attributes that the page shows. */
function asserted(person: Person): Values {
  return splitClaims(person.claims, person.attributes).dropped;
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
