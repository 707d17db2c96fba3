import { holdJob, isHeld } from "../../../adapters/jobs/job";
import type { Incident } from "../incident";
import type { IncidentStore } from "./incidents";

/** Length of the lease on an incident. It is longer than any wait that Graph asks for. */
export const HOLD_MS = 2 * 60_000;

/** Thrown if somebody else is working on the incident, or has changed it meanwhile. */
export class IncidentChangedError extends Error {
  override readonly name = "IncidentChangedError";
}

export type Hold = Awaited<ReturnType<typeof holdIncident>>;

/** Each write renews the lease, and fails once somebody else has changed the incident's state or requested other work. */
export async function holdIncident(foundIncident: Incident, incidents: IncidentStore, now: () => Date, beginning: Partial<Incident>) {
  const lost = ({ id }: Incident) => new IncidentChangedError(id);
  if (isHeld(foundIncident, now())) throw lost(foundIncident);
  const read = ({ id }: Incident) => incidents.get(id);
  const terms = { read, update: incidents.update, stopping: ["state", "wish"], lost, now, leaseMs: HOLD_MS } as const;
  const held = await holdJob<Incident>(foundIncident, terms, beginning);
  return {
    get incident() {
      return held.job;
    },
    write: held.write,
    /** @param work the progress to write. If it is absent, or if somebody has requested other work since, the progress stays as it is */
    async release(work?: Incident["work"]): Promise<void> {
      if (work === undefined || !(await held.release({ work }, ["wish"]))) await held.release({}, []);
    },
  };
}
