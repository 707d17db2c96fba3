import { mayBeSame, type NamedAuthor } from "../../engine/author";
import { MS_PER_DAY } from "../../engine/sign-up/time";
import { enabling, toDisable, toEnable } from "./account";
import { ACT_DAYS, ALONE_UP_TO, FRESH_DAYS, type Incident, type IncidentOutcome, type PersonState, UNDO_DAYS } from "./incident";

export type IncidentVerb = "act" | "confirm" | "undo" | "enable";

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
  const { state, people, actedAt } = incident;
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
  if (state !== "open") return undefined;
  if (isOver(incident.at, ACT_DAYS, now)) return "too-late";
  const isFresh = !isOver(incident.selection.from, FRESH_DAYS, now);
  return people > ALONE_UP_TO && !isFresh && incident.confirmedBy === undefined ? "second-person" : undefined;
}

/** Number of accounts that undoing left disabled: Graph refused, or they were disabled meanwhile. */
export function stillDisabled({ outcome = {} }: Pick<Incident, "outcome">): number {
  return countOf(toEnable, outcome);
}

/** Number of accounts that acting again may still disable. */
export function notDisabled(outcome: IncidentOutcome): number {
  return countOf(toDisable, outcome);
}

export function everDisabled(outcome: IncidentOutcome): number {
  return countOf(enabling, outcome);
}

function countOf(states: readonly PersonState[], outcome: IncidentOutcome): number {
  return states.reduce((sum, state) => sum + (outcome[state] ?? 0), 0);
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
