import type { NamedAuthor } from "../../engine/author";
import type { Incident } from "./incident";

/** How long one worker may be at an incident: as long as its function lives. */
export const WORK_LEASE_MS = 15 * 60_000;

/** What the console asks a worker to do. `enable`: to those of the people who are marked for it. */
export interface IncidentJob {
  readonly verb: "act" | "undo" | "enable";
  readonly who: NamedAuthor;
  /** Accounts stay as they are. */
  readonly listOnly: boolean;
}

/** The columns of a job and of how far it is. They say nothing of what was done to the people. */
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

/** What is still to be done. */
export function jobOf({ wish, wishedBy, wishedName, listOnly = false, work }: Incident): IncidentJob | undefined {
  if (wish === undefined || wishedBy === undefined) return undefined;
  const job = { verb: wish, who: { by: wishedBy, name: wishedName }, listOnly };
  return work === "waiting" || work === "running" ? job : undefined;
}

/** What is still to be done to all of its people: to enable some leaves the others as they are. */
export function jobOfAll(incident: Incident): (IncidentJob & { readonly verb: "act" | "undo" }) | undefined {
  const job = jobOf(incident);
  return job === undefined || job.verb === "enable" ? undefined : { ...job, verb: job.verb };
}

/** Whether its people are shut out, or about to be. */
export function shutsOut(incident: Incident): boolean {
  const { verb = incident.state === "acting" || incident.state === "acted" ? "act" : undefined } = jobOfAll(incident) ?? {};
  return verb === "act";
}

/** Whether a worker seems to be at it now. */
export function isWorkedOn({ work, aliveUntil = 0 }: Incident, now: Date): boolean {
  return work === "running" && aliveUntil > now.getTime();
}

/** The row's columns once somebody asked for it. */
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
