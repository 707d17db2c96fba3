import * as v from "valibot";
import { amount, anyObject, anyText, createListSchema, createTextSchema, time, wholeNumber } from "../../engine/fields";
import type { Selection } from "./selection";

export const INCIDENT_DAYS = 90;
/** Days after the selection within which people can be shut out. */
export const ACT_DAYS = 30;
/** Days after shutting people out within which an operator can undo it. */
export const UNDO_DAYS = 30;
/** A second person must confirm for more people than this. */
export const ALONE_UP_TO = 20;
/** No second person is needed if all people were let in within this many days: an attack does not wait, and the accounts are still new. */
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
  /** The AWS identity. With `--local`, the name of the computer's user. In the console, the account's object id. */
  by: v.string(),
  /** The account's name at the time; only in the console. */
  name: v.optional(v.string()),
  /**
   * Other names that the asking account has in Entra, if it asks for a second person. An AWS session may be named after one of them: the
   * session then counts as the same person and cannot confirm.
   */
  userNames: v.optional(createListSchema(anyText())),
});
export type TakenStep = Readonly<v.InferOutput<typeof stepColumn>>;

/** An incident: the selection of people who were let in, and the actions on them. */
export const incidentRow = v.object({
  /** Always `incidents`. */
  set: createTextSchema(),
  /** The incident's id: the UTC time when it was opened, with a random end. */
  part: createTextSchema(),
  at: time(),
  by: v.string(),
  /** The account's name at the time; only in the console. */
  name: v.optional(v.string()),
  /**
   * `selecting`: interrupted before all decisions were read. `open`: no action yet. `acting`, `undoing`: the action was requested, and is
   * in progress or interrupted. The same command continues it.
   */
  state: v.picklist(incidentStates),
  /** The marks by which decisions were selected: from, to, gate, rule, entry, network, domain, provider, application. */
  selection: anyObject<Selection>(),
  decisions: wholeNumber(),
  /** Number of people let in, without the excluded ones. */
  people: wholeNumber(),
  /** Number of decisions excluded because an entry of the list names the person. */
  listed: wholeNumber(),
  /** Number of decisions excluded because they have no address. */
  nameless: wholeNumber(),
  /** Oldest first. An incident can be undone for UNDO_DAYS days after its first `acting`. For rows of earlier versions, see `readSteps`. */
  steps: v.optional(createListSchema(stepColumn)),
  changeSet: v.optional(v.string()),
  outcome: v.optional(anyObject<IncidentOutcome>()),
  revert: v.optional(v.string()),
  /** The last request. `enable` is for people in the state `enabling`. */
  wish: v.optional(v.picklist(["act", "undo", "enable"])),
  wishedBy: v.optional(v.string()),
  wishedName: v.optional(v.string()),
  /** True to leave accounts as they are. */
  listOnly: v.optional(v.boolean()),
  /**
   * The progress of a request from the console. `waiting`: not begun, or interrupted. `refused`: by Graph or by the settings of accounts.
   * `failed`: the worker's log has the reason.
   */
  work: v.optional(v.picklist(workStates)),
  /** End of the lease of the worker or command that works on the incident, in epoch milliseconds. */
  aliveUntil: v.optional(amount()),
  /** Number of deny entries that an undo kept, because somebody had edited them. */
  kept: v.optional(wholeNumber()),
  /** Number of people who stay shut out after an undo, because another incident shuts them out too. */
  held: v.optional(wholeNumber()),
  /** Epoch seconds, INCIDENT_DAYS days after the start. */
  expires: amount(),
});

export type Incident = Omit<Readonly<v.InferOutput<typeof incidentRow>>, "set" | "part" | "steps"> & {
  readonly id: string;
  readonly steps: readonly TakenStep[];
};

/** A person of an incident, without a name. The decision contains the name for as long as it is kept. */
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
