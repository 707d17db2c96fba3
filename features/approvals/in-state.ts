import type { ApprovalRequest, ApprovalState } from "./request";
import { stateAt } from "./state-at";

export type RequestOrder = "oldest-first" | "newest-first";

/** The table of requests, as far as listing them needs it. */
export interface RequestsByState {
  byState(state: ApprovalState, order?: RequestOrder): AsyncIterable<readonly ApprovalRequest[]>;
}

/** A row's place among those of its state. */
export type RequestPosition = Pick<ApprovalRequest, "id" | "changedAt">;

/** Some requests, and where those after them begin; no `next` after the last ones. */
export interface RequestPage<P> {
  readonly items: readonly ApprovalRequest[];
  readonly next?: P;
}

/** The table of requests, as far as reading them from any place on needs it. */
export interface RequestPages {
  /** Of a state as it was written. */
  pageByState(state: ApprovalState, order: RequestOrder, after?: RequestPosition): Promise<RequestPage<RequestPosition>>;
}

/** A place among the requests that stand in a state now: within a state as it was written, after a row or at its beginning. */
export interface StatePlace {
  readonly written: ApprovalState;
  readonly after?: RequestPosition;
}

/** Ended by the clock alone, a request is still unchanged in the table: those come last. */
function writtenAs(state: ApprovalState): readonly ApprovalState[] {
  return state === "expired" ? ["expired", "pending", "approved"] : [state];
}

/** Requests that are in a state now, a page at a time, in the order of their last change. */
export async function* inState(
  store: RequestsByState,
  state: ApprovalState,
  now: Date,
  order?: RequestOrder,
): AsyncGenerator<readonly ApprovalRequest[]> {
  for (const each of writtenAs(state)) {
    for await (const page of store.byState(each, order)) yield page.filter((request) => stateAt(request, now) === state);
  }
}

/** The next of them from a place on: perhaps none, though there are more. */
export async function pageInState(
  store: RequestPages,
  state: ApprovalState,
  now: Date,
  order: RequestOrder,
  from: StatePlace = { written: state },
): Promise<RequestPage<StatePlace>> {
  const { items, next } = await store.pageByState(from.written, order, from.after);
  const written = writtenAs(state);
  const following = written[written.indexOf(from.written) + 1];
  const place: StatePlace | undefined = next === undefined ? following && { written: following } : { written: from.written, after: next };
  return { items: items.filter((request) => stateAt(request, now) === state), ...(place !== undefined && { next: place }) };
}

/** The place right after a request. */
export function placeAfter({ state, id, changedAt }: ApprovalRequest): StatePlace {
  return { written: state, after: { id, changedAt } };
}
