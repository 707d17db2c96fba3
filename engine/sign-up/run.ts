import type { PartialDecision } from "./decision";
import type { ActiveLastRule } from "./last-rule";
import type { Policy } from "./policy";
import type { Ports } from "./ports";
import type { ReadRecords } from "./records";
import type { Deadline } from "./time";

/** A call that a rule made after its turn ended, by a verdict or by a failure. */
interface LateCall {
  readonly rule: string;
  readonly error: unknown;
}

/** Rows that were read before the rules decide. */
export interface Rows {
  readonly records: ReadRecords;
  /** The last rule, while it is active. */
  readonly last?: ActiveLastRule | undefined;
}

/** Values that the stages of one decision share, besides the sign-up. */
export interface Run {
  readonly policy: Pick<Policy, "step" | "rules" | "options">;
  readonly ports: Ports;
  /** Deadline of reads and rules. It is ANSWER_RESERVE_MS earlier than the policy's option `deadline`, when the answer is due. */
  readonly deadline: Deadline;
  /** Deadline of writes. It is a little later than `deadline`: there is time for writes even if the rules use up all their time. */
  readonly writeDeadline: Deadline;
  /** True to refuse the sign-up, whatever the rules say. */
  readonly isDrill: boolean;
  /** The decision so far. Each stage replaces it. If the sign-up fails, the failed decision keeps it. */
  known: PartialDecision;
  /** Rows that were read. If another call takes a place in a row, `applyWrites` marks that place as taken here. */
  rows: Rows;
  /** Calls that rules made after their turns ended. They fail a sign-up that has not failed yet. */
  readonly lateCalls: LateCall[];
}
