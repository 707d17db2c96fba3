import { ownReasons, type ReasonWords } from "../engine/messages/own-reasons";
import { reasons } from "./lists/reasons";

export const reasonWords: ReasonWords = { ...ownReasons, ...reasons };

export function wordsOfReason(reason: string): ReasonWords[string] | undefined {
  return Object.hasOwn(reasonWords, reason) ? reasonWords[reason] : undefined;
}

export interface ReasonMeanings {
  /** Returns what a reason means. Undefined for a code of the policy itself. */
  meaning(reason: string): string | undefined;
}

export const reasonMeanings = {
  en: { meaning: (reason) => wordsOfReason(reason)?.meaning.en },
  ko: { meaning: (reason) => wordsOfReason(reason)?.meaning.ko },
} as const satisfies Readonly<Record<"en" | "ko", ReasonMeanings>>;

/** Formats reasons by their meanings: "the list denies". A reason of the policy itself appears as its code. */
export function reasonsInWords({ meaning }: ReasonMeanings, reasons: readonly string[]): string {
  return [...new Set(reasons)].map((reason) => meaning(reason) ?? reason).join("; ");
}

/** Formats "access-list.denied (the list denies)". */
export function reasonText({ meaning }: ReasonMeanings, reasons: readonly string[]): string {
  return [...new Set(reasons)].map((reason) => (meaning(reason) === undefined ? reason : `${reason} (${meaning(reason)})`)).join(", ");
}
