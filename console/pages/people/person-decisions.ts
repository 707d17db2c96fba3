import type { DecisionStore } from "../../../adapters/tables/decisions";
import type { DecisionRecord } from "../../../engine/sign-up/record";
import type { Visit } from "../../app/visit";
import { type Paged, pageAsked } from "../../paging/page-asked";
import type { DecisionSource } from "./known-person";

const PAGE_ROWS = 25;

/** Where a page of decisions begins: right after this one. */
type Place = Pick<DecisionRecord, "at" | "id">;

/** One page of a person's decisions, newest first, whichever mailbox or account they stand under. */
export function decisionsPage(visit: Visit, sources: readonly DecisionSource[]): Promise<Paged<DecisionRecord>> {
  return pageAsked<DecisionRecord, Place>(visit, {
    rows: PAGE_ROWS,
    after: ({ at, id }) => ({ at, id }),
    read: (from) => readAfter(visit.world.decisions, sources, from),
  });
}

async function readAfter(store: Pick<DecisionStore, "newestOf">, sources: readonly DecisionSource[], from: Place | undefined) {
  const pages = await Promise.all(sources.map(([by, who]) => store.newestOf(by, who, PAGE_ROWS * 2, from?.at)));
  const all = new Map(pages.flatMap(({ records }) => records.map((record) => [record.id, record] as const)));
  // Of what is older than the end of one source's page, that source may have more.
  const horizon = pages.reduce((latest, { more = "" }) => (more > latest ? more : latest), "");
  const after = [...all.values()]
    .filter((record) => from === undefined || isBefore(from, record))
    .sort((one, other) => (isBefore(one, other) ? -1 : 1));
  const complete = after.filter(({ at }) => at > horizon);
  // A whole page of one moment: rather these than none.
  const items = complete.length > 0 ? complete : after;
  const { at, id } = items.at(-1) ?? { at: horizon, id: "\uffff" };
  const isOver = horizon === "" || (items.length === 0 && horizon === from?.at);
  return { items, ...(!isOver && { next: { at, id } }) };
}

/** Whether one stands above the other. */
function isBefore(one: Place, other: Place): boolean {
  return one.at === other.at ? one.id > other.id : one.at > other.at;
}
