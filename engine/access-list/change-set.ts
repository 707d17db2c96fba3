import { amount, anyObject, anyText, filled, flag, listOf, object, oneOf, optional, type TypeOf, time, wholeNumber } from "../schema";

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

/** The change sets of the access list have one partition, in the order of their ids. */
export const CHANGE_SETS = "sets";

/** What an edit of the list comes to. */
export const editMembers = {
  added: wholeNumber("How many entries it adds."),
  changed: wholeNumber("How many it changes."),
  removed: wholeNumber("How many it removes."),
  writes: wholeNumber("How many writes that takes."),
  entry: optional(anyText("The entry, if there is only one.")),
};

/** A change set: one import or edit of the access list. */
export const changeSetRow = object({
  set: filled("`sets`; of a part of a set's difference: the set's id."),
  part: filled(
    "The set's id, `20261121-020305123-k7qd`: when it began, UTC, and a random end. Of a part: its place in the order of writing.",
  ),
  at: time("When it began."),
  by: anyText("The AWS identity; with `--local` the user of that machine; in the console the account's object id."),
  name: optional(anyText("In the console: the account's name at the time.")),
  proposedBy: optional(anyText("With two people: who proposed it; `by` confirmed it.")),
  means: oneOf(changeMeans, "How it was made."),
  state: oneOf(
    ["begun", "stopped", "done"],
    "`begun`: being written, or cut off; `stopped` by Ctrl-C or an error. You can resume or revert both.",
  ),
  ...editMembers,
  recorded: optional(wholeNumber("The number of parts, once all are written.")),
  partial: optional(flag("The record was cut off; the rest was never written.")),
  upTo: optional(anyText("The last part of which every row is written.")),
  kept: optional(listOf(anyText(""), "The first entries that stayed because somebody else edited them meanwhile.")),
  keptCount: optional(wholeNumber("How many such entries.")),
  erased: optional(flag("Rows of erased people are no longer in the record; a revert leaves them alone.")),
  reverts: optional(anyText("The set that this one reverts.")),
  revertedBy: optional(anyText("The set that reverts this one.")),
  run: anyText("The run that writes it."),
  aliveUntil: optional(amount("Epoch milliseconds until which that run counts as alive, or when it ended.")),
  expires: amount(`Epoch seconds, ${CHANGE_SET_DAYS} days after it began.`),
  from: optional(wholeNumber("Of a part: its first group of entries; its key holds the last.")),
  rows: optional(anyObject<Uint8Array>("Of a part: its rows before and after, JSON lines, deflated.")),
});

/** A change set without its parts. */
export type ChangeSet = Omit<TypeOf<typeof changeSetRow>, "set" | "part" | "from" | "rows"> & { readonly id: string };
