import type { ConsoleRoute, Visit } from "../../app/visit";
import { postEntry } from "./allow-or-deny";
import { postErase, showErase } from "./erase-person";
import { handOutPerson } from "./export-person";
import { personAsked } from "./known-person";
import { peopleList, peopleStates } from "./people-list";
import { personPage, timelineViews } from "./person-page";

/** One person's page; the list of people where the address names nobody. */
async function people(visit: Visit): Promise<Response> {
  const asked = await personAsked(visit);
  return asked === undefined ? await peopleList(visit) : await personPage(visit, asked);
}

/** What an address asks for that names somebody. */
const whoAsks = { email: "any", account: "any" } as const;

export const routes: readonly ConsoleRoute[] = [
  {
    method: "GET",
    path: "/people",
    access: "Reader",
    asks: { ...whoAsks, reference: "any", gate: "gates", open: "any", set: "any", show: timelineViews, q: "any", state: peopleStates },
    handler: people,
  },
  { method: "POST", path: "/people/list", access: "Administrator", hidden: ["version"], handler: postEntry },
  { method: "GET", path: "/people/export.jsonl", access: "Administrator", asks: whoAsks, handler: handOutPerson },
  { method: "GET", path: "/people/export", access: "Administrator", asks: whoAsks, handler: handOutPerson },
  { method: "GET", path: "/people/erase", access: "Administrator", asks: whoAsks, handler: showErase },
  { method: "POST", path: "/people/erase", access: "Administrator", handler: postErase },
];
