import type { Decision } from "../engine/sign-up/decision";
import { decide } from "../engine/sign-up/engine";
import type { Policy } from "../engine/sign-up/policy";
import type { Ports } from "../engine/sign-up/ports";
import type { SignUp } from "../engine/sign-up/sign-up";
import { withShadows } from "./shadow/shadows";

/** Work on a decision after its answer. A feature has its line here. */
const all: readonly ((decision: Decision, policy: Policy, ports: Ports) => Promise<Decision>)[] = [withShadows];

/** `decide` and all work after the answer, for callers that do not have to answer fast. */
export async function decideFully(policy: Policy, signUp: SignUp, ports: Ports): Promise<Decision> {
  let decision = await decide(policy, signUp, ports);
  for (const each of all) decision = await each(decision, policy, ports);
  return decision;
}
