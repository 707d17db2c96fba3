import { systemClock } from "../adapters/system";
import type { DecisionRecord } from "../engine/sign-up/record";
import { within } from "../engine/sign-up/time";
import { reportLostRecord } from "./report";

/** An answer does not wait longer for its record: what is lost then stands in the log. */
const LONGEST_MS = 1_500;

type Keep = (record: DecisionRecord, signal: AbortSignal) => Promise<void>;

/**
 * Keeps records at best effort: the verdict stands whether or not its record does. Never rejects, and is over by
 * `due`, epoch milliseconds.
 */
export function recordKeeper(keep: Keep): (record: DecisionRecord, due: number) => Promise<void> {
  return async (record, due) => {
    try {
      await within(Math.min(due - Date.now(), LONGEST_MS), systemClock, (signal) => keep(record, signal));
    } catch (error) {
      reportLostRecord(record, error);
    }
  };
}
