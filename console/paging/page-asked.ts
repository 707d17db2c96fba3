import type { Visit } from "../app/visit";
import { CURSOR_PARAMETER } from "./cursor-parameter";

/** Rows of a page where nothing else is said. */
export const PAGE_ROWS = 50;
/** After that long a search for few among many stops, and can be continued. */
const BUDGET_MS = 1_500;

/** Rows in one order, read from any place on. */
export interface PageSource<T, P> {
  /** Some rows from a place on, the first ones without it. No `next`: there are no more. Rows may be none though there are more. */
  read(from: P | undefined): Promise<SourcePage<T, P>>;
  /** The place right after a row, as JSON can hold it. */
  after(item: T): P;
  /** Whether the row is asked for. @default every one */
  matches?(item: T): boolean | Promise<boolean>;
  /** @default PAGE_ROWS */
  readonly rows?: number;
}

/** What a source reads at once. */
export interface SourcePage<T, P> {
  readonly items: readonly T[];
  readonly next?: P | undefined;
  /** Rows looked at for these, where the database leaves some out. @default as many as there are */
  readonly searched?: number;
  /** Ids of rows left out, as they cannot be read. @default none */
  readonly unreadable?: readonly string[] | undefined;
}

/** One page of a list. */
export interface Paged<T> {
  readonly items: readonly T[];
  /** The address of what comes next; absent from the last page. */
  readonly next?: string;
  /** Whether the search stopped before the page was full: `next` goes on with it. */
  readonly cut: boolean;
  /** Rows looked at so far, pages before this one included. */
  readonly searched: number;
  /** Ids of rows left out of this page, as they cannot be read. */
  readonly leftOut: readonly string[];
  /** Whether this is not the first page. */
  readonly later: boolean;
  /** Whether the address asks for a page that is no page of this search: this is the first one instead. */
  readonly stale: boolean;
}

/** What a cursor holds. */
interface Position<P> {
  readonly from: P;
  readonly searched: number;
}

/** The page that the visit's address asks for. Its time is bounded, however many rows there are and however few match. */
export async function pageAsked<T, P>(visit: Visit, source: PageSource<T, P>): Promise<Paged<T>> {
  const { rows = PAGE_ROWS } = source;
  const cursor = visit.query(CURSOR_PARAMETER);
  const position = cursor === "" ? undefined : ((await visit.openCursor(cursor)) as Position<P> | undefined);
  const end = Date.now() + BUDGET_MS;
  const items: T[] = [];
  let from = position?.from;
  let searched = position?.searched ?? 0;
  const leftOut: string[] = [];
  const page = async (next: P | undefined, cut: boolean): Promise<Paged<T>> => ({
    items,
    ...(next !== undefined && { next: await nextAddress(visit, { from: next, searched }) }),
    cut,
    searched,
    leftOut,
    later: position !== undefined,
    stale: cursor !== "" && position === undefined,
  });
  for (;;) {
    const { items: read, next, searched: looked = read.length, unreadable = [] } = await source.read(from);
    leftOut.push(...unreadable);
    for (const [index, item] of read.entries()) {
      if (!((await source.matches?.(item)) ?? true)) continue;
      items.push(item);
      if (items.length < rows) continue;
      searched += index + 1;
      const isLast = index === read.length - 1 && next === undefined;
      return await page(isLast ? undefined : source.after(item), false);
    }
    searched += looked;
    if (next === undefined || Date.now() >= end) return await page(next, next !== undefined);
    from = next;
  }
}

async function nextAddress(visit: Visit, position: Position<unknown>): Promise<string> {
  const { pathname, searchParams } = new URL(visit.context.req.url);
  searchParams.set(CURSOR_PARAMETER, await visit.sealCursor(position));
  return `${pathname}?${searchParams}`;
}
