import type { Decision } from "../../engine/sign-up/decision";
import { decide } from "../../engine/sign-up/engine";
import type { Policy } from "../../engine/sign-up/policy";
import type { Ports } from "../../engine/sign-up/ports";
import type { SignUp } from "../../engine/sign-up/sign-up";
import { withShadows } from "./shadows";

/** Decides with the verdicts of shadowed rules, for callers that do not have to answer fast. */
export async function decideFully(policy: Policy, signUp: SignUp, ports: Ports): Promise<Decision> {
  return await withShadows(await decide(policy, signUp, ports), policy, ports);
}
