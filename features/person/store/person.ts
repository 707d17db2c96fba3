import type { DecisionPlace } from "../../../adapters/tables/decision-indexes";
import type { DecisionKey } from "../../../adapters/tables/decision-writes";
import type { EditedRows } from "../../../adapters/tables/edited-rows";
import { type Item, toRow } from "../../../adapters/tables/item";
import { isPersons, type PersonalRows, type PersonNames, usedRows } from "../../../adapters/tables/row-kind";
import { issuerKey, issuerSpellings } from "../../../engine/sign-up/account-key";
import { isAddressHeld } from "../../../engine/sign-up/issuers";
import { buildPersonId, directoryAccount, eachHash, hashAccount, type PersonHashes } from "../../../engine/sign-up/person";
import type { DecisionRecord } from "../../../engine/sign-up/record";
import type { Identity } from "../../../engine/sign-up/sign-up";
import { normaliseMailbox } from "../../../engine/sign-up/spellings";
import { type Named, readAccountName, readEntry } from "../../access-list/entry";
import { readRow } from "../../access-list/row";
import type { AccountRow } from "../../accounts/account";
import type { ApprovalRequest } from "../../approvals/request";
import { holderIn } from "../../external-tenant/account";
import { getRowKind } from "../../row-kinds";
import type { PersonStores } from "./stores";

const LOOKED_AT_ROWS = 500;

export interface PersonFound extends Named, PersonNames {
  /** Keys of the decisions that led to another mailbox or account of the person, in the order of the search. */
  readonly links: readonly DecisionKey[];
  /** Unreadable rows of decisions that name the account, without an address. */
  readonly unreadable: readonly DecisionKey[];
  /** The providers of each account that showed one of the mailboxes without proving it. Its other decisions are not followed. */
  readonly unproven: readonly (readonly string[])[];
}

/**
 * Finds a person's mailboxes and accounts through decisions. A decision is followed only if the account's provider proves the address:
 * other accounts may show any address, so they count only if the caller names them.
 */
export async function personBehind(
  namedPerson: Named,
  knownHashes: PersonHashes,
  { decisions, accounts }: Pick<PersonStores, "accounts" | "decisions">,
): Promise<PersonFound> {
  const hashes = eachHash(knownHashes);
  const { same, account } = namedPerson;
  const mailboxes = new Set(same.map(normaliseMailbox));
  const accountIds = new Set(account === undefined ? [] : hashes.map((hashOf) => hashAccount([account], hashOf) as string));
  const personIds = new Set<string>();
  const links: DecisionRecord[] = [];
  const unproven = new Map<string, readonly string[]>();
  // `learn` may add to a set during the loops below: they also visit members that are added meanwhile.
  const learn = (record: DecisionRecord) => {
    const { email = "", personId, accountId, issuers = [] } = record;
    if (!isAddressHeld(record)) {
      if (accountId !== undefined) unproven.set(accountId, issuers);
    } else {
      const isNew = (email !== "" && !mailboxes.has(normaliseMailbox(email))) || (accountId !== undefined && !accountIds.has(accountId));
      if (isNew) links.push(record);
      if (email !== "") mailboxes.add(normaliseMailbox(email));
      if (accountId !== undefined) accountIds.add(accountId);
    }
    // The record's `personId` may be made with a rotated key. Other tables may still have this hash.
    if (personId !== undefined && mailboxes.has(normaliseMailbox(email))) personIds.add(personId);
  };
  const follow = async (by: "mailbox" | "account", who: string) => {
    for (let place: DecisionPlace | undefined, isLast = false; !isLast; ) {
      const { records, next } = await decisions.pageOf(by, who, place);
      for (const record of records) learn(record);
      place = next;
      isLast = next === undefined;
    }
  };
  const unreadable: DecisionKey[] = [];
  // A person named by an account may have only decisions that are not in the index by account.
  for (let from: Item | undefined, isLast = accountIds.size === 0; !isLast; ) {
    const { records, unreadable: odd = [], next } = await decisions.outsideIndex([...accountIds], from);
    for (const record of records) learn(record);
    unreadable.push(...odd);
    from = next;
    isLast = next === undefined;
  }
  const doneIds = new Set<string>();
  for (let before = -1; before < doneIds.size; ) {
    before = doneIds.size;
    for (const mailbox of mailboxes) if (!doneIds.has(mailbox)) await follow("mailbox", addId(doneIds, mailbox));
    for (const id of accountIds) if (!doneIds.has(id)) await follow("account", addId(doneIds, id));
  }
  for (const mailbox of mailboxes) for (const hashOf of hashes) personIds.add(buildPersonId(mailbox, hashOf));
  // A token that names no person is found by the account's object id.
  const accountRows = await readAccountRows({ personIds }, accounts);
  for (const { id } of accountRows) for (const hashOf of hashes) accountIds.add(hashAccount([directoryAccount(id)], hashOf) as string);
  const others = [...unproven].flatMap(([id, issuers]) => (accountIds.has(id) ? [] : [issuers]));
  return { ...namedPerson, hashes, mailboxes, personIds, accountIds, links, unreadable, unproven: others };
}

