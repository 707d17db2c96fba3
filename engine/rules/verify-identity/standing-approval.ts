import { passOf } from "../../approvals/pass";
import { mayAskAgain } from "../../approvals/standing";
import { type Context, REFERRED } from "../../sign-up/rule";
import type { SignUp } from "../../sign-up/sign-up";
import type { Continue } from "../../sign-up/verdict";
import { requestOf } from "../approval-blocks";

/**
 * What an approver has made, or is to make, of this vendor's word: then the vendor is not asked. Undefined if nobody saw it,
 * or if the sign-up is not what they saw. `requestApproval`, which stands after the rule, says what the person hears.
 */
export function standingApproval(vendor: string, signUp: SignUp, { records, received, again, now, hashOf }: Context): Continue | undefined {
  const request = requestOf(signUp, records, hashOf);
  const word = request?.verifications?.find((each) => each.vendor === vendor);
  if (request === undefined || word === undefined) return undefined;
  const pass = passOf(request, { signUp, received, now, hashOf, ...(again && { again }) });
  const evidence = { request: request.reference };
  if (pass.kind === "good") return { kind: "continue", attributes: pass.attributes, findings: { identity: "approved" }, evidence };
  // Verified is said of the values of then: of other ones, the vendor has to say it again.
  if (pass.kind === "void" || mayAskAgain(request, now) || word.outcome === "verified") return undefined;
  return { kind: "continue", findings: { identity: word.outcome, [REFERRED]: true }, evidence };
}
