import { isDeepStrictEqual } from "node:util";
import { type Item, toItem, toRow } from "../../adapters/tables/item";
import { readCell, typedCell } from "../../console/editor/cells";
import type { DataCells } from "./data-table";

/** A row of a file whose key has been read. Its cells go through a file of their own on the way: plain JSON. */
export interface KeyedRow {
  readonly line: number;
  readonly key: Readonly<Record<string, string>>;
  /** Beside the key. An empty text, or null, takes a cell away; columns that are not here stay as they are. */
  readonly cells: DataCells;
}

/** The row that stands after the import, or what is wrong with a cell. @param standing the row that stands now */
export function wantedRow({ key, cells }: KeyedRow, standing: Item | undefined): { readonly item: Item } | { readonly problem: string } {
  const item: Item = { ...standing, ...toItem(key) };
  for (const [name, value] of Object.entries(cells)) {
    const before = standing?.[name];
    if (value === null || value === "") {
      // What CSV cannot show, it shows empty.
      if (value === null || typedCell(before) !== undefined) delete item[name];
    } else if (typeof value === "string" && before !== undefined && typedCell(before)?.text === value) {
      item[name] = before;
    } else if (typeof value === "string") {
      // A number stays a number, so that a spreadsheet's text does not change what an attribute is.
      const read = readCell({ type: typedCell(before)?.type ?? "text", text: value }, before);
      if ("problem" in read) return { problem: `"${name}" is a ${typedCell(before)?.type} in the table, and the file has none` };
      item[name] = read.cell;
    } else if (before === undefined || !isDeepStrictEqual(toRow({ cell: before }).cell, value)) {
      Object.assign(item, toItem({ [name]: value }));
    }
  }
  return { item };
}
