import { keepGiven } from "../../../engine/json";
import { callsOutside, EVERY_FINDING } from "../../../engine/sign-up/checks";
import { ENTRA_ISSUER, isByMailedCode, listIssuers, MAIL_ISSUER, wasAddressProven } from "../../../engine/sign-up/issuers";
import { buildPersonId, eachHash, type HashOf, hashAccount, type PersonHashes } from "../../../engine/sign-up/person";
import type { DecisionRecord } from "../../../engine/sign-up/record";
import type { AnyRule } from "../../../engine/sign-up/rule";
import type { Application, Attributes, Identity, SignUp } from "../../../engine/sign-up/sign-up";
import type { ApprovalRequest } from "../../approvals/request";

// The sign-up of a recorded decision, as far as the record and the person's requests show it.

/** The record of a decision on a sign-up with an address. */
export type Replayable = DecisionRecord &
  Required<Pick<DecisionRecord, "email">> & {
    readonly identities?: readonly Identity[];
    /** True if a one-time passcode went to another address. */
    readonly isPasscodeElsewhere?: boolean;
  };

export function isReplayable(record: DecisionRecord): record is Replayable {
  return record.email !== undefined;
}

/** True if a record names only the providers of the accounts. */
export function lacksAccounts({ identities, issuers = [] }: Replayable): boolean {
  return identities === undefined && issuers.some((issuer) => issuer !== ENTRA_ISSUER);
}

/**
 * Returns the record with the account, if known: from `signedInAs`, or from a one-time passcode to the address. Notes a passcode that went
 * elsewhere.
 */
export function recallAccount(record: Replayable, hashes: PersonHashes): Replayable {
  const { issuers = [] } = record;
  if (record.identities !== undefined) return record;
  const knownAccount = record.signedInAs ?? (isPasscodeToAddress(record, hashes) ? { issuer: MAIL_ISSUER, id: record.email } : undefined);
  if (knownAccount === undefined) return isPasscodeElsewhere(record, hashes) ? { ...record, isPasscodeElsewhere: true } : record;
  if (!issuers.includes(knownAccount.issuer)) return record;
  const identities = issuers.flatMap((issuer): readonly Identity[] => {
    if (issuer === ENTRA_ISSUER) return [];
    return [issuer === knownAccount.issuer ? { issuer, issuerAssignedId: knownAccount.id } : { issuer }];
  });
  return { ...record, identities };
}

/** Notes whether a rule used an unknown fact. */
export function watchMisses(): { readonly miss: () => void; readonly hasMissed: () => boolean } {
  let hasMiss = false;
  const miss = () => {
    hasMiss = true;
  };
  return { miss, hasMissed: () => hasMiss };
}

export function identifyByRequest(record: Replayable, requests: readonly ApprovalRequest[], hashes: PersonHashes): Replayable {
  const { accountId } = record;
  if (accountId === undefined || !lacksAccounts(record)) return record;
  const ownRequest = requests.find(({ identities }) => eachHash(hashes).some((hashOf) => hashAccount(identities, hashOf) === accountId));
  return ownRequest === undefined ? record : { ...record, identities: ownRequest.identities };
}

/** Requests of another gate or with other accounts belong to other people. */
export function filterRequests(record: Replayable, requests: readonly ApprovalRequest[], hashes: PersonHashes): readonly ApprovalRequest[] {
  const hashUnidentified = knownHash(record, hashes);
  return requests.filter(({ email, gate, identities, invitation, strippedAt }) => {
    if (invitation !== undefined || email !== record.email || gate !== record.gate) return false;
    // A stripped request names no account.
    if (strippedAt !== undefined) return true;
    const account = hashUnidentified && hashAccount(identities, hashUnidentified);
    const isOther = account !== undefined && record.accountId !== undefined && account !== record.accountId;
    return !isOther && String(listIssuers({ identities })) === String(record.issuers);
  });
}

/** Finds the hash function that made the record's `personId`. Undefined if the function's key no longer exists. */
function knownHash({ email, personId }: Replayable, hashes: PersonHashes): HashOf | undefined {
  return eachHash(hashes).find((hashOf) => buildPersonId(email, hashOf) === personId);
}

/**
 * True if a one-time passcode went to the address: the account's hash is the address's, or the address was proven, but not by an
 * invitation's code.
 */
function isPasscodeToAddress(record: Replayable, hashes: PersonHashes): boolean {
  const { email, accountId, emailProven, trace } = record;
  const account = [{ issuer: MAIL_ISSUER, issuerAssignedId: email }];
  if (accountId !== undefined && eachHash(hashes).some((hashOf) => hashAccount(account, hashOf) === accountId)) return true;
  return (accountId === undefined ? wasAddressProven(record) : emailProven === true) && !trace.some(isByMailedCode);
}

/**
 * True if the person signed in only with a one-time passcode to another address. False if the hash's key is unknown: no comparison is
 * possible.
 */
function isPasscodeElsewhere(record: Replayable, hashes: PersonHashes): boolean {
  const { accountId, email, issuers = [] } = record;
  const returnEmptyHash = knownHash(record, hashes);
  if (returnEmptyHash === undefined || accountId === undefined || issuers.length !== 1 || issuers[0] !== MAIL_ISSUER) return false;
  return hashAccount([{ issuer: MAIL_ISSUER, issuerAssignedId: email }], returnEmptyHash) !== accountId;
}

