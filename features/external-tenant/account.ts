import { GUID } from "../../engine/directory-account";
import { createFailure } from "../../engine/sign-up/failure";
import { listVouchers } from "../../engine/sign-up/issuers";
import { buildPersonId, eachHash, type HashOf, hashAccount, type PersonHashes } from "../../engine/sign-up/person";
import { personKey } from "../../engine/sign-up/person-key";
import type { BeginSearch, FirstToken, Identification, Ports } from "../../engine/sign-up/ports";
import type { DecisionRecord } from "../../engine/sign-up/record";
import type { RecordKey, Records, Row } from "../../engine/sign-up/rule";
import type { Attributes, Identity, SignUp } from "../../engine/sign-up/sign-up";
import { normaliseMailbox } from "../../engine/sign-up/spellings";
import { type Deadline, deadlineIn, MS_PER_DAY, MS_PER_MINUTE } from "../../engine/sign-up/time";
import type { Put, Reserve } from "../../engine/sign-up/verdict";

// A token's event names an account, but rarely a person. The journey in which the account was created says which person the gate let in:
// docs/decisions/0071.

/** Prefix of the ids of journeys in the usage table. These journeys last from the form to the first token. */
export const SIGNED_UP_PREFIX = "signed-up/";
/** Prefix of the ids of accounts in the usage table. The object id follows. */
export const ACCOUNT_PREFIX = "account/";

/** A journey can tell whose account a token is for only within this time after the journey's row was written. */
const JOURNEY_MS = 60 * MS_PER_MINUTE;
/** Time for which an account's row is kept after its last renewal. */
const KEPT_MS = 400 * MS_PER_DAY;
/** If an account's row is older than this, the next token renews the row. If the facts came from the directory, they are read again. */
const FRESH_MS = 30 * MS_PER_DAY;
/** Tolerated difference between Entra's clock and ours. */
const SKEW_MS = MS_PER_MINUTE;

/** The facts by which rules recognise a person. */
export type AccountHolder = Pick<SignUp, "email" | "emailTyped" | "identities">;

/** Resolves to "absent" if no account has that id, and to undefined without a usable answer. Never rejects. */
export type AskDirectory = (userId: string, signal: AbortSignal) => Promise<AccountHolder | "absent" | undefined>;

/** @param ask asks the directory; undefined without the consent of the tenant's administrator */
export function beginAccountSearch(ask?: AskDirectory): BeginSearch {
  return (signUp, hashes) => ({
    keys: accountKeys(signUp, hashes),
    identify: (records, ports, deadline) => findAccountHolder(signUp, records, { ...ports, ask }, deadline),
  });
}

/** Hashes by which an export and an erasure find a row. */
interface HolderIds {
  readonly personId?: string | undefined;
  readonly accountId?: string | undefined;
}

function buildHolderIds({ email, identities }: AccountHolder, hashOf: HashOf): HolderIds {
  return { personId: email === "" ? undefined : buildPersonId(email, hashOf), accountId: hashAccount(identities, hashOf) };
}

function buildHolderCells({ email, emailTyped, identities }: AccountHolder, { personId, accountId }: HolderIds, now: Date, keptMs: number) {
  return {
    ...(personId !== undefined && { personId }),
    ...(email !== "" && { email }),
    ...(emailTyped && { emailTyped }),
    ...(accountId !== undefined && { accountId }),
    identities: JSON.stringify(identities),
    at: now.toISOString(),
    expires: Math.ceil((now.getTime() + keptMs) / 1_000),
  };
}

