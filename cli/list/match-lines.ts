import type { Checked } from "../../engine/access-list/check-step";
import { type DescribedEntry, summary } from "../../engine/access-list/describe-entry";
import type { Match } from "../../engine/access-list/match";
import { decisionWords } from "../../engine/messages/operator/decisions";
import { issuersOf, type SignUp } from "../../engine/sign-up/sign-up";

/** The findings of `list check` as lines to read. */
export function matchLines(signUp: Pick<SignUp, "email" | "identities">, checked: readonly Checked[]): readonly string[] {
  const issuers = issuersOf(signUp);
  return [`${signUp.email}, signed in with ${issuers.join(", ")}`, ...checked.flatMap((each) => stepLines(each, issuers))];
}

function stepLines(checked: Checked, issuers: readonly string[]): readonly string[] {
  const [, ...others] = checked.matches;
  return [
    `${checked.step}: ${verdictWords(checked)}${checked.shadow ? " (in shadow: it only reports and stops nobody)" : ""}`,
    ...others.map((match) => `  matches too: ${matchWords(match)}`),
    ...checked.ignored.map((row) => `  does not count: ${row.entry} (${summary(row)}), ${whyIgnored(row, issuers)}`),
  ];
}

function verdictWords({ verdict, matches: [deciding] }: Checked): string {
  if (verdict === "not asked") return "the list is not asked at this step";
  const word = verdict === "block" ? "denied" : "let through";
  return deciding === undefined ? `${word}, as no entry matches this person` : `${word} by ${matchWords(deciding)}`;
}

function matchWords({ entry, effect, level }: Match): string {
  return `${entry} (${effect}): ${decisionWords.en.levels[level]}`;
}

function whyIgnored({ state, issuer, problem }: DescribedEntry, issuers: readonly string[]): string {
  if (state === "expired") return "its time is over";
  if (state === "void") return problem ?? "it cannot be read";
  if (issuer !== undefined && !issuers.includes(issuer)) return `it counts only for people who signed in with ${issuer}`;
  return "an allow without the +tag may be another person's";
}
