import type * as v from "valibot";
import { invalidMember } from "./fields";
import { nearestName } from "./problem-texts";
import type { Row } from "./sign-up/rule";

// Helps to find columns whose names people mistype in the DynamoDB console. No code reads such a column, so a limit in it would have no
// effect.

/** The column with the time at which a row was restored from a backup, in ISO 8601. Tables whose changes become events have this column. */
export const RESTORED_ATTRIBUTE = "restored";

/**
 * People's names for the column with a row's end, in the languages of the console and pages. Each is in the form of `normaliseColumnName`.
 */
export const namesOfEnds: readonly string[] = [
  "expires",
  "expiresat",
  "expire",
  "expireat",
  "expireson",
  "expirationdate",
  "validuntil",
  "until",
  "enddate",
  "expiry",
  "expirydate",
  "expiration",
  "expirationtime",
  "expiresby",
  "validto",
  "validtill",
  "notafter",
  "endsat",
  "endson",
  "ttl",
  "exp",
  "bis",
  "gültigbis",
  "ablaufdatum",
  "만료",
  "만료일",
  "유효기간",
  "有効期限",
];

export function normaliseColumnName(name: string): string {
  return name.normalize("NFC").replace(/\P{L}/gu, "").toLowerCase();
}

/**
 * Returns a row's first wrong column. A row with a wrong column does not count. A known column is wrong if its value is invalid. An unknown
 * one is wrong if its name resembles a known one or is in `namesOfEnds`; other unknown ones may be an operator's own.
 */
export function wrongColumn(schema: v.GenericSchema & { readonly entries: object }, row: Row): string | undefined {
  const columns = Object.keys(schema.entries);
  return (
    invalidMember(schema, row) ??
    unknownColumns(columns, row).find((name) => nearestName(name, columns) !== undefined || namesOfEnds.includes(normaliseColumnName(name)))
  );
}

export function unknownColumns(columns: readonly string[], row: Row): readonly string[] {
  return Object.keys(row).filter((name) => !columns.includes(name) && name !== RESTORED_ATTRIBUTE);
}
