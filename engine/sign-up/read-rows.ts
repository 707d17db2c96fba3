import type { Person } from "./prepare-sign-up";
import { distinct, joinRecords, readKeys } from "./records";
import type { RecordKey } from "./rule";
import type { Rows, Run } from "./run";

/** Reads at once rows for the rules, the search for the person, the last rule, and an earlier, identical call. */
export async function readRows(person: Person, run: Run): Promise<Rows> {
  const { policy, ports } = run;
  const { replayLookup = [], lastRule } = ports;
  const { search, likely } = person;
  const searchKeys = search?.keys ?? [];
  const required = [...(lastRule === undefined ? [] : [lastRule.key]), ...(search?.isOptional ? [] : searchKeys)];
  const optional = [...replayLookup, ...(search?.isOptional ? searchKeys : [])];
  const needs = [person, ...(likely === undefined ? [] : [likely])].flatMap(listNeeds);
  const records = await readKeys(distinct([...required, ...needs]), run, { optional });
  const last = lastRule?.activate(records.get(lastRule.key), policy, ports.now);
  const replayed = replayLookup.map((key) => records.get(key)).filter((row) => row !== undefined);
  return { records, last, replayed };
}

/** Adds the rows that the rules of another person than expected need. */
export async function readMissingRows(person: Person, rows: Rows, run: Run): Promise<Rows> {
  const { records } = rows;
  const missing = distinct(listNeeds(person)).filter((key) => !records.has(key));
  return missing.length === 0 ? rows : { ...rows, records: joinRecords(records, await readKeys(missing, run)) };
}

function listNeeds({ rules }: Person): readonly RecordKey[] {
  return rules.flatMap((entry) => ("shadow" in entry ? [] : entry.needs));
}
