import { type PreparedSignUp, prepareByRules, type TraceableSignUp } from "./prepare-sign-up";
import { readMissingRows } from "./read-rows";
import type { Run } from "./run";

/** Finds whose the sign-up is: external tenants do not always say. For another person than expected, prepares and reads again. */
export async function identifyPerson(prepared: TraceableSignUp, run: Run): Promise<PreparedSignUp> {
  const traced = await prepared.trace?.traced(run.rows.records, run.ports, run.deadline);
  if (traced === undefined) return prepared;
  run.known = { ...run.known, traced };
  const expected = [prepared, prepared.likely].find((each) => each?.received === traced.signUp);
  const person = expected ?? prepareByRules(traced.signUp, run);
  await readMissingRows(person, run);
  return person;
}
