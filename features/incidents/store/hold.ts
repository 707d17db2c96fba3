import type { Incident } from "../incident";
import { isWorkedOn } from "../steps";
import type { IncidentStore } from "./incidents";

/** Lease of who works on an incident: longer than Graph has a call wait. */
export const HOLD_MS = 2 * 60_000;

/** Somebody else works on the incident, or has changed it meanwhile. */
export class IncidentChangedError extends Error {
  override readonly name = "IncidentChangedError";
}

/** An incident that this program works on. Each write renews its lease, and fails once somebody else asks for something else. */
export interface Hold {
  readonly incident: Incident;
  /** One after the other. */
  write(facts: Partial<Incident>): Promise<Incident>;
  /** Ends the lease. @param work how far it came; absent: as it was */
  release(work?: Incident["work"]): Promise<void>;
}

/** Takes an incident for this program alone. Throws IncidentChangedError if somebody else has it. */
export async function holdIncident(
  found: Incident,
  incidents: IncidentStore,
  now: () => Date,
  facts: Partial<Incident> = {},
): Promise<Hold> {
  const lease = () => now().getTime() + HOLD_MS;
  if (isWorkedOn(found, now())) throw new IncidentChangedError(found.id);
  const taken = await incidents.update(found, ["state", "wish", "aliveUntil"], { ...facts, aliveUntil: lease() });
  // The other members of the found row may be old.
  const current = taken && (await incidents.get(taken.id));
  if (current === undefined) throw new IncidentChangedError(found.id);
  let incident = current;
  let last: Promise<unknown> = Promise.resolve();
  async function renew(facts: Partial<Incident>): Promise<Incident> {
    const next = await incidents.update(incident, ["state", "wish", "aliveUntil"], { ...facts, aliveUntil: lease() });
    if (next === undefined) throw new IncidentChangedError(incident.id);
    incident = next;
    return next;
  }
  return {
    get incident() {
      return incident;
    },
    write(facts) {
      const next = last.then(() => renew(facts));
      last = next.catch(() => undefined);
      return next;
    },
    async release(work) {
      await last;
      const end = { aliveUntil: 0, ...(work !== undefined && { work }) };
      if (await incidents.update(incident, ["wish", "aliveUntil"], end)) return;
      // Somebody has asked for the opposite since.
      await incidents.update(incident, ["aliveUntil"], { aliveUntil: 0, ...(work !== undefined && { work: "waiting" }) });
    },
  };
}
