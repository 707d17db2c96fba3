import type { Pseudonymise } from "../services/pseudonyms";
import { within } from "../sign-up/deadline";
import type { DecisionRecord } from "../sign-up/record";
import { reportLostRecord } from "./report";

/** An answer does not wait longer for its record: what is lost then stands in the log. */
const LONGEST_MS = 1_500;

type Keep = (record: DecisionRecord, signal: AbortSignal) => Promise<void>;

/** Keeps records at best effort: the verdict stands whether or not its record does. Never rejects. */
export function recordKeeper(keep: Keep, pseudonymise: Pseudonymise): (record: DecisionRecord, remainingMs: number) => Promise<void> {
  return async (record, remainingMs) => {
    try {
      await within(Math.min(remainingMs, LONGEST_MS), (signal) => keep(record, signal));
    } catch (error) {
      reportLostRecord(record, await pseudonymOf(record, pseudonymise), error);
    }
  };
}

async function pseudonymOf({ email }: DecisionRecord, pseudonymise: Pseudonymise): Promise<string | undefined> {
  if (email === undefined) return undefined;
  return await within(LONGEST_MS, () => pseudonymise(email)).catch(() => undefined);
}
