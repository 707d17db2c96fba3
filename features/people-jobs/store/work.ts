import { type Act, type Attempt, carryOutEach } from "../../../adapters/operator/act";
import { makeWorld, type Uses } from "../../../adapters/operator/world";
import type { PeopleJob } from "../job";
import type { NamedPerson } from "./jobs";
import type { PeopleWork, WorkOfJob } from "./run";

/** Number of people on whom an act is done in parallel, if the stream writes the audit log. */
const AT_ONCE = 25;
/** A worker may write a row between its read and the act's write. */
const TRIES = 3;

interface WorkTerms<U extends Uses, Person extends NamedPerson, Target, Input, State, Outcome> {
  readonly act: Act<U, Target, Input, State, Outcome>;
  toAttempt(person: Person, job: PeopleJob): Pick<Attempt<Target, Input>, "target" | "input" | "answered">;
  /** True if the row says that the job with this id did the act: a process was killed before it counted the person. */
  isDone(state: State, id: string): boolean;
  /** True if the stream of the rows writes the audit log's entries. @default the job does, for one person after the other */
  isAuditedByStream?(job: PeopleJob): boolean;
  tell?(person: Person, end: PersonEnd<Outcome>): void;
}

/** The end of the act on a person: the outcome, or the code of a refusal. Neither: an earlier process did the act. */
export interface PersonEnd<Outcome> {
  readonly outcome?: Outcome;
  readonly code?: string;
}

/** Makes the work of a job that does one act on each of its people. */
export function makeWork<U extends Uses, Person extends NamedPerson, Target, Input, State, Outcome>(
  terms: WorkTerms<U, Person, Target, Input, State, Outcome>,
): PeopleWork {
  const { act, toAttempt, isDone, tell } = terms;
  return {
    async perform(named, work) {
      const { job, place, doing, isRepeated } = work;
      const people = named as readonly Person[];
      const targets = isRepeated ? people.map((person) => toAttempt(person, job).target) : [];
      const states = isRepeated ? await act.read(targets, makeWorld(act.uses, place), doing) : [];
      const known = new Map(states.map((state, index) => [people[index] as Person, state]));
      // Not every act may be done twice: a second extension would be a longer one.
      const left = people.filter((person) => !isRepeated || !isDone(known.get(person) as State, job.id));
      const ends = await actOnEach(terms, left, known, work);
      for (const person of people) tell?.(person, ends.get(person.id) ?? {});
      return people.map(({ id }) => ends.get(id)?.code);
    },
  };
}

async function actOnEach<U extends Uses, Person extends NamedPerson, Target, Input, State, Outcome>(
  { act, toAttempt, isAuditedByStream }: WorkTerms<U, Person, Target, Input, State, Outcome>,
  people: readonly Person[],
  known: ReadonlyMap<Person, State>,
  { job, place, doing, audit }: WorkOfJob,
): Promise<Map<string, PersonEnd<Outcome>>> {
  const isStreamed = isAuditedByStream?.(job) === true;
  const ends = new Map<string, PersonEnd<Outcome>>();
  let left = people;
  for (let count = 1; count <= TRIES && left.length > 0; count++) {
    const attempts = left.map((person) => ({
      ...toAttempt(person, job),
      ...(count === 1 && known.has(person) && { state: known.get(person) as State }),
    }));
    const results = isStreamed
      ? await carryOutEach(act, attempts, place, { ...doing, atOnce: AT_ONCE })
      : await carryOutEach(act, attempts, place, doing, audit());
    for (const [index, result] of results.entries()) {
      const code = result.kind === "stopped" ? result.concerns[0].code : "changed";
      ends.set((left[index] as Person).id, result.kind === "done" ? { outcome: result.outcome } : { code });
    }
    left = left.filter(({ id }) => ends.get(id)?.code === "changed");
  }
  return ends;
}
