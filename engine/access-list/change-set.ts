import { amount, anyObject, anyText, filled, flag, listOf, object, oneOf, optional, type TypeOf, time, wholeNumber } from "../schema";

/** How long a change set is kept. */
export const CHANGE_SET_DAYS = 90;

/** By what means the list is changed. */
export const changeMeans = [
  "list add",
  "list remove",
  "list import",
  "list revert",
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
  writes: wholeNumber("How many writes that takes: some changes take two."),
  entry: optional(anyText("The entry, where it is about one alone.")),
};

/** A change set: one import or edit of the access list. */
export const changeSetRow = object({
  set: filled("`sets`; of a part of a set's difference: the set's id."),
  part: filled(
    "The set's id, `20261121-020305123-k7qd`: the moment it began, UTC, and a random end. Of a part: its place in the order of writing.",
  ),
  at: time("When it began."),
  by: anyText("Who: the AWS identity or, with `--local`, the user of that machine; in the console the account's object id."),
  name: optional(anyText("In the console: the name that the account went by.")),
  proposedBy: optional(anyText("Who proposed it, where it took two: `by` is who confirmed it.")),
  means: oneOf(changeMeans, "By what means."),
  state: oneOf(
    ["begun", "stopped", "done"],
    "`begun` while it is written, or where it was cut off; `stopped`: by Ctrl-C or an error. Both can be resumed or reverted.",
  ),
  ...editMembers,
  recorded: optional(wholeNumber("In how many parts the difference stands; absent until all of it does.")),
  partial: optional(flag("The record was cut off, and resumed without the rest: that was never written.")),
  upTo: optional(anyText("The last part of which every row is written.")),
  kept: optional(listOf(anyText(""), "The first entries that somebody else edited meanwhile: they were left as they were.")),
  keptCount: optional(wholeNumber("How many those are.")),
  erased: optional(flag("Rows of people whose data were erased since are left out of its record: a revert leaves them as they are.")),
  reverts: optional(anyText("The set that this one reverts.")),
  revertedBy: optional(anyText("The set that reverts this one.")),
  run: anyText("The run that writes it: another one that took over has another."),
  aliveUntil: optional(amount("Epoch milliseconds until which that run is taken to be alive; of one that has ended, when it did.")),
  expires: amount(`Epoch seconds, ${CHANGE_SET_DAYS} days after it began: DynamoDB removes it then.`),
  from: optional(
    wholeNumber("Of a part: the first group of entries in it. Its key holds the last: so an entry's part is found without reading all."),
  ),
  rows: optional(anyObject<Uint8Array>("Of a part: its rows before and after, JSON lines compressed by deflate (binary).")),
});

/** A change set without its parts. */
export type ChangeSet = Omit<TypeOf<typeof changeSetRow>, "set" | "part" | "from" | "rows"> & { readonly id: string };
