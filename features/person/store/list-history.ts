import type { ChangeSet } from "../../access-list/change-set";
import { computeGroup } from "../../access-list/store/change-sets";
import type { WholeProposal } from "../../access-list/store/proposals";
import type { RowChange } from "../../access-list/store/row-changes";
import type { ApprovalRequest } from "../../approvals/request";

import { entriesNaming, isNaming, type Listed } from "./person";
import type { ErasingStores, PersonStores } from "./stores";

export interface NamingSet {
  readonly set: ChangeSet;
  readonly changes: readonly RowChange[];
}

/** Reads only those parts of the change sets where the person's entries would be. */
export async function setsNaming(
  listedPerson: Listed,
  requests: readonly ApprovalRequest[],
  store: PersonStores["changeSets"],
  from?: string,
): Promise<{ readonly found: readonly NamingSet[]; readonly unreadable: readonly string[]; readonly next?: string }> {
  const { entries, isTheirs } = theirs(listedPerson, requests);
  const { sets, unreadable, next } = await store.page(from);
  const namingSets: NamingSet[] = [];
  for (const changeSet of sets) {
    // The row of a set with a single entry names the entry. So a set about somebody else is skipped without reading its parts.
    if (changeSet.entry !== undefined && !entries.has(changeSet.entry)) continue;
    const changes: RowChange[] = [];
    for (const group of new Set([...entries].map(computeGroup))) {
      for await (const { writes } of store.partsOfGroup(changeSet.id, group)) {
        for (const row of writes) if (computeGroup(row.entry) === group && isTheirs(row)) changes.push(row);
      }
    }
    if (changes.length > 0 || listEntries(changeSet).some((entry) => entries.has(entry))) namingSets.push({ set: changeSet, changes });
  }
  return { found: namingSets, unreadable, next };
}

/**
 * Returns proposals that name the person, each with only the rows that do.
 * @param onUnreadable called with each unreadable proposal, which is omitted
 */
export async function proposalsNaming(
  listedPerson: Listed,
  requests: readonly ApprovalRequest[],
  proposals: PersonStores["proposals"],
  onUnreadable?: (id: string) => void,
): Promise<readonly WholeProposal[]> {
  const { isTheirs } = theirs(listedPerson, requests);
  const wholeProposals: WholeProposal[] = [];
  for await (const { proposal, rows } of proposals.all(onUnreadable)) {
    const personRows = rows.filter(isTheirs);
    if (personRows.length > 0) wholeProposals.push({ proposal, rows: personRows });
  }
  return wholeProposals;
}

function theirs(listedPerson: Listed, requests: readonly ApprovalRequest[]) {
  const entries: ReadonlySet<string> = new Set(entriesNaming(listedPerson, requests));
  const isTheirs = (row: RowChange) =>
    entries.has(row.entry) && [row.before, row.after].some((item) => item && isNaming(item, listedPerson));
  return { entries, isTheirs };
}

function listEntries({ entry, kept = [] }: ChangeSet): readonly string[] {
  return [...(entry === undefined ? [] : [entry]), ...kept];
}

export function changesIn(sets: readonly NamingSet[]): number {
  return sets.reduce((sum, { changes }) => sum + changes.length, 0);
}

/** Removes the person from the set's record; author, time and number of rows stay. False if the record changed meanwhile. */
export async function eraseFromSet(
  { set, changes }: NamingSet,
  listedPerson: Listed,
  requests: readonly ApprovalRequest[],
  store: ErasingStores["changeSets"],
): Promise<boolean> {
  const { entries } = theirs(listedPerson, requests);
  const keptEntries = set.kept?.filter((entry) => !entries.has(entry));
  const facts = {
    erased: true,
    ...(set.entry !== undefined && entries.has(set.entry) && { entry: undefined }),
    ...(keptEntries && { kept: keptEntries }),
  };
  // The set's row is changed before the parts. If the erasure stops in between, a repeated erasure still finds the set by its parts.
  if (!(await store.update(set.id, { state: set.state, upTo: set.upTo }, facts))) return false;
  const out = new Set(changes.map(({ entry }) => entry));
  for (const group of new Set([...out].map(computeGroup)))
    if (!(await store.leaveOut(set.id, group, ({ entry }) => out.has(entry)))) return false;
  return true;
}
