import { survivingRejections } from "../../../adapters/stray-rejections";
import { systemClock } from "../../../adapters/system";
import type { Rows } from "../../../adapters/tables/rows";
import { gatherPages, mapInBatches } from "../../../engine/collections";
import { decidesOnReferrals } from "../../../engine/sign-up/admits";
import { callsOutside, checkKeys, checkVerdict, readVerdict } from "../../../engine/sign-up/checks";
import { isDrill } from "../../../engine/sign-up/drill";
import { eachHash, type PersonHashes } from "../../../engine/sign-up/person";
import { type Policy, withTrust } from "../../../engine/sign-up/policy";
import { createRecords, distinct, dropEndedRows, hashAmong, recordId, rowsUnder } from "../../../engine/sign-up/records";
import type { AnyRule, Context, RecordKey, Row } from "../../../engine/sign-up/rule";
import { noServices } from "../../../engine/sign-up/rule-services";
import type { Attributes, SignUp } from "../../../engine/sign-up/sign-up";
import { deadlineIn, readDeadlineMs } from "../../../engine/sign-up/time";
import type { AnyVerdict, Evidence, Findings, RuleResult } from "../../../engine/sign-up/verdict";
import { isPassLeft } from "../../approvals/pass";
import { type ApprovalRequest, readRequest } from "../../approvals/request";
import type { ApprovalStore } from "../../approvals/store/approvals";
import { countingRows } from "../../counting-rows";
import type { ListedDecision } from "../../decisions/store/decisions";
import { MAIL_FACTS } from "../../mail-facts/rule";
import { addFindings, type KnownFindings, noFindings, showFindings } from "./known-findings";
import { decideOnRequests, decideOnSpared } from "./known-request";
import {
  filterRequests,
  identifyByRequest,
  lacksAccounts,
  type Replayable,
  recallAccount,
  recallHash,
  recallHashes,
  showSignUp,
  showUnidentified,
  watchMisses,
} from "./recorded-person";
import { isOnRequests, isStrangerStill, standingWord } from "./standing-word";

/** `said` is "unknown" if the record lacks facts, or if the rule calls an outside system. */
export interface Replayed {
  readonly rule: string;
  readonly said: AnyVerdict["kind"] | "unknown";
  /** The rule's recorded answer, for an unknown result. It is set if nothing shows that the rule would answer differently now. */
  readonly then?: AnyVerdict["kind"];
  /**
   * True if the result is unknown and the rule lets strangers continue. Such a rule stops people only for what they type, or because they
   * are not who they claim to be.
   */
  readonly letsStrangersOn?: true;
  readonly reasons?: readonly string[];
  readonly evidence?: Evidence;
  /** True for a block that counts only if no rule finds a problem in the form. With a wrong form, nobody is asked for approval. */
  readonly isDeferred?: true;
  /** True if the rule is the access list, and the entry that decides makes the person wait for approval. */
  readonly waits?: true;
}

export interface Against {
  readonly read: Rows["read"];
  /** Finds the requests of people whose records do not name their accounts. */
  readonly approvals: Pick<ApprovalStore, "byEmail">;
  readonly hashes: PersonHashes;
  readonly now: Date;
}

/** Number of people whose requests are searched in parallel. */
const AT_ONCE = 25;

/** Returns the rules' answers. If an answer needs requests and a record names no account, replays again by address. */
export async function replayAll(
  policy: Policy,
  records: readonly Replayable[],
  against: Against,
): Promise<readonly (readonly Replayed[])[]> {
  const people = records.map((record): Recalled => ({ record: recallAccount(record, against.hashes) }));
  const personReplays = await replayPeople(policy, people, against);
  const unidentifiedIndexes = personReplays.flatMap(({ needsRequests }, index) => (needsRequests ? [index] : []));
  const identifiedPeople = await mapInBatches(unidentifiedIndexes, AT_ONCE, (index) =>
    identify((people[index] as Recalled).record, against),
  );
  const again = identifiedPeople.length === 0 ? [] : await replayPeople(policy, identifiedPeople, against);
  const words = personReplays.map((each) => each.words);
  for (const [at, index] of unidentifiedIndexes.entries()) words[index] = again[at]?.words ?? [];
  return words;
}

interface Recalled {
  readonly record: Replayable;
  /** The requests of the record's address that may be the person's own. Undefined before the search by address. */
  readonly requests?: readonly ApprovalRequest[];
}

async function identify(record: Replayable, { approvals, hashes }: Against): Promise<Recalled> {
  const ownRequests = filterRequests(record, await gatherPages(approvals.byEmail(record.email)), hashes);
  return { record: identifyByRequest(record, ownRequests, hashes), requests: ownRequests };
}

