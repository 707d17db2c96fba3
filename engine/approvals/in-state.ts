import type { ApprovalRequest, ApprovalState } from "./request";
import { stateAt } from "./standing";

/** The table of requests, as far as listing them needs it. */
export interface RequestsByState {
  byState(state: ApprovalState, order?: "oldest-first" | "newest-first"): AsyncIterable<readonly ApprovalRequest[]>;
}

/**
 * Requests that stand in a state now, a page at a time, in the order of their last change. Ended by the clock alone, a
 * request still stands in the table as it was before: those come last.
 */
export async function* inState(
  store: RequestsByState,
  state: ApprovalState,
  now: Date,
  order?: "oldest-first" | "newest-first",
): AsyncGenerator<readonly ApprovalRequest[]> {
  const written: readonly ApprovalState[] = state === "expired" ? ["expired", "pending", "approved"] : [state];
  for (const each of written) {
    for await (const page of store.byState(each, order)) yield page.filter((request) => stateAt(request, now) === state);
  }
}
