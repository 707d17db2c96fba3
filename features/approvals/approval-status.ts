import { defineRule, type Rule } from "../../engine/sign-up/rule";
import { approvalRequestOf, blockFor } from "./approval-blocks";
import { requestId, requestKey } from "./request";
import { hasPass, mayAskAgain, stateAt } from "./state-at";

/**
 * Refuses people after sign-in if their request for approval waits, was denied or is being carried out. Leaves the finding
 * `approval`: the request's state or "none". See docs/approvals.md.
 *
 * @example
 * afterSignIn([accessList({ otherwise: "continue" }), approvalStatus()])
 */
export function approvalStatus(): Rule {
  return defineRule({
    name: "approval-status",
    reads: [],
    sets: [],
    admits: "people who may ask for approval",
    uses: [{ table: "approvals", access: "read" }],
    needs: (signUp, hashOf) => [requestKey(requestId(signUp, hashOf))],
    decide(signUp, { records, now, hashOf }) {
      const request = approvalRequestOf(signUp, records, hashOf);
      const state = request === undefined ? "none" : stateAt(request, now);
      const goesOn = request === undefined || hasPass(request, now) || mayAskAgain(request, now);
      return goesOn ? { kind: "continue", findings: { approval: state } } : blockFor(request, now);
    },
  });
}
