import type { RequestBrief } from "../../../engine/approvals/brief";
import { pageInState, placeAfter, type StatePlace } from "../../../engine/approvals/in-state";
import type { ApprovalRequest, UnreadableRequestError } from "../../../engine/approvals/request";
import { stateAt } from "../../../engine/approvals/standing";
import type { Visit } from "../../app/visit";
import { type Paged, type PageSource, pageAsked } from "../../paging/page-asked";
import { MAX_AT_ONCE } from "./approvals-decide";
import { domainOf, isAsked, type QueueAsked } from "./queue-asked";
import { readWaiting } from "./waiting";

/** One page of the queue. */
export interface QueuePage extends Paged<ApprovalRequest> {
  /** Whether some are failed, where others are shown. */
  readonly failed: boolean;
  /** Those left out. */
  readonly unreadable: readonly UnreadableRequestError[];
  /** Whether all who wait were sorted, where that is asked for. */
  readonly whole: boolean;
}

export async function readQueue(visit: Visit, asked: QueueAsked): Promise<QueuePage> {
  const { world, now } = visit;
  const unreadable: UnreadableRequestError[] = [];
  const store = world.legibleApprovals((error) => unreadable.push(error));
  let whole = true;
  const sorted = sortKeys[asked.sort];
  const page =
    sorted === undefined
      ? await pageAsked<ApprovalRequest, StatePlace>(visit, {
          read: (from) => pageInState(store, asked.state, now, asked.sort === "oldest" ? "oldest-first" : "newest-first", from),
          after: placeAfter,
          matches: (request) => isAsked(asked, request, now),
          rows: MAX_AT_ONCE,
        })
      : await pageAsked(visit, sortedSource(sorted));
  const known = unreadable.length;
  const failed =
    asked.state === "pending" && ((await store.pageByState("failed", "oldest-first")).items.length > 0 || unreadable.length > known);
  return { ...page, failed, unreadable, whole };

  /** All of them are read for each page: an order that no index has. */
  function sortedSource(keyOf: SortKey): PageSource<ApprovalRequest, readonly string[]> {
    let sorting: Promise<readonly { readonly id: string; readonly key: readonly string[] }[]> | undefined;
    const sortedOnce = async () => {
      const waiting = await readWaiting(store, visit, asked);
      whole = waiting.whole;
      return waiting.briefs.map((brief) => ({ id: brief.id, key: keyOf(brief) })).sort((a, b) => compare(a.key, b.key));
    };
    return {
      async read(from) {
        sorting ??= sortedOnce();
        const all = await sorting;
        const rest = from === undefined ? all : all.filter(({ key }) => compare(key, from) > 0);
        const shown = rest.slice(0, MAX_AT_ONCE);
        const last = rest.length > shown.length ? shown.at(-1)?.key : undefined;
        // The index lags behind: who was decided on a moment ago is left out.
        const read = await store.getAll(shown.map(({ id }) => id));
        return { items: read.filter((request) => stateAt(request, now) === "pending"), ...(last && { next: last }) };
      },
      after: keyOf,
      rows: MAX_AT_ONCE,
    };
  }
}

type SortKey = (request: RequestBrief) => readonly string[];

/** The id makes each key one of a kind, so that a page begins right after the one before. */
const sortKeys: Readonly<Partial<Record<QueueAsked["sort"], SortKey>>> = {
  due: ({ answerBy, id }) => [answerBy, id],
  domain: (request) => [domainOf(request), request.requestedAt, request.id],
};

function compare(a: readonly string[], b: readonly string[]): number {
  const at = a.findIndex((text, index) => text !== b[index]);
  return at < 0 ? 0 : (a[at] ?? "") < (b[at] ?? "") ? -1 : 1;
}
