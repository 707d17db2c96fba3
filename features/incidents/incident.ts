import * as v from "valibot";
import { amount, anyObject, anyText, createListSchema, createTextSchema, time, wholeNumber } from "../../engine/fields";
import type { Selection } from "./selection";

export const INCIDENT_DAYS = 90;
/** The number of days after an incident was opened within which shutting out can begin. */
export const ACT_DAYS = 30;
/** The number of days after people were first shut out within which an undo can begin. */
export const UNDO_DAYS = 30;
/** If an incident has more people than this, a second person must confirm. */
export const ALONE_UP_TO = 20;
/**
 * If the selection begins at most this many days before the action, no second person is needed: an attack does not wait, and the accounts
 * are still new.
 */
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
  /** The author: on the command line the AWS identity, with `--local` the computer's user; in the console the account's object id. */
  by: v.string(),
  /** The name of the author's account at the time, if the author used the console. */
  name: v.optional(v.string()),
  /**
   * The author's other names in Entra, only for `asked`. An AWS session with one of these names counts as the same person, so it cannot
   * confirm.
   */
  userNames: v.optional(createListSchema(anyText())),
  /** The id of the operator's act: all its entries in the audit log have the same. */
  act: v.optional(v.string()),
  /** Only for `enabled`: the person's keyed hash, and the decision that names the person. An erasure removes it. */
  whom: v.optional(v.object({ person: v.string(), reference: v.string(), id: v.string() })),
});
export type TakenStep = Readonly<v.InferOutput<typeof stepColumn>>;

export const incidentRow = v.object({
  /** The constant `incidents`. */
  set: createTextSchema(),
  /** The incident's id: the UTC time when it was opened, with a random end. */
  part: createTextSchema(),
  at: time(),
  by: v.string(),
  /** The name of the author's account at the time, if the author used the console. */
  name: v.optional(v.string()),
  /**
   * `selecting`: not all people are stored, because the selection is in progress or was cut off. `acting`, `undoing`: in progress or cut
   * off. If the work was cut off, the same command continues it.
   */
  state: v.picklist(incidentStates),
  selection: anyObject<Selection>(),
  decisions: wholeNumber(),
  /** Number of the incident's people. People of excluded decisions do not count. */
  people: wholeNumber(),
  /** Number of decisions excluded because an entry of the list names the person. */
  listed: wholeNumber(),
  /** Number of decisions excluded because they have no address. */
  nameless: wholeNumber(),
  /** Oldest first. For rows of earlier versions, see `readSteps`. */
  steps: v.optional(createListSchema(stepColumn)),
  changeSet: v.optional(v.string()),
  outcome: v.optional(anyObject<IncidentOutcome>()),
  revert: v.optional(v.string()),
  /** The work that was requested last. `enable`: the people in the state `enabling` are let in again. */
  wish: v.optional(v.picklist(["act", "undo", "enable"])),
  wishedBy: v.optional(v.string()),
  wishedName: v.optional(v.string()),
  /** The id of the operator's act that requested the work. */
  act: v.optional(v.string()),
  /** True if accounts stay as they are, and only the access list is edited. */
  listOnly: v.optional(v.boolean()),
  /** `waiting`: not begun, or interrupted. `refused`: by Graph, or for missing or wrong settings. `failed`: see the worker's log. */
  work: v.optional(v.picklist(workStates)),
  /** End of the lease of the worker or command that works on the incident, in epoch milliseconds. */
  aliveUntil: v.optional(amount()),
  /**
   * Number of deny entries that stayed because somebody had edited them. After `enable`, also counts entries that stayed because they may
   * shut out others.
   */
  kept: v.optional(wholeNumber()),
  /**
   * After an undo: the number of people that another incident still shuts out. If this is 0: the number of entries that stay because they
   * may shut out others.
   */
  held: v.optional(wholeNumber()),
  /** Epoch seconds, INCIDENT_DAYS days after the start. */
  expires: amount(),
});

export type Incident = Omit<Readonly<v.InferOutput<typeof incidentRow>>, "set" | "part" | "steps"> & {
  readonly id: string;
  readonly steps: readonly TakenStep[];
};

/** The row does not contain the person's name. Only the decision does, until it expires. */
export const incidentPersonRow = v.object({
  /** `incident/` and the incident's id. */
  set: createTextSchema(),
  /** The person's keyed hash. */
  part: createTextSchema(),
  reference: createTextSchema(),
  id: createTextSchema(),
  /** The time at which the first selected decision let the person in. */
  at: time(),
  /** The time at which the last selected decision let the person in. */
  last: time(),
  /**
   * `disabling`, `enabling`: in progress or interrupted. `none`: no account. `several`: more than one account. `other`: the account's
   * creation time does not match this sign-up. `already`: the account was disabled before. `changed`: somebody else enabled it. `gone`: it
   * was deleted. `listed`: an entry of the list names the person. `refused`: Graph refused the change. `forgotten`: the decision is gone.
   */
  state: v.picklist(personStates),
  /** The account's object id. */
  account: v.optional(v.string()),
  enabledAt: v.optional(time()),
  /** Graph's error code. */
  code: v.optional(v.string()),
  /** Epoch seconds: the incident's `expires`. */
  expires: amount(),
});

export type IncidentPerson = Omit<Readonly<v.InferOutput<typeof incidentPersonRow>>, "set" | "part"> & { readonly person: string };
