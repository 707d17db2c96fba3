import type { DecisionPlace } from "../../../adapters/tables/decision-indexes";
import { createCachedRead, type Rows, withRow } from "../../../adapters/tables/rows";
import { gatherPages, groupBy } from "../../../engine/collections";
import { splitAddress } from "../../../engine/sign-up/email";
import { DEFAULT_GATE } from "../../../engine/sign-up/gate";
import type { PersonHashes } from "../../../engine/sign-up/person";
import type { Policy } from "../../../engine/sign-up/policy";
import type { DecisionRecord } from "../../../engine/sign-up/record";
import { type OutcomeKind, toOutcomeKind, waitsForApproval } from "../../../engine/sign-up/recording";
import { recordId } from "../../../engine/sign-up/records";
import type { Row } from "../../../engine/sign-up/rule";
import { normaliseMailbox, toBaseSpelling } from "../../../engine/sign-up/spellings";
import { MS_PER_DAY } from "../../../engine/sign-up/time";
import { classNames, readEntry, rowKey } from "../../access-list/entry";
import type { OpenKind } from "../../access-list/flips";
import { type EditedList, FLIP_DAYS, type Flips } from "../../access-list/flips";
import { candidates } from "../../access-list/match";
import { readRow } from "../../access-list/row";
import type { ApprovalRequest } from "../../approvals/request";
import type { DecisionStore, DecisionStretch, ListedDecision } from "../../decisions/store/decisions";
import { POSTURE_RULE } from "../../posture/last-rule";
import {
  type ChangeKind,
  cannotTell,
  computeOutcomes,
  isLetIn,
  type OpenRule,
  type ReplayOutcome,
  toNamedDecision,
  type VerdictChange,
} from "./compare";
import { isReplayable, type Replayable } from "./recorded-person";
import type { Against } from "./replay";
import { newestOfEach, type Replayed } from "./replay";

/** Maximum number of decisions that are read, newest first. */
const MAX_READ = 5_000;
/** Maximum number of decisions that are judged again: one for each person and step. */
const MAX_JUDGED = 1_000;
/**
 * Time limit of the search, in milliseconds, after which the page shows the results so far. The limit is short, because somebody waits for
 * the page.
 */
const MAX_MS = 4_000;
/** Maximum number of addresses whose decisions are looked up one by one. */
const MAX_ADDRESSES = 5;
/** Number of a domain's decisions that are read at once. */
const DOMAIN_ROWS = 500;
const NAMED = 20;

/** A domain's newest decisions. They are given only if the edit is of a single domain, whose page has already read them. */
export interface NewestOfDomain {
  /** Number of decisions that were read to find `decisions`. */
  readonly read: number;
  readonly decisions: readonly ListedDecision[];
  readonly next: DecisionPlace | undefined;
}

export interface FlipSources {
  readonly decisions: Pick<DecisionStore, "between" | "byMailbox" | "page" | "whole">;
  readonly read: Rows["read"];
  readonly approvals: Against["approvals"];
  policiesAt(gate: string): readonly Policy[];
  hashes(): Promise<PersonHashes>;
  readonly now: Date;
}

/** Judges the newest decision of the last 30 days on each affected person at each step. */
export async function wouldFlip(editedList: EditedList, sources: FlipSources, newest?: NewestOfDomain): Promise<Flips> {
  const end = Date.now() + MAX_MS;
  const progress = { read: 0, judged: 0, cut: false };
  const isEnough = () => progress.read >= MAX_READ || progress.judged >= MAX_JUDGED || Date.now() >= end;
  const hashes = await sources.hashes();
  const judgements: Judged[] = [];
  for await (const decisions of newestOfEach(
    upTo(isEnough, newest === undefined ? findReached(editedList, sources) : [newest], progress),
    () => undefined,
  )) {
    const records = (await readWhole(decisions, sources.decisions)).filter(isReplayable);
    progress.judged += records.length;
    judgements.push(...(await judgedAgain(records, editedList, { ...sources, hashes })));
  }
  return { ...flipsIn(judgements), read: progress.read, cut: progress.cut || newest?.next !== undefined };
}

async function readWhole(found: readonly ListedDecision[], decisions: Pick<DecisionStore, "whole">): Promise<readonly DecisionRecord[]> {
  const known = found.filter((each): each is ListedDecision & DecisionRecord => each.trace !== undefined);
  return known.length === found.length ? known : await decisions.whole(found);
}

