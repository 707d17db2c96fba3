import { makeMember, type OperatorPlace } from "../../adapters/operator/world";
import { auditLog } from "../audit/world";
import type { JobPerson, PeopleJobDraft } from "./store/jobs";
import { beginPeopleJob, type PeopleJobPorts, runPeopleJob } from "./store/run";
import { peopleJobs } from "./world";

export { beginPeopleJob, type JobPerson, type PeopleJobDraft, type PeopleJobPorts, runPeopleJob };

/** Makes what an operator's door needs to begin acts on many people. @param works the kinds of acts that the door can do */
export function openPeopleJobs(place: OperatorPlace, works: PeopleJobPorts["works"], now: () => Date): PeopleJobPorts {
  return { jobs: makeMember(peopleJobs, place), works, place, trail: makeMember(auditLog, place), now };
}

/** Reads all people of an act, in order. */
export async function readPeople(
  { jobs }: Pick<PeopleJobPorts, "jobs">,
  job: Parameters<typeof runPeopleJob>[0],
): Promise<readonly JobPerson[]> {
  const people: JobPerson[] = [];
  while (people.length < job.total) {
    const some = await jobs.people(job, people.length);
    if (some.length === 0) break;
    people.push(...some);
  }
  return people;
}
