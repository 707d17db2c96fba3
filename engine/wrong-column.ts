import type * as v from "valibot";
import { namesOfEnds, normaliseColumnName, RESTORED_ATTRIBUTE } from "./columns";
import { invalidMember } from "./fields";
import { nearestName } from "./nearest-name";
import type { Row } from "./sign-up/rule";

/**
 * The first column because of which a row counts for nothing: one that cannot be read, or another one that by its name was to be one
 * of the kind's or to end the row. Further columns may be an operator's own.
 */
export function wrongColumn(schema: v.GenericSchema & { readonly entries: object }, row: Row): string | undefined {
  const columns = Object.keys(schema.entries);
  return invalidMember(schema, row) ?? unknownColumns(columns, row).find((name) => isMisnamed(name, columns));
}

function isMisnamed(name: string, columns: readonly string[]): boolean {
  return nearestName(name, columns) !== undefined || namesOfEnds.includes(normaliseColumnName(name));
}

/** The columns of a row that rows of its kind do not have. */
export function unknownColumns(columns: readonly string[], row: Row): readonly string[] {
  return Object.keys(row).filter((name) => !columns.includes(name) && name !== RESTORED_ATTRIBUTE);
}
