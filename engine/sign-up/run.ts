import type { PartialDecision } from "./decision";
import type { ActiveLastRule } from "./last-rule";
import type { Policy } from "./policy";
import type { Ports } from "./ports";
import type { ReadRecords } from "./records";
import type { Deadline } from "./time";

/** A call that a rule made after its turn. The turn ends with the rule's verdict or failure. */
interface LateCall {
  readonly rule: string;
  readonly error: unknown;
}

/** The rows that are read before the rules decide. Also contains the last rule, if it is active. */
export interface Rows {
  readonly records: ReadRecords;
  /** The last rule, while it is active. */
  readonly last?: ActiveLastRule | undefined;
}

/** Values that the stages of one decision share, besides the sign-up. */
export interface Run {
  readonly policy: Pick<Policy, "step" | "rules" | "options">;
  readonly ports: Ports;
  /**
   * Deadline of reads and rules. The answer is due after the time in the policy's option `deadline`; reads and rules must end
   * ANSWER_RESERVE_MS earlier.
   */
  readonly deadline: Deadline;
  /** Deadline of writes. It is a little later than `deadline`: there is time for writes even if the rules use up all their time. */
  readonly writeDeadline: Deadline;
  /** True to refuse the sign-up, whatever the rules say. */
  readonly isDrill: boolean;
  /**
   * The parts of the decision that are known so far. Each stage replaces this object. If the sign-up fails, the failed decision contains
   * these parts.
   */
  known: PartialDecision;
  /** Rows that were read. If other calls have taken a row's last place, `applyWrites` marks all places of this row as taken here. */
  rows: Rows;
  /** Calls that rules made after their turns. If there are any, the sign-up fails. */
  readonly lateCalls: LateCall[];
}
