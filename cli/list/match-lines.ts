import type { Checked } from "../../engine/access-list/check-step";
import { type DescribedEntry, summary } from "../../engine/access-list/describe-entry";
import type { Match } from "../../engine/access-list/match";
import { decisionWords } from "../../engine/messages/operator/decisions";
import { DEFAULT_GATE } from "../../engine/sign-up/gate";
import { issuersOf, type SignUp } from "../../engine/sign-up/sign-up";

/** The findings of `list check` as lines to read. */
export function matchLines(signUp: Pick<SignUp, "email" | "identities" | "gate">, checked: readonly Checked[]): readonly string[] {
  const { email, gate } = signUp;
  const issuers = issuersOf(signUp);
  const who = `${email}, signed in with ${issuers.join(", ")}${gate === undefined ? "" : `, at the gate ${gate}`}`;
  return [who, ...checked.flatMap((each) => stepLines(each, { issuers, gate: gate ?? DEFAULT_GATE }))];
}

interface Whence {
  readonly issuers: readonly string[];
  readonly gate: string;
}

function stepLines(checked: Checked, whence: Whence): readonly string[] {
  const [, ...others] = checked.matches;
  return [
    `${checked.step}: ${verdictWords(checked)}${checked.shadow ? " (in shadow: it only reports and stops nobody)" : ""}`,
    ...others.map((match) => `  matches too: ${matchWords(match)}`),
    ...checked.ignored.map((row) => `  does not count: ${row.entry} (${summary(row)}), ${whyIgnored(row, whence)}`),
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

function whyIgnored({ state, issuer, gates, problem }: DescribedEntry, whence: Whence): string {
  if (state === "expired") return "its time is over";
  if (state === "void") return problem ?? "it cannot be read";
  if (issuer !== undefined && !whence.issuers.includes(issuer)) return `it counts only for people who signed in with ${issuer}`;
  if (gates !== undefined && !gates.includes(whence.gate)) return `it counts only at the gates ${gates.join(", ")}`;
  return "an allow without the +tag may be another person's";
}
