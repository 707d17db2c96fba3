import * as v from "valibot";
import { gatherPages, omit } from "../../engine/collections";
import { invalidMember } from "../../engine/fields";
import { keepGiven } from "../../engine/json";
import type { PageSource } from "../../engine/operator/list";
import { splitAddress } from "../../engine/sign-up/email";
import type { Row } from "../../engine/sign-up/rule";
import { readEntry } from "../access-list/entry";
import { match } from "../access-list/match";
import { type ApprovalRequest, type ApprovalState, approvalRequest } from "./request";
import { stateAt } from "./state-at";

export type RequestOrder = "oldest-first" | "newest-first";

export type RequestPosition = Pick<ApprovalRequest, "id" | "changedAt">;

export interface RequestPage<P> {
  readonly items: readonly ApprovalRequest[];
  readonly next?: P;
}

export interface RequestPages {
  pageByState(state: ApprovalState, order: RequestOrder, after?: RequestPosition): Promise<RequestPage<RequestPosition>>;
}

/** Reading continues after the row in `after`. If `after` is absent, reading begins at the first row of the stored state. */
export interface StatePlace {
  readonly written: ApprovalState;
  readonly after?: RequestPosition;
}

/** A request that has expired without a write still has its earlier state in the table. Such requests come last. */
function writtenAs(state: ApprovalState): readonly ApprovalState[] {
  return state === "expired" ? ["expired", "pending", "approved"] : [state];
}

/** Sorted by the last change within each stored state. */
export async function* readInState(
  store: { byState(state: ApprovalState, order?: RequestOrder): AsyncIterable<readonly ApprovalRequest[]> },
  state: ApprovalState,
  now: Date,
  order?: RequestOrder,
): AsyncGenerator<readonly ApprovalRequest[]> {
  for (const each of writtenAs(state)) {
    for await (const page of store.byState(each, order)) yield page.filter((request) => stateAt(request, now) === state);
  }
}

/**
 * The people on the waiting list, those first who asked first. Reads the whole list, because the index goes by the last change: a request
 * that was reopened comes last there.
 */
export async function readWaitingList(store: Parameters<typeof readInState>[0], now: Date): Promise<readonly ApprovalRequest[]> {
  const requests = await gatherPages(readInState(store, "pending", now));
  return requests.filter(({ waitlist }) => waitlist === true).sort((one, other) => (one.requestedAt < other.requestedAt ? -1 : 1));
}

/** The page can be empty although more requests follow. */
export async function pageInState(
  store: RequestPages,
  state: ApprovalState,
  now: Date,
  order: RequestOrder,
  from: StatePlace = { written: state },
): Promise<RequestPage<StatePlace>> {
  const { items, next } = await store.pageByState(from.written, order, from.after);
  const writtenStates = writtenAs(state);
  const following = writtenStates[writtenStates.indexOf(from.written) + 1];
  const place: StatePlace | undefined = next === undefined ? following && { written: following } : { written: from.written, after: next };
  return { items: items.filter((request) => stateAt(request, now) === state), ...keepGiven({ next: place }) };
}

export function placeAfter({ state, id, changedAt }: ApprovalRequest): StatePlace {
  return { written: state, after: { id, changedAt } };
}

/** The states of requests that neither wait nor failed. */
export const decidedStates: readonly ApprovalState[] = ["approved", "denied", "provisioning", "provisioned", "admitted", "expired"];

/** `stretch`: index in `stretches`. `after`: by state, the position after which reading continues; null at the state's end. */
interface StatePlaces {
  readonly stretch: number;
  readonly after: Readonly<Partial<Record<ApprovalState, RequestPosition | null>>>;
}

/**
 * Requests in any of several states, sorted together by the last change. Expired requests whose row still says pending or approved come last.
 * @param from the earliest change that is wanted. @default all
 */
