import { decidesOnReferrals } from "../../../engine/sign-up/admits";
import { referenceFor } from "../../../engine/sign-up/call";
import { waitsForApproval } from "../../../engine/sign-up/recording";
import type { AnyRule, Row } from "../../../engine/sign-up/rule";
import { MS_PER_DAY, timeAfter } from "../../../engine/sign-up/time";
import type { AnyVerdict } from "../../../engine/sign-up/verdict";
import { isPassLeft } from "../../approvals/pass";
import { type ApprovalRequest, readRequest } from "../../approvals/request";
import { mayAskAgain } from "../../approvals/state-at";

// Finds the answer of a rule that decides on requests for approval. The answer depends little on what people type.

/** Asks the rule as if the person had this request; with undefined, as if the person had none. */
type AskWith = (request: Row | undefined) => Promise<AnyVerdict | undefined>;

/**
 * Returns the rule's verdict. Undefined if the verdicts on the requests differ in kind, or if one of them depends on what the person types.
 * The verdict on a request with a pass depends on what is typed, because a pass covers only the approved values.
 */
export async function decideOnRequests(
  rule: AnyRule,
  requests: readonly (Row | undefined)[],
  ask: AskWith,
  now: Date,
): Promise<AnyVerdict | undefined> {
  const [first, ...others] = await Promise.all(requests.map((request) => decideOnRequest(rule, request, ask, now)));
  if (first === undefined || others.some((other) => other?.kind !== first.kind)) return undefined;
  if (first.kind === "continue") return others.length > 0 ? { kind: "continue" } : first;
  // Prefers a refusal, so that a person who may have been refused is not reported as waiting.
  return [first, ...others].find((verdict) => verdict?.kind === "block" && !waitsForApproval(verdict.reason)) ?? first;
}

async function decideOnRequest(rule: AnyRule, request: Row | undefined, ask: AskWith, now: Date): Promise<AnyVerdict | undefined> {
  const verdict = await ask(request);
  if (verdict !== undefined || !decidesOnReferrals(rule)) return verdict;
  const waiting = await ask(waitingRequest(now) as unknown as Row);
  // If the rule continues despite a waiting request, this person needs no approval.
  if (waiting?.kind === "continue") return { kind: "continue" };
  const asks = waiting?.kind === "block" && !rule.asks?.length && (request === undefined || isAskedAgain(readRequest(request), now));
  return asks ? { kind: "block", reason: "approval.requested", deferred: true } : undefined;
}

function isAskedAgain(request: ApprovalRequest, now: Date): boolean {
  return mayAskAgain(request, now) && !isPassLeft(request, now);
}

export async function decideOnSpared(ask: AskWith, now: Date): Promise<AnyVerdict | undefined> {
  const verdict = await ask(waitingRequest(now) as unknown as Row);
  return verdict?.kind === "continue" ? { kind: "continue" } : undefined;
}

/** Builds a request with which the rule continues only for people who need no approval. */
function waitingRequest(now: Date): ApprovalRequest {
  const at = timeAfter(now.toISOString(), -MS_PER_DAY);
  return {
    id: "waiting",
    turn: 1,
    state: "pending",
    onApproval: "provision",
    reference: referenceFor("waiting"),
    personId: "waiting",
    email: "somebody@example.com",
    emailProven: true,
    identities: [],
    attributes: {},
    locales: [],
    requestedAt: at,
    changedAt: at,
    answerBy: timeAfter(now.toISOString(), MS_PER_DAY),
    answerWithinDays: 2,
    askAgainAfterDays: "never",
    passDays: 1,
    call: "",
    history: [],
  };
}
