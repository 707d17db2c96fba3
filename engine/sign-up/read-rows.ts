import type { ActiveLastRule } from "./last-rule";
import type { PreparedSignUp, TraceableSignUp } from "./prepare-sign-up";
import { distinct, joinRecords, type ReadRecords, readKeys } from "./records";
import type { RecordKey } from "./rule";
import type { Run } from "./run";

/** What was read before the rules decide. */
export interface Rows {
  readonly records: ReadRecords;
  /** Absent while the last rule has nothing to say. */
  readonly last?: ActiveLastRule | undefined;
}

/** Makes the one read: rows that rules name, that may tell who the person is, and of an earlier, identical call. */
export async function readRows({ rules, trace, likely }: TraceableSignUp, run: Run): Promise<Rows> {
  const { policy, ports } = run;
  const { replayLookup = [], lastRule } = ports;
  const traceKeys = trace?.keys ?? [];
  const more = [...(lastRule === undefined ? [] : [lastRule.key]), ...(trace?.isOptional ? [] : traceKeys)];
  const optional = [...replayLookup, ...(trace?.isOptional ? traceKeys : [])];
  const records = await readKeys(distinct([...more, ...collectNeeds([...rules, ...(likely?.rules ?? [])])]), run, { optional });
  const last = lastRule?.activate(records.get(lastRule.key), policy, ports.now);
  const replayed = replayLookup.map((key) => records.get(key)).filter((row) => row !== undefined);
  run.known = { replayed, ...(last && { recorded: last.recorded }) };
  return { records, last };
}

/** Adds the rows that rules need besides, if the person turned out to be another. */
export async function readMissingRows({ rules }: PreparedSignUp, rows: Rows, run: Run): Promise<Rows> {
  const missing = distinct(collectNeeds(rules)).filter((key) => !rows.records.has(key));
  return missing.length === 0 ? rows : { ...rows, records: joinRecords(rows.records, await readKeys(missing, run)) };
}

function collectNeeds(rules: PreparedSignUp["rules"]): readonly RecordKey[] {
  return rules.flatMap((entry) => ("shadow" in entry ? [] : entry.needs));
}
