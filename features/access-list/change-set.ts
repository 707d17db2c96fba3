import * as v from "valibot";
import { amount, anyObject, createListSchema, createTextSchema, time, wholeNumber } from "../../engine/fields";

export const CHANGE_SET_DAYS = 90;

export const changeMeans = [
  "list add",
  "list remove",
  "list import",
  "list revert",
  "incident act",
  "incident undo",
  "console",
  "console import",
  "console revert",
] as const;
export type ChangeMeans = (typeof changeMeans)[number];

/** True if a change belongs to an incident, whose other half is accounts: it is undone by the incident. */
export function isOfIncident({ means }: { readonly means: ChangeMeans }): boolean {
  return means === "incident act" || means === "incident undo";
}

/** The partition of all change sets, sorted by id. */
export const CHANGE_SETS = "sets";

export const editMembers = {
  added: wholeNumber(),
  changed: wholeNumber(),
  removed: wholeNumber(),
  /** Added or changed entries that allow more than before. Absent for undos, and for imports by command. */
  allowed: v.optional(wholeNumber()),
  denied: v.optional(wholeNumber()),
  /** Added or changed entries that have people wait for approval. Absent if there are none. */
  referred: v.optional(wholeNumber()),
  file: v.optional(v.string()),
  writes: wholeNumber(),
  /** The entry, if there is only one. */
  entry: v.optional(v.string()),
};

export const changeSetRow = v.object({
  /** `sets`, or for a part of a set's difference the set's id. */
  set: createTextSchema(),
  /** The set's id, `20261121-020305123-k7qd`: its start, UTC, and a random end. For a part: its place in the order of writing. */
  part: createTextSchema(),
  at: time(),
  /** The AWS identity, with `--local` the user of that machine, in the console the account's object id. */
  by: v.string(),
  /** In the console: the account's name at the time. */
  name: v.optional(v.string()),
  /** With two people: the proposer. `by` confirmed it. */
  proposedBy: v.optional(v.string()),
  means: v.picklist(changeMeans),
  /** `begun`: in progress or interrupted. `stopped`: by Ctrl-C or an error. You can continue or revert both. */
  state: v.picklist(["begun", "stopped", "done"]),
  ...editMembers,
  /** Number of parts. Absent from sets of earlier versions that were interrupted before all were recorded: no row is written. */
  recorded: v.optional(wholeNumber()),
  /** In sets of earlier versions: the record was interrupted. The rest was never written. */
  partial: v.optional(v.boolean()),
  /** The last part whose rows are all written, in the order of writing. */
  upTo: v.optional(v.string()),
  /** Number of parts whose rows are all written. */
  written: v.optional(wholeNumber()),
  /** The first entries left unchanged because somebody else edited them meanwhile. */
  kept: v.optional(createListSchema(v.string())),
  keptCount: v.optional(wholeNumber()),
  /** True if rows of erased people were removed from the record. A revert leaves those rows alone. */
  erased: v.optional(v.boolean()),
  /** The incident behind this change, and how many people it shut out. Absent from other changes. */
  shutOut: v.optional(v.object({ incident: createTextSchema(), people: wholeNumber(), domain: v.optional(v.string()) })),
  reverts: v.optional(v.string()),
  revertedBy: v.optional(v.string()),
  /** For an import by command: a digest of its file and options, by which the same command continues it. */
  source: v.optional(v.string()),
  /** Epoch seconds, CHANGE_SET_DAYS days after the start. */
  expires: amount(),
  /** For a part: its first group of entries. Its key contains the last. */
  from: v.optional(wholeNumber()),
  /** For a part: its rows before and after, as deflated JSON lines. */
  rows: v.optional(anyObject<Uint8Array>()),
});

export type ChangeSet = Omit<Readonly<v.InferOutput<typeof changeSetRow>>, "set" | "part" | "from" | "rows"> & { readonly id: string };

/** The share of an unfinished set that is written at least. */
export function writtenShare({ written = 0, recorded = 0 }: ChangeSet): number {
  return written / Math.max(recorded, 1);
}
