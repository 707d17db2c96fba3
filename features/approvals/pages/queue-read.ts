import type { Visit } from "../../../console/app/visit";
import { type Paged, type PageSource, readAskedPage } from "../../../console/parts/paging";
import { countSoFar } from "../../../console/parts/value";
import type { MailLine } from "../../../engine/mail/mail-line";
import { requestSubject, type Task } from "../../../engine/tasks/task";
import { compareKeys, countByDomain, createSortKey, type OfDomain, type SortKey } from "../filters";
import { type RequestBrief, readStates } from "../in-state";
import type { ApprovalRequest, UnreadableRequestError } from "../request";
import { buildReturnedSource, findReturnedRequests, omitUntrue } from "../returned-mails";
import { asksByName } from "../stages";
import { stateAt } from "../state-at";
import type { ApprovalStore } from "../store/approvals";
import { buildDecider } from "./approvals-parts";
import { type KnownOf, readKnown } from "./known";
import { isAsked, isWaiting, listQueueStates, MAX_AT_ONCE, type QueueAsked, type RequestView, readBriefs, readTurn } from "./queue-asked";

/** Limit for reading the waiting requests, oldest first. After it, the page sorts and groups only those that it has read, and says so. */
const SORTING_MS = 5_000;
const COUNTING_MS = 1_000;
/** Owners are read for this many waiting requests, oldest first. */
const MAX_OWNED = 1_000;

export interface QueuePage extends Paged<ApprovalRequest> {
  /** Facts by request id. Empty in the views of decided and failed requests. */
  readonly known: KnownOf;
  readonly tasks: ReadonlyMap<string, Task>;
  /** States of mails, by subject. */
  readonly mails: ReadonlyMap<string, readonly MailLine[]>;
  /** Numbers of requests by view, without filters. If not all were counted, a number is a text such as "1,000+", or undefined. */
  readonly counts: Readonly<Partial<Record<RequestView, number | string | undefined>>>;
  /** Facts by domain. Empty for a search, and in the views of decided and failed requests. */
  readonly domains: ReadonlyMap<string, OfDomain>;
  readonly unreadable: readonly UnreadableRequestError[];
  readonly whole: boolean;
}

type Store = Omit<ApprovalStore, "remove">;

export async function readQueue(visit: Visit, search: QueueAsked): Promise<QueuePage> {
  const unreadable: UnreadableRequestError[] = [];
  const store = visit.world.readableApprovals((error) => unreadable.push(error));
  const isSorted = isWaiting(search.view);
  const [{ briefs, whole }, failed] = await Promise.all([
    readBriefs(visit, "pending", { ms: isSorted ? SORTING_MS : COUNTING_MS }),
    countFailed(visit, store),
  ]);
  const views = await waitingByView(visit, briefs);
  const returned = search.mail === undefined ? undefined : await readReturnedRequests(visit);
  const returnedIds = returned && new Set(returned.requests.map(({ row }) => row.id));
  const isMeant = (brief: RequestBrief) => isAsked(search, brief, visit.now) && returnedIds?.has(brief.id) !== false;
  const meantBriefs = isWaiting(search.view) ? views[search.view].filter(isMeant) : [];
  const shownBriefs = search.answer === undefined ? meantBriefs : (await readTurn(visit, meantBriefs)).due;
  const domains = countByDomain(shownBriefs, buildDecider(visit), visit.now);
  const states = listQueueStates(search);
  const isShown = (row: ApprovalRequest) => states.includes(stateAt(row, visit.now)) && isAsked(search, row, visit.now);
  const source = isSorted
    ? sortedSource(store, visit, shownBriefs, createSortKey(search.sort, domains))
    : returned === undefined
      ? {
          ...readStates(store, states, { now: visit.now, from: search.moments?.from }),
          ...{ matches: (row: ApprovalRequest) => isAsked(search, row, visit.now), rows: MAX_AT_ONCE },
        }
      : buildReturnedSource(
          async () => returned.decided.filter(({ row }) => isShown(row)),
          (row) => row,
        );
  const page = await readAskedPage(visit, source as PageSource<ApprovalRequest, unknown>);
  const subjects = page.items.map(({ id }) => requestSubject(id));
  const [known, tasks, mails] = await Promise.all([
    readKnown(visit, isWaiting(search.view) ? page.items : []),
    visit.world.tasks.of(subjects),
    visit.world.mailLines(subjects),
  ]);
  const all = whole ? views.all.length : countSoFar(visit, views.all.length, false);
  const others = views.all.length <= MAX_OWNED ? views.others.length : countSoFar(visit, views.others.length, false);
  const isWhole = whole && (search.view !== "others" || views.all.length <= MAX_OWNED);
  return {
    ...page,
    known,
    tasks,
    mails: omitUntrue(mails, page.items, visit.now),
    domains,
    counts: { mine: views.mine.length, all, others, failed },
    unreadable,
    whole: isWhole,
  };
}