/** Counts each person once, although a person may have a decision at each step. The most certain result counts. */
function flipsIn(judgements: readonly Judged[]): Omit<Flips, "read" | "cut"> {
  const flips = judgements.filter((each): each is Flip => each.change !== undefined);
  const filterKind = (kind: ChangeKind) => firstOfEach(flips.filter(({ change }) => change.kind === kind));
  const [refused, admitted] = [filterKind("now refused"), filterKind("now let in")];
  const decidedEmails = collectEmails([...refused, ...admitted]);
  const goesOn = filterKind("goes on").filter(({ record }) => !decidedEmails.has(record.email));
  const certain = collectEmails([...refused, ...admitted, ...goesOn]);
  const unclear = filterKind("cannot tell").filter(({ record }) => !certain.has(record.email));
  const kinds = [...groupBy(unclear, chooseOpenKind)].map(([kind, own]) => {
    const rules = own.flatMap(({ leftOpen }) => leftOpen.map(({ name }) => name));
    return { kind, count: own.length, rules: [...new Set(rules)] };
  });
  const openedCount = unclear.filter(({ isOpened }) => isOpened).length;
  const changedEmails = collectEmails(flips);
  const unchangedFigures = countUnchanged(judgements.filter(({ record }) => !changedEmails.has(record.email)));
  return {
    refused: orderFlips(refused),
    admitted: orderFlips(admitted),
    goesOn: orderFlips(goesOn),
    unclear: { ...orderFlips(unclear), kinds, opened: openedCount },
    unchanged: unchangedFigures,
  };
}

function collectEmails(judgements: readonly Judged[]): ReadonlySet<string> {
  return new Set(judgements.map(({ record }) => record.email));
}

function firstOfEach<T extends Judged>(judgements: readonly T[]): readonly T[] {
  return [...groupBy(judgements, ({ record }) => record.email).values()].flatMap(([first]) => first ?? []);
}

function orderFlips(flips: readonly Flip[]): Flips["refused"] {
  const [entry, ...others] = new Set(flips.map((flip) => flip.entry));
  return {
    count: flips.length,
    waiting: flips.filter(({ record }) => toOutcomeKind(record) === "waiting").length,
    named: flips.slice(0, NAMED).map((flip) => ({
      ...toNamedDecision(flip.record, flip.change),
      without: nextOutcome(flip.record, flip.was),
      with: nextOutcome(flip.record, flip),
    })),
    entry: others.length === 0 ? entry : undefined,
  };
}

function countUnchanged(judgements: readonly Judged[]): Flips["unchanged"] {
  const refusedEmails = collectEmails(judgements.filter(({ record, was }) => ["block", "invalid"].includes(nextOutcome(record, was))));
  const deniedRecords = firstOfEach(judgements.filter(({ own }) => own !== undefined));
  const [first] = deniedRecords;
  return {
    count: collectEmails(judgements).size,
    refused: refusedEmails.size,
    denied: deniedRecords.length,
    entry: first?.own,
  };
}

/** Of the kinds of open rules, "approval" wins: an approver decides about everybody that no other rule lets in. */
function chooseOpenKind({ change, leftOpen }: Pick<Flip, "change" | "leftOpen">): OpenKind {
  const kinds = leftOpen.map(({ kind }) => kind);
  return change.why ?? (kinds.includes("approval") ? "approval" : (kinds[0] ?? "form"));
}

function nextOutcome(
  record: Replayable,
  judgement: Pick<Flip, "change" | "leftOpen" | "isFirstStep"> & { readonly waits?: boolean },
): OutcomeKind | OpenKind | "wentOn" {
  const { by } = judgement.change;
  if (judgement.waits) return toOutcomeKind(record) === "waiting" ? "waiting" : "approval";
  const kind = kindIn(judgement);
  if (kind === "cannot tell") return chooseOpenKind(judgement);
  if (kind === "goes on") return "wentOn";
  if (kind === "now let in") return "continue";
  const isRefused = kind === "now refused" && (by?.said === "block" || by?.said === "invalid");
  const outcome = toOutcomeKind(isRefused ? { verdict: by.said, reasons: by.reasons ?? [] } : record);
  return outcome === "continue" && judgement.isFirstStep ? "wentOn" : outcome;
}

/** Yields decisions and counts those that were read. Sets `progress.cut` if `isEnough` stops the reading before the end. */
async function* upTo(
  isEnough: () => boolean,
  source: AsyncIterable<Reached> | Iterable<Reached>,
  progress: { read: number; cut: boolean },
): AsyncGenerator<readonly ListedDecision[]> {
  for await (const { read, decisions, goesOn } of source) {
    if (isEnough()) {
      progress.cut = true;
      return;
    }
    progress.read += read;
    yield decisions;
    // Stops only if more decisions are known to follow.
    if (goesOn !== true || !isEnough()) continue;
    progress.cut = true;
    return;
  }
}

interface Reached {
  readonly read: number;
  /** True if more decisions are known to follow. */
  readonly goesOn?: boolean;
  readonly decisions: readonly ListedDecision[];
}

