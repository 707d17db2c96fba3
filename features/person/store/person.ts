import { randomBytes } from "node:crypto";
import type { DecisionPlace } from "../../../adapters/tables/decision-indexes";
import type { DecisionKey } from "../../../adapters/tables/decisions";
import type { EditedRows } from "../../../adapters/tables/edited-rows";
import { type Item, toItem, toRow } from "../../../adapters/tables/item";
import { DELEGATIONS_ID } from "../../../adapters/tables/tables";
import type { AccountRow } from "../../../engine/access/account";
import { issuerKey, readEntry } from "../../../engine/access-list/entry";
import { readRow } from "../../../engine/access-list/row";
import type { ApprovalRequest } from "../../../engine/approvals/request";
import { holderIn, SIGNED_UP_PREFIX } from "../../../engine/sign-up/account";
import { normaliseEmail } from "../../../engine/sign-up/email";
import { accountHashOf, eachHash, type HashOf, isAddressHeld, type PersonHashes, personIdOf } from "../../../engine/sign-up/person";
import type { DecisionRecord } from "../../../engine/sign-up/record";
import { type Identity, issuerSpellings } from "../../../engine/sign-up/sign-up";
import { baseOf, mailboxOf } from "../../../engine/sign-up/spellings";
import { PROOFS, readProof } from "../../terms/proof";

import type { PersonStores } from "./stores";

/** Rows of a whole table that are looked at together. */
const LOOKED_AT_ROWS = 500;

/** The person asked for, by an address or one account. */
export interface Named {
  /** As it was typed. */
  readonly typed: string;
  /** The address normalised, and the one spelling of its mailbox where the provider is known. None for an account. */
  readonly same: readonly string[];
  /** The address without its +tag, where that may be somebody else's. */
  readonly other?: string;
  readonly account?: Identity;
}

/** A person with all their hashes. */
export interface PersonFound extends Named {
  readonly hashes: readonly HashOf[];
  /** One spelling of each. */
  readonly mailboxes: ReadonlySet<string>;
  readonly personIds: ReadonlySet<string>;
  readonly accountIds: ReadonlySet<string>;
  /** The decisions by which mailboxes and accounts were found, in that order. */
  readonly links: readonly DecisionKey[];
  /** Rows of decisions that name the account, that nobody can read and that no address leads to. */
  readonly unreadable: readonly DecisionKey[];
}

/** Undefined for what is neither an address nor an account. */
export function namedBy(typed: string): Named | undefined {
  const account = accountIn(typed);
  if (account !== undefined) return { typed, same: [], account };
  const email = normaliseEmail(typed);
  if (email === undefined) return undefined;
  const same = [...new Set([email, mailboxOf(email)])];
  const base = baseOf(mailboxOf(email));
  return { typed, same, ...(!same.includes(base) && { other: base }) };
}

function accountIn(typed: string): Identity | undefined {
  const read = readEntry(typed);
  return read.ok && read.entry.kind === "account" ? { issuer: read.entry.issuer, issuerAssignedId: read.entry.id } : undefined;
}

/**
 * Finds a person's hashes: address to accounts to addresses, as far as decisions link them through a
 * provider that proves addresses. Others may have shown any address: their accounts count only where they are named.
 */
