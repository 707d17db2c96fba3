import { optionSchema } from "../../engine/option-schema";
import { REFERRED } from "../../engine/sign-up/checks";
import { isNameless } from "../../engine/sign-up/person-key";
import { makeRule, type Rule } from "../../engine/sign-up/rule";
import { ALLOWED, assertRuleOptions, createUnlessSchema, isSpared } from "../../engine/sign-up/rule-options";
import { requestId, requestKey } from "./request";
import { buildStateBlock, findApprovalRequest, hasPass, mayAskAgain, stateAt } from "./state-at";

/** Exceptions from `approvalStatus`. */
export interface ApprovalStatusOptions {
  /**
   * "allowed": spares people whom an earlier rule lets in, except those who must wait for approval according to the access list.
   * @default nobody
   */
  readonly unless?: "allowed";
}

/**
 * Refuses people after sign-in if their request for approval waits, was denied or is being carried out. Leaves the finding
 * `approval`: the request's state or "none". See docs/approvals.md.
 * @throws TypeError if an option has a wrong value
 *
 * @example
 * afterSignIn([accessList({ otherwise: "continue" }), approvalStatus()], { trust: ["mail", "google.com"] })
 */
export function approvalStatus(options: ApprovalStatusOptions = {}): Rule {
  if (typeof GATEHOUSE_OPTIONS === "undefined")
    assertRuleOptions("approvalStatus", options, optionSchema<ApprovalStatusOptions>({ unless: createUnlessSchema() }));
  const { unless } = options;
  return makeRule({
    name: "approval-status",
    reads: [],
    sets: [],
    admits: "people who may ask for approval",
    uses: [{ table: "approvals", access: "read" }],
    ...(unless !== undefined && { consumes: [ALLOWED] }),
    // An earlier rule may let in people with neither address nor account. Such people have no request.
    needs: (signUp, hashOf) => (unless !== undefined && isNameless(signUp) ? [] : [requestKey(requestId(signUp, hashOf))]),
    decide(signUp, { records, findings, now, hashOf }) {
      // People who wait for approval also have `allowed` from the access list. They should read the state of their request.
      if (isSpared(unless, findings) && findings[REFERRED] !== true) return { kind: "continue" };
      const request = findApprovalRequest(signUp, records, hashOf);
      const state = request === undefined ? "none" : stateAt(request, now);
      const goesOn = request === undefined || hasPass(request, now) || mayAskAgain(request, now);
      return goesOn ? { kind: "continue", findings: { approval: state } } : buildStateBlock(request, now);
    },
  });
}
