import type { PreparedSignUp, TraceableSignUp } from "./prepare-sign-up";
import { distinct, joinRecords, readKeys } from "./records";
import type { RecordKey } from "./rule";
import type { Run } from "./run";

/**
 * Makes one read: the rows that rules name, those that identify the person, the last rule's, and the record of an earlier, identical call.
 */
export async function readRows({ rules, trace, likely }: TraceableSignUp, run: Run): Promise<void> {
  const { policy, ports } = run;
  const { replayLookup = [], lastRule } = ports;
  const traceKeys = trace?.keys ?? [];
  const required = [...(lastRule === undefined ? [] : [lastRule.key]), ...(trace?.isOptional ? [] : traceKeys)];
  const optional = [...replayLookup, ...(trace?.isOptional ? traceKeys : [])];
  const records = await readKeys(distinct([...required, ...collectNeeds([...rules, ...(likely?.rules ?? [])])]), run, { optional });
  const last = lastRule?.activate(records.get(lastRule.key), policy, ports.now);
  const replayed = replayLookup.map((key) => records.get(key)).filter((row) => row !== undefined);
  run.known = { replayed, ...(last && { recorded: last.recorded }) };
  run.rows = { records, last };
}

/** Reads the rows that rules need in addition if the sign-up is another person's than expected. */
export async function readMissingRows({ rules }: PreparedSignUp, run: Run): Promise<void> {
  const { records, last } = run.rows;
  const missing = distinct(collectNeeds(rules)).filter((key) => !records.has(key));
  if (missing.length > 0) run.rows = { records: joinRecords(records, await readKeys(missing, run)), last };
}

function collectNeeds(rules: PreparedSignUp["rules"]): readonly RecordKey[] {
  return rules.flatMap((entry) => ("shadow" in entry ? [] : entry.needs));
}