export async function personBehind(
  named: Named,
  known: PersonHashes,
  { decisions }: Pick<PersonStores, "decisions">,
): Promise<PersonFound> {
  const hashes = eachHash(known);
  const { same, account } = named;
  const mailboxes = new Set(same.map(mailboxOf));
  const accountIds = new Set(account === undefined ? [] : hashes.map((hashOf) => accountHashOf([account], hashOf) as string));
  const personIds = new Set<string>();
  const links: DecisionRecord[] = [];
  // A set that grows while it is gone through is gone through to its end.
  const learn = (record: DecisionRecord) => {
    const { email = "", personId, accountId } = record;
    if (isAddressHeld(record)) {
      const isNew = (email !== "" && !mailboxes.has(mailboxOf(email))) || (accountId !== undefined && !accountIds.has(accountId));
      if (isNew) links.push(record);
      if (email !== "") mailboxes.add(mailboxOf(email));
      if (accountId !== undefined) accountIds.add(accountId);
    }
    // Under a key of the hashes that has been rotated away, other tables may still have it.
    if (personId !== undefined && mailboxes.has(mailboxOf(email))) personIds.add(personId);
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
  // Somebody named by their account alone may never have come further than the first step.
  for (let from: Item | undefined, isLast = accountIds.size === 0; !isLast; ) {
    const { records, unreadable: odd = [], next } = await decisions.outsideIndex([...accountIds], from);
    for (const record of records) learn(record);
    unreadable.push(...odd);
    from = next;
    isLast = next === undefined;
  }
  const done = new Set<string>();
  for (let before = -1; before < done.size; ) {
    before = done.size;
    for (const mailbox of mailboxes) if (!done.has(mailbox)) await follow("mailbox", noted(done, mailbox));
    for (const id of accountIds) if (!done.has(id)) await follow("account", noted(done, id));
  }
  for (const mailbox of mailboxes) for (const hashOf of hashes) personIds.add(personIdOf(mailbox, hashOf));
  return { ...named, hashes, mailboxes, personIds, accountIds, links, unreadable };
}

function noted(done: Set<string>, id: string): string {
  done.add(id);
  return id;
}

/** Where a search for a person's decisions goes on. */
export interface PersonDecisionPlace {
  /** Which mailbox or account, in their order. */
  readonly source: number;
  readonly after?: DecisionPlace;
}

interface SomeDecisions {
  readonly records: readonly DecisionRecord[];
  /** Rows under the person that are not decisions. */
  readonly unreadable: readonly DecisionKey[];
  readonly next?: PersonDecisionPlace;
}

/** Some of a person's decisions. None may be there though there are more. */
export async function decisionsOf(
  { mailboxes, accountIds, unreadable }: PersonFound,
  { decisions }: Pick<PersonStores, "decisions">,
  { source, after }: PersonDecisionPlace = { source: 0 },
): Promise<SomeDecisions> {
  const sources = [...[...mailboxes].map((who) => ["mailbox", who] as const), ...[...accountIds].map((who) => ["account", who] as const)];
  const [by, who] = sources[source] ?? [];
  if (by === undefined || who === undefined) return { records: [], unreadable };
  const page = await decisions.pageOf(by, who, after);
  // Each once: what is under a mailbox is left out under an account.
  const isOther = ({ email }: DecisionRecord) => by === "mailbox" || email === undefined || !mailboxes.has(mailboxOf(email));
  const next = page.next !== undefined ? { source, after: page.next } : source + 1 < sources.length ? { source: source + 1 } : undefined;
  const odd = [...(page.unreadable ?? []), ...(next === undefined ? unreadable : [])];
  return { records: page.records.filter(isOther), unreadable: odd, ...(next && { next }) };
}

/** A person as rows of the list name them, with their other proven mailboxes where these were looked for. */
export type Listed = Named & Partial<Pick<PersonFound, "mailboxes">>;

/** The rows of the list that name the person. */
export async function rowsNaming(
  named: Listed,
  list: PersonStores["list"],
  requests: readonly ApprovalRequest[],
): Promise<readonly Item[]> {
  const items = await Promise.all(entriesNaming(named, requests).map((key) => list.get(key)));
  return items.filter((item): item is Item => item !== undefined && isNaming(item, named));
}

/** The keys under which a row of the list may name the person. */
export function entriesNaming(
  { typed, same, other, account, mailboxes = new Set() }: Listed,
  requests: readonly ApprovalRequest[],
): readonly string[] {
  const accounts = [...(account ? [account] : []), ...requests.flatMap(({ identities }) => identities)].flatMap(entriesOf);
  const keys = [...new Set([typed, typed.trim(), ...same, ...mailboxes, ...accounts])].filter((key) => key !== "");
  return [...keys, ...(other === undefined ? [] : [other])];
}

/** One under the address without its tag names the person if it denies: it reaches them. */
export function isNaming(item: Item, { other }: Named): boolean {
  return item.entry?.S !== other || readRow(toRow(item)).effect === "deny";
}

function entriesOf({ issuer, issuerAssignedId }: Identity): readonly string[] {
  return issuerAssignedId === undefined ? [] : issuerSpellings(issuer).map((each) => `${issuerKey(each)}/${issuerAssignedId}`);
}

/** Of some rows of a table the person's own. */
interface OwnRows {
  readonly items: readonly Item[];
  /** Where the search goes on; absent once the whole table was looked at. */
  readonly next?: Item;
}

/** The profiles that name the person by address or account, however they are spelled: looked for in the whole table. */
export async function profilesOf(person: PersonFound, profiles: Pick<EditedRows, "page">, from?: Item): Promise<OwnRows> {
  const { items, next } = await profiles.page({ from, rows: LOOKED_AT_ROWS });
  return { items: items.filter((item) => isTheirs(String(item.person?.S), person)), ...(next && { next }) };
}

function isTheirs(key: string, { hashes, personIds, accountIds }: PersonFound): boolean {
  const account = accountIn(key);
  if (account !== undefined) return hashes.some((hashOf) => accountIds.has(accountHashOf([account], hashOf) as string));
  const read = readEntry(key);
  const email = read.ok && read.entry.kind === "address" ? read.entry.email : undefined;
  return email !== undefined && hashes.some((hashOf) => personIds.has(personIdOf(email, hashOf)));
}

/** The person's current requests, through any provider. */
export async function requestsOf(
  { personIds, same }: PersonFound,
  approvals: PersonStores["approvals"],
): Promise<readonly ApprovalRequest[]> {
  const found = new Set<string>();
  for (const search of [...[...personIds].map((id) => approvals.byPerson(id)), ...same.map((email) => approvals.byEmail(email))]) {
    for await (const page of search) for (const { id } of page) found.add(id);
  }
  const current = await Promise.all([...found].map((id) => approvals.get(id)));
  return current.filter((request) => request !== undefined);
}

/** The rows of the accounts that gates let in for the person. */
export async function accountRowsOf({ personIds }: PersonFound, accounts: PersonStores["accounts"]): Promise<readonly AccountRow[]> {
  const found: AccountRow[] = [];
  for (const id of accounts === undefined ? [] : personIds) for await (const page of accounts?.byPerson(id) ?? []) found.push(...page);
  return found;
}

/** All of a search that goes on from place to place. */
export async function wholeOf(search: (from: Item | undefined) => Promise<OwnRows>): Promise<readonly Item[]> {
  const found: Item[] = [];
  for (let from: Item | undefined, isLast = false; !isLast; ) {
    const { items, next } = await search(from);
    found.push(...items);
    from = next;
    isLast = next === undefined;
  }
  return found;
}

/** The set of those who have used a code. */
const PEOPLE = "people";

/** How rows of the ledger name their person. */
type InLedger = Pick<PersonFound, "hashes" | "personIds" | "accountIds" | "mailboxes">;

/** The rows of the ledger that count something of the person, or name them: looked for in the whole table. */
export async function ledgerRowsOf(person: InLedger, ledger: Pick<EditedRows, "page">, from?: Item): Promise<OwnRows> {
  const { items, next } = await ledger.page({ from, rows: LOOKED_AT_ROWS });
  const parts = [ownUses, ownDelegations, ownProofs];
  const own = items.filter((item) => names(item, person) || parts.some((partOf) => partOf(item, person).length > 0));
  return { items: own, ...(next && { next }) };
}

function names(item: Item, person: InLedger): boolean {
  const { personId, accountId, email, identities } = item;
  const { hashes, accountIds, mailboxes } = person;
  // The hashes may be by a key that has been rotated away.
  const isTheirAddress = email?.S !== undefined && mailboxes.has(mailboxOf(email.S));
  if (isPersons(String(personId?.S), person) || accountIds.has(String(accountId?.S)) || isTheirAddress) return true;
  const row = toRow(item);
  // A row may have no hash of the account that it names.
  const named = identities === undefined ? [] : (holderIn(row)?.identities ?? []);
  return hashes.some((hashOf) => accountIds.has(String(accountHashOf(named, hashOf))));
}

/**
 * A row as far as it is about the person: who else has used a code, signed up under the same id, or accepted terms with the same
 * address, is not theirs to know.
 */
export function ownPart(item: Item, person: InLedger): Item {
  const delegations = ownDelegations(item, person);
  if (delegations.length > 0) return { ...toItem({ id: DELEGATIONS_ID }), ...Object.fromEntries(delegations) };
  const proofs = ownProofs(item, person);
  if (proofs.length > 0) return { ...toItem({ id: item.id?.S }), [PROOFS]: { SS: proofs } };
  if (item[PEOPLE] === undefined) return item;
  const people = { SS: ownUses(item, person) };
  return isJourney(item) && !names(item, person) ? toItem({ id: item.id?.S, [PEOPLE]: new Set(people.SS) }) : { ...item, [PEOPLE]: people };
}

/** The columns of the row of delegations by which the person gave one, or has one. */
function ownDelegations({ id, ...columns }: Item, { mailboxes }: InLedger): readonly (readonly [string, Item[string]])[] {
  if (id?.S !== DELEGATIONS_ID) return [];
  return Object.entries(columns).filter(([from, { M: cell }]) => mailboxes.has(from) || mailboxes.has(mailboxOf(cell?.to?.S ?? "")));
}

/** The person's acceptances in a row of somebody else's address, which several accounts showed without proving it. */
function ownProofs(item: Item, person: InLedger): string[] {
  const members = item[PROOFS]?.SS ?? [];
  if (members.length === 0 || names(item, person)) return [];
  return members.filter((member) => person.accountIds.has(readProof(member)?.account ?? ""));
}

/** Forgets the person in a row. A code stays used, by somebody who can no longer be named. False if the row changed meanwhile. */
export async function eraseFrom(item: Item, person: InLedger, ledger: Pick<EditedRows, "change" | "remove">): Promise<boolean> {
  const delegations = new Map(ownDelegations(item, person));
  if (delegations.size > 0)
    return await ledger.change(item, Object.fromEntries(Object.entries(item).filter(([name]) => !delegations.has(name))));
  const proofs = new Set(ownProofs(item, person));
  const others = (item[PROOFS]?.SS ?? []).filter((proof) => !proofs.has(proof));
  if (proofs.size > 0 && others.length > 0) return await ledger.change(item, { ...item, [PROOFS]: { SS: others } });
  const own = new Set(ownUses(item, person));
  if (own.size === 0 || isJourney(item)) return await ledger.remove(item);
  const people = (item[PEOPLE]?.SS ?? []).map((holder) => (own.has(holder) ? `erased.${randomBytes(16).toString("base64url")}` : holder));
  return await ledger.change(item, { ...item, [PEOPLE]: { SS: people } });
}

/** It says more of the person than that they are among others, and leads two people nowhere. */
function isJourney({ id }: Item): boolean {
  return id?.S?.startsWith(SIGNED_UP_PREFIX) ?? false;
}

/** Each begins with the person that holds it. */
function ownUses(item: Item, person: InLedger): string[] {
  return (item[PEOPLE]?.SS ?? []).filter((holder) => isPersons(holder.split(".")[0] as string, person));
}

/** The account is the id of a person without an address. */
function isPersons(id: string, { personIds, accountIds }: InLedger): boolean {
  return personIds.has(id) || accountIds.has(id);
}
