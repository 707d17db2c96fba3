import type { PreparedSignUp, TraceableSignUp } from "./prepare-sign-up";
import { distinct, joinRecords, readKeys } from "./records";
import type { RecordKey } from "./rule";
import type { Run } from "./run";

/** Makes the one read: rows that rules name, that may tell who the person is, and of an earlier, identical call. */
export async function readRows({ rules, trace, likely }: TraceableSignUp, run: Run): Promise<void> {
  const { policy, ports } = run;
  const { replayLookup = [], lastRule } = ports;
  const traceKeys = trace?.keys ?? [];
  const more = [...(lastRule === undefined ? [] : [lastRule.key]), ...(trace?.isOptional ? [] : traceKeys)];
  const optional = [...replayLookup, ...(trace?.isOptional ? traceKeys : [])];
  const records = await readKeys(distinct([...more, ...collectNeeds([...rules, ...(likely?.rules ?? [])])]), run, { optional });
  const last = lastRule?.activate(records.get(lastRule.key), policy, ports.now);
  const replayed = replayLookup.map((key) => records.get(key)).filter((row) => row !== undefined);
  run.known = { replayed, ...(last && { recorded: last.recorded }) };
  run.rows = { records, last };
}

/** Reads the rows that rules need besides, if the person turned out to be another. */
export async function readMissingRows({ rules }: PreparedSignUp, run: Run): Promise<void> {
  const { records, last } = run.rows;
  const missing = distinct(collectNeeds(rules)).filter((key) => !records.has(key));
  if (missing.length > 0) run.rows = { records: joinRecords(records, await readKeys(missing, run)), last };
}

function collectNeeds(rules: PreparedSignUp["rules"]): readonly RecordKey[] {
  return rules.flatMap((entry) => ("shadow" in entry ? [] : entry.needs));
}
