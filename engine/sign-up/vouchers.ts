import { isAddressProven, issuersOf, type ProvingPerson } from "./issuers";
import type { DecisionRecord } from "./record";

/** Lists the providers that vouch for a person's address: none if it was typed, or if the one-time passcode went to another address. */
export function listVouchers(person: ProvingPerson): readonly string[] {
  const issuers = issuersOf(person);
  return isAddressProven(person, new Set(issuers)) ? issuers : [];
}

/** The same of a decision. Undefined if its record does not say. */
export function listRecordedVouchers({
  emailTyped,
  issuers,
}: Pick<DecisionRecord, "emailTyped" | "issuers">): readonly string[] | undefined {
  return emailTyped ? [] : issuers;
}
