import type { Visit } from "../../../console/app/visit";
import { ruleOf } from "../../../engine/sign-up/policy";
import type { AccessTerms } from "../terms";
import { accessTermsIn } from "../terms-in";

/** What a gate's policy says about the end of access; undefined where it names none. */
export function accessTermsOfGate({ world }: Visit, gate: string): AccessTerms | undefined {
  return accessTermsIn(world.policiesAt(gate).flatMap(({ rules }) => rules.map(ruleOf)));
}