/** Does not read everybody's decisions if the edit has only a few addresses or a single domain. */
async function* findReached(editedList: EditedList, { decisions, read, now }: FlipSources): AsyncGenerator<Reached> {
  const keys = [...editedList.keys()];
  const addresses = keys.flatMap((key) => addressIn(key) ?? []);
  const from = new Date(now.getTime() - FLIP_DAYS * MS_PER_DAY);
  if (addresses.length === keys.length && keys.length <= MAX_ADDRESSES) {
    for (const address of new Set(addresses)) {
      for await (const page of decisions.byMailbox(address)) {
        const recentDecisions = page.filter(({ at }) => at >= from.toISOString());
        yield { read: page.length, decisions: recentDecisions };
        if (recentDecisions.length < page.length) break;
      }
      if (await reachesTags(address, editedList, read)) yield* findReachedByBase(address, { from, to: now }, decisions);
    }
    return;
  }
  const [domain, ...others] = keys.flatMap((key) => domainIn(key) ?? []);
  if (domain !== undefined && others.length === 0 && keys.length === 1) {
    yield* findReachedAt(domain, { from, to: now }, decisions);
    return;
  }
  const everybody = keys.some(isOfAnyAddress);
  for await (const page of decisions.between(from, now)) {
    const reachedDecisions = everybody
      ? page
      : page.filter(
          ({ email }) => email !== undefined && candidates({ email, identities: [] }, classNames).some(({ key }) => editedList.has(key)),
        );
    yield { read: page.length, decisions: reachedDecisions };
  }
}

/**
 * True if the address's row, stored or edited, denies or requires approval: such a row covers the address with any +tag. False if the +tag
 * does not change the mailbox.
 */
async function reachesTags(address: string, editedList: EditedList, read: Rows["read"]): Promise<boolean> {
  if (normaliseMailbox(address.replace("@", "+tag@")) === normaliseMailbox(address)) return false;
  const key = rowKey(address);
  const rows = [(await read([key])).get(recordId(key)), editedList.get(address)];
  return rows.some((row) => row !== undefined && readRow(row).effect !== "allow");
}

/** Finds decisions on other mailboxes whose address differs only in the tag. */
async function* findReachedByBase(
  address: string,
  stretch: Pick<DecisionStretch, "from" | "to">,
  decisions: FlipSources["decisions"],
): AsyncGenerator<Reached> {
  for await (const { decisions: all, ...page } of findReachedAt(splitAddress(address).domain, stretch, decisions)) {
    const isOther = (email: string) =>
      toBaseSpelling(email) === toBaseSpelling(address) && normaliseMailbox(email) !== normaliseMailbox(address);
    yield { ...page, decisions: all.filter(({ email }) => email !== undefined && isOther(email)) };
  }
}

async function* findReachedAt(
  domain: string,
  stretch: Pick<DecisionStretch, "from" | "to">,
  decisions: FlipSources["decisions"],
): AsyncGenerator<Reached> {
  const search = { ...stretch, having: { domain }, rows: DOMAIN_ROWS, isBrief: true };
  for (let page = await decisions.page(search); ; page = await decisions.page(search, page.next)) {
    const { searched: read, items, next } = page;
    const domainDecisions = items.filter(({ email }) => email !== undefined && splitAddress(email).domain === domain);
    yield { read, decisions: domainDecisions, goesOn: next !== undefined };
    if (next === undefined) return;
  }
}

function domainIn(key: string): string | undefined {
  const read = readEntry(key);
  return read.ok && read.entry.kind === "domain" ? read.entry.domain : undefined;
}

function addressIn(key: string): string | undefined {
  const read = readEntry(key);
  return read.ok && read.entry.kind === "address" ? read.entry.email : undefined;
}

function isOfAnyAddress(key: string): boolean {
  const read = readEntry(key);
  return read.ok && ["account", "class", "everyone", "issuer"].includes(read.entry.kind);
}

interface Judged {
  readonly record: Replayable;
  /** The result without the edit. */
  readonly was: ReplayOutcome;
  /** Undefined if the edit does not change the result. */
  readonly change: VerdictChange | undefined;
  readonly leftOpen: readonly OpenRule[];
  /** True if the edit lets the person in, unless one of the rules in `leftOpen` stops them. */
  readonly isOpened: boolean;
  readonly isFirstStep: boolean;
  /** The edited entry that decides after the edit, or that decided before it. */
  readonly entry: string | undefined;
  /** An entry that is not edited, but decides after the edit and denies the person's own address. */
  readonly own: string | undefined;
}

type Flip = Judged & { readonly change: VerdictChange };

