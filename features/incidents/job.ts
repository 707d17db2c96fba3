import type { NamedAuthor } from "../../engine/author";
import type { Incident } from "./incident";

/** The lease of a worker on an incident: its function's maximum duration. */
export const WORK_LEASE_MS = 15 * 60_000;

/** A request from the console to the worker. `enable`: for the people marked for it. */
export interface IncidentJob {
  readonly verb: "act" | "undo" | "enable";
  readonly who: NamedAuthor;
  /** Leaves accounts as they are. */
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

/** The job still to be done. */
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

/** True if its people are shut out, or about to be. */
export function shutsOut(incident: Incident): boolean {
  const { verb = incident.state === "acting" || incident.state === "acted" ? "act" : undefined } = jobOfAll(incident) ?? {};
  return verb === "act";
}

/** True if a worker seems to have it now. */
export function isWorkedOn({ work, aliveUntil = 0 }: Incident, now: Date): boolean {
  return work === "running" && aliveUntil > now.getTime();
}

/** The row's columns after a request. */
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
