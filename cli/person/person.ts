import { type ChangeSetStore, changeSetStore } from "../../adapters/list-changes/store";
import { type AccessListStore, accessListStore } from "../../adapters/tables/access-list";
import { type ApprovalStore, approvalStore } from "../../adapters/tables/approvals";
import { type DecisionStore, decisionStore } from "../../adapters/tables/decisions";
import { type EditedRows, editedRows } from "../../adapters/tables/edited-rows";
import { type Item, toRow } from "../../adapters/tables/item";
import { tables } from "../../adapters/tables/tables";
import { issuerKey, readEntry } from "../../engine/access-list/entry";
import { readRow } from "../../engine/access-list/row";
import { baseOf, mailboxOf } from "../../engine/access-list/spellings";
import type { ApprovalRequest } from "../../engine/approvals/request";
import { accountHashOf, eachHash, type HashOf, isAddressHeld, personIdOf } from "../../engine/sign-up/person";
import type { DecisionRecord } from "../../engine/sign-up/record";
import { type Identity, issuerSpellings } from "../../engine/sign-up/sign-up";
import { emailFrom } from "../decisions/newest-first";
import type { Deployment } from "../deployment";

/** Where something about a person may be stored. */
export interface PersonStores {
  readonly decisions: DecisionStore;
  readonly list: AccessListStore;
  readonly profiles: EditedRows;
  readonly approvals: ApprovalStore;
  readonly ledger: EditedRows;
  readonly changeSets: ChangeSetStore;
}

/** Whom somebody means: an address, or one account. */
export interface Named {
  /** As typed at the terminal. */
  readonly typed: string;
  /** The address normalised, and the one spelling of its mailbox where the provider is known. None for an account. */
  readonly same: readonly string[];
  /** The address without its +tag, where that may be somebody else's. */
  readonly other?: string;
  readonly account?: Identity;
}

/** Under which hashes a person stands. */
export interface PersonFound extends Named {
  readonly hashes: readonly HashOf[];
  /** One spelling of each. */
  readonly mailboxes: ReadonlySet<string>;
  readonly personIds: ReadonlySet<string>;
  readonly accountIds: ReadonlySet<string>;
}

export function storesAt({ dynamodb, accessListTable, decisionsTable, listChangesTable, tableOf }: Deployment): PersonStores {
  return {
    decisions: decisionStore(dynamodb, decisionsTable),
    list: accessListStore(dynamodb, accessListTable),
    profiles: editedRows(dynamodb, tableOf("profiles"), tables.profiles.key),
    approvals: approvalStore(dynamodb, tableOf("approvals")),
    ledger: editedRows(dynamodb, tableOf("ledger"), tables.ledger.key),
    changeSets: changeSetStore(dynamodb, listChangesTable),
  };
}

/** Throws for what is neither an address nor an account. */
export function namedBy(typed: string): Named {
  const account = accountIn(typed);
  if (account !== undefined) return { typed, same: [], account };
  const email = emailFrom(typed);
  const same = [...new Set([email, mailboxOf(email)])];
  const base = baseOf(mailboxOf(email));
  return { typed, same, ...(!same.includes(base) && { other: base }) };
}

function accountIn(typed: string): Identity | undefined {
  const read = readEntry(typed);
  return read.ok && read.entry.kind === "account" ? { issuer: read.entry.issuer, issuerAssignedId: read.entry.id } : undefined;
}

/**
 * Finds out under which hashes somebody stands: address to accounts to addresses, as far as decisions link them through a
 * provider that proves addresses. Others may have shown any address: their accounts count only where they are named.
 */
export async function personBehind(named: Named, deployment: Deployment, { decisions }: PersonStores): Promise<PersonFound> {
  const hashes = eachHash(await deployment.hashes());
  const { same, account } = named;
  const mailboxes = new Set(same.map(mailboxOf));
  const accountIds = new Set(account === undefined ? [] : hashes.map((hashOf) => accountHashOf([account], hashOf) as string));
  const personIds = new Set<string>();
  // A set that grows while it is gone through is gone through to its end.
  const links = async (found: AsyncIterable<readonly Pick<DecisionRecord, "email" | "personId" | "accountId" | "issuers">[]>) => {
    for await (const page of found) {
      for (const { email = "", personId, accountId, issuers = [] } of page) {
        if (isAddressHeld(issuers)) {
          if (email !== "") mailboxes.add(mailboxOf(email));
          if (accountId !== undefined) accountIds.add(accountId);
        }
        // Under a key of the hashes that has been rotated away, other tables may still have it.
        if (personId !== undefined && mailboxes.has(mailboxOf(email))) personIds.add(personId);
      }
    }
  };
  const done = new Set<string>();
  for (let before = -1; before < done.size; ) {
    before = done.size;
    for (const mailbox of mailboxes) if (!done.has(mailbox)) await links(decisions.byMailbox(noted(done, mailbox)));
    for (const id of accountIds) if (!done.has(id)) await links(decisions.byAccount(noted(done, id)));
  }
  for (const mailbox of mailboxes) for (const hashOf of hashes) personIds.add(personIdOf(mailbox, hashOf));
  return { ...named, hashes, mailboxes, personIds, accountIds };
}

