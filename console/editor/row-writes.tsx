import { createHash } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import type { RowEdit } from "../../adapters/tables/edited-rows";
import type { Item } from "../../adapters/tables/item";
import type { Visit } from "../app/visit";
import type { WrittenTable } from "./described-table";

/** @returns false if somebody else was faster */
export async function writeRow(visit: Visit, table: WrittenTable, edit: RowEdit): Promise<boolean> {
  return isDeepStrictEqual(edit.before, edit.after) || (await table.commit(visit, edit));
}

export function isAsShown(visit: Visit, item: Item | undefined): item is Item {
  return item !== undefined && computeRowVersion(item) === visit.field("version");
}

/** Each form about a row sends this version, so that an edit on an outdated page is noticed. */
export function computeRowVersion(item: Item): string {
  const cells = Object.entries(item).sort(([one], [other]) => (one < other ? -1 : 1));
  return versionOfAll(cells);
}

export function versionOfAll(value: unknown): string {
  return createHash("sha256").update(JSON.stringify(value)).digest("base64url").slice(0, 22);
}

/** Number of calls of DynamoDB at the same time. */
export const AT_ONCE = 8;