interface PersonReplayed {
  readonly words: readonly Replayed[];
  /** True if a rule's answer depends on the person's requests, but the record names no account by which to find the requests. */
  readonly needsRequests: boolean;
}

async function replayPeople(
  policy: Policy,
  people: readonly Recalled[],
  { read, hashes, now }: Against,
): Promise<readonly PersonReplayed[]> {
  const rules = policy.rules.flatMap((entry) => ("shadow" in entry || entry.decide === undefined ? [] : [entry]));
  const needs = people.map(({ record }) =>
    rules.map((rule) => {
      const keys = knownNeeds(rule, record, { policy, hashes, now });
      // The keys of a rule on requests may depend on typed values that the record lacks. Then reads the keys for an empty form:
      // `standingWord` compares the person's request with the record.
      return keys ?? (isOnRequests(rule) ? knownNeeds(rule, record, { policy, hashes, now }, {}) : undefined);
    }),
  );
  const keys = distinct(needs.flat().flatMap((each) => each ?? []));
  const foundRows = dropEndedRows(keys, await read(keys), { counts: countingRows, now });
  return await Promise.all(
    people.map((person, index) =>
      survivingRejections(undefined, () => replay({ policy, rules, needs: needs[index] ?? [], found: foundRows, hashes, now }, person)),
    ),
  );
}

/**
 * Returns the keys of the rows that the rule reads. Undefined if they depend on facts that the record lacks. @param attributes typed values
 * to use instead of those in the record
 */
function knownNeeds(
  rule: AnyRule,
  record: Replayable,
  { policy, hashes, now }: Pick<ReplayStage, "policy" | "hashes" | "now">,
  attributes?: Attributes,
): readonly RecordKey[] | undefined {
  const { miss, hasMissed } = watchMisses();
  try {
    const recordedSignUp = showSignUp(rule, record, miss);
    const shownSignUp = withTrust(attributes === undefined ? recordedSignUp : { ...recordedSignUp, attributes }, policy);
    const keys = eachHash(hashes).flatMap((hashOf) => checkKeys(rule.needs?.(shownSignUp, recallHash(record, hashOf, miss), now)));
    return hasMissed() ? undefined : keys;
  } catch {
    return undefined;
  }
}

interface ReplayStage {
  readonly policy: Policy;
  readonly found: ReadonlyMap<string, Row>;
  readonly hashes: PersonHashes;
  readonly now: Date;
}

interface AllRules extends ReplayStage {
  readonly rules: readonly AnyRule[];
  /** The keys of the rows that each rule reads. Undefined if the keys depend on facts that the record lacks. */
  readonly needs: readonly (readonly RecordKey[] | undefined)[];
}

/**
 * Returns the rule's verdict. Undefined if the record lacks facts that the rule needs. @param findings findings of the rules before `rule`
 */
export async function askOne(rule: AnyRule, record: Replayable, stage: ReplayStage, findings: Findings): Promise<AnyVerdict | undefined> {
  if (rule.uses?.some((use) => "needsClaim" in use && record[use.needsClaim] === undefined)) return undefined;
  if (rule.consumes?.includes("mailHost") && findings.mx === undefined) return undefined;
  const keys = knownNeeds(rule, record, stage);
  return keys && (await ask(rule, keys, stage, record, { ...noFindings, findings }));
}

/**
 * Returns "continue" if the limit was not reached, else undefined: today's counts say nothing about the time of the record. `judgeLimits`
 * counts again.
 */
function countedThen({ name }: AnyRule, { trace }: Replayable): AnyVerdict | undefined {
  const wasReached = trace.some(
    ({ rule, said, findings, shadow }) => rule === name && shadow !== true && (said === "block" || findings !== undefined),
  );
  return wasReached ? undefined : { kind: "continue" };
}

/** Makes no new findings, because the DNS may have changed since the record. */
function foundThen({ name }: AnyRule, { trace }: Replayable): AnyVerdict | undefined {
  const { findings } = trace.find(({ rule, said }) => rule === name && said === "continue") ?? {};
  return findings && { kind: "continue", findings };
}

/** Reasons in the records of people for whom an approval made an account, or may have made one. */
const BY_ACCOUNT: ReadonlySet<string> = new Set(["approval.approved", "approval.provisioned", "approval.failed"]);

