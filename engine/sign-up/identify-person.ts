import { type PreparedSignUp, prepareByRules, type TraceableSignUp } from "./prepare-sign-up";
import { readMissingRows } from "./read-rows";
import type { Run } from "./run";

/**
 * Finds the person of a sign-up: external tenants do not always name them. Prepares and reads again if it is another person than expected.
 */
export async function identifyPerson(prepared: TraceableSignUp, run: Run): Promise<PreparedSignUp> {
  const traced = await prepared.trace?.traced(run.rows.records, run.ports, run.deadline);
  if (traced === undefined) return prepared;
  run.known = { ...run.known, traced };
  const expected = [prepared, prepared.likely].find((each) => each?.received === traced.signUp);
  const person = expected ?? prepareByRules(traced.signUp, run);
  await readMissingRows(person, run);
  return person;
}
