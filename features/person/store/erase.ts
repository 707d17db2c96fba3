import type { DecisionKey } from "../../../adapters/tables/decision-writes";
import type { Item } from "../../../adapters/tables/item";
import type { HashOf, PersonHashes } from "../../../engine/sign-up/person";
import type { Named } from "../../access-list/entry";
import { proposalSubject } from "../../access-list/proposal";
import type { WholeProposal } from "../../access-list/store/proposals";
import type { AccountRow } from "../../accounts/account";
import type { ApprovalRequest, ApprovalState } from "../../approvals/request";
import { stateAt } from "../../approvals/state-at";
import { changesIn, eraseFromSet, type NamingSet, proposalsNaming, setsNaming } from "./list-history";
import {
  eraseFrom,
  findProfiles,
  findRequests,
  findUsageRows,
  type PersonDecisionPlace,
  type PersonFound,
  personBehind,
  readAccountRows,
  readAllPages,
  readDecisions,
  rowsNaming,
} from "./person";
import type { ErasingStores, PersonStores } from "./stores";
import { announceErasure, type ErasedBy, eraseMentions } from "./trail";

export interface ErasureChoice {
  /** True to erase rows of the access list that name the person. */
  readonly list?: boolean | undefined;
  readonly approvals?: boolean | undefined;
  /** Numbers of reviewed audit entries whose text may mention the person. These entries are erased too. */
  readonly entries?: readonly string[] | undefined;
}

/** Why an erasure stopped. Data that it deleted before stays deleted, and a repeated erasure continues. */
export class ErasureError extends Error {
  override readonly name = "ErasureError";
  /** @param facts the request or the row */
  constructor(
    readonly why: "request-changed" | "changed-meanwhile",
    readonly facts: { readonly reference?: string; readonly what?: string },
  ) {
    super(`A person could not be erased: ${why}.`);
  }
}

export interface PersonData {
  readonly person: PersonFound;
  readonly decisions: number;
  readonly rows: readonly Item[];
  readonly profiles: readonly Item[];
  readonly requests: readonly ApprovalRequest[];
  readonly ledger: readonly Item[];
  readonly accounts: readonly AccountRow[];
  readonly sets: readonly NamingSet[];
  readonly proposals: readonly WholeProposal[];
}

export interface Erased {
  readonly decisions: number;
  readonly rows: number;
  /**
   * Number of the person's rows that stay in the access list. A search by address no longer finds the rows of the person's accounts,
   * because the decisions that led to the accounts are deleted.
   */
  readonly rowsLeft?: number;
  readonly profiles: number;
  readonly requests: number;
  readonly ledger: number;
  readonly accounts: number;
  readonly changes: number;
  readonly proposals: number;
  readonly entries: number;
  /** Numbers of audit entries that were not changed, although their free text may mention the person. At most a hundred. */
  readonly entriesLeft?: readonly string[];
}

export async function readKept(
  namedPerson: Named,
  hashes: PersonHashes,
  stores: PersonStores & { readonly changeSets: ErasingStores["changeSets"] },
): Promise<PersonData> {
  const person = await personBehind(namedPerson, hashes, stores);
  const requests = await findRequests(person, stores.approvals);
  const rows = await rowsNaming(person, stores.list, requests);
  const decisions = await walkDecisions(person, stores, async () => undefined);
  const profiles = await readAllPages((from) => findProfiles(person, stores.profiles, from));
  const ledger = await readAllPages((from) => findUsageRows(person, stores.ledger, from));
  const sets: NamingSet[] = [];
  for (let from: string | undefined, isLast = false; !isLast; ) {
    const { found, next } = await setsNaming(person, requests, stores.changeSets, from);
    sets.push(...found);
    from = next;
    isLast = next === undefined;
  }
  const proposals = await proposalsNaming(person, requests, stores.proposals);
  const accounts = await readAccountRows(person, stores.accounts);
  return { person, decisions, rows, profiles, requests, ledger, accounts, sets, proposals };
}

