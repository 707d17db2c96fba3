import { type Person, prepareByRules } from "./prepare-sign-up";
import { readMissingRows } from "./read-rows";
import type { Run } from "./run";

/** Finds the person of a sign-up, because external tenants do not always name the person. */
export async function identifyPerson(person: Person, run: Run): Promise<Person> {
  const identification = await person.search?.identify(run.rows.records, run.ports, run.deadline);
  if (identification === undefined) return person;
  run.known = { ...run.known, identification };
  const prepared = [person, person.likely].find((each) => each?.received === identification.signUp);
  const owner = prepared ?? prepareByRules(identification.signUp, run);
  await readMissingRows(owner, run);
  return owner;
}