export function holderIn({ email = "", emailTyped, identities }: Row): AccountHolder | undefined {
  if (typeof email !== "string") return undefined;
  try {
    const read = JSON.parse(String(identities)) as readonly Identity[];
    const isRead = Array.isArray(read) && read.every(({ issuer, ...more }) => [issuer, ...Object.values(more)].every(isText));
    return isRead ? { email, ...(emailTyped !== undefined && { emailTyped: true }), identities: read } : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Returns the write of a new account's row, which must precede the account's first token. An existing row stays, because it may be another
 * person's. The new row gets no `accountId`, because the key of the hashes is not known here.
 */
export function madeAccountWrite(userId: string, holder: AccountHolder, personId: string, now: Date): Put {
  const id = `${ACCOUNT_PREFIX}${userId.toLowerCase()}`;
  return { table: "ledger", item: { id, source: "request", ...buildHolderCells(holder, { personId }, now, KEPT_MS) }, condition: "absent" };
}

function isText(value: unknown): value is string {
  return typeof value === "string";
}

/** Returns the key of a journey's row. After the first token, the row has the id of the account that the journey led to. */
export function journeyKey(correlationId: string, hashOf: HashOf): RecordKey {
  return { table: "ledger", key: { id: `${SIGNED_UP_PREFIX}${hashOf(`journey\n${correlationId}`)}` } };
}

/** Stores the journey of a person who passed the form. A second person under the same correlation id makes the row unusable. */
export function journeyWrite(
  signUp: SignUp,
  attributes: Attributes,
  hashOf: HashOf,
  now: Date,
  decision?: Pick<DecisionRecord, "reference" | "emailProven">,
): Reserve | undefined {
  const { correlationId, email, identities } = signUp;
  // A person with neither address nor account cannot be found again.
  if (correlationId === undefined || (email === "" && hashAccount(identities, hashOf) === undefined)) return undefined;
  const person = email === "" ? "" : buildPersonId(email, hashOf);
  const markHashes = hashMarks({ ...signUp, attributes: { ...signUp.attributes, ...attributes } }, hashOf);
  return {
    ...journeyKey(correlationId, hashOf),
    slots: "people",
    // If two people share the journey, an erasure finds each of them by this value.
    holder: `${person}.${hashOf(personKey(signUp))}`,
    atMost: 2,
    set: { ...buildHolderCells(signUp, buildHolderIds(signUp, hashOf), now, JOURNEY_MS), ...decidedIn(decision), ...markHashes },
  };
}

function decidedIn(decision: Partial<Pick<DecisionRecord, "reference" | "emailProven">> = {}) {
  const { reference, emailProven } = decision;
  return { ...(reference !== undefined && { reference }), ...(emailProven && { emailProven }) };
}

/** Facts that both the form's call and the token's call have. */
const marks = {
  application: ({ application }: SignUp) => application?.id,
  network: ({ ipAddress }: SignUp) => ipAddress && toNetworkPrefix(ipAddress),
  displayName: ({ attributes }: SignUp) => attributes.displayName,
} as const;

function hashMarks(signUp: SignUp, hashOf: HashOf): Readonly<Record<string, string>> {
  const markValues = Object.entries(marks).map(([name, of]) => [name, of(signUp)] as const);
  return Object.fromEntries(markValues.flatMap(([name, value]) => (value === undefined ? [] : [[name, hashOf(`${name}\n${value}`)]])));
}

/**
 * Keeps only the first half of an IPv6 address, because a device may change the other half at will. A provider assigns the first half to
 * one customer.
 */
function toNetworkPrefix(address: string): string {
  const [, mapped] = /^(?:.*:)?(\d+\.\d+\.\d+\.\d+)$/.exec(address) ?? [];
  if (mapped !== undefined) return mapped;
  const [head = [], tail = []] = address.split("::").map((half) => half.split(":").filter((group) => group !== ""));
  const groups = [...head, ...new Array<string>(Math.max(8 - head.length - tail.length, 0)).fill("0"), ...tail];
  return groups
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16))
    .join(":");
}

function accountKeys({ userId, correlationId }: SignUp, hashes: PersonHashes): readonly RecordKey[] {
  if (userId === undefined || !GUID.test(userId)) return [];
  const journeys = correlationId === undefined ? [] : eachHash(hashes).map((hashOf) => journeyKey(correlationId, hashOf));
  return [{ table: "ledger", key: { id: `${ACCOUNT_PREFIX}${userId}` } }, ...journeys];
}

type Asking = Ports & { readonly ask: AskDirectory | undefined };

/**
 * Looks for the account's holder in the account's row, then in the journey, then in the directory. Drops the event's unproven address in
 * two cases: the directory lacks the account, or the journey is another person's and the directory does not answer.
 */
