import { decisionWords, evidenceText } from "../../engine/messages/operator/decisions";
import type { Evidence } from "../../engine/sign-up/verdict";
import type { VerdictChange } from "./compare";
import type { Replayable } from "./replay";

/** A decision as a report names it. */
export interface NamedDecision {
  readonly email: string;
  readonly step: string;
  readonly reference: string;
  /** "block access-list.unlisted" */
  readonly was: string;
  readonly now: string;
  /** The list's entry that decides now. */
  readonly entry?: string;
}

/** What was said of a person, and what a draft makes of it. */
export function namedOf(
  { email, step, reference, verdict, reasons, rule, trace }: Replayable,
  { kind, by, open }: VerdictChange,
): NamedDecision {
  const decided = trace.find((word) => word.rule === rule && word.shadow !== true) ?? trace.find(({ evidence }) => evidence !== undefined);
  const was = wordsOf(verdict, reasons, decided?.evidence);
  const nowSaid =
    kind === "unchanged" || kind === "told otherwise"
      ? "the same"
      : kind === "cannot tell"
        ? "?"
        : wordsOf(by?.said ?? "continue", by?.reasons, by?.evidence);
  const entry = by?.evidence?.entry;
  return {
    email,
    step,
    reference,
    was,
    now: open === undefined ? nowSaid : `${nowSaid} (${open})`,
    ...(entry !== undefined && { entry }),
  };
}

function wordsOf(verdict: string, reasons: readonly string[] = [], evidence: Evidence | undefined): string {
  return [verdict, ...new Set(reasons), ...(evidence === undefined ? [] : [evidenceText(decisionWords.en, evidence)])].join(" ");
}