/** Replaces the id of an account that a record has only as a hash. No provider uses such an id. */
const UNKNOWN_ID = "an account of entra-gatehouse that is not known";

/** @param onMiss called when the rule uses an unknown fact */
export function showSignUp(rule: AnyRule, record: Replayable, onMiss: () => void): SignUp {
  const signUp = replayedSignUp(record, onMiss);
  if (!lacksAccounts(record)) return signUp;
  return { ...signUp, identities: signUp.identities.map((identity) => showIdentity(rule, identity, record, onMiss)) };
}

/**
 * Returns the account as the rule may see it. The access list sees no account id, because a preview does not replay the list's entries of
 * single accounts; the report counts decisions that these entries might change.
 */
function showIdentity(rule: AnyRule, identity: Identity, record: Replayable, onMiss: () => void): Identity {
  const { issuer } = identity;
  const isOfAuthor = rule.isOwn === true || rule.consumes?.includes(EVERY_FINDING) === true;
  // The record does not name the address to which the passcode went.
  const isUnclear = issuer === MAIL_ISSUER && !record.isPasscodeElsewhere;
  // A limit counts people. It distinguishes unknown accounts by provider and address.
  if (rule.counts !== undefined || readsTable(rule, "accessList"))
    return isUnclear && record.emailProven === false && record.signedInAs === undefined ? watchFacts(identity, onMiss) : identity;
  if (isOfAuthor || callsOutside(rule) || readsTable(rule, "profiles")) return watchFacts(identity, onMiss);
  // The record names only the provider that confirmed the person.
  const provider = { issuer, signInType: undefined } as unknown as Identity;
  return isUnclear ? watchFacts(provider, onMiss) : { ...provider, issuerAssignedId: UNKNOWN_ID };
}

function readsTable({ uses = [] }: AnyRule, table: string): boolean {
  return uses.some((use) => "table" in use && use.table === table);
}

export function recallHashes(record: Replayable, { hashOf, otherHashOf }: PersonHashes, onMiss?: () => void): PersonHashes {
  return {
    hashOf: recallHash(record, hashOf, onMiss),
    otherHashOf: otherHashOf && recallHash(record, otherHashOf, onMiss),
  };
}

/**
 * Returns a `hashOf` with the recorded hash for the unknown account.
 * @param onMiss called for any other text with this account; if undefined, such a text hashes to ""
 */
export function recallHash(record: Replayable, hashOf: HashOf, onMiss: (() => void) | undefined): HashOf {
  if (!lacksAccounts(record)) return hashOf;
  const { accountId, issuers = [] } = record;
  const accountTexts = issuers.map((issuer) => `account\n${issuer}/${UNKNOWN_ID}`);
  return (text) => {
    if (!text.includes(UNKNOWN_ID)) return hashOf(text);
    if (accountId !== undefined && accountTexts.includes(text)) return accountId;
    return onMiss === undefined ? "" : missFact(onMiss);
  };
}

/**
 * Until the rule calls `hashOf` to find the person's request, an unknown account id reads as "". Later, reading the id calls `onMiss` and
 * throws.
 */
export function showUnidentified(record: Replayable, onMiss: () => void): { readonly signUp: SignUp; readonly hashOf: HashOf } {
  const signUp = replayedSignUp(record, onMiss);
  let isFound = false;
  const identities = signUp.identities.map(
    (identity): Identity => ({
      ...identity,
      get issuerAssignedId(): string {
        return identity.issuerAssignedId ?? (isFound ? missFact(onMiss) : "");
      },
    }),
  );
  const hashOf = () => {
    isFound = true;
    return "";
  };
  return { signUp: { ...signUp, identities }, hashOf };
}

export function replayedSignUp(record: Replayable, onMiss: () => void): SignUp {
  const { step, source, gate, email, issuers = [], application: id, correlationId, ipAddress } = record;
  return {
    step,
    source,
    gate,
    // Workforce tenants (`b2b`) never send the application. Other tenants do: if their record lacks it, the application is unknown.
    ...(source !== "b2b" && { application: watchFacts(id === undefined ? {} : { id }, onMiss) as Application }),
    ...keepGiven({ correlationId, ipAddress }),
    email,
    emailTyped: record.emailTyped ? true : undefined,
    identities: record.identities ?? issuers.flatMap((issuer) => (issuer === ENTRA_ISSUER ? [] : [{ issuer }])),
    attributes: watchFacts<Attributes>({}, onMiss),
    locales: watchFacts<readonly string[]>(Object.create(null), onMiss),
  };
}

/** A rule asked for a fact that the record lacks. */
class UnknownError extends Error {
  override readonly name = "UnknownError";
}

function missFact(onMiss: () => void): never {
  onMiss();
  throw new UnknownError("a record does not tell this");
}

/** Reading an unknown member, or listing all, calls `onMiss` and throws. @param isAbsent true for members known to be absent */
export function watchFacts<T extends object>(knownFacts: T, onMiss: () => void, isAbsent: (name: string) => boolean = () => false): T {
  const miss = (): never => missFact(onMiss);
  return new Proxy(knownFacts, {
    get: (target, name) => (Object.hasOwn(target, name) ? Reflect.get(target, name) : isAbsent(String(name)) ? undefined : miss()),
    has: (target, name) => Object.hasOwn(target, name) || (!isAbsent(String(name)) && miss()),
    ownKeys: miss,
    getOwnPropertyDescriptor: (target, name) => Reflect.getOwnPropertyDescriptor(target, name) ?? miss(),
  });
}
