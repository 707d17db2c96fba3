import { isDeepStrictEqual } from "node:util";
import type { RowEdit } from "../../adapters/tables/edited-rows";
import { computeRowVersion, type Item } from "../../adapters/tables/item";
import type { Visit } from "../app/visit";
import type { WrittenTable } from "./described-table";

/** @returns false if somebody else was faster */
export async function writeRow(visit: Visit, table: WrittenTable, edit: RowEdit): Promise<boolean> {
  return isDeepStrictEqual(edit.before, edit.after) || (await table.commit(visit, edit));
}

export function isAsShown(visit: Visit, item: Item | undefined): item is Item {
  return item !== undefined && computeRowVersion(item) === visit.field("version");
}

/** Number of calls of DynamoDB at the same time. */
export const AT_ONCE = 8;
