import { readTag } from "../../engine/sign-up/text";
import type { DateOrder } from "./written-date";

/** Countries where people write the month first. */
const monthFirst = ["US", "PH", "PR", "GU", "VI", "AS", "MP", "FM", "MH", "PW"];
/** Countries where people write the year first: in a date that ends with the year, day and month are ambiguous. */
const yearFirst = ["CA", "CN", "HU", "JP", "KP", "KR", "LT", "MN", "SE", "TW"];

/** The order in which people of a country write numbers of a date; undefined for no country. @param alpha2 its code of two letters */
export function orderIn(alpha2: string | undefined): DateOrder | undefined {
  if (alpha2 === undefined) return undefined;
  if (monthFirst.includes(alpha2)) return "mdy";
  return yearFirst.includes(alpha2) ? "ymd" : "dmy";
}

/** The countries of somebody's languages, as far as these say one: `zh-TW`, `ja`. */
export function regionsOf(locales: readonly string[]): readonly string[] {
  return locales.flatMap((tag) => readTag(tag)?.maximize().region ?? []);
}
