import { splitAddress } from "../../engine/sign-up/email";
import { eachOutcome, type OutcomeCounts, type OutcomeKind, toOutcomeKind } from "../../engine/sign-up/outcome";
import type { DecisionRecord } from "../../engine/sign-up/record";
import type { Counts } from "./counts";

/** Outcomes of a domain's sign-ups. */
export interface DomainAnswers {
  /** Decisions. A person who passes after sign-in and is judged again later counts once, by the later decision. */
  readonly answers: OutcomeCounts;
  /** Decisions after sign-in that let people go on to the form: they are let in or refused later, or never. */
  readonly wentOn: number;
  /** Why they were stopped, the most frequent first: the last reason of each. No reason: those for which there was no place. */
  readonly reasons: readonly { readonly reason?: string; readonly count: number }[];
}

/** Names that a row has room for, of each kind. */
const MOST_NAMES = 20;
const LONGEST_NAME = 80;
const OTHERS = "*";
const NONE = "-";

/** The domain that a decision counts for. Undefined without an address, and for a token, which stops nobody. */
export function countedDomain({ email, step }: Pick<DecisionRecord, "email" | "step">): string | undefined {
  return email === undefined || step === "before-sending-token" ? undefined : splitAddress(email).domain;
}

/** The numbers of some decisions of one domain and day. @param currentCounts what is counted there already */
export function domainCounts(records: readonly DecisionRecord[], currentCounts: Counts): Counts {
  const counts: Record<string, number> = {};
  const count = (name: string) => {
    counts[name] = (counts[name] ?? 0) + 1;
  };
  const limitName = (kind: string, name: string) => {
    const whole = `${kind} ${name}`;
    const knownNames = new Set([...Object.keys(currentCounts), ...Object.keys(counts)].filter((each) => each.startsWith(`${kind} `)));
    return name.length <= LONGEST_NAME && (knownNames.has(whole) || knownNames.size < MOST_NAMES) ? whole : `${kind} ${OTHERS}`;
  };
  for (const record of records) {
    const { step, verdict, reasons = [] } = record;
    count(`answers ${step} ${toOutcomeKind(record)}`);
    if (verdict !== "continue") count(limitName("reasons", reasons.at(-1) ?? NONE));
  }
  return counts;
}

/** Reads the counts of a day or several. */
export function domainAnswers(counts: Counts): DomainAnswers {
  const of = (step: string, outcome: OutcomeKind) => counts[`answers ${step} ${outcome}`] ?? 0;
  const isJudgedLater = Object.keys(counts).some((name) => name.startsWith("answers before-create-user "));
  const rankCounts = (kind: string) =>
    Object.entries(counts)
      .flatMap(([name, count]) => (name.startsWith(`${kind} `) ? [{ name: name.slice(kind.length + 1), count }] : []))
      .sort((a, b) => b.count - a.count);
  return {
    answers: eachOutcome((outcome) =>
      outcome === "continue"
        ? of(isJudgedLater ? "before-create-user" : "after-sign-in", outcome)
        : of("after-sign-in", outcome) + of("before-create-user", outcome),
    ),
    wentOn: isJudgedLater ? of("after-sign-in", "continue") : 0,
    reasons: rankCounts("reasons").map(({ name, count }) => ({ ...(name !== OTHERS && { reason: name }), count })),
  };
}
