import { omit } from "../../engine/collections";
import { createChoiceSchema } from "../../engine/fields";
import { MS_PER_HOUR, MS_PER_MINUTE } from "../../engine/sign-up/time";
import type { CaseWords } from "../../local/case-words";
import { buildApprovalEvent } from "./build-event";
import type { TransitionResult } from "./change";
import { type ApprovalRequest, requestId, requestKey, requestWrite } from "./request";
import { approve, claim, complete, deny, expire, fail } from "./transitions";

export const requestStates = ["pending", "approved", "denied", "expired", "provisioned", "failed"] as const;
type RequestState = (typeof requestStates)[number];

/** The cases change requests by real transitions, so that their events are emitted. */
export const cases = {
  order: 45,
  earlier: createChoiceSchema(
    requestStates,
    "The state of a request for approval that the person made an hour before, at before-create-user.",
  ),
  async happen(state: RequestState, { now, hashOf, signsUp, row, write }) {
    const { signUp, decision } = await signsUp(new Date(now.getTime() - MS_PER_HOUR));
    const key = signUp && requestKey(requestId(signUp, hashOf));
    let current = key && (row(key) as ApprovalRequest | undefined);
    if (current === undefined) {
      const words = `it answers ${decision.answer.kind}${decision.decidedBy === undefined ? "" : ` by ${decision.decidedBy}`}`;
      return `nobody asked for approval: before-create-user leaves no request for this person (${words})`;
    }
    for (const change of changesTo[state]) {
      const changeResult = change(current, new Date(now.getTime() - MS_PER_HOUR / 2));
      if (!changeResult.ok) return `the request cannot become ${state}: ${changeResult.why}`;
      await write(requestWrite(changeResult.request, changeResult.condition));
      current = changeResult.request;
    }
    return undefined;
  },
  event: (table, before, after) =>
    table === "approvals" ? buildApprovalEvent(before as ApprovalRequest | undefined, after as unknown as ApprovalRequest) : undefined,
} satisfies CaseWords;

type Change = (storedRequest: ApprovalRequest, at: Date) => TransitionResult;

const by = { kind: "cli", name: "the case" } as const;
const HOLDER = "the case";
const yes: Change = (storedRequest, at) => approve(decidable(storedRequest), { by }, at);

/** Returns the request without its stages, because a case states a request's result, not its votes. */
function decidable(request: ApprovalRequest): ApprovalRequest {
  return omit(request, "stages", "asked", "escalatesAt");
}

const take: Change = (storedRequest, at) => claim(storedRequest, { holder: HOLDER, leaseMs: MS_PER_HOUR }, at);

const changesTo: Readonly<Record<RequestState, readonly Change[]>> = {
  pending: [],
  approved: [yes],
  denied: [(storedRequest, at) => deny(decidable(storedRequest), { by }, at)],
  expired: [(storedRequest, at) => expire({ ...storedRequest, answerBy: at.toISOString() }, new Date(at.getTime() + MS_PER_MINUTE))],
  provisioned: [yes, take, (storedRequest, at) => complete(storedRequest, HOLDER, { id: "00000000-0000-4000-8000-000000000001" }, at)],
  failed: [yes, take, (storedRequest, at) => fail(storedRequest, HOLDER, { reason: "request-refused" }, at)],
};
