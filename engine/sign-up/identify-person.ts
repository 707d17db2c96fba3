import { type PreparedSignUp, prepareByRules, type TraceableSignUp } from "./prepare-sign-up";
import { type Rows, readMissingRows } from "./read-rows";
import type { Run } from "./run";

/** A sign-up whose person is known, with all rows that the rules need. */
export interface Person extends PreparedSignUp {
  readonly rows: Rows;
}

/** Finds whose the sign-up is: external tenants do not always say. For another person than expected, prepares and reads again. */
export async function identifyPerson(prepared: TraceableSignUp, rows: Rows, run: Run): Promise<Person> {
  const traced = await prepared.trace?.traced(rows.records, run.ports, run.deadline);
  if (traced === undefined) return { ...prepared, rows };
  run.known = { ...run.known, traced };
  const expected = [prepared, prepared.likely].find((each) => each?.received === traced.signUp);
  const person = expected ?? prepareByRules(traced.signUp, run);
  return { ...person, rows: await readMissingRows(person, rows, run) };
}