function addId(doneIds: Set<string>, id: string): string {
  doneIds.add(id);
  return id;
}

export interface PersonDecisionPlace {
  readonly source: number;
  readonly after?: DecisionPlace;
}

interface SomeDecisions {
  readonly records: readonly DecisionRecord[];
  /** Keys of the person's rows that cannot be read as decisions. */
  readonly unreadable: readonly DecisionKey[];
  readonly next?: PersonDecisionPlace;
}

/** A page can be empty although more decisions follow. */
export async function readDecisions(
  { mailboxes, accountIds, unreadable }: PersonFound,
  { decisions }: Pick<PersonStores, "decisions">,
  { source, after }: PersonDecisionPlace = { source: 0 },
): Promise<SomeDecisions> {
  const sources = [...[...mailboxes].map((who) => ["mailbox", who] as const), ...[...accountIds].map((who) => ["account", who] as const)];
  const [by, who] = sources[source] ?? [];
  if (by === undefined || who === undefined) return { records: [], unreadable };
  const page = await decisions.pageOf(by, who, after);
  // The search by account omits what the search by mailbox finds, so that each decision is returned once.
  const isOther = ({ email }: DecisionRecord) => by === "mailbox" || email === undefined || !mailboxes.has(normaliseMailbox(email));
  const next = page.next !== undefined ? { source, after: page.next } : source + 1 < sources.length ? { source: source + 1 } : undefined;
  const odd = [...(page.unreadable ?? []), ...(next === undefined ? unreadable : [])];
  return { records: page.records.filter(isOther), unreadable: odd, next };
}

/** A person, by the names that rows of the access list use. Has the person's other proven mailboxes if these were searched. */
export type Listed = Named & Partial<Pick<PersonFound, "mailboxes">>;

export async function rowsNaming(
  listedPerson: Listed,
  list: PersonStores["list"],
  requests: readonly ApprovalRequest[],
): Promise<readonly Item[]> {
  const items = await Promise.all(entriesNaming(listedPerson, requests).map((key) => list.get(key)));
  return items.filter((item): item is Item => item !== undefined && isNaming(item, listedPerson));
}

export function entriesNaming(
  { typed, same, other, account, mailboxes = new Set() }: Listed,
  requests: readonly ApprovalRequest[],
): readonly string[] {
  const accounts = [...(account ? [account] : []), ...requests.flatMap(({ identities }) => identities)].flatMap(
    ({ issuer, issuerAssignedId }: Identity) =>
      issuerAssignedId === undefined ? [] : issuerSpellings(issuer).map((each) => `${issuerKey(each)}/${issuerAssignedId}`),
  );
  const keys = [...new Set([typed, typed.trim(), ...same, ...mailboxes, ...accounts])].filter((key) => key !== "");
  return [...keys, ...(other === undefined ? [] : [other])];
}

/** True unless the row allows `other`, the person's address without the tag: such an allow does not cover the address with the tag. */
export function isNaming(item: Item, { other }: Named): boolean {
  return item.entry?.S !== other || readRow(toRow(item)).effect !== "allow";
}

