import * as v from "valibot";
import { gatherPages, omit } from "../../engine/collections";
import { invalidMember } from "../../engine/fields";
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
  return { items: items.filter((request) => stateAt(request, now) === state), ...(place !== undefined && { next: place }) };
}

export function placeAfter({ state, id, changedAt }: ApprovalRequest): StatePlace {
  return { written: state, after: { id, changedAt } };
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
