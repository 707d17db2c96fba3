import { incidentEvent } from "../../engine/incidents/event";
import { INCIDENTS } from "../../engine/incidents/incident";
import type { RowKind } from "../tables/row-kind";
import { incidentIn } from "./store";

/** Incidents, without their people. */
export const incidentKind: RowKind = {
  table: "listChanges",
  under: INCIDENTS,
  event({ before, after }) {
    const incident = after && incidentIn(after);
    if (incident === undefined) throw new TypeError("The row is no incident.");
    return incidentEvent(before && incidentIn(before), incident);
  },
  audited: "list-changes",
};
