import { mailNames } from "./lists/mail-names";
import type { mailTexts } from "./lists/mail-texts";

/** Names of mail texts that a gate may replace. */
export type WordingName = keyof typeof mailTexts;

const { "*": always = [], ...byRule }: Readonly<Record<string, readonly string[]>> = mailNames;

/** The texts of mails to people who sign up, by the rule that causes the mail. */
export const mailsToPeople: typeof byRule = Object.fromEntries(
  Object.entries(byRule).map(([rule, names]) => [rule, [...names, ...always]]),
);
