import * as v from "valibot";
import { amount, anyObject, anyText, filled, listOf, time, wholeNumber } from "../../engine/fields";
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
/** Unless all of them were let in within so many days: an attack does not wait, and nobody has worked with their account for long. */
export const FRESH_DAYS = 3;

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
export const incidentRow = v.object({
  /** `incidents`. */
  set: filled(),
  /** The incident's id: when it was opened, UTC, and a random end. */
  part: filled(),
  /** When it was opened. */
  at: time(),
  /** Who opened it: the AWS identity; with `--local` the user of that machine; in the console the account's object id. */
  by: v.string(),
  /** In the console: the account's name at the time. */
  name: v.optional(v.string()),
  /** `selecting`: cut off before all decisions were read. `open`: nothing was done to anybody. `acting`, `undoing`: under way or cut off; the same command continues. */
  state: v.picklist(incidentStates),
  /** Which decisions: from, to, gate, rule, entry, network, domain, provider, application. */
  selection: anyObject<Selection>(),
  /** How many decisions fit. */
  decisions: wholeNumber(),
  /** How many people they let in, without those left out. */
  people: wholeNumber(),
  /** Decisions left out: an entry of the list names the person. */
  listed: wholeNumber(),
  /** Decisions left out: they name no address. */
  nameless: wholeNumber(),
  /** The most frequent domains, providers, rules, networks and gates of the decisions. */
  counts: anyObject<TopCounts>(),
  /** Who asked for a second person. */
  askedBy: v.optional(v.string()),
  /** That account's name, in the console. */
  askedName: v.optional(v.string()),
  /** What Entra calls that account besides: its user name may be an AWS session's. */
  askedUserNames: v.optional(listOf(anyText())),
  /** When. */
  askedAt: v.optional(time()),
  /** The second person. */
  confirmedBy: v.optional(v.string()),
  /** That account's name, in the console. */
  confirmedName: v.optional(v.string()),
  /** When. */
  confirmedAt: v.optional(time()),
  /** Who acted. */
  actedBy: v.optional(v.string()),
  /** That account's name, in the console. */
  actedName: v.optional(v.string()),
  /** When acting began; it can be undone for UNDO_DAYS days. */
  actedAt: v.optional(time()),
  /** When acting or undoing last came to its end. */
  endedAt: v.optional(time()),
  /** The change set with the deny entries. */
  changeSet: v.optional(v.string()),
  /** How many people are in which state. */
  outcome: v.optional(anyObject<IncidentOutcome>()),
  /** Who undid it. */
  undoneBy: v.optional(v.string()),
  /** That account's name, in the console. */
  undoneName: v.optional(v.string()),
  /** When that began. */
  undoneAt: v.optional(time()),
  /** The change set that took the deny entries back. */
  revert: v.optional(v.string()),
  /** What somebody last asked for in the console. `enable`: the people who are `enabling`. */
  wish: v.optional(v.picklist(["act", "undo", "enable"])),
  /** Who: the account's object id. */
  wishedBy: v.optional(v.string()),
  /** That account's name. */
  wishedName: v.optional(v.string()),
  /** When. */
  wishedAt: v.optional(time()),
  /** Accounts stay as they are. */
  listOnly: v.optional(v.boolean()),
  /** How far the wish is. `waiting`: nobody has begun, or it was cut off. `refused`: Graph or the settings of accounts refuse it. `failed`: the worker's log says why. */
  work: v.optional(v.picklist(workStates)),
  /** Milliseconds since the epoch until which a worker may be at it. */
  aliveUntil: v.optional(amount()),
  /** How many people's accounts it has looked at. */
  done: v.optional(wholeNumber()),
  /** Deny entries that undoing left, as somebody had edited them. */
  kept: v.optional(wholeNumber()),
  /** People that undoing left shut out, as another incident shuts them out too. */
  held: v.optional(wholeNumber()),
  /** Epoch seconds, INCIDENT_DAYS days after it was opened. */
  expires: amount(),
});

/** An incident without its people. */
export type Incident = Omit<Readonly<v.InferOutput<typeof incidentRow>>, "set" | "part"> & { readonly id: string };

/** One person of an incident. Names nobody: the decision does, for as long as it is kept. */
export const incidentPersonRow = v.object({
  /** `incident/` and the incident's id. */
  set: filled(),
  /** The person's keyed hash. */
  part: filled(),
  /** The decision that let them in. */
  reference: filled(),
  /** The same decision's id. */
  id: filled(),
  /** When it did: the first, of several. */
  at: time(),
  /** When the last of the selected decisions let them in. */
  last: time(),
  /** `disabling`, `enabling`: about to be. `none`, `several`: no account, or more than one. `other`: the account is not of this sign-up, by the time at which it was made. `already`: was disabled before. `changed`: enabled by somebody else. `gone`: deleted. `listed`: an entry of the list names the person. `refused`: by Graph. `forgotten`: the decision is gone. */
  state: v.picklist(personStates),
  /** The account's object id. */
  account: v.optional(v.string()),
  /** When the account was enabled again. */
  enabledAt: v.optional(time()),
  /** What Graph answered instead. */
  code: v.optional(v.string()),
  /** Epoch seconds, as the incident. */
  expires: amount(),
});

export type IncidentPerson = Omit<Readonly<v.InferOutput<typeof incidentPersonRow>>, "set" | "part"> & { readonly person: string };
