import type { Policy } from "./policy";
import type { ActiveLastRule, Ports } from "./ports";
import type { ReadRecords } from "./records";
import type { Row } from "./rule";
import type { Deadline } from "./time";

interface LateCall {
  readonly rule: string;
  readonly error: unknown;
}

/** Rows that are read before the rules decide. */
export interface Rows {
  readonly records: ReadRecords;
  readonly last?: ActiveLastRule | undefined;
  /** Rows of an earlier, identical call. */
  readonly replayed: readonly Row[];
}

export interface Run {
  readonly policy: Pick<Policy, "step" | "rules" | "options">;
  readonly ports: Ports;
  /** Reads and rules must end ANSWER_RESERVE_MS before the answer is due. */
  readonly deadline: Deadline;
  /** A little later than `deadline`: writes have time even if the rules use up theirs. */
  readonly writeDeadline: Deadline;
  readonly isDrill: boolean;
  /** If there are any, the sign-up fails. */
  readonly lateCalls: LateCall[];
}
