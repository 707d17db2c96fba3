import type * as v from "valibot";
import { namesOfEnds, normaliseColumnName, RESTORED_ATTRIBUTE } from "./columns";
import { invalidMember } from "./fields";
import { nearestName } from "./nearest-name";
import type { Row } from "./sign-up/rule";

/**
 * Returns a row's first wrong column. A row with a wrong column does not count. A known column is wrong if its value is invalid. An unknown
 * one is wrong if its name resembles a known one or is in `namesOfEnds`; other unknown ones may be an operator's own.
 */
export function wrongColumn(schema: v.GenericSchema & { readonly entries: object }, row: Row): string | undefined {
  const columns = Object.keys(schema.entries);
  return invalidMember(schema, row) ?? unknownColumns(columns, row).find((name) => isMisnamed(name, columns));
}

function isMisnamed(name: string, columns: readonly string[]): boolean {
  return nearestName(name, columns) !== undefined || namesOfEnds.includes(normaliseColumnName(name));
}

export function unknownColumns(columns: readonly string[], row: Row): readonly string[] {
  return Object.keys(row).filter((name) => !columns.includes(name) && name !== RESTORED_ATTRIBUTE);
}
