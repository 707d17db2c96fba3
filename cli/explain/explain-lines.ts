import { summary } from "../../engine/access-list/describe-entry";
import { decisionWords, reasonText } from "../../engine/messages/operator/decisions";
import type { WireResponse } from "../../engine/protocols/protocol";
import type { Decision } from "../../engine/sign-up/decision";
import { reasonsOf } from "../../engine/sign-up/recording";
import type { Step } from "../../engine/sign-up/sign-up";
import type { EntryNow } from "../decisions/entry-now";
import { type AnyRuleResult, traceLines } from "../decisions/trace";

/** Stands where a page shows the reference code. A real one would lead to no record, or to an earlier one of the same call. */
export const NO_REFERENCE = "<reference>";

/** A decision that would be made. */
export interface Explained {
  /** Normalised; absent where the request cannot be read. */
  readonly email?: string;
  readonly issuers: readonly string[];
  readonly step: Step;
  readonly decision: Decision;
  readonly trace: readonly AnyRuleResult[];
  readonly standings: readonly (EntryNow | undefined)[];
  /** Tables that would have been written to. */
  readonly writes: readonly string[];
  readonly wire: WireResponse;
}

/** What `explain` found out about one step, as lines to read. */
export function explainLines({ step, decision, trace, standings, writes, wire }: Explained): readonly string[] {
  const { answer, decidedBy } = decision;
  const reasons = reasonsOf(answer);
  const by = decidedBy === undefined ? "" : ` by ${decidedBy}`;
  const why = reasons.length === 0 ? "" : `: ${reasonText(decisionWords.en, reasons)}`;
  const unasked = trace.filter(({ said, shadow }) => said === "not asked" && shadow !== true).map(({ rule }) => rule);
  const provided = answer.kind === "continue" && unasked.length > 0 ? `, provided that ${unasked.join(" and ")} would let pass` : "";
  return [
    `${step}: would be ${decisionWords.en.verdicts[answer.kind]}${by}${why}${provided}`,
    ...traceLines(
      trace,
      standings.map((standing) => standing?.row && `${standing.row.entry}: ${summary(standing.row)}`),
    ),
    ...(writes.length === 0 ? [] : [`It would write to: ${writes.join(", ")}.`]),
    `Nothing was written. Entra would get this${answer.kind === "continue" ? "" : `, with a reference code for ${NO_REFERENCE}`}:`,
    `  ${wire.status} ${wire.body}`,
  ];
}
