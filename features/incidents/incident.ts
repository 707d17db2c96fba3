import * as v from "valibot";
import { amount, anyObject, anyText, createListSchema, createTextSchema, time, wholeNumber } from "../../engine/fields";
import type { Selection } from "./selection";

export const INCIDENT_DAYS = 90;
/** Time limit of acting, in days since the selection. */
export const ACT_DAYS = 30;
/** Time limit of an undo, in days since acting. */
export const UNDO_DAYS = 30;
/** For more people, a second person must confirm. */
export const ALONE_UP_TO = 20;
/** Exception if all were let in within this many days: an attack does not wait, and the accounts are still new. */
export const FRESH_DAYS = 3;

export const incidentStates = ["selecting", "open", "acting", "acted", "undoing", "undone"] as const;
export type IncidentState = (typeof incidentStates)[number];

export const workStates = ["waiting", "running", "done", "refused", "failed"] as const;

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

export type IncidentOutcome = Partial<Readonly<Record<PersonState, number>>>;

export const incidentSteps = ["opened", "asked", "confirmed", "acting", "acted", "undoing", "undone", "enabled"] as const;
export type IncidentStep = (typeof incidentSteps)[number];

export const stepColumn = v.object({
  what: v.picklist(incidentSteps),
  at: time(),
  /** The AWS identity, with `--local` the user of that machine, in the console the account's object id. */
  by: v.string(),
  /** In the console: the account's name at the time. */
  name: v.optional(v.string()),
  /** Of who asks for a second person: other names of that account in Entra. Its user name may be an AWS session's. */
  userNames: v.optional(createListSchema(anyText())),
});
export type TakenStep = Readonly<v.InferOutput<typeof stepColumn>>;

/** People let in by some way, and the actions on them. */
export const incidentRow = v.object({
  /** `incidents`. */
  set: createTextSchema(),
  /** The incident's id: when it was opened, UTC, and a random end. */
  part: createTextSchema(),
  at: time(),
  by: v.string(),
  /** In the console: the account's name at the time. */
  name: v.optional(v.string()),
  /**
   * `selecting`: interrupted before all decisions were read. `open`: no action yet. `acting`, `undoing`: asked for, in progress or
   * interrupted. The same command continues.
   */
  state: v.picklist(incidentStates),
  /** The selected decisions: from, to, gate, rule, entry, network, domain, provider, application. */
  selection: anyObject<Selection>(),
  decisions: wholeNumber(),
  /** Number of people let in, without excluded ones. */
  people: wholeNumber(),
  /** Decisions excluded because an entry of the list names the person. */
  listed: wholeNumber(),
  /** Decisions excluded because they have no address. */
  nameless: wholeNumber(),
  /** Oldest first. `acting`: it can be undone for UNDO_DAYS days since the first. Rows of earlier versions: see `readSteps`. */
  steps: v.optional(createListSchema(stepColumn)),
  changeSet: v.optional(v.string()),
  outcome: v.optional(anyObject<IncidentOutcome>()),
  revert: v.optional(v.string()),
  /** The last request. `enable`: for people in the state `enabling`. */
  wish: v.optional(v.picklist(["act", "undo", "enable"])),
  wishedBy: v.optional(v.string()),
  wishedName: v.optional(v.string()),
  /** Leaves accounts as they are. */
  listOnly: v.optional(v.boolean()),
  /**
   * The progress of a request from the console. `waiting`: not begun, or interrupted. `refused`: by Graph or by the settings of accounts.
   * `failed`: the worker's log has the reason.
   */
  work: v.optional(v.picklist(workStates)),
  /** End of the lease of the worker or command that is at it, in epoch milliseconds. */
  aliveUntil: v.optional(amount()),
  /** Number of deny entries that undoing left because somebody had edited them. */
  kept: v.optional(wholeNumber()),
  /** Number of people that undoing left shut out because another incident shuts them out too. */
  held: v.optional(wholeNumber()),
  /** Epoch seconds, INCIDENT_DAYS days after the start. */
  expires: amount(),
});

export type Incident = Omit<Readonly<v.InferOutput<typeof incidentRow>>, "set" | "part" | "steps"> & {
  readonly id: string;
  readonly steps: readonly TakenStep[];
};

/** A person of an incident, without a name: the decision has it while it is kept. */
export const incidentPersonRow = v.object({
  /** `incident/` and the incident's id. */
  set: createTextSchema(),
  /** The person's keyed hash. */
  part: createTextSchema(),
  reference: createTextSchema(),
  id: createTextSchema(),
  /** When the first selected decision let them in. */
  at: time(),
  /** When the last selected decision let them in. */
  last: time(),
  /**
   * `disabling`, `enabling`: in progress. `none`, `several`: no account, or more than one. `other`: the account's creation time does not
   * match this sign-up. `already`: was disabled before. `changed`: enabled by somebody else. `gone`: deleted. `listed`: an entry of the
   * list names the person. `refused`: by Graph. `forgotten`: the decision is gone.
   */
  state: v.picklist(personStates),
  /** The account's object id. */
  account: v.optional(v.string()),
  enabledAt: v.optional(time()),
  /** Graph's error code. */
  code: v.optional(v.string()),
  /** Epoch seconds, as for the incident. */
  expires: amount(),
});

export type IncidentPerson = Omit<Readonly<v.InferOutput<typeof incidentPersonRow>>, "set" | "part"> & { readonly person: string };
