import type { Visit } from "../app/visit";
import { visible } from "../parts/value";
import { CURSOR_PARAMETER } from "./cursor-parameter";
import type { Paged } from "./page-asked";
import { pagingTexts } from "./paging-texts";

/** Rows that cannot be read and are named on a page. */
const NAMED_ROWS = 10;

interface PagerProps {
  readonly visit: Visit;
  readonly page: Omit<Paged<unknown>, "items">;
}

/** Above the rows: where the address asked for a page that is none of this search, and where rows cannot be read. */
export function StalePage({ visit, page }: PagerProps) {
  const t = visit.say(pagingTexts);
  return (
    <>
      {page.stale ? (
        <p class="note warn" role="status">
          {t.stale}
        </p>
      ) : null}
      {page.leftOut.length > 0 ? (
        <p class="note bad">
          {t.leftOut(page.leftOut.length)} <code>{visible(page.leftOut.slice(0, NAMED_ROWS).join(", "))}</code>
        </p>
      ) : null}
    </>
  );
}

/** Below the rows: the ways to the other pages. Nothing where all rows are shown. */
export function Pager({ visit, page: { next, cut, searched, later } }: PagerProps) {
  const t = visit.say(pagingTexts);
  if (next === undefined && !later) return null;
  return (
    <nav aria-label={t.pages}>
      {cut ? <p class="note warn">{t.searched(searched.toLocaleString(visit.language))}</p> : null}
      <p class="actions">
        {later ? (
          <a class="button quiet" href={firstAddress(visit)}>
            {t.first}
          </a>
        ) : null}
        {next === undefined ? null : (
          <a class="button quiet" href={next} rel="next">
            {cut ? t.continueSearching : t.next}
          </a>
        )}
      </p>
    </nav>
  );
}

function firstAddress({ context }: Visit): string {
  const { pathname, searchParams } = new URL(context.req.url);
  searchParams.delete(CURSOR_PARAMETER);
  return searchParams.size === 0 ? pathname : `${pathname}?${searchParams}`;
}
