import type { WorldMember } from "../../adapters/operator/world";
import { type PeopleJobStore, peopleJobStore } from "./store/jobs";

export const peopleJobs: WorldMember<PeopleJobStore> = {
  needs: [{ table: "listChanges", actions: "GetItem PutItem Query UpdateItem" }],
  make: ({ tables, nameOf }) => peopleJobStore(tables, nameOf("listChanges")),
};
