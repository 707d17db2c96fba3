import type * as v from "valibot";
import { namesOfEnds, normaliseColumnName, RESTORED_ATTRIBUTE } from "./columns";
import { invalidMember } from "./fields";
import { nearestName } from "./nearest-name";
import type { Row } from "./sign-up/rule";

/**
 * Returns the first wrong column of a row. A row with a wrong column does not count. A known column is wrong if its value is invalid. An
 * unknown column is wrong if its name is probably a mistake: it resembles a known column's name, or it is one of `namesOfEnds`, as in
 * "expires" for `expiresAt`. Other unknown columns may be an operator's own.
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
