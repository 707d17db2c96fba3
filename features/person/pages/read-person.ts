import type { Visit } from "../../../console/app/visit";
import { readNamedAddress } from "../../../engine/directory-account";
import { accountKeys } from "../../../engine/sign-up/account-key";
import { isAddressHeld } from "../../../engine/sign-up/issuers";
import { buildPersonId, eachHash, hashAccount, type PersonHashes } from "../../../engine/sign-up/person";
import type { DecisionRecord } from "../../../engine/sign-up/record";
import type { Identity } from "../../../engine/sign-up/sign-up";
import { normaliseMailbox } from "../../../engine/sign-up/spellings";
import { readEntry, readNamedPerson } from "../../access-list/entry";
import type { AccountRow } from "../../accounts/account";
import { longestDaysAt } from "../../approvals/pages/approvals-parts";
import type { ApprovalRequest, UnreadableRequestError } from "../../approvals/request";
import { limitInvitation } from "../../approvals/state-at";
import { erasureSubject } from "../store/erasure-job";

const LOOKED_AT = 100;
const MAX_REQUESTS = 20;
/** Maximum number of accounts whose decisions are included. Only a forger has more accounts. */
const MAX_ACCOUNTS = 5;
const ACCOUNT_HASH = /^[\w-]{22}$/;

/** The person that the page's address names, by mailbox or by one account. */
export type PersonAsked =
  | { readonly email: string; readonly account?: undefined }
  | { readonly email?: undefined; readonly account: string; readonly identity?: Identity; readonly hashes: readonly string[] };

/** Reads the person from the query of the page's address. Undefined if it has neither an email address nor an account. */
export async function readPerson({ world, query }: Visit, address = query("email")): Promise<PersonAsked | undefined> {
  const email = readNamedAddress(address);
  if (email !== undefined) return { email };
  const account = query("account");
  const read = readEntry(account);
  if (read.ok && read.entry.kind === "account") {
    const identity = { issuer: read.entry.issuer, issuerAssignedId: read.entry.id };
    const hashes = eachHash(await world.hashes()).flatMap((hashOf) => hashAccount([identity], hashOf) ?? []);
    return { account, identity, hashes };
  }
  return ACCOUNT_HASH.test(account) ? { account, hashes: [account] } : undefined;
}

export type PersonKept = NonNullable<Awaited<ReturnType<typeof readKeptPerson>>>;

/** Returns the person to export, erase or forget, with the audit trail's keyed hash. @param read reads a parameter or a field */
export async function readKeptPerson(visit: Visit, read = visit.query) {
  const askedPerson = await readPerson({ ...visit, query: read });
  const namedPerson = askedPerson && readNamedPerson(askedPerson.email ?? askedPerson.account);
  return (
    askedPerson &&
    namedPerson && { asked: askedPerson, named: namedPerson, person: erasureSubject(namedPerson, (await visit.world.hashes()).hashOf) }
  );
}

/** Returns the keyed hashes of an address: with the current key, and with earlier keys. */
export function personIds(email: string, hashes: PersonHashes): readonly string[] {
  return eachHash(hashes).map((hashOf) => buildPersonId(email, hashOf));
}

export type KnownPerson = Awaited<ReturnType<typeof knownPerson>>;

/**
 * Returns a person's newest decisions (`recent`) with their addresses and accounts, the person's rows in the table of accounts, and the
 * person's requests.
 */
export async function knownPerson(visit: Visit, askedPerson: PersonAsked) {
  const { decisions } = visit.world;
  const pages =
    askedPerson.email === undefined
      ? askedPerson.hashes.map((hash) => decisions.newestOf("account", hash, LOOKED_AT))
      : [decisions.newestOf("mailbox", askedPerson.email, LOOKED_AT)];
  const recent = (await Promise.all(pages)).flatMap(({ records }) => records).sort((one, other) => (one.at > other.at ? -1 : 1));
  const addresses = [...new Set(recent.flatMap(({ email = "" }) => (email === "" ? [] : [email])))];
  const [accountRows, requests] = await Promise.all([readAccountRows(visit, askedPerson), readRequests(visit, askedPerson, addresses)]);
  const limited = requests.requests.map((request) => limitInvitation(request, longestDaysAt(visit, request.gate)));
  return { recent, addresses, accounts: accountsIn(recent), accountRows, ...requests, requests: limited };
}