export function readStates(
  store: RequestPages,
  states: readonly ApprovalState[],
  { now, order = "newest-first", from }: { readonly now: Date; readonly order?: RequestOrder; readonly from?: Date | undefined },
): Pick<PageSource<ApprovalRequest, Partial<StatePlaces>>, "read" | "after"> {
  const stretches: readonly (readonly ApprovalState[])[] = states.includes("expired") ? [states, ["pending"], ["approved"]] : [states];
  const oldest = from?.toISOString() ?? "";
  const isFirst = (one: string, other: string) => (order === "newest-first" ? one > other : one < other);
  const placesAfter = new Map<ApprovalRequest, StatePlaces>();
  // Rows that were read but not yet returned, because an unread row of another state may come first.
  const pagesByState = new Map<ApprovalState, RequestPage<RequestPosition>>();
  return {
    async read({ stretch = 0, after: from = {} } = {}) {
      const open = (stretches[stretch] ?? []).filter((state) => from[state] !== null);
      const createStateFilter = (state: ApprovalState) => (request: ApprovalRequest) =>
        stateAt(request, now) === (stretch === 0 ? state : "expired");
      const queues = await Promise.all(
        open.map(async (state) => {
          const { items, next = null } = pagesByState.get(state) ?? (await store.pageByState(state, order, from[state] ?? undefined));
          return { state, next, rows: items.filter(createStateFilter(state)) };
        }),
      );
      pagesByState.clear();
      const items: ApprovalRequest[] = [];
      let after = from;
      // Stops when one state has no rows left in memory, but more in the table: its next row may come before the other states' rows in
      // memory.
      while (queues.every(({ rows, next }) => rows.length > 0 || next === null)) {
        const heads = queues.flatMap(({ state, rows }) => rows.slice(0, 1).map((request) => ({ state, rows, request })));
        const [first] = heads.sort((a, b) => (isFirst(a.request.changedAt, b.request.changedAt) ? -1 : 1));
        if (first === undefined) break;
        const { state, rows, request } = first;
        rows.shift();
        after = { ...after, [state]: { id: request.id, changedAt: request.changedAt } };
        placesAfter.set(request, { stretch, after });
        items.push(request);
      }
      for (const { state, rows, next } of queues) {
        if (rows.length === 0) after = { ...after, [state]: next };
        else pagesByState.set(state, { items: rows, ...(next !== null && { next }) });
      }
      // The rows of the first stretch are sorted by their last change.
      const isOver = stretch === 0 && order === "newest-first" && (items.at(-1)?.changedAt ?? oldest) < oldest;
      if (!isOver && open.some((state) => after[state] !== null)) return { items, next: { stretch, after } };
      return { items, next: stretch + 1 < stretches.length ? { stretch: stretch + 1 } : undefined };
    },
    after: (request) => placesAfter.get(request) ?? {},
  };
}

export interface BriefSearch {
  /** @default every domain */
  readonly domain?: string;
  readonly pages?: number;
  /** True once the time for the search is over. @default never */
  isOver?(): boolean;
}

/** Oldest first. `whole` is false if a limit ended the reading. */
export async function readBriefsInState(
  store: { briefsByState(state: ApprovalState, domain?: string): AsyncIterable<readonly RequestBrief[]> },
  state: ApprovalState,
  now: Date,
  { domain, pages = Number.POSITIVE_INFINITY, isOver = () => false }: BriefSearch = {},
): Promise<{ readonly briefs: readonly RequestBrief[]; readonly whole: boolean }> {
  const briefs: RequestBrief[] = [];
  let read = 0;
  for await (const page of store.briefsByState(state, domain)) {
    read += 1;
    // If a page follows the last wanted page, the result is not whole.
    if (read > pages) return { briefs, whole: false };
    const isMeant = (brief: RequestBrief) => domain === undefined || splitAddress(brief.email).domain === domain;
    briefs.push(...page.filter((brief) => stateAt(brief, now) === state && isMeant(brief)));
    if (isOver()) return { briefs, whole: false };
  }
  return { briefs, whole: true };
}

/** Waiting requests of the people whom these denies of the list cover, except those that only an entry of a class covers. */
export async function readWaitingUnder(
  store: Parameters<typeof readBriefsInState>[0],
  denies: readonly Row[],
  now: Date,
  search: Omit<BriefSearch, "domain"> = {},
): Promise<Awaited<ReturnType<typeof readBriefsInState>>> {
  // Whoever is let in until a day has no answer to their request either.
  const rows = new Map(denies.map((row) => [String(row.entry), omit(row, "allowedUntil")]));
  if (rows.size === 0) return { briefs: [], whole: true };
  const [first = "", second] = rows.keys();
  const only = readEntry(first);
  const domain = second === undefined && only.ok && only.entry.kind === "domain" ? { domain: only.entry.domain } : {};
  const { briefs, whole } = await readBriefsInState(store, "pending", now, { ...search, ...domain });
  return { briefs: briefs.filter((brief) => match(brief, [], (key) => rows.get(key), now).listed === "deny"), whole };
}

/** The columns of a brief. Without the attributes, tens of thousands of requests are read in seconds. */
const columns = [
  "id",
  "reference",
  "state",
  "gate",
  "personId",
  "email",
  "emailProven",
  "identities",
  "requestedAt",
  "changedAt",
  "answerBy",
  "askedOf",
  "stages",
  "asked",
  "escalatesAt",
  "ask",
  "waitlist",
] as const;
export type RequestBrief = Pick<ApprovalRequest, (typeof columns)[number]>;

export const briefColumns: readonly string[] = columns;
const brief = v.pick(approvalRequest, columns);

/** Undefined for an unreadable row: reading the whole row explains why. */
export function readBrief(row: Row): RequestBrief | undefined {
  return invalidMember(brief, row) === undefined ? (row as unknown as RequestBrief) : undefined;
}
