import { createChoiceSchema } from "../../engine/fields";
import { omit } from "../../engine/omit";
import { MS_PER_HOUR, MS_PER_MINUTE } from "../../engine/sign-up/time";
import type { CaseWords } from "../../local/case-words";
import type { TransitionResult } from "./change";
import { approvalEvent } from "./event";
import { type ApprovalRequest, requestId, requestKey, requestWrite } from "./request";
import { approve, claim, complete, deny, expire, fail } from "./transitions";

export const requestStates = ["pending", "approved", "denied", "expired", "provisioned", "failed"] as const;
type RequestState = (typeof requestStates)[number];

/** Brings a request to its state by real transitions, and emits its events. */
export const cases = {
  place: 45,
  earlier: createChoiceSchema(requestStates, "The person asked for approval an hour before, at before-create-user, and this became of it."),
  async happen(state: RequestState, { now, hashOf, signsUp, row, write }) {
    const { signUp, decision } = await signsUp(new Date(now.getTime() - MS_PER_HOUR));
    const key = signUp && requestKey(requestId(signUp, hashOf));
    let current = key && (row(key) as ApprovalRequest | undefined);
    if (current === undefined) {
      const words = `it answers ${decision.answer.kind}${decision.decidedBy === undefined ? "" : ` by ${decision.decidedBy}`}`;
      return `nobody asked for approval: before-create-user leaves no request for this person (${words})`;
    }
    for (const change of changesTo[state]) {
      const changed = change(current, new Date(now.getTime() - MS_PER_HOUR / 2));
      if (!changed.ok) return `the request cannot become ${state}: ${changed.why}`;
      await write(requestWrite(changed.request, changed.condition));
      current = changed.request;
    }
    return undefined;
  },
  event: (table, before, after) =>
    table === "approvals" ? approvalEvent(before as ApprovalRequest | undefined, after as unknown as ApprovalRequest) : undefined,
} satisfies CaseWords;

type Change = (stored: ApprovalRequest, at: Date) => TransitionResult;

const by = { kind: "cli", name: "the case" } as const;
const HOLDER = "the case";
const yes: Change = (stored, at) => approve(decidable(stored), { by }, at);

/** Removes the stages: a case gives a request's result, not its votes. */
function decidable(request: ApprovalRequest): ApprovalRequest {
  return omit(request, "stages", "asked", "escalatesAt");
}

const take: Change = (stored, at) => claim(stored, { holder: HOLDER, leaseMs: MS_PER_HOUR }, at);

const changesTo: Readonly<Record<RequestState, readonly Change[]>> = {
  pending: [],
  approved: [yes],
  denied: [(stored, at) => deny(decidable(stored), { by }, at)],
  expired: [(stored, at) => expire({ ...stored, answerBy: at.toISOString() }, new Date(at.getTime() + MS_PER_MINUTE))],
  provisioned: [yes, take, (stored, at) => complete(stored, HOLDER, { id: "00000000-0000-4000-8000-000000000001" }, at)],
  failed: [yes, take, (stored, at) => fail(stored, HOLDER, { reason: "graph-refused" }, at)],
};
