import type { LastRule } from "./last-rule";
import type { Ports } from "./ports";
import type { ReadRecords } from "./records";
import type { SignUp, Step } from "./sign-up";
import type { Deadline } from "./time";

/** A call that a rule made after its verdict. */
interface LooseEnd {
  readonly rule: string;
  readonly error: unknown;
}

/** Constant while the rules decide. */
export interface Run {
  /** The rows read before the rules decide. */
  readonly records: ReadRecords;
  /** Absent while the gate is open. */
  readonly last?: LastRule | undefined;
  /** As it came. */
  readonly received: SignUp;
  /** For what it was read. */
  readonly prepared: SignUp;
  readonly ports: Ports;
  readonly deadline: Deadline;
  readonly step: Step;
  /** Filled as it comes: what rules asked for after their verdicts. */
  readonly loose: LooseEnd[];
}
