import * as v from "valibot";
import type { EditedRows } from "../../adapters/tables/edited-rows";
import { type Item, toItem, toRow } from "../../adapters/tables/item";
import { VIEW_PREFIX } from "../../adapters/tables/tables";

/** A search that a team saved under a name. */
export interface SavedView {
  readonly name: string;
  /** The page's filters, as its address has them. */
  readonly query: string;
}

/** The most views of one page. They are tabs beside each other. */
export const MOST_VIEWS = 12;
export const LONGEST_VIEW_NAME = 30;
/** In characters of the address. */
export const LONGEST_VIEW = 1_000;

const viewRow = v.object({ views: v.array(v.object({ name: v.string(), query: v.string() })) });

/** All views of a page are in one row of the ledger: one call reads them, and names stay unique. */
type ViewLedger = Pick<EditedRows, "add" | "change" | "get">;

const viewKey = (page: string) => ({ id: `${VIEW_PREFIX}${page}` });

export async function savedViews(ledger: Pick<EditedRows, "get">, page: string): Promise<readonly SavedView[]> {
  return viewsIn(await ledger.get(viewKey(page)));
}

/** No views if the row cannot be read. */
function viewsIn(item: Item | undefined): readonly SavedView[] {
  const read = item === undefined ? undefined : v.safeParse(viewRow, toRow(item));
  return read?.success ? read.output.views : [];
}

/**
 * Replaces a page's views.
 * @param change returns undefined if the change is no longer possible
 * @returns false in that case, or if somebody else was faster
 */
export async function replaceViews(
  ledger: ViewLedger,
  page: string,
  change: (views: readonly SavedView[]) => readonly SavedView[] | undefined,
): Promise<boolean> {
  const key = toItem(viewKey(page));
  const current = await ledger.get(viewKey(page));
  const views = change(viewsIn(current));
  if (views === undefined) return false;
  const wanted = { ...current, ...key, ...toItem({ views }) };
  return current === undefined ? await ledger.add(wanted) : await ledger.change(current, wanted);
}
