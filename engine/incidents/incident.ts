import { amount, anyObject, anyText, filled, flag, object, oneOf, optional, type TypeOf, time, wholeNumber } from "../schema";
import type { Selection } from "./selection";
import type { TopCounts } from "./tally";

/** The incidents have one partition in the table of change sets, in the order of their ids. */
export const INCIDENTS = "incidents";

/** Prefix of the partition of an incident's people, before its id. */
export const INCIDENT_PEOPLE = "incident/";

/** How long an incident is kept. */
export const INCIDENT_DAYS = 90;
/** How long after its selection somebody may act on it. */
export const ACT_DAYS = 30;
/** How long after acting it can be undone. */
export const UNDO_DAYS = 30;
/** For more people than that, a second person has to confirm. */
export const ALONE_UP_TO = 20;

/** What is, or was, done to the people that one selection found. */
export const incidentStates = ["selecting", "open", "acting", "acted", "undoing", "undone"] as const;
export type IncidentState = (typeof incidentStates)[number];

/** How far what was asked for in the console is. */
export const workStates = ["waiting", "running", "done", "refused", "failed"] as const;

/** What became of one person's account. */
export const personStates = [
  "selected",
  "disabling",
  "disabled",
  "enabling",
  "enabled",
  "changed",
  "listed",
  "none",
  "several",
  "other",
  "already",
  "gone",
  "refused",
  "forgotten",
] as const;
export type PersonState = (typeof personStates)[number];

/** How many people are in which state. */
export type IncidentOutcome = Partial<Readonly<Record<PersonState, number>>>;

/** People that a gate let in by some way, and what was done about them. */
export const incidentRow = object({
  set: filled("`incidents`."),
  part: filled("The incident's id: when it was opened, UTC, and a random end."),
  at: time("When it was opened."),
  by: anyText("Who opened it: the AWS identity; with `--local` the user of that machine; in the console the account's object id."),
  name: optional(anyText("In the console: the account's name at the time.")),
  state: oneOf(
    incidentStates,
    "`selecting`: cut off before all decisions were read. `open`: nothing was done to anybody. `acting`, `undoing`: under way or cut off; the same command continues.",
  ),
  selection: anyObject<Selection>("Which decisions: from, to, gate, rule, entry, network, domain, provider, application."),
  decisions: wholeNumber("How many decisions fit."),
  people: wholeNumber("How many people they let in, without those left out."),
  listed: wholeNumber("Decisions left out: an entry of the list names the person."),
  nameless: wholeNumber("Decisions left out: they name no address."),
  counts: anyObject<TopCounts>("The most frequent domains, providers, rules, networks and gates of the decisions."),
  askedBy: optional(anyText("Who asked for a second person.")),
  askedName: optional(anyText("That account's name, in the console.")),
  askedAt: optional(time("When.")),
  confirmedBy: optional(anyText("The second person.")),
  confirmedName: optional(anyText("That account's name, in the console.")),
  confirmedAt: optional(time("When.")),
  actedBy: optional(anyText("Who acted.")),
  actedName: optional(anyText("That account's name, in the console.")),
  actedAt: optional(time(`When acting began; it can be undone for ${UNDO_DAYS} days.`)),
  endedAt: optional(time("When acting or undoing last came to its end.")),
  changeSet: optional(anyText("The change set with the deny entries.")),
  outcome: optional(anyObject<IncidentOutcome>("How many people are in which state.")),
  undoneBy: optional(anyText("Who undid it.")),
  undoneName: optional(anyText("That account's name, in the console.")),
  undoneAt: optional(time("When that began.")),
  revert: optional(anyText("The change set that took the deny entries back.")),
  wish: optional(oneOf(["act", "undo"], "What somebody last asked for in the console.")),
  wishedBy: optional(anyText("Who: the account's object id.")),
  wishedName: optional(anyText("That account's name.")),
  wishedAt: optional(time("When.")),
  listOnly: optional(flag("Accounts stay as they are.")),
  work: optional(
    oneOf(
      workStates,
      "How far the wish is. `waiting`: nobody has begun, or it was cut off. `refused`: Graph or the settings of accounts refuse it. `failed`: the worker's log says why.",
    ),
  ),
  aliveUntil: optional(amount("Milliseconds since the epoch until which a worker may be at it.")),
  done: optional(wholeNumber("How many people's accounts it has looked at.")),
  kept: optional(wholeNumber("Deny entries that undoing left, as somebody had edited them.")),
  held: optional(wholeNumber("People that undoing left shut out, as another incident shuts them out too.")),
  expires: amount(`Epoch seconds, ${INCIDENT_DAYS} days after it was opened.`),
});

/** An incident without its people. */
export type Incident = Omit<TypeOf<typeof incidentRow>, "set" | "part"> & { readonly id: string };

/** One person of an incident. Names nobody: the decision does, for as long as it is kept. */
export const incidentPersonRow = object({
  set: filled("`incident/` and the incident's id."),
  part: filled("The person's keyed hash."),
  reference: filled("The decision that let them in."),
  id: filled("The same decision's id."),
  at: time("When it did: the first, of several."),
  last: time("When the last of the selected decisions let them in."),
  state: oneOf(
    personStates,
    "`disabling`, `enabling`: about to be. `none`, `several`: no account, or more than one. `other`: the account is not of this sign-up, by the time at which it was made. `already`: was disabled before. `changed`: enabled by somebody else. `gone`: deleted. `listed`: an entry of the list names the person. `refused`: by Graph. `forgotten`: the decision is gone.",
  ),
  account: optional(anyText("The account's object id.")),
  code: optional(anyText("What Graph answered instead.")),
  expires: amount("Epoch seconds, as the incident."),
});

export type IncidentPerson = Omit<TypeOf<typeof incidentPersonRow>, "set" | "part"> & { readonly person: string };
