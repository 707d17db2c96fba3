import * as v from "valibot";
import { mayBeSame, type NamedAuthor } from "../../engine/audited-change";
import { type DirectoryAccount, isOfDecisions } from "../../engine/directory-account";
import { keepGiven } from "../../engine/json";
import type { Row } from "../../engine/sign-up/rule";
import { MS_PER_DAY } from "../../engine/sign-up/time";
import {
  ACT_DAYS,
  ALONE_UP_TO,
  FRESH_DAYS,
  type Incident,
  type IncidentOutcome,
  type IncidentPerson,
  type IncidentStep,
  type PersonState,
  personStates,
  stepColumn,
  type TakenStep,
  UNDO_DAYS,
} from "./incident";
import type { Selection } from "./selection";

/** The work that a person requests. `enable`: the people in the state `enabling` are let in again. */
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

/**
 * Returns undefined if the person may take the step. `second-person`: somebody else has to confirm first, and the person may ask for the
 * confirmation.
 */
export function incidentObjection(verb: IncidentVerb, incident: Incident, who: NamedAuthor, now: Date): IncidentObjection | undefined {
  const { state, people, selection } = incident;
  const actedAt = findStep(incident, "acting")?.at;
  if (state === "selecting") return "unfinished";
  if (verb === "undo" || verb === "enable") {
    if (actedAt === undefined) return "nothing-done";
    if (state === "undone" && countStillDisabled(incident) === 0 && !incident.held) return "undone";
    return isOver(actedAt, UNDO_DAYS, now) && state !== "undoing" ? "too-late" : undefined;
  }
  if (state === "undoing" || state === "undone") return "undone";
  if (people === 0) return "nobody";
  if (verb === "confirm") return objectionToConfirming(incident, who, now);
  // ACT_DAYS limits only when work begins. Work that has begun may be finished later, by anyone.
  if (state === "open" && isOver(incident.at, ACT_DAYS, now)) return "too-late";
  const isFresh = !isOver(selection.from, FRESH_DAYS, actedAt === undefined ? now : new Date(actedAt));
  return people > ALONE_UP_TO && !isFresh && findStep(incident, "confirmed") === undefined ? "second-person" : undefined;
}

function objectionToConfirming(incident: Incident, who: NamedAuthor, now: Date): IncidentObjection | undefined {
  const askedStep = findStep(incident, "asked");
  if (findStep(incident, "confirmed") !== undefined) return "confirmed";
  if (askedStep === undefined) return "not-asked";
  return mayBeSame(askedStep, who) ? "own" : isOver(incident.at, ACT_DAYS, now) ? "too-late" : undefined;
}

function isOver(since: string, days: number, now: Date): boolean {
  return now.getTime() > Date.parse(since) + days * MS_PER_DAY;
}

export function isUnderWay({ work }: Pick<Incident, "work">): boolean {
  return work === "waiting" || work === "running";
}

export function isKeepingOut({ state }: Pick<Incident, "state">): boolean {
  return state === "acting" || state === "acted";
}

/** Returns the incidents that keep out people whom a selection may find. */
export function listKeepingOut(incidents: readonly Incident[], { domain, from, to }: Selection): readonly Incident[] {
  return incidents.filter((incident) => {
    const other = incident.selection;
    const overlaps = (domain === undefined || other.domain === undefined) && other.from <= to && other.to >= from;
    return isKeepingOut(incident) && (overlaps || (domain !== undefined && other.domain === domain));
  });
}

export function isOut({ state }: Pick<IncidentPerson, "state">): boolean {
  return !["listed", "enabling", "enabled", "changed"].includes(state);
}

/** Returns the number of accounts that an undo has to enable. After an undo: the number of accounts that the undo left disabled. */
export function countStillDisabled({ outcome = {} }: Pick<Incident, "outcome">): number {
  return sumStates(toEnable, outcome);
}

/** Returns the number of accounts that a repeat of `act` may still disable. */
export function countNotDisabled(outcome: IncidentOutcome): number {
  return sumStates(toDisable, outcome);
}

