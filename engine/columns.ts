// People type rows in the DynamoDB console. A misspelt column is never read: a limit under another name is none.

/** When a row was put back from a backup: ISO 8601, in tables whose changes become events. */
export const RESTORED_ATTRIBUTE = "restored";

/** Names that people give to a row's end, letters alone, in the languages of the console and of the pages. */
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

/** A column's name as it is compared with others. */
export function normaliseColumnName(name: string): string {
  return name.normalize("NFC").replace(/\P{L}/gu, "").toLowerCase();
}
