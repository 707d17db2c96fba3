import { requestId, requestKey } from "../approvals/request";
import { hasPass, mayAskAgain, stateAt } from "../approvals/standing";
import { defineRule, type Rule } from "../sign-up/rule";
import { blockFor, requestOf } from "./approval-blocks";

/**
 * Tells people right after sign-in where their request stands, before they fill in a form: it waits, was denied, or the
 * account is being set up. Whoever may ask goes on; leaves the finding `approval`, the state or "none".
 */
export function approvalStatus(): Rule {
  return defineRule({
    name: "approval-status",
    uses: [{ table: "approvals", access: "read" }],
    needs: (signUp) => [requestKey(requestId(signUp))],
    decide(signUp, { records, now }) {
      const request = requestOf(signUp, records);
      const state = request === undefined ? "none" : stateAt(request, now);
      const goesOn = request === undefined || state === "admitted" || hasPass(request, now) || mayAskAgain(request, now);
      return goesOn ? { kind: "continue", findings: { approval: state } } : blockFor(request, now);
    },
  });
}
