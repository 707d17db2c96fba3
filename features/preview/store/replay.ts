import { survivingRejections } from "../../../adapters/stray-rejections";
import { systemClock } from "../../../adapters/system";
import type { Rows } from "../../../adapters/tables/rows";
import { keepGiven } from "../../../engine/json";
import { decidesOnReferred } from "../../../engine/sign-up/admits";
import { callsOutside, checkedKeys, checkedVerdict, EVERY_FINDING, REFERRED, readVerdict } from "../../../engine/sign-up/checks";
import { isDrill } from "../../../engine/sign-up/drill";
import { ENTRA_ISSUER, isByMailedCode, MAIL_ISSUER, wasAddressProven } from "../../../engine/sign-up/issuers";
import { noServices } from "../../../engine/sign-up/no-services";
import { accountHashOf, eachHash, type PersonHashes } from "../../../engine/sign-up/person";
import { type Policy, withTrust } from "../../../engine/sign-up/policy";
import type { DecisionRecord } from "../../../engine/sign-up/record";
import { distinct, hashAmong, type ReadRecords, recordId, recordsOf, rowsUnder } from "../../../engine/sign-up/records";
import type { AnyRule, Context, RecordKey, Row } from "../../../engine/sign-up/rule";
import type { Application, Attributes, Identity, SignUp } from "../../../engine/sign-up/sign-up";
import { deadlineIn, deadlineOf } from "../../../engine/sign-up/time";
import type { AnyVerdict, Evidence, Findings, RuleResult } from "../../../engine/sign-up/verdict";
import type { ListedDecision } from "../../decisions/store/decisions";
import { MAIL_FACTS } from "../../mail-facts/rule";
import { isOnRequests, standingWord } from "./standing-word";

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
  /** Of a rule that is unknown: what it said then, if nothing shows that it would say something else now. */
  readonly then?: AnyVerdict["kind"];
  /** True of an unknown rule that lets strangers go on: it stops people for what they type, or for who they are not. */
  readonly letsStrangersOn?: true;
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
  const needs = records.map((record) => rules.map((rule) => knownNeeds(rule, record, { policy, hashes, now })));
  // The request of somebody whose form is not known still tells whether anything has come of it since.
  const requests = records.map((record, of) =>
    rules.map((rule, at) =>
      needs[of]?.[at] === undefined && isOnRequests(rule) ? knownNeeds(rule, record, { policy, hashes, now }, {}) : [],
    ),
  );
  const found = await read(distinct([...needs, ...requests].flat().flatMap((keys) => keys ?? [])));
  return await Promise.all(
    records.map((record, index) =>
      survivingRejections(undefined, () =>
        replay({ policy, rules, needs: needs[index] ?? [], requests: requests[index] ?? [], found, hashes, now }, record),
      ),
    ),
  );
}

