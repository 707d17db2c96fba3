import type { NamedAuthor } from "../../engine/author";
import type { Incident } from "./incident";

/** The lease of a worker on an incident: its function's maximum duration. */
export const WORK_LEASE_MS = 15 * 60_000;

/** A request from the console to the worker. `enable`: for the people marked for it. */
export interface IncidentJob {
  readonly verb: "act" | "undo" | "enable";
  readonly who: NamedAuthor;
  readonly listOnly: boolean;
}

/** The columns of a job and its progress. They do not describe actions on people. */
export const jobColumns: readonly string[] = [
  "wish",
  "wishedBy",
  "wishedName",
  "wishedAt",
  "listOnly",
  "work",
  "aliveUntil",
  "done",
  "kept",
] satisfies readonly (keyof Incident)[];

export function jobOf({ wish, wishedBy, wishedName, listOnly = false, work }: Incident): IncidentJob | undefined {
  if (wish === undefined || wishedBy === undefined) return undefined;
  const job = { verb: wish, who: { by: wishedBy, name: wishedName }, listOnly };
  return work === "waiting" || work === "running" ? job : undefined;
}

/** The job still to be done for all its people. Enabling some leaves the others as they are. */
export function jobOfAll(incident: Incident): (IncidentJob & { readonly verb: "act" | "undo" }) | undefined {
  const job = jobOf(incident);
  return job === undefined || job.verb === "enable" ? undefined : { ...job, verb: job.verb };
}

export function shutsOut(incident: Incident): boolean {
  const { verb = incident.state === "acting" || incident.state === "acted" ? "act" : undefined } = jobOfAll(incident) ?? {};
  return verb === "act";
}

export function isWorkedOn({ work, aliveUntil = 0 }: Incident, now: Date): boolean {
  return work === "running" && aliveUntil > now.getTime();
}

export function requested({ verb, who, listOnly }: IncidentJob, now: Date): Partial<Incident> {
  return {
    wish: verb,
    wishedBy: who.by,
    wishedName: who.name ?? who.by,
    wishedAt: now.toISOString(),
    listOnly,
    work: "waiting",
    aliveUntil: 0,
    done: 0,
  };
}
