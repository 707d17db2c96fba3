import * as v from "valibot";
import { amount, anyObject, filled, listOf, time, wholeNumber } from "../../engine/fields";

/** How long a change set is kept. */
export const CHANGE_SET_DAYS = 90;

/** By what means the list is changed. */
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

/** Whether a change is one half of what an incident did, with the accounts the other: it is undone by the incident. */
export function isOfIncident({ means }: { readonly means: ChangeMeans }): boolean {
  return means === "incident act" || means === "incident undo";
}

/** The change sets of the access list have one partition, in the order of their ids. */
export const CHANGE_SETS = "sets";

/** What an edit of the list comes to. */
export const editMembers = {
  /** How many entries it adds. */
  added: wholeNumber(),
  /** How many it changes. */
  changed: wholeNumber(),
  /** How many it removes. */
  removed: wholeNumber(),
  /** Of those added or changed: how many allow what they did not before. Absent of undos, and where a command imported a file. */
  allowed: v.optional(wholeNumber()),
  /** How many deny what they did not before. */
  denied: v.optional(wholeNumber()),
  /** Of an import: the name of the file. */
  file: v.optional(v.string()),
  /** How many writes that takes. */
  writes: wholeNumber(),
  /** The entry, if there is only one. */
  entry: v.optional(v.string()),
};

/** A change set: one import or edit of the access list. */
export const changeSetRow = v.object({
  /** `sets`; of a part of a set's difference: the set's id. */
  set: filled(),
  /** The set's id, `20261121-020305123-k7qd`: when it began, UTC, and a random end. Of a part: its place in the order of writing. */
  part: filled(),
  /** When it began. */
  at: time(),
  /** The AWS identity; with `--local` the user of that machine; in the console the account's object id. */
  by: v.string(),
  /** In the console: the account's name at the time. */
  name: v.optional(v.string()),
  /** With two people: who proposed it; `by` confirmed it. */
  proposedBy: v.optional(v.string()),
  /** How it was made. */
  means: v.picklist(changeMeans),
  /** `begun`: being written, or cut off; `stopped` by Ctrl-C or an error. You can resume or revert both. */
  state: v.picklist(["begun", "stopped", "done"]),
  ...editMembers,
  /** The number of parts, once all are written. */
  recorded: v.optional(wholeNumber()),
  /** The record was cut off; the rest was never written. */
  partial: v.optional(v.boolean()),
  /** The last part of which every row is written. */
  upTo: v.optional(v.string()),
  /** The first entries that stayed because somebody else edited them meanwhile. */
  kept: v.optional(listOf(v.string())),
  /** How many such entries. */
  keptCount: v.optional(wholeNumber()),
  /** Rows of erased people are no longer in the record; a revert leaves them alone. */
  erased: v.optional(v.boolean()),
  /** The incident that made this change, and how many people it shut out. Absent from other changes. */
  shutOut: v.optional(v.object({ incident: filled(), people: wholeNumber(), domain: v.optional(v.string()) })),
  /** The set that this one reverts. */
  reverts: v.optional(v.string()),
  /** The set that reverts this one. */
  revertedBy: v.optional(v.string()),
  /** The run that writes it. */
  run: v.string(),
  /** Epoch milliseconds until which that run counts as alive, or when it ended. */
  aliveUntil: v.optional(amount()),
  /** Epoch seconds, CHANGE_SET_DAYS days after it began. */
  expires: amount(),
  /** Of a part: its first group of entries; its key holds the last. */
  from: v.optional(wholeNumber()),
  /** Of a part: its rows before and after, JSON lines, deflated. */
  rows: v.optional(anyObject<Uint8Array>()),
});

/** A change set without its parts. */
export type ChangeSet = Omit<Readonly<v.InferOutput<typeof changeSetRow>>, "set" | "part" | "from" | "rows"> & { readonly id: string };