async function replay(stage: AllRules, person: Recalled): Promise<PersonReplayed> {
  const words: Replayed[] = [];
  let knownFindings = noFindings;
  let needsRequests = false;
  const isRestored = hasPass(stage, person);
  for (const [index, rule] of stage.rules.entries()) {
    const keys = stage.needs[index];
    const askedVerdict = await verdictNow(rule, keys, stage, person, knownFindings);
    const requests = keys === undefined ? person.requests : requestsAmong(keys, stage.found);
    // Includes rules without `decide`, which only set attributes.
    const unknown = {
      rule,
      before: stage.policy.rules.slice(0, stage.policy.rules.indexOf(rule)).flatMap((entry) => ("shadow" in entry ? [] : [entry])),
      findings: knownFindings,
      requests,
      isRestored,
      now: stage.now,
    };
    const askedWord = askedVerdict === undefined ? standingWord(unknown, person.record) : undefined;
    const isStranger =
      rule.name === INVITED && askedVerdict === undefined && askedWord === undefined && isStrangerStill(unknown, person.record);
    // Asks as if the person had no invitation and had typed nothing.
    const stranger = { ...stage, found: new Map<string, Row>() };
    const verdict = isStranger ? await askOnInvitation(rule, keys ?? [], stranger, person.record, knownFindings, {}) : askedVerdict;
    const word = verdict === undefined ? askedWord : undefined;
    words.push({ rule: rule.name, ...saidBy(verdict), ...(verdict === undefined && judgeUnknown(rule, word)) });
    const mayDecide = verdict === undefined ? isOnRequests(rule) : rule.restore !== undefined && person.record.verdict !== "continue";
    needsRequests ||= mayDecide && requests === undefined && lacksAccounts(person.record);
    knownFindings = addFindings(knownFindings, rule, verdict === undefined ? word : toResult(rule, verdict));
    // If a later rule finds a problem, the problem can replace a deferred block. So after a deferred block, the later rules are asked too.
    if (verdict?.kind === "block" && !verdict.deferred) break;
  }
  return { words, needsRequests };
}

const INVITED = "invited";

/** True if a rule restores approved values, and one of the person's requests still has a valid pass. */
function hasPass({ rules, needs, found, now }: AllRules, { requests }: Recalled): boolean {
  return rules.some((rule, index) => {
    const keys = needs[index];
    const ownRequests =
      rule.restore === undefined ? [] : keys === undefined ? (requests ?? []) : requestsAmong(keys, found).map(readRequest);
    return ownRequests.some((request) => isPassLeft(request, now));
  });
}

function toResult({ name }: AnyRule, verdict: AnyVerdict): RuleResult {
  const { kind, evidence } = verdict;
  const findings = kind === "continue" ? verdict.findings : undefined;
  return { rule: name, said: kind, findings, evidence };
}

async function verdictNow(
  rule: AnyRule,
  keys: readonly RecordKey[] | undefined,
  stage: AllRules,
  { record, requests }: Recalled,
  knownFindings: KnownFindings,
): Promise<AnyVerdict | undefined> {
  if (rule.counts !== undefined) return countedThen(rule, record);
  if (rule.name === MAIL_FACTS) return foundThen(rule, record);
  if (callsOutside(rule)) return undefined;
  const verdict = keys && (await ask(rule, keys, stage, record, knownFindings));
  if (verdict !== undefined || !isOnRequests(rule)) return verdict;
  if (keys !== undefined && !decidesOnReferrals(rule)) return await decideOnInvitation(rule, keys, stage, record, knownFindings);
  const askWith = (request: Row | undefined) => askOnRequest(rule, request, keys, stage, record, knownFindings);
  if (keys !== undefined) return await decideOnRequests(rule, [requestsAmong(keys, stage.found)[0]], askWith, stage.now);
  if (requests !== undefined)
    return await decideOnRequests(rule, [undefined, ...(requests as unknown as readonly Row[])], askWith, stage.now);
  return record.reasons.some((reason) => BY_ACCOUNT.has(reason)) ? undefined : await decideOnSpared(askWith, stage.now);
}

/** If the record lacks the code, asks with an empty form. Only a pass by an invitation for the address counts: it needs no code. */
async function decideOnInvitation(
  rule: AnyRule,
  keys: readonly RecordKey[],
  stage: AllRules,
  record: Replayable,
  knownFindings: KnownFindings,
): Promise<AnyVerdict | undefined> {
  const verdict = await askOnInvitation(rule, keys, stage, record, knownFindings);
  if (verdict !== undefined) return verdict;
  const withoutCode = await askOnInvitation(rule, keys, stage, record, knownFindings, {});
  return withoutCode?.kind === "continue" && withoutCode.evidence?.invitation !== undefined ? withoutCode : undefined;
}

/**
 * Asks a rule about an invitation. Undefined if the invitation has been used, or if the record lacks a needed fact. The hashes of the call
 * and the account may be wrong, because the rule only writes them into a row.
 */
