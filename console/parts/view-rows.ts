import * as v from "valibot";
import type { EditedRows } from "../../adapters/tables/edited-rows";
import { type Item, toItem, toRow } from "../../adapters/tables/item";
import { VIEW_PREFIX } from "../../adapters/tables/tables";

/** What a team looks for again and again, under a name. */
export interface SavedView {
  readonly name: string;
  /** The page's filters, as its address has them. */
  readonly query: string;
}

/** Of one page: they stand beside each other as tabs. */
export const MOST_VIEWS = 12;
export const LONGEST_VIEW_NAME = 30;
/** In characters of the address. */
export const LONGEST_VIEW = 1_000;

const viewRow = v.object({ views: v.array(v.object({ name: v.string(), query: v.string() })) });

/** The views of a page in the ledger: all in one row, so that reading them is one call and no two have one name. */
type ViewLedger = Pick<EditedRows, "add" | "change" | "get">;

const viewKey = (page: string) => ({ id: `${VIEW_PREFIX}${page}` });

export async function savedViews(ledger: Pick<EditedRows, "get">, page: string): Promise<readonly SavedView[]> {
  return viewsIn(await ledger.get(viewKey(page)));
}

/** A row that cannot be read has none. */
function viewsIn(item: Item | undefined): readonly SavedView[] {
  const read = item === undefined ? undefined : v.safeParse(viewRow, toRow(item));
  return read?.success ? read.output.views : [];
}

/**
 * Puts other views in the place of what is there.
 * @param change undefined where it cannot be made any more
 * @returns false then, and where somebody else was quicker
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
