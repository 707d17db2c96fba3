import type { WorldMember } from "../../adapters/operator/world";
import { PEOPLE_JOB_ROWS } from "./job";
import { type PeopleJobStore, peopleJobStore } from "./store/jobs";

export const peopleJobs: WorldMember<PeopleJobStore> = {
  needs: [{ table: "listChanges", actions: "GetItem PutItem Query UpdateItem", under: [PEOPLE_JOB_ROWS] }],
  make: ({ tables, nameOf }) => peopleJobStore(tables, nameOf("listChanges")),
};