/** The rows that a rule will read; undefined if the record lacks the facts to know. @param attributes as if they had typed these */
function knownNeeds(
  rule: AnyRule,
  record: Replayable,
  { policy, hashes, now }: Pick<ReplayStage, "policy" | "hashes" | "now">,
  attributes?: Attributes,
): readonly RecordKey[] | undefined {
  let missed = false;
  try {
    const recorded = shownTo(rule, record, () => {
      missed = true;
    });
    const shown = withTrust(attributes === undefined ? recorded : { ...recorded, attributes }, policy);
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
  /** For rules whose needs are not known: the rows of the person's requests; undefined if the account is not known. */
  readonly requests: readonly (readonly RecordKey[] | undefined)[];
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

/** A rule on requests ignores people who need no approval, whatever their request says, unless it made them an account. */
async function sparedNow(rule: AnyRule, stage: ReplayStage, record: Replayable, findings: Findings): Promise<AnyVerdict | undefined> {
  if (!isOnRequests(rule) || rule.consumes === undefined) return undefined;
  if (record.reasons.some((reason) => BY_ACCOUNT.has(reason))) return undefined;
  const verdict = await ask(rule, "none", stage, record, { findings, allKnown: true });
  return verdict?.kind === "continue" ? verdict : undefined;
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

/** The findings before a rule, as far as they are known. */
interface KnownFindings {
  /** Of the rules that were asked. */
  readonly findings: Findings;
  readonly allKnown: boolean;
  /** With those recorded for rules that cannot be asked now. Undefined once one may say something else now. */
  readonly left: Findings | undefined;
  /** The same while no rule may have referred the person: whom one allows stays allowed. */
  readonly allowing: Findings | undefined;
}

async function replay(stage: AllRules, record: Replayable): Promise<readonly Replayed[]> {
  const replayed: Replayed[] = [];
  let known: KnownFindings = { findings: {}, allKnown: true, left: {}, allowing: {} };
  for (const [index, rule] of stage.rules.entries()) {
    const keys = stage.needs[index];
    const verdict = await verdictNow(rule, keys, stage, record, known);
    const requests = requestsAmong(keys ?? stage.requests[index], stage.found);
    const unknown = { rule, before: rulesBefore(rule, stage.policy), findings: known.left, requests, now: stage.now };
    const word = verdict === undefined ? standingWord(unknown, record) : undefined;
    replayed.push({ rule: rule.name, ...saidBy(verdict), ...(verdict === undefined && ofUnknown(rule, word)) });
    known = withFindings(known, rule, verdict, word);
    if (verdict?.kind === "block") break;
  }
  return replayed;
}

async function verdictNow(
  rule: AnyRule,
  keys: readonly RecordKey[] | undefined,
  stage: AllRules,
  record: Replayable,
  { findings, allKnown, left, allowing }: KnownFindings,
): Promise<AnyVerdict | undefined> {
  let verdict: AnyVerdict | undefined;
  if (rule.counts !== undefined) verdict = countedThen(rule, record);
  else if (rule.name === MAIL_FACTS) verdict = foundThen(rule, record);
  else if (keys !== undefined && !callsOutside(rule)) verdict = await ask(rule, keys, stage, record, { findings, allKnown });
  const sparing = left ?? (rule.consumes?.includes(EVERY_FINDING) ? undefined : allowing);
  if (sparing !== undefined) verdict ??= await sparedNow(rule, stage, record, sparing);
  return verdict ?? askedNow(rule, keys, stage.found, left);
}

function withFindings(
  { findings, allKnown, left, allowing }: KnownFindings,
  { name, isOwn, requires }: AnyRule,
  verdict: AnyVerdict | undefined,
  word: RuleResult | undefined,
): KnownFindings {
  const said: AnyVerdict | RuleResult | undefined = verdict ?? word;
  const more = said !== undefined && "findings" in said ? said.findings : {};
  const { [REFERRED]: _, ...others } = findings;
  // An invitation, of which a record may not tell, takes back what the list says.
  const unsure = name === "invited" ? others : findings;
  return {
    findings: verdict?.kind === "continue" ? { ...findings, ...verdict.findings } : verdict === undefined ? unsure : findings,
    allKnown: allKnown && verdict !== undefined,
    left: left && said && { ...left, ...more },
    allowing: allowing && (said !== undefined || !(isOwn || requires?.includes(REFERRED))) ? { ...allowing, ...more } : undefined,
  };
}

/** Those that only set attributes too. */
function rulesBefore(rule: AnyRule, { rules }: Policy): readonly AnyRule[] {
  return rules.slice(0, rules.indexOf(rule)).flatMap((entry) => ("shadow" in entry ? [] : [entry]));
}

function requestsAmong(keys: readonly RecordKey[] | undefined, found: ReadonlyMap<string, Row>): readonly Row[] | undefined {
  return keys?.flatMap((key): readonly Row[] => {
    const row = key.table === "approvals" ? found.get(recordId(key)) : undefined;
    return row === undefined ? [] : [row];
  });
}

function ofUnknown({ admits, isOwn }: AnyRule, word: RuleResult | undefined): Pick<Replayed, "then" | "letsStrangersOn"> {
  return {
    ...(word && { then: word.said as AnyVerdict["kind"] }),
    ...(admits !== undefined && !isOwn && { letsStrangersOn: true as const }),
  };
}

/** A rule's verdict; undefined if it asked for what the record does not tell, or failed. */
async function ask(
  rule: AnyRule,
  keys: readonly RecordKey[] | "none",
  { policy, found, hashes, now, said = [] }: ReplayStage,
  record: Replayable,
  { findings, allKnown }: { readonly findings: Findings; readonly allKnown: boolean },
): Promise<AnyVerdict | undefined> {
  let missed = false;
  const miss = () => {
    missed = true;
  };
  const deadline = deadlineIn(deadlineOf(policy), systemClock);
  const records = keys === "none" ? noRows : recordsOf(keys, found);
  const shown = () => withTrust(keys === "none" ? replayedSignUp(record, miss) : shownTo(rule, record, miss), policy);
  const services = noServices("Rules that are replayed", miss);
  const context: Context = {
    records,
    // A rule before it that could not be asked may have left findings.
    findings: allKnown ? findings : partlyKnown(findings, miss),
    received: shown(),
    said,
    now,
    signal: deadline.signal,
    remainingMs: deadline.remainingMs,
    hashOf: hashAmong(records, hashes),
    // A limit's counts are all in memory.
    services: rule.counts === undefined ? services : { ...services, read: async (late) => rowsUnder(late, found) },
  };
  try {
    const answer = await deadline.hold(() => rule.decide?.(shown(), context));
    return missed ? undefined : checkedVerdict(readVerdict(rule, answer), policy.step);
  } catch {
    return undefined;
  } finally {
    deadline.clear();
  }
}

/** No rows at all, whichever a rule asks for. */
const noRows: ReadRecords = { get: () => undefined, has: () => true, mentions: () => false };

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
  if (rule.counts !== undefined || rule.uses?.some((use) => "table" in use && use.table === "accessList")) {
    // Where a step did not trust passcodes, its record does not say to which address one went.
    const isUnclear = record.emailProven === false && record.identities === undefined && record.signedInAs === undefined;
    const known = (identity: Identity) => (isUnclear && identity.issuer === MAIL_ISSUER ? partlyKnown(identity, onMiss) : identity);
    return { ...signUp, identities: signUp.identities.map(known) };
  }
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
