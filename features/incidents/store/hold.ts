import type { Incident } from "../incident";
import { isWorkedOn } from "../steps";
import type { IncidentStore } from "./incidents";

/** Lease of who works on an incident: longer than Graph has a call wait. */
export const HOLD_MS = 2 * 60_000;

/** Somebody else works on the incident, or has changed it meanwhile. */
export class IncidentChangedError extends Error {
  override readonly name = "IncidentChangedError";
}

export type Hold = Awaited<ReturnType<typeof holdIncident>>;

/** Takes an incident for this program alone. Each write renews its lease, and fails once somebody else asks for something else. */
export async function holdIncident(foundIncident: Incident, incidents: IncidentStore, now: () => Date, beginning: Partial<Incident>) {
  if (isWorkedOn(foundIncident, now())) throw new IncidentChangedError(foundIncident.id);
  async function renew(current: Incident, facts: Partial<Incident>): Promise<Incident> {
    const next = await incidents.update(current, ["state", "wish", "aliveUntil"], { ...facts, aliveUntil: now().getTime() + HOLD_MS });
    if (next === undefined) throw new IncidentChangedError(foundIncident.id);
    return next;
  }
  const takenIncident = await renew(foundIncident, beginning);
  // The other members of the found row may be old.
  let incident = (await incidents.get(foundIncident.id)) ?? takenIncident;
  let last: Promise<unknown> = Promise.resolve();
  return {
    get incident() {
      return incident;
    },
    /** One after the other. */
    async write(facts: Partial<Incident>): Promise<void> {
      const next = last.then(async () => {
        incident = await renew(incident, facts);
      });
      last = next.catch(() => undefined);
      await next;
    },
    /** Ends the lease. @param work how far it came; absent: as it was, also where somebody has asked for the opposite since */
    async release(work?: Incident["work"]): Promise<void> {
      await last;
      const isSet = work !== undefined && (await incidents.update(incident, ["wish", "aliveUntil"], { aliveUntil: 0, work }));
      if (!isSet) await incidents.update(incident, ["aliveUntil"], { aliveUntil: 0 });
    },
  };
}
