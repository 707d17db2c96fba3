import { isAddressVouchedFor, listIssuers, MAIL_ISSUER, type ProvingPerson } from "./issuers";
import type { DecisionRecord } from "./record";

/** Lists the providers that vouch for the address. Empty if it was typed, or if the one-time passcode went to another address. */
export function listVouchers(person: ProvingPerson): readonly string[] {
  return isAddressVouchedFor(person) ? listIssuers(person) : [];
}

/**
 * Lists the recorded providers that vouch for the address. Undefined if the record names no provider. Empty for a typed address. Also empty
 * for an unproven address after a passcode, which may have gone to another address.
 */
export function listRecordedVouchers({
  emailTyped,
  emailProven,
  issuers,
}: Pick<DecisionRecord, "emailTyped" | "emailProven" | "issuers">): readonly string[] | undefined {
  const isPasscodeElsewhere = emailProven === false && issuers?.includes(MAIL_ISSUER);
  return emailTyped || isPasscodeElsewhere ? [] : issuers;
}
