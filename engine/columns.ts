// People type rows in the DynamoDB console. A misspelt column is never read: a limit under another name does not limit.

/** Column with the time at which a row was restored from a backup: ISO 8601, in tables whose changes become events. */
export const RESTORED_ATTRIBUTE = "restored";

/** Names that people give to the column with a row's end, letters only, in the languages of the console and of the pages. */
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

/** Brings a column's name into the form for comparison. */
export function normaliseColumnName(name: string): string {
  return name.normalize("NFC").replace(/\P{L}/gu, "").toLowerCase();
}
