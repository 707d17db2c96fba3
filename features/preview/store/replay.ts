import { survivingRejections } from "../../../adapters/stray-rejections";
import { systemClock } from "../../../adapters/system";
import type { Rows } from "../../../adapters/tables/rows";
import { keepGiven } from "../../../engine/keep-given";
import { ALLOWED, isSpared } from "../../../engine/rules/allowed";
import { decidesOnReferred } from "../../../engine/sign-up/admits";
import { callsOutside, checkedKeys, checkedVerdict, REFERRED } from "../../../engine/sign-up/checks";
import { isDrill } from "../../../engine/sign-up/drill";
import { ENTRA_ISSUER, isByMailedCode, MAIL_ISSUER, wasAddressProven } from "../../../engine/sign-up/issuers";
import { noServices } from "../../../engine/sign-up/no-services";
import { accountHashOf, eachHash, type PersonHashes } from "../../../engine/sign-up/person";
import type { Policy } from "../../../engine/sign-up/policy";
import type { DecisionRecord } from "../../../engine/sign-up/record";
import { distinct, hashAmong, recordId, recordsOf } from "../../../engine/sign-up/records";
import { rowsUnder } from "../../../engine/sign-up/rows-in-memory";
import type { AnyRule, Context, RecordKey, Row } from "../../../engine/sign-up/rule";
import type { Application, Identity, SignUp } from "../../../engine/sign-up/sign-up";
import { deadlineIn, deadlineOf } from "../../../engine/sign-up/time";
import type { AnyVerdict, Evidence, Findings, RuleResult } from "../../../engine/sign-up/verdict";
import type { ListedDecision } from "../../decisions/store/decisions";
import { MAIL_FACTS } from "../../mail-facts/rule";

/** The record of a decision whose request had an address. */
export type Replayable = DecisionRecord &
  Required<Pick<DecisionRecord, "email">> & {
    /** The accounts, if they are known. */
    readonly identities?: readonly Identity[];
  };

/**
 * The record with the account, as far as it is known: of somebody who typed an address, and of a one-time passcode that went to the
 * very address. On that rests whether the address is proven.
 */
export function recalled(record: Replayable, hashes: PersonHashes): Replayable {
  const { issuers = [] } = record;
  const known = record.signedInAs ?? (isPasscodeToAddress(record, hashes) ? { issuer: MAIL_ISSUER, id: record.email } : undefined);
  if (known === undefined || record.identities !== undefined || !issuers.includes(known.issuer)) return record;
  const identities = issuers.flatMap((issuer): readonly Identity[] => {
    if (issuer === ENTRA_ISSUER) return [];
    return [issuer === known.issuer ? { issuer, issuerAssignedId: known.id } : { issuer }];
  });
  return { ...record, identities };
}

/**
 * The account's hash says so; under a key that is gone by now, or in a record without account, that the address was proven, and not by
 * the code of an invitation.
 */
function isPasscodeToAddress(record: Replayable, hashes: PersonHashes): boolean {
  const { email, accountId, emailProven, trace } = record;
  const account = [{ issuer: MAIL_ISSUER, issuerAssignedId: email }];
  if (accountId !== undefined && eachHash(hashes).some((hashOf) => accountHashOf(account, hashOf) === accountId)) return true;
  return (accountId === undefined ? wasAddressProven(record) : emailProven === true) && !trace.some(isByMailedCode);
}

export function isReplayable(record: DecisionRecord): record is Replayable {
  return record.email !== undefined;
}

/** A rule's current result for a recorded sign-up; unknown if the record lacks facts, or the rule calls outside. */
export interface Replayed {
  readonly rule: string;
  readonly said: AnyVerdict["kind"] | "unknown";
  readonly reasons?: readonly string[];
  readonly evidence?: Evidence;
  /** Of the access list: the entry that decides has the person wait for approval. */
  readonly waits?: true;
}