interface OwnRows {
  readonly items: readonly Item[];
  /** Absent at the end of the table. */
  readonly next?: Item;
}

/** Searches one page of the whole table for the person's profiles, in any spelling of the key. */
export async function findProfiles(person: PersonFound, profiles: Pick<EditedRows, "page">, from?: Item): Promise<OwnRows> {
  const { items, next } = await profiles.page({ from, rows: LOOKED_AT_ROWS });
  return { items: items.filter((item) => isTheirs(String(item.person?.S), person)), next };
}

function isTheirs(key: string, { hashes, personIds, accountIds }: PersonFound): boolean {
  const account = readAccountName(key);
  if (account !== undefined) return hashes.some((hashOf) => accountIds.has(hashAccount([account], hashOf) as string));
  const read = readEntry(key);
  const email = read.ok && read.entry.kind === "address" ? read.entry.email : undefined;
  return email !== undefined && hashes.some((hashOf) => personIds.has(buildPersonId(email, hashOf)));
}

export async function findRequests(
  { personIds, same }: PersonFound,
  approvals: PersonStores["approvals"],
): Promise<readonly ApprovalRequest[]> {
  const requestIds = new Set<string>();
  for (const search of [...[...personIds].map((id) => approvals.byPerson(id)), ...same.map((email) => approvals.byEmail(email))]) {
    for await (const page of search) for (const { id } of page) requestIds.add(id);
  }
  const current = await Promise.all([...requestIds].map((id) => approvals.get(id)));
  return current.filter((request) => request !== undefined);
}

export async function readAccountRows(
  { personIds }: Pick<PersonFound, "personIds">,
  accounts: PersonStores["accounts"],
): Promise<readonly AccountRow[]> {
  const accountRows: AccountRow[] = [];
  for (const id of accounts === undefined ? [] : personIds)
    for await (const page of accounts?.byPerson(id) ?? []) accountRows.push(...page);
  return accountRows;
}

export async function readAllPages(search: (from: Item | undefined) => Promise<OwnRows>): Promise<readonly Item[]> {
  const foundItems: Item[] = [];
  for (let from: Item | undefined, isLast = false; !isLast; ) {
    const { items, next } = await search(from);
    foundItems.push(...items);
    from = next;
    isLast = next === undefined;
  }
  return foundItems;
}

export async function findUsageRows(person: PersonNames, ledger: Pick<EditedRows, "page">, from?: Item): Promise<OwnRows> {
  const { items, next } = await ledger.page({ from, rows: LOOKED_AT_ROWS });
  return { items: items.filter((item) => ownPart(item, person) !== undefined), next };
}

function getPersonalRows(item: Item): PersonalRows {
  return getRowKind("ledger", item)?.personal || usedRows;
}

function names(item: Item, person: PersonNames): boolean {
  const { personId, accountId, email, identities } = item;
  const { hashes, accountIds, mailboxes } = person;
  // The row's hashes may be made with a rotated key, so the address is compared too.
  const isTheirAddress = email?.S !== undefined && mailboxes.has(normaliseMailbox(email.S));
  if (isPersons(String(personId?.S), person) || accountIds.has(String(accountId?.S)) || isTheirAddress) return true;
  const row = toRow(item);
  // A row may lack the hash of the account that it names. So the hash is computed from the account.
  const namedIdentities = identities === undefined ? [] : (holderIn(row)?.identities ?? []);
  return hashes.some((hashOf) => accountIds.has(String(hashAccount(namedIdentities, hashOf))));
}

export function ownPart(item: Item, person: PersonNames): Item | undefined {
  return getPersonalRows(item).partOf(item, person, names(item, person));
}

/** Returns false if the row changed meanwhile. */
export async function eraseFrom(item: Item, person: PersonNames, ledger: Pick<EditedRows, "change" | "remove">): Promise<boolean> {
  const rest = getPersonalRows(item).restOf(item, person, names(item, person));
  return rest === undefined ? await ledger.remove(item) : await ledger.change(item, rest);
}