async function judgedAgain(
  records: readonly Replayable[],
  editedList: EditedList,
  { read, approvals, policiesAt, hashes, now }: Omit<FlipSources, "hashes"> & { readonly hashes: PersonHashes },
): Promise<readonly Judged[]> {
  const live = createCachedRead(read);
  const drafts = { before: live, after: overlaid(live, editedList) };
  const against = { approvals: rememberRequests(approvals), hashes, now };
  const judgements: Judged[] = [];
  for (const gate of new Set(records.map(({ gate = DEFAULT_GATE }) => gate))) {
    const gateRecords = records.filter((record) => (record.gate ?? DEFAULT_GATE) === gate);
    const policy = policiesAt(gate).map((each) => ({ step: each.step, policy: each }));
    const after = await computeOutcomes(policy, gateRecords, { ...against, read: drafts.after }, isWorse);
    const before = await computeOutcomes(policy, gateRecords, { ...against, read: drafts.before }, isWorse);
    for (const record of gateRecords) {
      const [was, is] = [before.get(record), after.get(record)];
      if (was === undefined || is === undefined) continue;
      const change = findVerdictChange(record, was, is);
      const entry = [is.entry, was.entry].find((each) => each !== undefined && editedList.has(each));
      const isOpened = is.isOpened && !was.isOpened;
      judgements.push({
        record,
        was,
        change,
        leftOpen: is.leftOpen,
        isOpened,
        isFirstStep: is.isFirstStep,
        entry,
        own: ownDeny(is, editedList),
      });
    }
  }
  return judgements;
}

/** After a let-in, every stop is worse; after a wait or a correction, only a refusal is; after a refusal, none is. */
function isWorse(then: Replayable, { said, reasons }: Replayed): boolean {
  const isRefused = said === "block" && !reasons?.some(waitsForApproval);
  return then.verdict === "continue" || (isRefused && toOutcomeKind(then) !== "block");
}

function ownDeny({ entry = "", listed }: ReplayOutcome, editedList: EditedList): string | undefined {
  return listed.startsWith("block") && !editedList.has(entry) && addressIn(entry) !== undefined ? entry : undefined;
}

function findVerdictChange(record: Replayable, was: ReplayOutcome, is: ReplayOutcome): VerdictChange | undefined {
  if (is.waits) return nextOutcome(record, was) === nextOutcome(record, is) ? undefined : approverDecides;
  const kind = kindIn(is);
  if (kind === "now refused" || kind === "now let in" || kind === "goes on") return kind === kindIn(was) ? undefined : is.change;
  if (was.listed === is.listed) return undefined;
  const rules = is.leftOpen.map(({ name }) => name);
  const stopping = is.change.kind === "let in unless" ? `let in ${is.change.open}` : `${rules.join(", ")} cannot be replayed`;
  const ofRules = rules.length === 0 ? undefined : cannotTell(stopping, { rules });
  const open = is.change.kind === "cannot tell" ? is.change : ofRules;
  if (open !== undefined) return nextOutcome(record, was) === chooseOpenKind({ change: open, leftOpen: is.leftOpen }) ? undefined : open;
  // True if the edit restores the answer that the person got in the record.
  const isTakenBack = record.verdict === "continue" ? was.change.kind === "now refused" || was.waits : isLetIn(was.change);
  return isTakenBack ? asThen(record, is.isFirstStep) : undefined;
}

const approverDecides = cannotTell("an approver decides", { why: "approval" });

/** While a rule that could not be replayed may stop the person, "let in" becomes "cannot tell". */
function kindIn({ change, leftOpen }: Pick<ReplayOutcome, "change" | "leftOpen">): ChangeKind {
  return isLetIn(change) && leftOpen.length > 0 ? "cannot tell" : change.kind;
}

function asThen({ verdict, rule = POSTURE_RULE, reasons }: Replayable, isFirstStep: boolean): VerdictChange {
  return { kind: verdict !== "continue" ? "now refused" : isFirstStep ? "goes on" : "now let in", by: { rule, said: verdict, reasons } };
}

function rememberRequests(approvals: Against["approvals"]): Against["approvals"] {
  const requestsByEmail = new Map<string, Promise<readonly ApprovalRequest[]>>();
  return {
    async *byEmail(email) {
      const requests = requestsByEmail.get(email) ?? gatherPages(approvals.byEmail(email));
      requestsByEmail.set(email, requests);
      yield await requests;
    },
  };
}

function overlaid(read: Rows["read"], editedList: EditedList): Rows["read"] {
  const byId = new Map([...editedList].map(([key, row]) => [recordId(rowKey(key)), row]));
  return async (keys, signal) => {
    const foundRows = await read(keys, signal);
    return new Map(keys.map(recordId).flatMap((id): [string, Row][] => withRow(id, byId.has(id) ? byId.get(id) : foundRows.get(id))));
  };
}