/**
 * Returns the accounts in the decisions. If an account's provider proves the address (`proven`), the account's decisions under other
 * addresses are this person's too.
 */
function accountsIn(decisions: readonly DecisionRecord[]) {
  const accountsById = new Map<string, { readonly id: string; readonly issuers: readonly string[]; readonly proven: boolean }>();
  for (const record of decisions) {
    const { accountId, issuers = [] } = record;
    // An account is `proven` if one record proves its address, even if another record does not.
    const isProven = isAddressHeld(record);
    if (accountId !== undefined && (isProven || !accountsById.has(accountId)))
      accountsById.set(accountId, { id: accountId, issuers, proven: isProven });
  }
  return [...accountsById.values()];
}

async function readAccountRows({ world }: Visit, { email }: PersonAsked): Promise<readonly AccountRow[]> {
  if (email === undefined) return [];
  const store = world.accounts(() => {});
  const foundRows: AccountRow[] = [];
  for (const id of personIds(email, await world.hashes())) {
    for await (const page of store.byPerson(id)) foundRows.push(...page);
  }
  return foundRows;
}

async function readRequests({ world }: Visit, askedPerson: PersonAsked, addresses: readonly string[]) {
  const unreadable: UnreadableRequestError[] = [];
  const store = world.readableApprovals((error) => unreadable.push(error));
  const emails =
    askedPerson.email === undefined
      ? addresses.slice(0, MAX_ACCOUNTS)
      : [...new Set([askedPerson.email, normaliseMailbox(askedPerson.email)])];
  const ids = askedPerson.email === undefined ? [] : personIds(askedPerson.email, await world.hashes());
  const requestsById = new Map<string, ApprovalRequest>();
  for (const search of [...ids.map((id) => store.byPerson(id)), ...emails.map((email) => store.byEmail(email))]) {
    for await (const page of search) {
      for (const request of page) if (isOwnRequest(askedPerson, request)) requestsById.set(request.id, request);
      if (requestsById.size > MAX_REQUESTS) break;
    }
  }
  const requests = [...requestsById.values()].sort((one, other) => (one.changedAt > other.changedAt ? -1 : 1));
  return { requests: requests.slice(0, MAX_REQUESTS), unreadable, moreRequests: requests.length > MAX_REQUESTS };
}

/**
 * True if the request belongs to the person. On an account's page, the request must have that account: other accounts may have shown the
 * same address.
 */
function isOwnRequest(askedPerson: PersonAsked, { identities }: ApprovalRequest): boolean {
  if (askedPerson.email !== undefined) return true;
  const keys = askedPerson.identity === undefined ? [] : accountKeys([askedPerson.identity]);
  return accountKeys(identities).some((key) => keys.includes(key));
}

export function nameIn(attributes: Readonly<Record<string, unknown>>): string | undefined {
  const { displayName } = attributes;
  return typeof displayName === "string" && displayName !== "" ? displayName : undefined;
}

/** Finds the recent decisions about a person. For an address, includes those of the person's `proven` accounts under other addresses. */
export async function decisionsAbout(
  { world }: Visit,
  askedPerson: PersonAsked,
  { accounts, recent }: KnownPerson,
): Promise<readonly DecisionRecord[]> {
  const followedAccounts = askedPerson.email === undefined ? [] : accounts.filter(({ proven }) => proven).slice(0, MAX_ACCOUNTS);
  const pages = await Promise.all(followedAccounts.map(({ id }) => world.decisions.newestOf("account", id, LOOKED_AT)));
  const all = [...recent, ...pages.flatMap(({ records }) => records)];
  return [...new Map(all.map((record) => [record.id, record])).values()];
}