/** Deletes the person's data, and can be repeated after any interruption. Throws ErasureError if somebody changed a row meanwhile. */
export async function eraseKept(
  { person, rows, profiles, requests, ledger, accounts, sets, proposals }: PersonData,
  { list = false, entries: chosen = [] }: ErasureChoice,
  by: ErasedBy,
  stores: ErasingStores,
): Promise<Erased> {
  const { trail } = stores;
  const erasedRows = list ? rows : [];
  for (const request of requests) await sameRequest(request, stores.approvals);
  const assertDone = (isDone: boolean, what: string) => {
    if (!isDone) throw new ErasureError("changed-meanwhile", { what });
  };
  for (const item of ledger) assertDone(await eraseFrom(item, person, stores.ledger), `the ledger's row ${String(item.id?.S)}`);
  for (const each of sets) assertDone(await eraseFromSet(each, person, requests, stores.changeSets), `the change set ${each.set.id}`);
  if (trail !== undefined) {
    const announcedRows = [
      ...erasedRows.map((item) => ({ table: "access-list", subject: String(item.entry?.S) }) as const),
      ...profiles.map((item) => ({ table: "profiles", subject: String(item.person?.S) }) as const),
      ...requests.map(({ id }) => ({ table: "approvals", subject: id }) as const),
      ...proposals.map(({ proposal: { id } }) => ({ table: "list-changes", subject: proposalSubject(id) }) as const),
    ];
    // The erasure is announced just before the deletion: the worker that audits changes reads only the trail's entries of the last minutes.
    await announceErasure(trail, by, announcedRows, person.hashes[0] as HashOf);
  }
  for (const item of profiles) assertDone(await stores.profiles.remove(item), String(item.person?.S));
  for (const item of erasedRows) assertDone(await stores.list.remove(item), String(item.entry?.S));
  for (const { proposal } of proposals) await stores.proposals.remove(proposal.id);
  await stores.forgetElsewhere(person);
  // Decisions lead to all data, and requests lead to rows. So requests are deleted after the rows, and decisions last: a repeated erasure
  // still finds the remaining data.
  await eraseRequests(requests, stores.approvals);
  // An account that is still in Entra keeps its access after its row is removed: no worker ends the access any more.
  for (const { id } of accounts) await stores.accounts?.remove(id);
  const { entries, unsure } = trail === undefined ? { entries: 0, unsure: [] } : await eraseMentions(person, trail, by, chosen);
  const decisions = await eraseDecisions(person, stores);
  return {
    decisions,
    rows: erasedRows.length,
    rowsLeft: rows.length - erasedRows.length,
    profiles: profiles.length,
    requests: requests.length,
    ledger: ledger.length,
    accounts: accounts.length,
    changes: changesIn(sets),
    proposals: proposals.length,
    entries,
    ...(unsure.length > 0 && { entriesLeft: unsure }),
  };
}

/** Calls `work` even for unreadable decisions, with one page in memory at a time. */
async function walkDecisions(
  person: PersonFound,
  stores: Pick<PersonStores, "decisions">,
  work: (row: DecisionKey) => Promise<void>,
): Promise<number> {
  let count = 0;
  for (let place: PersonDecisionPlace | undefined, isLast = false; !isLast; ) {
    const { records, unreadable, next } = await readDecisions(person, stores, place);
    const rows = [...records, ...unreadable];
    await Promise.all(rows.map(work));
    count += rows.length;
    place = next;
    isLast = next === undefined;
  }
  return count;
}

/** Deletes the decisions: `links` last, in reverse order, so that a repeated erasure still finds all remaining decisions. */
async function eraseDecisions(person: PersonFound, stores: ErasingStores): Promise<number> {
  const linking = new Set(person.links.map(({ id }) => id));
  const remove = async (record: DecisionKey) => {
    if (!linking.has(record.id)) await stores.decisions.remove(record);
  };
  const count = await walkDecisions(person, stores, remove);
  for (const link of person.links.toReversed()) await stores.decisions.remove(link);
  return count;
}

/** States in which an approver or a worker still has to act on the request. */
const open: readonly ApprovalState[] = ["pending", "approved", "provisioning"];

/** @param approvals true to delete open requests too */
export function findObstacle(
  request: ApprovalRequest,
  { approvals = false }: ErasureChoice,
  now: Date,
): "account-being-made" | "request-open" | undefined {
  const state = stateAt(request, now);
  if (state === "provisioning") return "account-being-made";
  return open.includes(state) && !approvals ? "request-open" : undefined;
}

/**
 * Throws if somebody has decided on the request since the first reading. Other changes are allowed, because a mail about the request
 * changes the row moments after a person asks.
 */
async function sameRequest(
  { id, reference, state }: ApprovalRequest,
  store: ErasingStores["approvals"],
): Promise<ApprovalRequest | undefined> {
  const current = await store.get(id);
  const isSame = current === undefined || (current.reference === reference && current.state === state);
  if (!isSame) throw new ErasureError("request-changed", { reference });
  return current;
}

async function eraseRequests(requests: readonly ApprovalRequest[], store: ErasingStores["approvals"]): Promise<void> {
  for (const request of requests) {
    for (let isGone = false; !isGone; ) {
      const current = await sameRequest(request, store);
      isGone = current === undefined || (await store.remove(current));
    }
  }
}
