import { SettingsError } from "../../../adapters/aws/settings";
import { GraphError, pauseAfter } from "../../../adapters/graph/graph";
import { CredentialError } from "../../../adapters/graph/sign-in";
import { TakenOverError } from "../../access-list/store/run";
import type { Incident } from "../incident";
import { type IncidentJob, isWorkedOn, jobOf, requested, WORK_LEASE_MS } from "../job";
import { incidentObjection } from "../steps";
import type { AccountPorts } from "./accounts";
import { type ActingPorts, actOnPeople, letBackIn, undo } from "./act";
import { IncidentChangedError, type IncidentStore } from "./incidents";

/** Interval of progress for the page. */
const PROGRESS_MS = 2_000;

export class NoAccountsError extends Error {
  override readonly name = "NoAccountsError";
}

export interface WorkPorts extends Omit<ActingPorts, "accounts"> {
  /** Throws NoAccountsError if there is no credential, and SettingsError. */
  accounts(how: Pick<AccountPorts, "signal" | "onDone">): Promise<AccountPorts>;
  /** Aborted when the function's time is nearly over: the rest waits for the next call. */
  readonly signal: AbortSignal;
  /** Called with each failure that an operator cannot resolve on the page. */
  report(error: unknown): void;
}

/**
 * Requests a job. Undefined if somebody else changed the incident meanwhile, or a worker has it. An Undo stops a worker that acts: the
 * worker checks before each person, and continues with the Undo.
 */
export async function requestJob(incidents: IncidentStore, incident: Incident, job: IncidentJob, now: Date): Promise<Incident | undefined> {
  const { work, aliveUntil, ...wanted } = requested(job, now);
  const isAtIt = isWorkedOn(incident, now);
  // It would replace unfinished work. Only an Undo has the same result for the people concerned.
  const current = jobOf(incident)?.verb;
  if (current !== undefined && job.verb !== "undo" && (job.verb === "enable" || current === "enable")) return undefined;
  if (isAtIt && !(job.verb === "undo" && incident.wish === "act")) return undefined;
  const facts = isAtIt ? wanted : { ...wanted, work, aliveUntil };
  return await incidents.update(incident, ["state", "people", "confirmedBy", "work", "aliveUntil", "wishedAt"], facts);
}

/** Does the pending jobs of the console, one incident after the other. A repeat continues. */
export async function workOnJobs(ports: WorkPorts, now: () => Date): Promise<void> {
  let before: string | undefined;
  do {
    const { items, next } = await ports.incidents.page(before);
    for (const incident of items) {
      if (ports.signal.aborted) return;
      if (jobOf(incident) !== undefined && !isWorkedOn(incident, now())) await workOn(incident, ports, now);
    }
    before = next;
  } while (before !== undefined);
}

async function workOn(found: Incident, ports: WorkPorts, now: () => Date): Promise<void> {
  const { incidents } = ports;
  const aliveUntil = now().getTime() + WORK_LEASE_MS;
  const claimed = await incidents.update(found, ["state", "work", "aliveUntil", "wishedAt"], { work: "running", aliveUntil });
  const job = claimed && jobOf(claimed);
  // Another worker was faster.
  if (claimed === undefined || job === undefined) return;
  const end = async (facts: Partial<Incident>) => {
    await incidents.update(claimed, ["aliveUntil", "wish"], { ...facts, aliveUntil: 0 });
  };
  try {
    await fulfilled(claimed, job, ports, now);
    await end({ work: "done" });
  } catch (error) {
    const work = workAfter(error, ports.signal);
    if (work === "failed") ports.report(error);
    await end({ work });
  }
  const current = await incidents.get(claimed.id);
  if (current?.wish === job.verb || current?.aliveUntil !== aliveUntil) return;
  // Somebody has requested the opposite since.
  const next = await incidents.update(current, ["aliveUntil", "wishedAt"], { work: "waiting", aliveUntil: 0 });
  if (next !== undefined) await workOn(next, ports, now);
}

async function fulfilled(incident: Incident, { verb, who, listOnly }: IncidentJob, ports: WorkPorts, now: () => Date): Promise<void> {
  const { signal, incidents } = ports;
  const { wishedAt: askedAt } = incident;
  // A row may be written by hand, so check again what the page checked.
  const objection = incidentObjection(verb, incident, who, now());
  // Somebody has undone it by command meanwhile.
  if (objection === "undone") return;
  if (objection !== undefined) throw new Error(`Nothing was done: ${objection}.`);
  const progress = progressOf(incident, incidents);
  const acting: ActingPorts = { ...ports, accounts: () => ports.accounts({ signal, onDone: progress.advance }) };
  try {
    if (verb === "enable") await letBackIn(incident, who, acting, now(), { signal });
    else if (verb === "act") await actOnPeople(incident, who, acting, now, { signal, listOnly, askedAt });
    else await undo(incident, who, acting, now, { signal, askedAt });
  } finally {
    await progress.settle();
  }
}

function progressOf(incident: Incident, incidents: IncidentStore) {
  let done = 0;
  let toldAt = Date.now();
  let telling: Promise<unknown> = Promise.resolve();
  const tell = () => {
    const count = done;
    telling = telling.then(() => incidents.update(incident, ["aliveUntil", "wish"], { done: count })).catch(() => undefined);
  };
  return {
    advance() {
      done += 1;
      if (Date.now() - toldAt < PROGRESS_MS) return;
      toldAt = Date.now();
      tell();
    },
    async settle() {
      if (done > 0) tell();
      await telling;
    },
  };
}

/** `waiting`: the next call continues. */
function workAfter(error: unknown, signal: AbortSignal): "waiting" | "refused" | "failed" {
  const isBusy = error instanceof TakenOverError || error instanceof IncidentChangedError;
  const passes = error instanceof GraphError && pauseAfter(error, 1) !== undefined;
  if (isBusy || passes || signal.aborted) return "waiting";
  const refuses = [GraphError, SettingsError, CredentialError, NoAccountsError].some((each) => error instanceof each);
  return refuses ? "refused" : "failed";
}
