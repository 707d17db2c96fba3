import { makeMember, type OperatorPlace } from "../../adapters/operator/world";
import { auditLog } from "../audit/world";
import type { JobPerson, PeopleJobDraft, PeopleJobStore } from "./store/jobs";
import { beginPeopleJob, type PeopleJobPorts, type RunOptions, readPeople, undoPeopleJob } from "./store/run";
import { peopleJobs } from "./world";

export { beginPeopleJob, type JobPerson, type PeopleJobDraft, type PeopleJobPorts, type RunOptions, readPeople, undoPeopleJob };

export function openJobs(place: OperatorPlace): PeopleJobStore {
  return makeMember(peopleJobs, place);
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
