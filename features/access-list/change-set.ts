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

/**
 * True if an incident's act or Undo made the change. Only the incident's Undo undoes such a change, because incidents also change accounts.
 */
export function isOfIncident({ means }: { readonly means: ChangeMeans }): boolean {
  return means === "incident act" || means === "incident undo";
}

export const CHANGE_SETS = "sets";

export const editMembers = {
  added: wholeNumber(),
  changed: wholeNumber(),
  removed: wholeNumber(),
  /** Number of added entries that allow, and of changed entries that newly allow. Absent for undos, and for imports by command. */
  allowed: v.optional(wholeNumber()),
  denied: v.optional(wholeNumber()),
  /** Number of added entries that require an approval, and of changed entries that newly require one. Absent if there are none. */
  referred: v.optional(wholeNumber()),
  file: v.optional(v.string()),
  writes: wholeNumber(),
  /** The entry that the edit is about. Absent if the edit is about several. */
  entry: v.optional(v.string()),
};

/** The requests for approval that a change denies with its rows. The Undo of the change reopens them. */
export const requestsColumn = v.object({
  /** The domain of the people who asked. */
  domain: createTextSchema(),
  count: wholeNumber(),
  /** The last part of the requests, in the order of deciding, that is decided. */
  upTo: v.optional(v.string()),
  /** Number of decided requests. */
  done: v.optional(wholeNumber()),
  /** Number of requests that somebody else decided on first, or since. */
  left: v.optional(wholeNumber()),
});
export type RequestsOfSet = Readonly<v.InferOutput<typeof requestsColumn>>;

export const changeSetRow = v.object({
  /** The text `sets` in the row of a change set; the change set's id in the row of a part. */
  set: createTextSchema(),
  /**
   * In the row of a change set, its id: the start in UTC and a random end, such as `20261121-020305123-k7qd`. In the row of a part, its
   * place in the order of writing.
   */
  part: createTextSchema(),
  at: time(),
  /** The author: an AWS identity; with `--local`, the user of the machine; in the console, the account's object id. */
  by: v.string(),
  /** The name of the author's account at the time. Only in the console. */
  name: v.optional(v.string()),
  /** The proposer, if the change needed two people. The person in `by` confirmed the change. */
  proposedBy: v.optional(v.string()),
  means: v.picklist(changeMeans),
  /** `begun`: in progress or interrupted. `stopped`: by Ctrl-C, an error or the console's time limit. Both can be continued or reverted. */
  state: v.picklist(["begun", "stopped", "done"]),
  ...editMembers,
  /** Number of parts. Absent if an earlier version was interrupted while it recorded the set: then no row of the set is written. */
  recorded: v.optional(wholeNumber()),
  /** True if the recording was interrupted: the rest was never written. Only in sets of earlier versions. */
  partial: v.optional(v.boolean()),
  /** The last part, in the order of writing, whose rows are all written. */
  upTo: v.optional(v.string()),
  /** Number of parts whose rows are all written. */
  written: v.optional(wholeNumber()),
  /** The first entries that were not changed, because somebody else edited them meanwhile. */
  kept: v.optional(createListSchema(v.string())),
  keptCount: v.optional(wholeNumber()),
  /** True if rows of erased people were removed. A revert leaves those rows unchanged. */
  erased: v.optional(v.boolean()),
  /** The incident behind this change, and how many people it shut out. */
  shutOut: v.optional(v.object({ incident: createTextSchema(), people: wholeNumber(), domain: v.optional(v.string()) })),
  requests: v.optional(requestsColumn),
  reverts: v.optional(v.string()),
  revertedBy: v.optional(v.string()),
  /** Digest of an import's file and options: a repeated command finds the unfinished import by it. */
  source: v.optional(v.string()),
  /**
   * End of the lease of the process that writes the set, in epoch milliseconds. 0: a worker has to go on. Absent in a set that only its
   * author continues.
   */
  aliveUntil: v.optional(amount()),
  /** Epoch seconds, CHANGE_SET_DAYS days after the start. */
  expires: amount(),
  /** The number of the part's first group of entries. The part's key contains the number of the last group. */
  from: v.optional(wholeNumber()),
  /** Rows of a part before and after, as deflated JSON lines. */
  rows: v.optional(anyObject<Uint8Array>()),
});

export type ChangeSet = Omit<Readonly<v.InferOutput<typeof changeSetRow>>, "set" | "part" | "from" | "rows"> & { readonly id: string };

/** The share of an unfinished set that is certainly written. */
export function writtenShare({ written = 0, recorded = 0, requests }: ChangeSet): number {
  if (requests !== undefined) return Math.min(((requests.done ?? 0) + (requests.left ?? 0)) / Math.max(requests.count, 1), 1);
  return written / Math.max(recorded, 1);
}

/** False once requests were reopened: what comes after that is decided one by one. */
export function canBeUndone({ reverts, revertedBy, requests }: Pick<ChangeSet, "reverts" | "revertedBy" | "requests">): boolean {
  return requests === undefined || (reverts === undefined && revertedBy === undefined);
}
