import type { WireResponse } from "../../lambda/protocols/protocol";
import { summary } from "../../lambda/rules/access-list/describe";
import type { Answer, Decision } from "../../lambda/sign-up/engine";
import { reasonsOf } from "../../lambda/sign-up/record";
import type { Step } from "../../lambda/sign-up/sign-up";
import type { Standing } from "./standing";
import { type AnyWord, reasonWords, wordLines } from "./words";

const outcomes: Readonly<Record<Answer["kind"], string>> = {
  continue: "would be let through",
  block: "would be blocked",
  invalid: "would be asked again",
};

/** A decision that would be made. */
export interface Explained {
  readonly who: string;
  readonly step: Step;
  readonly decision: Decision;
  readonly words: readonly AnyWord[];
  readonly standings: readonly (Standing | undefined)[];
  /** Tables that would have been written to. */
  readonly writes: readonly string[];
  readonly wire: WireResponse;
}

/** The findings of `explain` as lines to read. */
export function inPlainWords({ who, step, decision, words, standings, writes, wire }: Explained): readonly string[] {
  const { answer, decidedBy } = decision;
  const reasons = reasonsOf(answer);
  const by = decidedBy === undefined ? "" : ` by ${decidedBy}`;
  const why = reasons.length === 0 ? "" : `: ${reasonWords(reasons)}`;
  const unasked = words.filter(({ said, shadow }) => said === "not asked" && shadow !== true).map(({ rule }) => rule);
  const provided = answer.kind === "continue" && unasked.length > 0 ? `, provided that ${unasked.join(" and ")} would let pass` : "";
  return [
    who,
    `${step}: ${outcomes[answer.kind]}${by}${why}${provided}`,
    ...wordLines(
      words,
      standings.map((standing) => standing?.row && `${standing.row.entry}: ${summary(standing.row)}`),
    ),
    ...(writes.length === 0 ? [] : [`It would write to: ${writes.join(", ")}.`]),
    "Nothing was written. Entra would get, a reference of its own aside:",
    `  ${wire.status} ${wire.body}`,
  ];
}
