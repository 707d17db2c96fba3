import type * as v from "valibot";
import { namesOfEnds, normaliseColumnName, RESTORED_ATTRIBUTE } from "./columns";
import { invalidMember } from "./fields";
import { nearestName } from "./nearest-name";
import type { Row } from "./sign-up/rule";

/**
 * Returns the first column that keeps a row from counting. Such a column cannot be read, or is unknown and probably misnamed. An unknown
 * name is probably wrong if it resembles a column's name of this kind of row, or if people use it for the end of a row. Other unknown
 * columns may be an operator's own.
 */
export function wrongColumn(schema: v.GenericSchema & { readonly entries: object }, row: Row): string | undefined {
  const columns = Object.keys(schema.entries);
  return invalidMember(schema, row) ?? unknownColumns(columns, row).find((name) => isMisnamed(name, columns));
}

function isMisnamed(name: string, columns: readonly string[]): boolean {
  return nearestName(name, columns) !== undefined || namesOfEnds.includes(normaliseColumnName(name));
}

/** Returns a row's columns that are not among the columns of its kind. */
export function unknownColumns(columns: readonly string[], row: Row): readonly string[] {
  return Object.keys(row).filter((name) => !columns.includes(name) && name !== RESTORED_ATTRIBUTE);
}
