import type { View } from "../../adapters/operator/view";
import type { WorldMember } from "../../adapters/operator/world";
import { momentFilters } from "../../engine/operator/list";
import { newestSource } from "../access-list/store/newest-rows";
import type { Incident } from "./incident";
import { type IncidentStore, incidentStore } from "./store/incidents";

const readIncidents: WorldMember<Pick<IncidentStore, "page">> = {
  needs: [{ table: "listChanges", actions: "Query" }],
  make: ({ tables, nameOf }) => incidentStore(tables, nameOf("listChanges")),
};

const uses = { incidents: readIncidents };

/** Incidents, newest first. The place is an incident's id. */
export const incidentsView = {
  name: "incidents",
  uses,
  filters: momentFilters,
  source: async (query, { incidents }) => newestSource((before) => incidents.page(before), query),
  json: (incident) => incident,
} satisfies View<typeof uses, typeof momentFilters, Incident, string>;

export const views = [incidentsView];