function sumStates(states: readonly PersonState[], outcome: IncidentOutcome): number {
  return states.reduce((sum, state) => sum + (outcome[state] ?? 0), 0);
}

/**
 * Returns the number of people who were erased since the incident was opened: their rows are gone.
 * @param outcome of all rows that are left
 */
export function countErased({ state, people }: Pick<Incident, "state" | "people">, outcome: IncidentOutcome): number {
  return state === "selecting" ? 0 : Math.max(0, people - sumStates(personStates, outcome));
}

/** Finds when and by whom a step was first taken. Undefined if it was not taken. */
export function findStep({ steps }: Pick<Incident, "steps">, what: IncidentStep): TakenStep | undefined {
  return steps.find((step) => step.what === what);
}

/** The author of a step, and what the audit log tells of it. */
export interface StepAuthor extends NamedAuthor, Pick<TakenStep, "act" | "whom"> {}

export function addStep(
  { steps }: Incident,
  what: IncidentStep,
  { by, userNames, ...facts }: StepAuthor,
  at: string,
): Pick<Incident, "steps"> {
  const { name, act, whom } = facts;
  const names = what === "asked" && userNames ? [...userNames] : undefined;
  return { steps: [...steps, { what, at, by, ...keepGiven({ name, userNames: names, act, whom }) }] };
}

export function markBegun(incident: Incident, verb: WorkVerb, who: StepAuthor, at: string): Partial<Incident> {
  const state = { act: "acting", undo: "undoing", enable: undefined }[verb] as "acting" | "undoing" | undefined;
  return state === undefined || state === incident.state ? {} : { state, ...addStep(incident, state, who, at) };
}

const earlierColumns = { opened: "", asked: "asked", confirmed: "confirmed", acting: "acted", undoing: "undone" } as const;

/** Versions before December 2026 stored a step in columns of its own, such as `actedAt`, `actedBy` and `actedName`. */
export function readSteps(row: Row): readonly TakenStep[] {
  if (v.is(v.array(stepColumn), row.steps)) return row.steps;
  const cell = (of: string, name: string) => row[of === "" ? name.toLowerCase() : `${of}${name}`];
  return Object.entries(earlierColumns).flatMap(([what, of]) => {
    const step = { what, at: cell(of, "At"), by: cell(of, "By"), name: cell(of, "Name"), userNames: cell(of, "UserNames") };
    return v.is(stepColumn, step) ? [step] : [];
  });
}

export function fateOfAccount(
  accounts: readonly DirectoryAccount[],
  person: Pick<IncidentPerson, "at" | "last" | "state" | "account">,
): { readonly disable: DirectoryAccount } | { readonly state: PersonState } {
  // An earlier run chose this person's account, which was enabled then.
  if (person.state === "disabling") {
    const [own] = accounts;
    if (own === undefined) return { state: "gone" };
    return own.accountEnabled ? { disable: own } : { state: "disabled" };
  }
  const ownAccounts = accounts.filter((account) => isOfDecisions(account, person));
  const [account, ...others] = ownAccounts;
  if (account === undefined) return { state: accounts.length > 0 ? "other" : person.account === undefined ? "none" : "gone" };
  if (others.length > 0) return { state: "several" };
  return account.accountEnabled ? { disable: account } : { state: "already" };
}

export function fateOfUndoing(account: DirectoryAccount | undefined, state: PersonState): "enable" | { readonly state: PersonState } {
  if (account === undefined) return { state: "gone" };
  if (!account.accountEnabled) return "enable";
  if (state === "enabling") return { state: "enabled" };
  return { state: state === "disabling" ? "selected" : "changed" };
}

/**
 * People in these states are tried again if `act` is repeated: a run may have broken off, an account may exist by now, or Graph may permit
 * the change.
 */
export const toDisable: readonly PersonState[] = ["selected", "disabling", "none", "refused"];
export const toEnable: readonly PersonState[] = ["disabled", "disabling", "enabling"];