function noted(done: Set<string>, id: string): string {
  done.add(id);
  return id;
}

/** Every decision once, a page at a time. */
export async function* decisionsOf({ mailboxes, accountIds }: PersonFound, { decisions }: PersonStores) {
  const seen = new Set<string>();
  const searches = [
    ...[...mailboxes].map((mailbox) => decisions.byMailbox(mailbox)),
    ...[...accountIds].map((id) => decisions.byAccount(id)),
  ];
  for (const search of searches) {
    for await (const page of search) {
      const anew = page.filter(({ id }) => !seen.has(id));
      for (const { id } of anew) seen.add(id);
      if (anew.length > 0) yield anew;
    }
  }
}

/** The rows of the list that name the person. */
export async function rowsNaming(named: Named, list: AccessListStore, requests: readonly ApprovalRequest[]): Promise<readonly Item[]> {
  const items = await Promise.all(entriesNaming(named, requests).map((key) => list.get(key)));
  return items.filter((item): item is Item => item !== undefined && isNaming(item, named));
}

/** The keys under which a row of the list may name the person. */
export function entriesNaming({ typed, same, other, account }: Named, requests: readonly ApprovalRequest[]): readonly string[] {
  const accounts = [...(account ? [account] : []), ...requests.flatMap(({ identities }) => identities)].flatMap(entriesOf);
  const keys = [...new Set([typed, typed.trim(), ...same, ...accounts])].filter((key) => key !== "");
  return [...keys, ...(other === undefined ? [] : [other])];
}

/** One under the address without its tag names the person if it denies: it reaches them. */
export function isNaming(item: Item, { other }: Named): boolean {
  return item.entry?.S !== other || readRow(toRow(item)).effect === "deny";
}

function entriesOf({ issuer, issuerAssignedId }: Identity): readonly string[] {
  return issuerAssignedId === undefined ? [] : issuerSpellings(issuer).map((each) => `${issuerKey(each)}/${issuerAssignedId}`);
}

/** The profiles that name the person by address or account, however they are spelled: looked for in the whole table. */
export async function profilesOf(person: PersonFound, profiles: EditedRows): Promise<readonly Item[]> {
  const found: Item[] = [];
  for await (const page of profiles.pages()) found.push(...page.filter((item) => isTheirs(String(item.person?.S), person)));
  return found;
}

function isTheirs(key: string, { hashes, personIds, accountIds }: PersonFound): boolean {
  const account = accountIn(key);
  if (account !== undefined) return hashes.some((hashOf) => accountIds.has(accountHashOf([account], hashOf) as string));
  const read = readEntry(key);
  const email = read.ok && read.entry.kind === "address" ? read.entry.email : undefined;
  return email !== undefined && hashes.some((hashOf) => personIds.has(personIdOf(email, hashOf)));
}

/** The requests to be let in that the person made, through whichever provider, as they stand now. */
export async function requestsOf({ personIds, same }: PersonFound, approvals: ApprovalStore): Promise<readonly ApprovalRequest[]> {
  const found = new Set<string>();
  for (const search of [...[...personIds].map((id) => approvals.byPerson(id)), ...same.map((email) => approvals.byEmail(email))]) {
    for await (const page of search) for (const { id } of page) found.add(id);
  }
  const current = await Promise.all([...found].map((id) => approvals.get(id)));
  return current.filter((request) => request !== undefined);
}

/** What a look at the stores cannot tell. */
export function blindSpots({ typed, same, other, account }: Named): readonly string[] {
  return [
    `Looked for ${account === undefined ? same.join(" and ") : typed}, and for what a provider that proves addresses links to it. ` +
      "Accounts of other providers may have shown any address: name one (issuer:facebook.com/1184) to see its decisions under other addresses.",
    ...(other === undefined ? [] : [`${other} may be the same person or somebody else, so its decisions were left out: name it to see.`]),
  ];
}
