import { pageTexts } from "./page-texts";

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

/** A filter of a list: a chip and a field on its page, an option of its command. */
export interface Filter {
  /** The command's option: `--by <who>`. */
  readonly flag: string;
  /** The option's text in the command's help. */
  readonly help: string;
  /** In the reader's language. */
  readonly label: string;
  readonly hint?: string;
  /** `since` and `until` are past moments: the list is of things that happened. `after` and `before` may be ahead. */
  readonly kind: "text" | "address" | "domain" | "choice" | "since" | "until" | "after" | "before";
  /** The values of a choice, with their labels in the reader's language. */
  readonly choices?: Readonly<Record<string, string>>;
  /** True if the option takes values that the page does not offer. @default false */
  readonly isOpen?: true;
}

/** By the name of the parameter in the page's address, which is the query's member too. */
export type Filters = Readonly<Record<string, Filter>>;

/** The values that an operator filters by. A filter that is not set is absent. */
export type Query<F extends Filters> = {
  readonly [K in keyof F]?: (F[K]["kind"] extends "since" | "until" | "after" | "before" ? Date : string) | undefined;
};

const t = pageTexts({ from: ["From", "시작 날짜"], to: ["To", "끝 날짜"] });

/** The filters of every list of things that happened. */
export const momentFilters = {
  from: {
    ...{ flag: "--since <time>", help: "only since then: 30m, 2h, 7d, 2026-11-20 or 2026-11-20T14:00", kind: "since" },
    get label() {
      return t.from;
    },
  },
  to: {
    ...{ flag: "--until <time>", help: "only until then; a day counts whole", kind: "until" },
    get label() {
      return t.to;
    },
  },
} as const satisfies Filters;

/** True if a moment in ISO 8601 is within the time asked for. */
export function isWithin({ from, to }: Query<typeof momentFilters>, at: string): boolean {
  return (from === undefined || at >= from.toISOString()) && (to === undefined || at <= to.toISOString());
}