/** The policy and rows to replay against. */
export interface Against {
  readonly read: Rows["read"];
  readonly hashes: PersonHashes;
  readonly now: Date;
}

/** Asks a policy's rules, up to the first that blocks, about recorded sign-ups. All rows they need are read together. */
export async function replayAll(
  policy: Policy,
  given: readonly Replayable[],
  { read, hashes, now }: Against,
): Promise<readonly (readonly Replayed[])[]> {
  const records = given.map((record) => recalled(record, hashes));
  const rules = policy.rules.flatMap((entry) => ("shadow" in entry || entry.decide === undefined ? [] : [entry]));
  const needs = records.map((record) => rules.map((rule) => knownNeeds(rule, record, { hashes, now })));
  const found = await read(distinct(needs.flat().flatMap((keys) => keys ?? [])));
  return await Promise.all(
    records.map((record, index) =>
      survivingRejections(undefined, () => replay({ policy, rules, needs: needs[index] ?? [], found, hashes, now }, record)),
    ),
  );
}

/** The rows that a rule will read; undefined if the record lacks the facts to know. */
function knownNeeds(rule: AnyRule, record: Replayable, { hashes, now }: Pick<Against, "hashes" | "now">): readonly RecordKey[] | undefined {
  let missed = false;
  try {
    const shown = shownTo(rule, record, () => {
      missed = true;
    });
    const keys = eachHash(hashes).flatMap((hashOf) => checkedKeys(rule.needs?.(shown, hashOf, now)));
    return missed ? undefined : keys;
  } catch {
    return undefined;
  }
}

/** Input of one rule's replay. */
interface ReplayStage {
  readonly policy: Policy;
  readonly found: ReadonlyMap<string, Row>;
  readonly hashes: PersonHashes;
  readonly now: Date;
  /** Results of earlier rules, with their evidence. */
  readonly said?: readonly RuleResult[];
}

interface AllRules extends ReplayStage {
  readonly rules: readonly AnyRule[];
  readonly needs: readonly (readonly RecordKey[] | undefined)[];
}

/** Replays a single rule; undefined if the record lacks its facts. @param findings of the rules before it */
export async function askOne(rule: AnyRule, record: Replayable, stage: ReplayStage, findings: Findings): Promise<AnyVerdict | undefined> {
  if (rule.uses?.some((use) => "needsClaim" in use && record[use.needsClaim] === undefined)) return undefined;
  if (rule.consumes?.includes("mailHost") && findings.mx === undefined) return undefined;
  const keys = knownNeeds(rule, record, stage);
  return keys && (await ask(rule, keys, stage, record, { findings, allKnown: true }));
}

/**
 * Today's count of a limit says nothing about another day: `judgeLimits` replays limits in order of time. Here each limit lets the same
 * people pass as on that day.
 */
function countedThen({ name }: AnyRule, { trace }: Replayable): AnyVerdict | undefined {
  const wasReached = trace.some(
    ({ rule, said, findings, shadow }) => rule === name && shadow !== true && (said === "block" || findings !== undefined),
  );
  return wasReached ? undefined : { kind: "continue" };
}

/** The DNS may have changed since. */
function foundThen(rule: AnyRule, record: Replayable): AnyVerdict | undefined {
  const { findings } = passedThen(rule, record) ?? {};
  return findings && { kind: "continue", findings };
}

function passedThen({ name }: AnyRule, { trace }: Replayable): RuleResult | undefined {
  return trace.find(({ rule, said }) => rule === name && said === "continue");
}

/** Reasons of people whose request made them an account, or may have. */
const BY_ACCOUNT: ReadonlySet<string> = new Set(["approval.approved", "approval.provisioned", "approval.failed"]);

