import { makeMember, type OperatorPlace } from "../../adapters/operator/world";
import type { AccountRow } from "../accounts/account";
import { accountRows } from "../accounts/world";
import { auditLog } from "../audit/world";
import { accountJobKinds, type PeopleJob } from "./job";
import type { JobPerson, PeopleJobDraft, PeopleJobStore } from "./store/jobs";
import { beginPeopleJob, type PeopleJobPorts, type RunOptions, readPeople, undoPeopleJob } from "./store/run";
import { peopleJobs } from "./world";

export { beginPeopleJob, type JobPerson, type PeopleJobDraft, type PeopleJobPorts, type RunOptions, readPeople, undoPeopleJob };

export function openJobs(place: OperatorPlace): PeopleJobStore {
  return makeMember(peopleJobs, place);
}

/** Returns the addresses of people on whom an act was not done, by their ids. Leaves out people whose data were erased. */
export async function findAddresses({ kept, ...job }: PeopleJob, place: OperatorPlace): Promise<ReadonlyMap<string, string>> {
  const ids = kept.map(({ id }) => id);
  if (ids.length === 0) return new Map();
  if (!accountJobKinds.some((kind) => kind === job.kind)) {
    const people = await readPeople(openJobs(place), job);
    return new Map(people.flatMap((person) => (person?.email === undefined ? [] : [[person.id, person.email]])));
  }
  const { readPart = (_part, _without, read) => read() } = place;
  const rows = await readPart<ReadonlyMap<string, AccountRow>>("addresses of accounts", new Map(), () =>
    makeMember(accountRows, place).getAll(ids),
  );
  return new Map([...rows.values()].map(({ id, email }) => [id, email]));
}

/** Makes what an operator's door needs to begin acts on many people. @param works the kinds of acts that the door can do */
export function openPeopleJobs(place: OperatorPlace, works: PeopleJobPorts["works"], now: () => Date): PeopleJobPorts {
  return {
    ...{ jobs: makeMember(peopleJobs, place), works, place, now },
    // A deployment may be older than its audit log, which not every act writes.
    get trail() {
      return makeMember(auditLog, place);
    },
  };
}
