import { ownReasons, type ReasonWords } from "../engine/messages/own-reasons";
import { accessListReasons } from "./access-list/reasons";
import { approvalsReasons } from "./approvals/reasons";
import { expiryReasons } from "./expiry/reasons";
import { invitationsReasons } from "./invitations/reasons";
import { limitReasons } from "./limit/reasons";
import { lookupReasons } from "./lookup/reasons";
import { minimumAgeReasons } from "./minimum-age/reasons";
import { notDomainsReasons } from "./not-domains/reasons";
import { oneAccountReasons } from "./one-account/reasons";
import { onlyApplicationsReasons } from "./only-applications/reasons";
import { onlyDomainsReasons } from "./only-domains/reasons";
import { onlyProvidersReasons } from "./only-providers/reasons";
import { partnersReasons } from "./partners/reasons";
import { permittedValueReasons } from "./permitted-value/reasons";
import { postureReasons } from "./posture/reasons";
import { termsReasons } from "./terms/reasons";
import { verifyIdentityReasons } from "./verify-identity/reasons";

/** Operators' texts for every reason of Gatehouse and its rules. */
export const reasonWords: ReasonWords = {
  ...ownReasons,
  ...minimumAgeReasons,
  ...accessListReasons,
  ...onlyApplicationsReasons,
  ...onlyProvidersReasons,
  ...onlyDomainsReasons,
  ...partnersReasons,
  ...notDomainsReasons,
  ...permittedValueReasons,
  ...lookupReasons,
  ...verifyIdentityReasons,
  ...oneAccountReasons,
  ...invitationsReasons,
  ...expiryReasons,
  ...limitReasons,
  ...termsReasons,
  ...postureReasons,
  ...approvalsReasons,
};

export function wordsOfReason(reason: string): ReasonWords[string] | undefined {
  return Object.hasOwn(reasonWords, reason) ? reasonWords[reason] : undefined;
}

export interface ReasonMeanings {
  /** A reason code's meaning; undefined for one of a policy's own. */
  meaning(reason: string): string | undefined;
}

export const reasonMeanings = {
  en: { meaning: (reason) => wordsOfReason(reason)?.meaning.en },
  ko: { meaning: (reason) => wordsOfReason(reason)?.meaning.ko },
} as const satisfies Readonly<Record<"en" | "ko", ReasonMeanings>>;

/** "the list denies"; for a reason of the policy's own the code itself. */
export function reasonsInWords({ meaning }: ReasonMeanings, reasons: readonly string[]): string {
  return [...new Set(reasons)].map((reason) => meaning(reason) ?? reason).join("; ");
}

/** "access-list.denied (the list denies)" */
export function reasonText({ meaning }: ReasonMeanings, reasons: readonly string[]): string {
  return [...new Set(reasons)].map((reason) => (meaning(reason) === undefined ? reason : `${reason} (${meaning(reason)})`)).join(", ");
}
