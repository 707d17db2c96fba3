import type { RowKind } from "../../adapters/tables/row-kind";
import { PEOPLE_JOB_ROWS } from "./job";
import { peopleJobStore } from "./store/jobs";

export const peopleJobRows: RowKind = {
  ...{ table: "listChanges", under: PEOPLE_JOB_ROWS },
  // An act that was begun goes on where its people are.
  backedUp: false,
  async forget({ personIds }, client, name) {
    await peopleJobStore(client, name).forget(personIds);
  },
};

export const rows = [peopleJobRows];
