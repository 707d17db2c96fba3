import * as v from "valibot";
import { optionSchema } from "../../engine/option-schema";
import { assertSettable } from "../../engine/sign-up/attributes";
import { getProvider, isAddressProven, MAIL_ISSUER } from "../../engine/sign-up/issuers";
import { hasAccountId } from "../../engine/sign-up/person";
import { makeRule, type Rule } from "../../engine/sign-up/rule";
import { assertRuleOptions, readElsewhere } from "../../engine/sign-up/rule-options";
import type { SignUp, Step, Trust } from "../../engine/sign-up/sign-up";
import { narrowing } from "../../engine/sign-up/trust";
import { type ApprovalRequest, requestId, requestKey } from "./request";
import { findApprovalRequest, stateAt } from "./state-at";

const facts = ["state", "decidedAt", "reference"] as const;
/** A fact about an approval: its state, when it was decided, or the request's reference code. */
export type ApprovalFact = (typeof facts)[number];

/** Options of `approvalClaims`, which limit the people whose approvals are found by address. */
export interface ApprovalClaimsOptions {
  /**
   * Identity providers, to narrow the step's `trust`; `"entra"` is the directory itself. Only people of these providers are found by
   * address. Other people are found by account.
   * @default the step's
   */
  readonly trust?: readonly string[];
}

const approvedStates = new Set<string>(["approved", "provisioning", "provisioned", "failed", "admitted"]);

/**
 * Adds claims about a person's approval, under your own names. Refuses nobody. See docs/tokens.md.
 *
 * @remarks In an external tenant, `approvalClaims` finds people whose account Gatehouse made or traced to their sign-up, and people whom
 * Microsoft Graph names.
 * @throws TypeError if a fact does not exist, if only Entra may set a claim of that name, or if `trust` is wrong
 *
 * @example
 * beforeSendingToken([approvalClaims({ approvedAt: "decidedAt", approval: "reference" })])
 */
export function approvalClaims(claims: Readonly<Record<string, ApprovalFact>>, options: ApprovalClaimsOptions = {}): Rule<Step> {
  if (typeof GATEHOUSE_OPTIONS === "undefined")
    assertRuleOptions(
      "approvalClaims",
      options,
      optionSchema<ApprovalClaimsOptions>({ trust: v.optional(readElsewhere<readonly string[]>()) }),
    );
  const ownTrust = narrowing(options.trust, "approvalClaims");
  const entries = Object.entries(claims);
  for (const [name, fact] of entries) {
    assertSettable(name);
    if (!facts.includes(fact))
      throw new TypeError(`approvalClaims: "${name}" must be one of ${facts.join(", ")}, not ${JSON.stringify(fact)}.`);
  }
  return makeRule({
    name: "approval-claims",
    reads: [],
    sets: Object.keys(claims),
    ...ownTrust,
    admits: "everybody",
    uses: [{ table: "approvals", access: "read" }],
    needs: (signUp, hashOf) => candidates(signUp, ownTrust.trust).map((each) => requestKey(requestId(each, hashOf))),
    decide(signUp, { records, hashOf, now }) {
      const requests = candidates(signUp, ownTrust.trust).map((each) => findApprovalRequest(each, records, hashOf));
      const approvedRequest = requests.find(
        (request) => request !== undefined && request.decision?.verdict === "approved" && approvedStates.has(stateAt(request, now)),
      );
      if (approvedRequest === undefined) return { kind: "continue" };
      return {
        kind: "continue",
        attributes: Object.fromEntries(entries.map(([name, fact]) => [name, formatFact(approvedRequest, fact, now)])),
      };
    },
  });
}

function candidates(signUp: SignUp, trust: Trust | undefined): readonly SignUp[] {
  // If the person signs in with a provider's account, only the request of that account is theirs. The address does not matter.
  if (signUp.identities.some((identity) => hasAccountId(identity) && getProvider(identity) !== MAIL_ISSUER)) return [signUp];
  if (!isAddressProven(signUp, trust)) return [];
  // Without identities, nobody knows how the person signed up. So the request of a sign-up by e-mail code counts too.
  const byCode = { ...signUp, identities: [{ issuer: MAIL_ISSUER, issuerAssignedId: signUp.email }] };
  return signUp.identities.length > 0 ? [signUp] : [signUp, byCode];
}

function formatFact(request: ApprovalRequest, fact: ApprovalFact, now: Date): string {
  switch (fact) {
    case "state":
      return stateAt(request, now);
    case "decidedAt":
      return String(request.decision?.at);
    case "reference":
      return request.reference;
  }
}
