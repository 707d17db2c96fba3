import { localTime } from "../../moments";
import { counted } from "../../output";
import type { Finding } from "../entra-tenant";
import type { JudgedAttempt, Outcome } from "./attempts";

/** As many sign-ups are named of each kind. */
const NAMED = 3;

/** What Entra's error codes say: "Troubleshoot your custom authentication extension". */
const errorWords: Readonly<Record<number, string>> = {
  1003000: "an unexpected error",
  1003001: "an unexpected error calling the API",
  1003002: "an HTTP status that is not accepted",
  1003003: "a body that is no JSON",
  1003004: "too many requests",
  1003005: "no answer in time, or a refused access token",
  1003006: "a content type other than JSON",
  1003007: "claims that are null",
  1003008: "another version of the API's schema",
  1003009: "an empty body",
  1003010: "a wrong number of actions",
  1003011: "the listener's extension was not found",
  1003012: "a wrong type of action",
  1003014: "an identifier URI of another form",
  1003015: "another host in the identifier URI than in the target URL",
  1003016: "no service principal of the API",
  1003017: "no service principal of the client",
  1003018: "a disabled service principal",
  1003019: "a disabled service principal",
  1003020: "a target URL that is not https",
  1003021: "no consent to CustomAuthenticationExtension.Receive.Payload",
  1003022: "no service principal of Microsoft Graph, or a disabled one",
  1003023: "an endpoint that the service blocks",
  1003024: "an answer that is too large",
  1003025: "claims that are too large",
  1003026: "a claim without a name",
  1003027: "no connection",
};

/** What needs mending, and how; the other outcomes are the gate's or the person's own. */
const problems: Partial<Readonly<Record<Outcome, { readonly what: string; readonly mend: string }>>> = {
  "past the gate": {
    what: "got an account that the gate did not let them have",
    mend: "see that the flow calls OnAttributeCollectionSubmit for this application: entra check, entra apply",
  },
  "never called": {
    what: "came to where Entra asks the gate, and it was not asked",
    mend: "see that the flow calls the gate for this application: entra check, entra apply",
  },
  "timed out": {
    what: "ended because Entra had no answer in time",
    mend: "look at the alarms and at durationMs in the records; a refused access token looks the same to Entra: docs/external-tenant.md",
  },
  "call failed": {
    what: "ended because Entra's call to the gate failed",
    mend: "entra check, then npx --no-install entra-gatehouse conform",
  },
  "no record": {
    what: "had an answer that is not in this deployment's records",
    mend: "see that the extension calls this deployment, and the alarm on records that were not kept",
  },
};

/** A finding for each kind of problem, application and error code. */
export function seenFindings(attempts: readonly JudgedAttempt[]): readonly Finding[] {
  const groups = new Map<string, JudgedAttempt[]>();
  for (const attempt of attempts) {
    if (problems[attempt.outcome] === undefined) continue;
    const key = JSON.stringify([attempt.outcome, attempt.appId, attempt.errorCode]);
    groups.set(key, [...(groups.get(key) ?? []), attempt]);
  }
  return [...groups.values()].map(findingOf);
}

function findingOf(group: readonly JudgedAttempt[]): Finding {
  const [{ outcome, application, errorCode }] = group as [JudgedAttempt];
  const { what, mend } = problems[outcome] as { what: string; mend: string };
  const code = errorCode === undefined ? "" : ` (${errorCode}: ${errorWords[errorCode] ?? "see Entra's sign-in log"})`;
  const named = [...group].sort((a, b) => (a.at < b.at ? 1 : -1)).slice(0, NAMED);
  const which = named.map(({ at, correlationId }) => `${correlationId} at ${localTime(at)}`).join(", ");
  return { finding: `${counted(group.length, "sign-up")} to ${application} ${what}${code}. Correlation ids: ${which}`, mend };
}

/** "41 sign-ups: 35 finished, 3 stopped, 3 abandoned" */
export function summaryOf(attempts: readonly JudgedAttempt[]): string {
  const counts = countsOf(attempts);
  const parts = Object.entries(counts).map(([outcome, count]) => `${count} ${outcome}`);
  return `${counted(attempts.length, "sign-up")}${parts.length === 0 ? "" : `: ${parts.join(", ")}`}`;
}

/** How many came to what, the most first. */
export function countsOf(attempts: readonly JudgedAttempt[]): Readonly<Partial<Record<Outcome, number>>> {
  const counts = new Map<Outcome, number>();
  for (const { outcome } of attempts) counts.set(outcome, (counts.get(outcome) ?? 0) + 1);
  return Object.fromEntries([...counts].sort(([, a], [, b]) => b - a));
}
