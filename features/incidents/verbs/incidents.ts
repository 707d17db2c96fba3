import type { Deployment } from "../../../cli/deployment";
import { CommandError } from "../../../cli/failure";
import { INCIDENT_DAYS, type Incident } from "../incident";
import { type IncidentStore, incidentStore } from "../store/incidents";

export function incidentsOf({ dynamodb, listChangesTable }: Deployment): IncidentStore {
  return incidentStore(dynamodb, listChangesTable);
}

export async function incidentNamed(id: string, store: IncidentStore): Promise<Incident> {
  const incident = await store.get(id);
  if (incident !== undefined) return incident;
  throw new CommandError(`There is no incident ${id}: they are kept for ${INCIDENT_DAYS} days, and incident show lists them.`);
}