/** A rule on requests ignores people that an earlier rule lets in, whatever their request says, unless it made them an account. */
function sparedNow({ consumes, uses = [] }: AnyRule, { reasons }: Replayable, findings: Findings): AnyVerdict | undefined {
  const isOnRequests = consumes?.includes(ALLOWED) && uses.some((use) => "table" in use && use.table === "approvals");
  if (!isOnRequests || !isSpared(ALLOWED, findings) || findings[REFERRED] === true) return undefined;
  return reasons.some((reason) => BY_ACCOUNT.has(reason)) ? undefined : { kind: "continue" };
}

/** Whom the list has wait for approval would be asked for it, unless they have asked before: what came of that is not known. */
function askedNow(
  rule: AnyRule,
  keys: readonly RecordKey[] | undefined,
  found: ReadonlyMap<string, Row>,
  findings: Findings | undefined,
): AnyVerdict | undefined {
  if (findings?.listed !== "approval" || findings[REFERRED] !== true || !decidesOnReferred(rule)) return undefined;
  const hasRequest = keys === undefined || keys.some((key) => key.table === "approvals" && found.has(recordId(key)));
  return hasRequest ? undefined : { kind: "block", reason: "approval.requested" };
}

const nothing: Pick<RuleResult, "findings"> = {};

async function replay(stage: AllRules, record: Replayable): Promise<readonly Replayed[]> {
  const replayed: Replayed[] = [];
  let findings: Findings = {};
  let allKnown = true;
  /**
   * Findings so far, with those recorded for rules that cannot be asked now. Undefined after one that did not let them pass then, and may
   * refer them to an approver.
   */
  let left: Findings | undefined = {};
  for (const [index, rule] of stage.rules.entries()) {
    const keys = stage.needs[index];
    let verdict: AnyVerdict | undefined;
    if (rule.counts !== undefined) verdict = countedThen(rule, record);
    else if (rule.name === MAIL_FACTS) verdict = foundThen(rule, record);
    else if (keys === undefined) verdict = left && sparedNow(rule, record, left);
    else if (!callsOutside(rule)) verdict = await ask(rule, keys, stage, record, { findings, allKnown });
    verdict ??= askedNow(rule, keys, stage.found, left);
    replayed.push({ rule: rule.name, ...saidBy(verdict) });
    if (verdict === undefined) allKnown = false;
    if (verdict?.kind === "continue") findings = { ...findings, ...verdict.findings };
    const passed = verdict ?? passedThen(rule, record) ?? (rule.requires?.includes(REFERRED) ? undefined : nothing);
    left = left && passed && { ...left, ...("findings" in passed && passed.findings) };
    if (verdict?.kind === "block") break;
  }
  return replayed;
}

/** A rule's verdict; undefined if it asked for what the record does not tell, or failed. */
async function ask(
  rule: AnyRule,
  keys: readonly RecordKey[],
  { policy, found, hashes, now, said = [] }: ReplayStage,
  record: Replayable,
  { findings, allKnown }: { readonly findings: Findings; readonly allKnown: boolean },
): Promise<AnyVerdict | undefined> {
  let missed = false;
  const miss = () => {
    missed = true;
  };
  const deadline = deadlineIn(deadlineOf(policy), systemClock);
  const records = recordsOf(keys, found);
  const services = noServices("Rules that are replayed", miss);
  const context: Context = {
    records,
    // A rule before it that could not be asked may have left findings.
    findings: allKnown ? findings : partlyKnown(findings, miss),
    received: shownTo(rule, record, miss),
    said,
    now,
    signal: deadline.signal,
    remainingMs: deadline.remainingMs,
    hashOf: hashAmong(records, hashes),
    // A limit's counts are all in memory.
    services: rule.counts === undefined ? services : { ...services, read: async (late) => rowsUnder(late, found) },
  };
  try {
    const verdict = await deadline.hold(() => rule.decide?.(shownTo(rule, record, miss), context));
    return missed ? undefined : checkedVerdict(verdict, policy.step);
  } catch {
    return undefined;
  } finally {
    deadline.clear();
  }
}

