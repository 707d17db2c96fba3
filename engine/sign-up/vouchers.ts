import { isAddressVouchedFor, listIssuers, MAIL_ISSUER, type ProvingPerson } from "./issuers";
import type { DecisionRecord } from "./record";

/**
 * Lists the providers that vouch for a person's address. Empty if the address was typed, or if the one-time passcode went to another
 * address.
 */
export function listVouchers(person: ProvingPerson): readonly string[] {
  return isAddressVouchedFor(person) ? listIssuers(person) : [];
}

/**
 * Lists the providers that vouched for the address of a recorded decision. Undefined if the record does not name them. Empty if the address
 * was typed. Also empty if the person signed in with a one-time passcode and the address was not proven: the passcode may have gone to
 * another address.
 */
export function listRecordedVouchers({
  emailTyped,
  emailProven,
  issuers,
}: Pick<DecisionRecord, "emailTyped" | "emailProven" | "issuers">): readonly string[] | undefined {
  const isPasscodeElsewhere = emailProven === false && issuers?.includes(MAIL_ISSUER);
  return emailTyped || isPasscodeElsewhere ? [] : issuers;
}