async function askOnInvitation(
  rule: AnyRule,
  keys: readonly RecordKey[],
  stage: AllRules,
  record: Replayable,
  knownFindings: KnownFindings,
  attributes?: Attributes,
): Promise<AnyVerdict | undefined> {
  if (requestsAmong(keys, stage.found).some(({ state }) => state === "admitted")) return undefined;
  const records = createRecords(keys, stage.found);
  return await askWith(rule, stage, record, knownFindings, (miss) => {
    const shownSignUp = showSignUp(rule, record, miss);
    const signUp = attributes === undefined ? shownSignUp : { ...shownSignUp, attributes };
    const hashOf = hashAmong(records, recallHashes(record, stage.hashes));
    return { signUp, received: { ...signUp, attributes: {}, locales: [] }, records, hashOf };
  });
}

async function askOnRequest(
  rule: AnyRule,
  request: Row | undefined,
  keys: readonly RecordKey[] | undefined,
  stage: AllRules,
  record: Replayable,
  knownFindings: KnownFindings,
): Promise<AnyVerdict | undefined> {
  const others = createRecords(keys ?? [], stage.found);
  const records = { ...others, get: (key: RecordKey) => (key.table === "approvals" ? request : others.get(key)) };
  return await askWith(rule, stage, record, knownFindings, (miss) => ({ ...showUnidentified(record, miss), records }));
}

function requestsAmong(keys: readonly RecordKey[], foundRows: ReadonlyMap<string, Row>): readonly Row[] {
  return keys.flatMap((key): readonly Row[] => {
    const row = key.table === "approvals" ? foundRows.get(recordId(key)) : undefined;
    return row === undefined ? [] : [row];
  });
}

function judgeUnknown({ admits, isOwn }: AnyRule, word: RuleResult | undefined): Pick<Replayed, "then" | "letsStrangersOn"> {
  return {
    then: word && (word.said as AnyVerdict["kind"]),
    ...(admits !== undefined && !isOwn && { letsStrangersOn: true as const }),
  };
}

async function ask(
  rule: AnyRule,
  keys: readonly RecordKey[],
  stage: ReplayStage,
  record: Replayable,
  knownFindings: KnownFindings,
): Promise<AnyVerdict | undefined> {
  const records = createRecords(keys, stage.found);
  return await askWith(rule, stage, record, knownFindings, (miss) => ({
    signUp: showSignUp(rule, record, miss),
    records,
    hashOf: hashAmong(records, recallHashes(record, stage.hashes, miss)),
  }));
}

type Shown = Pick<Context, "records" | "hashOf"> & Partial<Pick<Context, "received">> & { readonly signUp: SignUp };

async function askWith(
  rule: AnyRule,
  { policy, found, now }: ReplayStage,
  record: Replayable,
  knownFindings: KnownFindings,
  show: (onMiss: () => void) => Shown,
): Promise<AnyVerdict | undefined> {
  const { miss, hasMissed } = watchMisses();
  const deadline = deadlineIn(readDeadlineMs(policy), systemClock);
  const { signUp, records, hashOf, received = signUp } = show(miss);
  const services = noServices("Rules that are replayed", miss);
  const context: Context = {
    records,
    findings: showFindings(rule, knownFindings, record.posture, miss),
    received: withTrust(received, policy),
    said: knownFindings.said,
    now,
    signal: deadline.signal,
    remainingMs: deadline.remainingMs,
    hashOf,
    // The rows with a limit's counts are already in `found`.
    services: rule.counts === undefined ? services : { ...services, read: async (late) => rowsUnder(late, found) },
  };
  try {
    const answer = await deadline.hold(() => rule.decide?.(withTrust(signUp, policy), context));
    return hasMissed() ? undefined : checkVerdict(readVerdict(rule, answer), policy.step);
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
      return {
        said: "block",
        reasons: [verdict.reason],
        evidence: verdict.evidence,
        isDeferred: verdict.deferred,
      };
    case "continue":
      return {
        said: "continue",
        evidence: verdict.evidence,
        ...(verdict.findings?.listed === "approval" && { waits: true as const }),
      };
  }
}

/** Number of records that are replayed at a time. The rows that their rules need are read together. */
const BATCH = 100;

/**
 * Yields the newest record of each address at each step, in batches. Needs `pages` newest first. Memory grows with addresses, not records.
 * @param onRead called with each page's size, before records are omitted
 */
export async function* newestOfEach(
  pages: AsyncIterable<readonly ListedDecision[]>,
  onRead: (count: number) => void,
): AsyncGenerator<readonly ListedDecision[]> {
  const seenKeys = new Set<string>();
  let batch: ListedDecision[] = [];
  for await (const page of pages) {
    onRead(page.length);
    for (const record of page) {
      const { email } = record;
      // Omits drills, because every policy refuses a drill.
      if (email === undefined || isDrill({ email })) continue;
      const key = `${record.step} ${email}`;
      if (seenKeys.has(key)) continue;
      seenKeys.add(key);
      batch.push(record);
    }
    if (batch.length < BATCH) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}
