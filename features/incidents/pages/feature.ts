import { required } from "../../../adapters/aws/environment";
import { workerEnvironment } from "../../../adapters/aws/worker-environment";
import type { ConsoleFeature } from "../../../console/app/visit";
import { type IncidentStore, incidentStore } from "../store/incidents";
import { letInBursts, shutOutFound, shutOutOfDomain } from "./bursts";
import { lastShutOut, openIncidents } from "./inbox";
import { routes } from "./incidents";
import { incidentPath } from "./shut-out";

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
    incidentWork: functions(required(workerEnvironment.incidentWorkerFunction, settings)),
    reachesAccounts: settings[workerEnvironment.incidentAccounts] === "true",
  }),
  routes,
  async inbox(visit) {
    const newest = visit.world.incidents.page().then(({ items }) => items);
    const bursts = await letInBursts(visit, newest);
    return [...openIncidents(visit, await newest), ...bursts];
  },
  trailed: { table: "incident", pathOf: ({ subject }) => incidentPath(subject) },
  done: lastShutOut,
  besideDomain: shutOutOfDomain,
  search: { ofDomain: shutOutFound },
} satisfies ConsoleFeature;
