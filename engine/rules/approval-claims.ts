import { type ApprovalRequest, requestId, requestKey } from "../approvals/request";
import { stateAt } from "../approvals/state-at";
import { addressOf } from "../sign-up/address";
import { assertSettable, defineRule, type Rule } from "../sign-up/rule";
import { MAIL_ISSUER, type SignUp, type Step } from "../sign-up/sign-up";
import { requestOf } from "./approval-blocks";

const facts = ["state", "decidedAt", "reference"] as const;
/** What a claim can say of an approval: its state, when it was decided, or the request's reference code. */
export type ApprovalFact = (typeof facts)[number];

/** States of a request that somebody approved. */
const approvedStates = new Set<string>(["approved", "provisioning", "provisioned", "failed", "admitted"]);

/**
 * Adds claims, which you name, about a person's approval; people without one get none. Refuses nobody. See
 * docs/tokens.md.
 *
 * @remarks
 * In an external tenant it knows people whose account Gatehouse made or traced to their sign-up, and people who signed
 * up with a one-time passcode if the directory has their address.
 * @throws TypeError if a fact does not exist, or if only Entra may set a claim of that name
 *
 * @example
 * beforeSendingToken([approvalClaims({ approvedAt: "decidedAt", approval: "reference" })])
 */
export function approvalClaims(claims: Readonly<Record<string, ApprovalFact>>): Rule<Step> {
  const entries = Object.entries(claims);
  for (const [name, fact] of entries) {
    assertSettable(name);
    if (!facts.includes(fact))
      throw new TypeError(`approvalClaims: "${name}" must be one of ${facts.join(", ")}, not ${JSON.stringify(fact)}.`);
  }
  return defineRule({
    name: "approval-claims",
    uses: [{ table: "approvals", access: "read" }],
    needs: (signUp, hashOf) => candidates(signUp).map((each) => requestKey(requestId(each, hashOf))),
    decide(signUp, { records, hashOf, now }) {
      const found = candidates(signUp).map((each) => requestOf(each, records, hashOf));
      const approved = found.find((request) => request !== undefined && isApproved(request, now));
      if (approved === undefined) return { kind: "continue" };
      return { kind: "continue", attributes: Object.fromEntries(entries.map(([name, fact]) => [name, factOf(approved, fact, now)])) };
    },
  });
}

/** The sign-ups that the request may belong to: a token's event does not say how the person signed up. */
function candidates(signUp: SignUp): readonly SignUp[] {
  if (signUp.identities.length > 0) return [signUp];
  // An address that the person may have typed is perhaps somebody else's.
  if (addressOf(signUp) === undefined || signUp.emailTyped) return [];
  return [signUp, { ...signUp, identities: [{ issuer: MAIL_ISSUER, issuerAssignedId: signUp.email }] }];
}

function isApproved(request: ApprovalRequest, now: Date): boolean {
  return request.decision?.verdict === "approved" && approvedStates.has(stateAt(request, now));
}

function factOf(request: ApprovalRequest, fact: ApprovalFact, now: Date): string {
  switch (fact) {
    case "state":
      return stateAt(request, now);
    case "decidedAt":
      return String(request.decision?.at);
    case "reference":
      return request.reference;
  }
}