function saidBy(verdict: AnyVerdict | undefined): Omit<Replayed, "rule"> {
  switch (verdict?.kind) {
    case undefined:
      return { said: "unknown" };
    case "invalid":
      return { said: "invalid", reasons: verdict.problems.map(({ reason }) => reason) };
    case "block":
      return { said: "block", reasons: [verdict.reason], ...(verdict.evidence && { evidence: verdict.evidence }) };
    case "continue":
      return {
        said: "continue",
        ...(verdict.evidence && { evidence: verdict.evidence }),
        ...(verdict.findings?.listed === "approval" && { waits: true as const }),
      };
  }
}

/**
 * A recorded sign-up as a rule is shown it. Account ids are not recorded: a rule that reads one cannot tell. But for the
 * access list, whose entries of single accounts a report tells apart.
 */
function shownTo(rule: AnyRule, record: Replayable, onMiss: () => void): SignUp {
  const signUp = replayedSignUp(record, onMiss);
  // A limit counts people: accounts that are not known are told apart by provider and address.
  if (rule.counts !== undefined || rule.uses?.some((use) => "table" in use && use.table === "accessList")) return signUp;
  return { ...signUp, identities: signUp.identities.map((identity) => partlyKnown(identity, onMiss)) };
}

/** The sign-up of a record: without attributes and languages, and with accounts by their providers alone. */
export function replayedSignUp(record: Replayable, onMiss: () => void): SignUp {
  const { step, source, gate, email, issuers = [], application: id, correlationId, ipAddress } = record;
  return {
    step,
    source,
    ...(gate !== undefined && { gate }),
    // A workforce tenant never sends it. If another kind of tenant would, and the record lacks it, the tenant is unknown.
    ...(source !== "b2b" && { application: partlyKnown(id === undefined ? {} : { id }, onMiss) as Application }),
    ...keepGiven({ correlationId, ipAddress }),
    email,
    ...(record.emailTyped && { emailTyped: true }),
    identities: record.identities ?? issuers.flatMap((issuer) => (issuer === ENTRA_ISSUER ? [] : [{ issuer }])),
    attributes: partlyKnown({}, onMiss),
    locales: partlyKnown<readonly string[]>(Object.create(null), onMiss),
  };
}

/** A rule asked for a fact that the record lacks. */
class UnknownError extends Error {
  override readonly name = "UnknownError";
}

/** An object with only some known members: reading any other member, or all, calls `onMiss` and throws. */
function partlyKnown<T extends object>(known: T, onMiss: () => void): T {
  const miss = (): never => {
    onMiss();
    throw new UnknownError("a record does not tell this");
  };
  return new Proxy(known, {
    get: (target, name) => (Object.hasOwn(target, name) ? Reflect.get(target, name) : miss()),
    has: (target, name) => Object.hasOwn(target, name) || miss(),
    ownKeys: miss,
    getOwnPropertyDescriptor: (target, name) => Reflect.getOwnPropertyDescriptor(target, name) ?? miss(),
  });
}

/** Records replayed at a time: what they need of the list is read together. */
const BATCH = 100;

/**
 * The first record of each person at each step, from records with the newest first. Its memory grows only with the number of people.
 * @param onRead called with each page, including repeated decisions and those without an address
 */
export async function* newestOfEach(
  pages: AsyncIterable<readonly ListedDecision[]>,
  onRead: (count: number) => void,
): AsyncGenerator<readonly ListedDecision[]> {
  const seen = new Set<string>();
  let batch: ListedDecision[] = [];
  for await (const page of pages) {
    onRead(page.length);
    for (const record of page) {
      const { email } = record;
      // A drill is refused by any policy.
      if (email === undefined || isDrill({ email })) continue;
      const key = `${record.step} ${email}`;
      if (seen.has(key)) continue;
      seen.add(key);
      batch.push(record);
    }
    if (batch.length < BATCH) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}