async function readReturnedRequests({ world, now }: Visit) {
  const sources = { readLines: world.mailLines, getRequests: world.readableApprovals().getAll };
  return await findReturnedRequests(await world.returnedMails(now), sources, now);
}

/** Returns the requests that ask the visitor by name, or whose task the visitor owns: the view `mine`. */
export async function findOwn(visit: Visit, all: readonly RequestBrief[]): Promise<ReadonlySet<RequestBrief>> {
  // The menu of each page asks, and mostly nothing waits.
  if (all.length === 0) return new Set();
  const { world, session, now } = visit;
  const owned = new Set((await world.tasks.ownedBy(session.subject)).map(({ subject }) => subject));
  const decider = buildDecider(visit);
  return new Set(all.filter((brief) => asksByName(brief, decider, now) || owned.has(requestSubject(brief.id))));
}

/** `others`: requests with another owner, with stages, or with `askedOf`. */
async function waitingByView(visit: Visit, all: readonly RequestBrief[]) {
  const { world, session } = visit;
  const oldest = all.slice(0, MAX_OWNED).map(({ id }) => requestSubject(id));
  const [mine, touched] = await Promise.all([findOwn(visit, all), world.tasks.of(oldest)]);
  const isOthers = (brief: RequestBrief) => {
    const owner = touched.get(requestSubject(brief.id))?.owner;
    return (owner !== undefined && owner.id !== session.subject) || brief.stages !== undefined || brief.askedOf !== undefined;
  };
  return { all, mine: [...mine], others: all.filter((brief) => !mine.has(brief) && isOthers(brief)) };
}

async function countFailed(visit: Visit, store: Store): Promise<number | string | undefined> {
  const { items, next } = await store.pageByState("failed", "oldest-first");
  const count = items.filter((request) => isAsked({}, request, visit.now)).length;
  return next === undefined ? count : countSoFar(visit, count, false);
}

/** Sorts here, because no index has this order. */
function sortedSource(
  store: Store,
  { now }: Visit,
  all: readonly RequestBrief[],
  keyOf: SortKey,
): PageSource<ApprovalRequest, readonly string[]> {
  const sortedKeys = all.map((brief) => ({ id: brief.id, key: keyOf(brief) })).sort((one, other) => compareKeys(one.key, other.key));
  return {
    async read(from) {
      const rest = from === undefined ? sortedKeys : sortedKeys.filter(({ key }) => compareKeys(key, from) > 0);
      const places = rest.slice(0, MAX_AT_ONCE);
      const last = rest.length > places.length ? places.at(-1)?.key : undefined;
      // The index lags behind the rows.
      const read = await store.getAll(places.map(({ id }) => id));
      return { items: read.filter((request) => stateAt(request, now) === "pending"), next: last };
    },
    after: keyOf,
    rows: MAX_AT_ONCE,
  };
}
