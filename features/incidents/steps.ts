import { mayBeSame, type NamedAuthor } from "../../engine/author";
import { MS_PER_DAY } from "../../engine/sign-up/time";
import { enabling, toDisable, toEnable } from "./account";
import {
  ACT_DAYS,
  ALONE_UP_TO,
  FRESH_DAYS,
  type Incident,
  type IncidentOutcome,
  type IncidentPerson,
  type IncidentStep,
  type PersonState,
  UNDO_DAYS,
} from "./incident";

/** The work that a person asks for. `enable`: for the people in the state `enabling`. */
export type WorkVerb = NonNullable<Incident["wish"]>;
export type IncidentVerb = WorkVerb | "confirm";

export type IncidentObjection =
  | "unfinished"
  | "nobody"
  | "too-late"
  | "second-person"
  | "own"
  | "not-asked"
  | "confirmed"
  | "nothing-done"
  | "undone";

/** Returns why a person may not act, or undefined. After `second-person`, they request one. */
export function incidentObjection(verb: IncidentVerb, incident: Incident, who: NamedAuthor, now: Date): IncidentObjection | undefined {
  const { state, people, actedAt, confirmedBy, selection } = incident;
  if (state === "selecting") return "unfinished";
  if (verb === "undo" || verb === "enable") {
    if (actedAt === undefined) return "nothing-done";
    if (state === "undone" && stillDisabled(incident) === 0 && !incident.held) return "undone";
    return isOver(actedAt, UNDO_DAYS, now) && state !== "undoing" ? "too-late" : undefined;
  }
  if (state === "undoing" || state === "undone") return "undone";
  if (people === 0) return "nobody";
  if (verb === "confirm") return objectionToConfirming(incident, who, now);
  // Anyone may finish an action that was begun.
  if (state === "open" && isOver(incident.at, ACT_DAYS, now)) return "too-late";
  const isFresh = !isOver(selection.from, FRESH_DAYS, actedAt === undefined ? now : new Date(actedAt));
  return people > ALONE_UP_TO && !isFresh && confirmedBy === undefined ? "second-person" : undefined;
}

function objectionToConfirming(incident: Incident, who: NamedAuthor, now: Date): IncidentObjection | undefined {
  const { at, askedBy, askedName, askedUserNames, confirmedBy } = incident;
  if (confirmedBy !== undefined) return "confirmed";
  if (askedBy === undefined) return "not-asked";
  if (mayBeSame({ by: askedBy, name: askedName, userNames: askedUserNames }, who)) return "own";
  return isOver(at, ACT_DAYS, now) ? "too-late" : undefined;
}

function isOver(since: string, days: number, now: Date): boolean {
  return now.getTime() > Date.parse(since) + days * MS_PER_DAY;
}

/** True while the worker of the console has something to do about it, or will have. */
export function isUnderWay({ work }: Pick<Incident, "work">): boolean {
  return work === "waiting" || work === "running";
}

/** True while a worker or command is at it. */
export function isWorkedOn({ aliveUntil = 0 }: Pick<Incident, "aliveUntil">, now: Date): boolean {
  return aliveUntil > now.getTime();
}

export function isKeepingOut({ state }: Pick<Incident, "state">): boolean {
  return state === "acting" || state === "acted";
}

export function isOut({ state }: Pick<IncidentPerson, "state">): boolean {
  return !["listed", "enabling", "enabled", "changed"].includes(state);
}

/** Number of accounts that undoing left disabled: Graph refused, or they were disabled meanwhile. */
export function stillDisabled({ outcome = {} }: Pick<Incident, "outcome">): number {
  return sumOf(toEnable, outcome);
}

/** Number of accounts that acting again may still disable. */
export function notDisabled(outcome: IncidentOutcome): number {
  return sumOf(toDisable, outcome);
}

export function everDisabled(outcome: IncidentOutcome): number {
  return sumOf(enabling, outcome);
}

function sumOf(states: readonly PersonState[], outcome: IncidentOutcome): number {
  return states.reduce((sum, state) => sum + (outcome[state] ?? 0), 0);
}

/** The step with its author, for the trail. */
export function stepBy(what: IncidentStep, { by, name }: NamedAuthor, at: string): Pick<Incident, "step"> {
  return { step: { what, at, by, ...(name !== undefined && { name }) } };
}

/** The columns of a step that begins. Of a repeat, the first author and time stay. */
export function markBegun(incident: Incident, verb: WorkVerb, who: NamedAuthor, at: string): Partial<Incident> {
  const { by, name } = who;
  if (verb === "act") {
    const first = incident.actedAt === undefined && { actedBy: by, ...(name !== undefined && { actedName: name }), actedAt: at };
    return incident.state === "acting" ? {} : { state: "acting", ...first, ...stepBy("acting", who, at) };
  }
  if (verb === "enable" || incident.state === "undoing") return {};
  const first = incident.undoneAt === undefined && { undoneBy: by, ...(name !== undefined && { undoneName: name }), undoneAt: at };
  return { state: "undoing", ...first, ...stepBy("undoing", who, at) };
}