async function findAccountHolder(signUp: SignUp, records: Records, ports: Asking, deadline: Deadline): Promise<Identification> {
  const { userId = "", correlationId } = signUp;
  const { now, hashOf, ask } = ports;
  const [key] = accountKeys(signUp, ports);
  if (key === undefined) return { signUp };
  const row = records.get(key);
  const keptHolder = row && Number(row.expires) * 1_000 > now.getTime() ? holderIn(row) : undefined;
  if (keptHolder !== undefined && isYounger(row, FRESH_MS, now)) return { signUp: heldBy(signUp, keptHolder) };
  const buildIdentification = (holder: AccountHolder, source: "journey" | "request" | "directory"): Identification => ({
    signUp: heldBy(signUp, holder),
    newRow: {
      ...key,
      item: { ...key.key, source, ...buildHolderCells(holder, buildHolderIds(holder, hashOf), now, KEPT_MS) },
      condition: row === undefined ? "absent" : { at: String(row.at) },
    },
  });
  const source = row?.source;
  if (keptHolder !== undefined && (source === "journey" || source === "request")) return buildIdentification(keptHolder, source);
  const isFirst = row === undefined && correlationId !== undefined;
  const journey = isFirst ? await findJourneyHolder({ ...signUp, userId, correlationId }, records, ports, deadline) : undefined;
  if (journey !== undefined && journey !== "another's") {
    const firstToken = buildFirstToken(signUp, journey.row, journey.holder);
    return { ...buildIdentification(journey.holder, "journey"), ...(firstToken && { firstToken }) };
  }
  const answer = ask && (await askWithinLimit(ask, userId, ports, deadline));
  if (answer === "absent") return { signUp: nobodys(signUp) };
  if (answer !== undefined) return buildIdentification(answer, "directory");
  if (journey === "another's") return { signUp: nobodys(signUp) };
  return { signUp: keptHolder === undefined ? signUp : heldBy(signUp, keptHolder) };
}

function nobodys({ emailTyped: _, ...signUp }: SignUp): SignUp {
  return { ...signUp, email: "" };
}

function buildFirstToken({ userId = "", gate }: SignUp, row: Row, holder: AccountHolder): FirstToken | undefined {
  const { personId, email, reference } = row;
  if (!isText(personId) || !isText(email) || !isText(reference)) return undefined;
  const proof = { emailProven: row.emailProven === true, emailVouchers: listVouchers(holder) };
  return { userId, ...(gate !== undefined && { gate }), personId, email, ...proof, reference, at: String(row.at) };
}

/** Asks the directory within two thirds of the remaining time. The last third is for claims that need no person. */
async function askWithinLimit(ask: AskDirectory, userId: string, { clock }: Ports, deadline: Deadline): ReturnType<AskDirectory> {
  const limit = deadlineIn((deadline.remainingMs() * 2) / 3, clock);
  try {
    return await limit.hold(() => ask(userId, limit.signal));
  } catch {
    return undefined;
  } finally {
    limit.clear();
  }
}

function isYounger(row: Row | undefined, ageMs: number, now: Date): boolean {
  return now.getTime() - Date.parse(String(row?.at)) <= ageMs;
}

/** Replaces the event's person with the holder. If the holder has no address, the event's unproven address stays. */
function heldBy(signUp: SignUp, { email, emailTyped, identities }: AccountHolder): SignUp {
  if (email === "") return { ...signUp, identities };
  const { emailTyped: _, ...event } = signUp;
  return { ...event, email, identities, ...(emailTyped && { emailTyped }) };
}

type TokenEvent = SignUp & Required<Pick<SignUp, "userId" | "correlationId">>;

/**
 * The person and row of the event's journey. Undefined if there is no journey of the last hour. "another's" if the journey does not fit the
 * event, or if it already belongs to another account.
 */
async function findJourneyHolder(
  event: TokenEvent,
  records: Records,
  ports: Ports,
  deadline: Deadline,
): Promise<{ readonly holder: AccountHolder; readonly row: Row } | "another's" | undefined> {
  for (const hashOf of eachHash(ports)) {
    const key = journeyKey(event.correlationId, hashOf);
    const row = records.get(key);
    // DynamoDB may return rows that have expired.
    if (row === undefined || !isYounger(row, JOURNEY_MS, ports.now)) continue;
    const holder = holderIn(row);
    if (holder === undefined || contradicts(event, row, holder, hashOf)) return "another's";
    const reservation: Reserve = { ...key, slots: "accounts", holder: event.userId, atMost: 1 };
    try {
      return (await deadline.hold(() => ports.write(reservation, deadline.signal))) ? { holder, row } : "another's";
    } catch (error) {
      throw createFailure("write", error);
    }
  }
  return undefined;
}

/** Returns true if a token's event cannot belong to a row's journey: the row has two people, or facts of the event and the row differ. */
function contradicts(event: TokenEvent, row: Row, { email }: AccountHolder, hashOf: HashOf): boolean {
  if (!Array.isArray(row.people) || row.people.length !== 1) return true;
  const isOlder = event.userCreatedAt !== undefined && !(Date.parse(event.userCreatedAt) >= Date.parse(String(row.at)) - SKEW_MS);
  const isElse = email !== "" && event.email !== "" && normaliseMailbox(email) !== normaliseMailbox(event.email);
  return (
    isOlder || isElse || Object.entries(hashMarks(event, hashOf)).some(([name, mark]) => row[name] !== undefined && row[name] !== mark)
  );
}
