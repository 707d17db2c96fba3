import { groupOf } from "../../../engine/files/workspace";
import type { ChangeSet } from "../../access-list/change-set";
import type { WholeProposal } from "../../access-list/store/proposals";
import type { RowChange } from "../../access-list/store/row-changes";
import { isAlive } from "../../access-list/store/run";
import type { ApprovalRequest } from "../../approvals/request";

import { entriesNaming, isNaming, type Listed } from "./person";
import type { ErasingStores, PersonStores } from "./stores";

/** A change set of the access list that names a person, and the changes of it that do. */
export interface NamingSet {
  readonly set: ChangeSet;
  readonly changes: readonly RowChange[];
}

/** The change sets that name the person: each is read where the person's entries would be. */
export async function setsNaming(
  named: Listed,
  requests: readonly ApprovalRequest[],
  store: PersonStores["changeSets"],
  from?: string,
): Promise<{ readonly found: readonly NamingSet[]; readonly unreadable: readonly string[]; readonly next?: string }> {
  const { entries, isTheirs } = theirs(named, requests);
  const { sets, unreadable, next } = await store.page(from);
  const found: NamingSet[] = [];
  for (const set of sets) {
    // Of one entry alone, its row says which.
    if (set.entry !== undefined && !entries.has(set.entry)) continue;
    const changes: RowChange[] = [];
    for (const group of new Set([...entries].map(groupOf))) {
      for await (const { writes } of store.partsOfGroup(set.id, group)) {
        for (const row of writes) if (groupOf(row.entry) === group && isTheirs(row)) changes.push(row);
      }
    }
    if (changes.length > 0 || namesOf(set).some((entry) => entries.has(entry))) found.push({ set, changes });
  }
  return { found, unreadable, ...(next !== undefined && { next }) };
}

/**
 * The edits of the list that wait for a second person, or waited, and name this one: their rows that do.
 * @param onUnreadable called with each that is left out
 */
export async function proposalsNaming(
  named: Listed,
  requests: readonly ApprovalRequest[],
  proposals: PersonStores["proposals"],
  onUnreadable?: (id: string) => void,
): Promise<readonly WholeProposal[]> {
  const { isTheirs } = theirs(named, requests);
  const found: WholeProposal[] = [];
  for await (const { proposal, rows } of proposals.all(onUnreadable)) {
    const own = rows.filter(isTheirs);
    if (own.length > 0) found.push({ proposal, rows: own });
  }
  return found;
}

function theirs(named: Listed, requests: readonly ApprovalRequest[]) {
  const entries: ReadonlySet<string> = new Set(entriesNaming(named, requests));
  const isTheirs = (row: RowChange) => entries.has(row.entry) && [row.before, row.after].some((item) => item && isNaming(item, named));
  return { entries, isTheirs };
}

/** Entries that the set's own row names. */
function namesOf({ entry, kept = [] }: ChangeSet): readonly string[] {
  return [...(entry === undefined ? [] : [entry]), ...kept];
}

/** How many of the list's changes those are: some take two writes. */
export function changesIn(sets: readonly NamingSet[]): number {
  return sets.reduce((sum, { changes }) => sum + changes.filter(({ first }) => first === undefined).length, 0);
}

/** One of some sets that is being written, or taken back: its record may yet grow. */
export async function setBeingWritten(sets: readonly NamingSet[], store: ErasingStores["changeSets"]): Promise<ChangeSet | undefined> {
  for (const { set } of sets) {
    if (isAlive(set)) return set;
    const reverting = set.revertedBy === undefined ? undefined : await store.get(set.revertedBy);
    if (reverting !== undefined && isAlive(reverting)) return reverting;
  }
  return undefined;
}

/** Leaves the person out of a set's record; who made it, when, and how many rows it changed stay. False where it changed meanwhile. */
export async function eraseFromSet(
  { set, changes }: NamingSet,
  named: Listed,
  requests: readonly ApprovalRequest[],
  store: ErasingStores["changeSets"],
): Promise<boolean> {
  const { entries } = theirs(named, requests);
  const kept = set.kept?.filter((entry) => !entries.has(entry));
  const facts = { erased: true, ...(set.entry !== undefined && entries.has(set.entry) && { entry: undefined }), ...(kept && { kept }) };
  // The row first: a repeat finds what is left by the parts.
  if (!(await store.update(set.id, { run: set.run }, facts))) return false;
  const out = new Set(changes.map(({ entry }) => entry));
  for (const group of new Set([...out].map(groupOf)))
    if (!(await store.leaveOut(set.id, group, ({ entry }) => out.has(entry)))) return false;
  return true;
}
