import type { PageSource } from "../../engine/operator/list";
import type { Visit } from "../app/visit";
import { pageTexts } from "../texts/languages";
import { Alert, ButtonLink } from "./forms";
import { visible } from "./value";
import { passingParameters, STOP_PARAMETER, thisAddress } from "./with-query";

export type { PageSource };

/** The parameter of a list's address that holds the start of its page. */
export const CURSOR_PARAMETER = "after";

export const PAGE_ROWS = 50;
/** Time limit of a search that finds few rows. After this time it stops, and the visitor can continue it. */
const BUDGET_MS = 1_500;
/** If one line shows several rows, they count as one. Limit of such rows on a page. */
const MOST_TOGETHER = 2_000;

export interface Paged<T> {
  readonly items: readonly T[];
  /** The address of the next page; absent on the last page. */
  readonly next?: string;
  /** True if the search stopped before the page was full: `next` continues it. */
  readonly cut: boolean;
  /** Rows read so far, including those of earlier pages. */
  readonly searched: number;
  /** Ids of unreadable rows, which this page leaves out. */
  readonly leftOut: readonly string[];
  /** True unless it is the first page. */
  readonly later: boolean;
  /** True if the cursor in the address is not valid for this search. The first page is shown instead. */
  readonly stale: boolean;
}

/** After BUDGET_MS, the search stops, even if the page is not full. */
export async function readAskedPage<T, P>(visit: Visit, source: PageSource<T, P>): Promise<Paged<T>> {
  const { rows, mostRows, isFull } = limitLines(source);
  const cursor = visit.query(CURSOR_PARAMETER);
  const position =
    cursor === "" ? undefined : ((await visit.openCursor(cursor)) as { readonly from: P; readonly searched: number } | undefined);
  const end = Date.now() + BUDGET_MS;
  const items: T[] = [];
  let from = position?.from;
  let searchedCount = position?.searched ?? 0;
  const leftOut: string[] = [];
  const page = async (next: P | undefined, isCut: boolean): Promise<Paged<T>> => ({
    items,
    ...(next !== undefined && {
      next: thisAddress(visit, passingParameters, { [CURSOR_PARAMETER]: await visit.sealCursor({ from: next, searched: searchedCount }) }),
    }),
    cut: isCut,
    searched: searchedCount,
    leftOut,
    later: position !== undefined,
    stale: cursor !== "" && position === undefined,
  });
  for (;;) {
    const { items: read, next, searched: lookedCount = read.length, unreadable = [] } = await source.read(from);
    leftOut.push(...unreadable);
    for (const [index, item] of read.entries()) {
      if (!((await source.matches?.(item)) ?? true)) continue;
      const last = items.at(-1);
      if (isFull(item) && last !== undefined) return await page(source.after(last), false);
      items.push(item);
      if (items.length < mostRows) continue;
      searchedCount += index + 1;
      const isLast = index === read.length - 1 && next === undefined;
      return await page(isLast ? undefined : source.after(item), mostRows > rows && !isLast);
    }
    searchedCount += lookedCount;
    if (next === undefined || Date.now() >= end) return await page(next, next !== undefined);
    from = next;
  }
}

/** `isFull` is true if the page has all its lines, and the row needs another one. Otherwise the row is added to its line. */
function limitLines<T, P>({ rows = PAGE_ROWS, lineKey }: PageSource<T, P>) {
  const lines = new Set<string>();
  const isFull = (item: T): boolean => {
    const line = lineKey?.(item) ?? `line ${lines.size}`;
    if (lines.size >= rows && !lines.has(line)) return true;
    lines.add(line);
    return false;
  };
  return { rows, mostRows: lineKey === undefined ? rows : rows + MOST_TOGETHER, isFull };
}

const NAMED_ROWS = 10;

export function StalePage({ page }: { readonly page: Paged<unknown> }) {
  return (
    <>
      <Alert kind="warn">{page.stale ? t.stale : undefined}</Alert>
      <UnreadableRows ids={page.leftOut} />
    </>
  );
}

export function UnreadableRows({ ids }: { readonly ids: readonly string[] }) {
  if (ids.length === 0) return null;
  return (
    <Alert>
      {t.leftOut(ids.length)} <code>{visible(ids.slice(0, NAMED_ROWS).join(", "))}</code>
    </Alert>
  );
}

/** A search that has found nothing yet goes on by itself, a page each second, also without scripts. */
export function Pager({ visit, page: { items, next, cut, searched, later } }: { readonly visit: Visit; readonly page: Paged<unknown> }) {
  if (next === undefined && !later) return null;
  const goesOn = cut && items.length === 0 && visit.query(STOP_PARAMETER) === "";
  if (goesOn) visit.context.header("Refresh", `1; url=${next}`);
  return (
    <nav aria-label={t.pages}>
      {cut ? <p class="note warn">{(goesOn ? t.goesOn : t.searched)(searched.toLocaleString(visit.language))}</p> : null}
      <p class="actions">
        {goesOn ? <ButtonLink path={thisAddress(visit, passingParameters, { [STOP_PARAMETER]: "1" })} text={t.stop} /> : null}
        {later ? <ButtonLink path={thisAddress(visit, [CURSOR_PARAMETER, ...passingParameters])} text={t.first} /> : null}
        {next === undefined ? null : <ButtonLink path={next} text={cut ? t.continueSearching : t.next} rel="next" />}
      </p>
    </nav>
  );
}

const t = pageTexts({
  pages: ["Pages", "페이지"],
  first: ["First page", "첫 페이지"],
  next: ["Next page", "다음 페이지"],
  continueSearching: ["Continue searching", "계속 검색"],
  goesOn: [
    (count: string) => `${count} checked so far. The search goes on by itself.`,
    (count) => `지금까지 ${count}개를 확인했습니다. 검색이 저절로 계속됩니다.`,
  ],
  stop: ["Stop searching", "검색 중지"],
  searched: [(count: string) => `${count} checked so far; there are more.`, (count) => `지금까지 ${count}개를 확인했고 더 있습니다.`],
  leftOut: [
    (count: number) =>
      `${count === 1 ? "1 row cannot be read and is" : `${count} rows cannot be read and are`} not shown. Correct or delete them in the table, by id:`,
    (count) => `읽을 수 없는 행 ${count}개는 표시하지 않습니다. 테이블에서 다음 id의 행을 고치거나 삭제하세요:`,
  ],
  stale: [
    "The address of this page is too old or belongs to another search, so this is the first page.",
    "다른 검색의 주소이거나 너무 오래되어 첫 페이지를 표시합니다.",
  ],
});
