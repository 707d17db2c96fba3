import type { Asks, Visit } from "../../../console/app/visit";
import { asksFor, readPageQuery } from "../../../console/parts/view-page";
import { keepGiven } from "../../../engine/json";
import { readTypedDomain } from "../../../engine/meant-entries";
import { momentFilters, type Query } from "../../../engine/operator/list";
import { DEFAULT_GATE } from "../../../engine/sign-up/gate";
import { isSnoozed, requestSubject } from "../../../engine/tasks/task";
import { isRequestMeant, requestFilters } from "../filters";
import { type BriefSearch, decidedStates, type RequestBrief, readBriefsInState } from "../in-state";
import type { ApprovalRequest, ApprovalState } from "../request";
import { asks } from "../stages";
import { buildDecider } from "./approvals-parts";

export const MAX_AT_ONCE = 100;

export const views = ["mine", "all", "others", "failed", "decided"] as const;
export type RequestView = (typeof views)[number];

export const queueAsks: Asks = {
  view: views,
  state: decidedStates,
  mail: ["returned"],
  gate: "gates",
  ...asksFor(requestFilters),
  q: "any",
  select: ["all"],
};

export interface QueueAsked extends Omit<Query<typeof requestFilters>, keyof typeof momentFilters> {
  readonly view: RequestView;
  /** The only state to show in the view of decided requests. */
  readonly state?: ApprovalState;
  readonly gate?: string;
  /** As typed. `moments` holds what could be read. */
  readonly from?: string;
  readonly to?: string;
  readonly moments?: Query<typeof momentFilters>;
  /** The searched text. A search is shown in place of a view. */
  readonly q?: string;
  /** Only waiting or decided requests whose newest mail came back. */
  readonly mail?: "returned";
}

export function isWaiting(view: RequestView): view is "mine" | "all" | "others" {
  return view === "mine" || view === "all" || view === "others";
}

export function listQueueStates({ view, state, account }: Pick<QueueAsked, "view" | "state" | "account">): readonly ApprovalState[] {
  if (view === "decided") return state !== undefined ? [state] : account !== undefined ? ["approved", "provisioning"] : decidedStates;
  return [view === "failed" ? "failed" : "pending"];
}

/** @param readParameter returns an empty text if the parameter is absent */
export function readAsked(visit: Visit, readParameter: (name: string) => string): QueueAsked {
  const { world } = visit;
  const state = decidedStates.find((each) => each === readParameter("state"));
  const view = views.find((each) => each === readParameter("view")) ?? (state === undefined ? "all" : "decided");
  const gate = world.gates.find((each) => each === readParameter("gate"));
  const readChoice = (name: "account" | "answer" | "sort") =>
    Object.keys(requestFilters[name].choices).find((each) => each === readParameter(name));
  const readText = (name: string) => readParameter(name).trim() || undefined;
  const [typedDomain, except, asks, from, to] = ["domain", "except", "asks", "from", "to"].map(readText);
  // An invalid domain stays as typed, and the queue is empty.
  const domain = typedDomain && (readTypedDomain(typedDomain) ?? typedDomain);
  const [waits, isDecided] = [isWaiting(view), view === "decided"];
  const hasTime = (from ?? to) !== undefined;
  const filters = {
    state: isDecided ? state : undefined,
    account: isDecided ? readChoice("account") : undefined,
    answer: waits ? readChoice("answer") : undefined,
    ...{ gate, domain, except, asks, from, to },
    moments: hasTime ? readPageQuery({ ...visit, query: readParameter }, momentFilters).query : undefined,
    q: readParameter("q") || undefined,
    sort: waits ? readChoice("sort") : undefined,
    mail: (waits || isDecided) && readParameter("mail") === "returned" ? ("returned" as const) : undefined,
  };
  return { view, ...keepGiven(filters) };
}

export function askedBy(visit: Visit): QueueAsked {
  return readAsked(visit, visit.query);
}

/** Omits defaults. */
export function buildQueueQuery({ view, moments: _, ...filters }: QueueAsked): string {
  return new URLSearchParams(keepGiven({ view: view === "all" ? undefined : view, ...filters })).toString();
}

export function queuePath(search: QueueAsked, more: Readonly<Record<string, string>> = {}): string {
  const query = [buildQueueQuery(search), new URLSearchParams(more).toString()].filter((each) => each !== "").join("&");
  return query === "" ? "/approvals" : `/approvals?${query}`;
}

type Matched = Parameters<typeof isRequestMeant>[1] & {
  readonly gate?: ApprovalRequest["gate"];
  /** Set for an invitation. The queue omits invitations, because they have a page of their own. */
  readonly invitation?: ApprovalRequest["invitation"];
};

export function isAsked({ gate, moments, from: _from, to: _to, ...query }: Omit<QueueAsked, "view">, request: Matched, now: Date): boolean {
  if (request.invitation !== undefined || (gate !== undefined && gate !== (request.gate ?? DEFAULT_GATE))) return false;
  return isRequestMeant({ ...query, ...moments }, request, now);
}

/** Returns the requests that the visitor can decide on, or all for a visitor who decides nothing, and which of them are postponed. */
export async function readTurn(
  visit: Visit,
  briefs: readonly RequestBrief[],
): Promise<{ readonly due: readonly RequestBrief[]; readonly postponed: readonly RequestBrief[] }> {
  const { world, now } = visit;
  const open = visit.may("Approver") ? briefs.filter((brief) => asks(brief, buildDecider(visit), now)) : briefs;
  const tasks = await world.tasks.of(open.map(({ id }) => requestSubject(id)));
  const isPostponed = ({ id }: RequestBrief) => {
    const task = tasks.get(requestSubject(id));
    return task !== undefined && isSnoozed(task, now);
  };
  return { due: open.filter((brief) => !isPostponed(brief)), postponed: open.filter(isPostponed) };
}

/** Oldest first. `whole` is false if a limit ended the reading. */
export function readBriefs(
  { world, now }: Visit,
  state: ApprovalState,
  { ms = Number.POSITIVE_INFINITY, ...search }: Omit<BriefSearch, "isOver"> & { readonly ms?: number } = {},
): ReturnType<typeof readBriefsInState> {
  const end = Date.now() + ms;
  return readBriefsInState(world.approvals, state, now, { ...search, isOver: () => Date.now() >= end });
}
