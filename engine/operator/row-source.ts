/** Rows in one order. A read can begin at any place. */
export interface PageSource<T, P> {
  /**
   * Reads rows from the place `from`; if `from` is undefined, the first rows. No `next` means that no rows follow. If more rows follow,
   * `items` can still be empty.
   */
  read(from: P | undefined): Promise<SourcePage<T, P>>;
  /** The place right after a row, as JSON can hold it. */
  after(item: T): P;
  /** True for rows to show. @default all */
  matches?(item: T): boolean | Promise<boolean>;
  /** Rows of the same key share one line. Undefined for a row that has a line of its own. @default each row has one */
  lineKey?(item: T): string | undefined;
  /** @default PAGE_ROWS */
  readonly rows?: number;
}

export interface SourcePage<T, P> {
  readonly items: readonly T[];
  readonly next?: P | undefined;
  /** Number of rows that were read to find these, if the database filters. @default the number of `items` */
  readonly searched?: number;
  /** Ids of unreadable rows, which are left out. @default none */
  readonly unreadable?: readonly string[] | undefined;
}

/** Reads a source to its end. Omits rows that do not match. @param from where to begin @default the first row */
export async function* readSource<T, P>(
  source: PageSource<T, P>,
  from?: P,
  onUnreadable?: (ids: readonly string[]) => void,
): AsyncGenerator<T, void, undefined> {
  for (let place = from; ; ) {
    const { items, next, unreadable = [] } = await source.read(place);
    if (unreadable.length > 0) onUnreadable?.(unreadable);
    for (const item of items) if ((await source.matches?.(item)) ?? true) yield item;
    if (next === undefined) return;
    place = next;
  }
}
