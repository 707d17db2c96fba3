import { environment, required } from "../../../adapters/aws/environment";
import type { ConsoleFeature } from "../../../console/app/visit";
import { type IncidentStore, incidentStore } from "../store/incidents";
import { openIncidents } from "./inbox";
import { incidentPath, routes } from "./incidents";

declare module "../../../console/app/ports" {
  interface ConsolePorts {
    readonly incidents: IncidentStore;
    /** Starts the function that acts on incidents. */
    readonly incidentWork: { start(call: object): Promise<void> };
    /** Whether that function reaches accounts, or the access list alone. */
    readonly reachesAccounts?: boolean;
  }
}

export const feature = {
  ports: ({ functions, settings, tables, nameOf }) => ({
    incidents: incidentStore(tables, nameOf("listChanges")),
    incidentWork: functions(required(environment.incidentWorkerFunction, settings)),
    reachesAccounts: settings[environment.incidentAccounts] === "true",
  }),
  routes,
  inbox: openIncidents,
  trailed: { table: "incident", pathOf: ({ subject }) => incidentPath(subject) },
} satisfies ConsoleFeature;
