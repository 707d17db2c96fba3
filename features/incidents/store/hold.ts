import type { Incident } from "../incident";
import { isWorkedOn } from "../steps";
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
  if (isWorkedOn(foundIncident, now())) throw new IncidentChangedError(foundIncident.id);
  async function renew(current: Incident, facts: Partial<Incident>): Promise<Incident> {
    const next = await incidents.update(current, ["state", "wish", "aliveUntil"], { ...facts, aliveUntil: now().getTime() + HOLD_MS });
    if (next === undefined) throw new IncidentChangedError(foundIncident.id);
    return next;
  }
  const takenIncident = await renew(foundIncident, beginning);
  // `renew` compared only some columns of `foundIncident`. The others may be out of date, so the incident is read again.
  let incident = (await incidents.get(foundIncident.id)) ?? takenIncident;
  let last: Promise<unknown> = Promise.resolve();
  return {
    get incident() {
      return incident;
    },
    async write(facts: Partial<Incident>): Promise<void> {
      const next = last.then(async () => {
        incident = await renew(incident, facts);
      });
      last = next.catch(() => undefined);
      await next;
    },
    /** @param work the progress to write. If it is absent, or if somebody has requested other work since, the progress stays as it is */
    async release(work?: Incident["work"]): Promise<void> {
      await last;
      const isSet = work !== undefined && (await incidents.update(incident, ["wish", "aliveUntil"], { aliveUntil: 0, work }));
      if (!isSet) await incidents.update(incident, ["aliveUntil"], { aliveUntil: 0 });
    },
  };
}
