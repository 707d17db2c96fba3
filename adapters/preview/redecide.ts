import { readEntry } from "../../engine/access-list/entry";
import { canonicalJson } from "../../engine/audit/chain";
import { postureKey, stanceAt } from "../../engine/posture/posture";
import { UNAVAILABLE, withoutRules } from "../../engine/sign-up/decision";
import { DRILL, isDrill } from "../../engine/sign-up/drill";
import { findingsFor, type Guard, guardFor, POSTURE_RULE, stopsEarly } from "../../engine/sign-up/guard";
import { accountHashOf, type PersonHashes } from "../../engine/sign-up/person";
import { type Policy, ruleOf } from "../../engine/sign-up/policy";
import type { DecisionRecord } from "../../engine/sign-up/record";
import { recordId } from "../../engine/sign-up/records";
import { type AnyRule, callsOutside, type RecordKey } from "../../engine/sign-up/rule";
import { MAIL_ISSUER } from "../../engine/sign-up/sign-up";
import type { AnyVerdict, Findings, RuleResult } from "../../engine/sign-up/verdict";
import type { History, RowsThen } from "../audit/rows-then";
import { watchingLooseEnds } from "../loose-ends";
import { openKindOf } from "./compare";
import { compositionFlaw, type TakenWord, type WordDifference } from "./composition";
import { askOne, knownNeeds, type Replayable, type ReplayStage, recalled } from "./replay";

/** What is read of the past. */
export interface Past {
  readonly history: History;
  readonly hashes: PersonHashes;
}

/** A recorded decision, decided again. */
export type Redecided =
  /** Each rule said the same; `taken` are those that could not be asked again. `near`: if a row that was changed at about that time is taken as it was on the other side of its change. */
  | { readonly kind: "same"; readonly taken: readonly TakenWord[]; readonly near?: string }
  /** No rule was at work. */
  | { readonly kind: "explained"; readonly why: "failure" | "drill" | "unread" }
  | { readonly kind: "differs"; readonly difference: WordDifference };

/** Decides a recorded decision again, by the policy that decided it and the rows as they were: rule by rule, up to the first that says something else. */
export async function redecided(record: DecisionRecord, policy: Policy, past: Past): Promise<Redecided> {
  const { trace, failure, email, verdict } = record;
  const words = trace.filter(({ rule, shadow }) => !(rule === POSTURE_RULE && shadow !== true));
  if (failure === undefined && trace.length === 0)
    return isUnread(record)
      ? { kind: "explained", why: "unread" }
      : differs(policy.rules.length === 0 ? "" : ruleOf(policy.rules[0] as AnyRule).name, "no rule was asked", "every rule is asked");
  const drill = email !== undefined && isDrill({ email });
  const now = new Date(record.at);
  const posture = await postureThen(record, policy, past);
  if ("difference" in posture) return { kind: "differs", difference: posture.difference };
  const taken: TakenWord[] = [...posture.taken];
  const { guard } = posture;
  const rules = drill ? policy.rules.filter((entry) => !("shadow" in entry)) : policy.rules;
  const final: Findings = Object.assign({}, ...words.filter((word) => word.shadow !== true).map(({ findings }) => findings));
  let findings: Findings = {};
  let near: string | undefined;
  for (const [index, word] of words.entries()) {
    const entry = rules[index];
    if (word.said === "failed" && failure !== undefined) break;
    if (entry === undefined) return differs(word.rule, `${word.rule} was asked`, "the policy has no such rule there");
    const rule = ruleOf(entry);
    const isShadow = "shadow" in entry;
    if (rule.name !== word.rule || isShadow !== (word.shadow === true))
      return differs(
        rule.name,
        `${word.rule}${word.shadow ? " in shadow" : ""} comes there`,
        `${rule.name}${isShadow ? " in shadow" : ""} comes there`,
      );
    if (isShadow) continue;
    const before = words.slice(0, index).filter(({ shadow }) => shadow !== true);
    const seen = word.again ? Object.fromEntries(Object.keys(findings).map((name) => [name, final[name] as Findings[string]])) : findings;
    const answer = await wordThen(rule, word, {
      record,
      policy,
      now,
      past,
      findings: findingsFor(rule, seen, guard),
      before,
      isDrill: drill,
    });
    if ("difference" in answer) return { kind: "differs", difference: answer.difference };
    if ("taken" in answer) taken.push(answer.taken);
    near ??= answer.near;
    if (word.said === "continue") findings = { ...findings, ...word.findings };
  }
  const ended = words.some(({ said, shadow }) => shadow !== true && (said === "block" || said === "failed"));
  const missing = rules[words.length];
  if (missing !== undefined && !ended && failure === undefined && !stopsEarly(guard, { findings }))
    return differs(ruleOf(missing).name, "was not asked", "is asked");
  if (failure !== undefined) {
    const { kind: is } = withoutRules(UNAVAILABLE, record.step);
    return verdict === is
      ? { kind: "explained", why: "failure" }
      : differs(record.rule ?? "", verdict, is === "block" ? "nobody is let in where Gatehouse fails" : "no token is refused");
  }
  if (drill)
    return verdict !== "continue" && record.reasons.includes(DRILL)
      ? { kind: "explained", why: "drill" }
      : differs(DRILL, verdict, "a drill is refused");
  const composed = compositionFlaw(record, policy, guard);
  if ("difference" in composed) return { kind: "differs", difference: composed.difference };
  if (composed.taken !== undefined) taken.push(composed.taken);
  return { kind: "same", taken, ...(near !== undefined && { near }) };
}

/** Whether the record is one of a request that could not be read: it names nobody. */
function isUnread({ email, issuers, accountId, posture, rule, verdict, step }: DecisionRecord): boolean {
  const namesNobody = [email, issuers, accountId, posture, rule].every((fact) => fact === undefined);
  return namesNobody && (verdict === "block" || step === "before-sending-token");
}

/** A rule in its turn. */
interface Turn {
  readonly record: DecisionRecord;
  readonly policy: Policy;
  readonly now: Date;
  readonly past: Past;
  readonly findings: Findings;
  /** What the rules before it said. */
  readonly before: readonly RuleResult[];
  readonly isDrill: boolean;
}

type WordThen = ({ readonly difference: WordDifference } | { readonly taken: TakenWord } | { readonly same: true }) & {
  readonly near?: string;
};

/** What a rule says, set beside its recorded word. */
async function wordThen(rule: AnyRule, word: RuleResult, turn: Turn): Promise<WordThen> {
  const hasProblem = turn.before.some(({ said }) => said === "invalid");
  if (word.said === "skipped")
    return hasProblem || turn.isDrill
      ? { same: true }
      : { difference: difference(rule, "skipped", "is asked, as no rule before it found a problem") };
  if (turn.isDrill && callsOutside(rule)) return { same: true };
  if (rule.decide === undefined)
    return word.said === "continue" ? { same: true } : { difference: difference(rule, wordText(word), "continue: it only prepares") };
  if (callsOutside(rule)) return { taken: { rule: rule.name, why: "outside" } };
  const kind = openKindOf(rule);
  if (rule.counts !== undefined || kind === "used") return { taken: { rule: rule.name, why: "used" } };
  if (kind === "approval") return { taken: { rule: rule.name, why: "approval" } };
  const { record } = turn;
  if (record.email === undefined) return { taken: { rule: rule.name, why: "form" } };
  const seen = asSeen(recalled({ ...record, email: record.email }, turn.past.hashes), word);
  const wrongAccount = accountFlaw(seen, turn.past.hashes);
  if (wrongAccount !== undefined) return { difference: difference(rule, wordText(word), wrongAccount) };
  const keys = knownNeeds(rule, seen, { hashes: turn.past.hashes, now: turn.now });
  if (keys === undefined) return { taken: { rule: rule.name, why: "form" } };
  const then = await turn.past.history.at(keys, turn.now);
  for (const [id, why] of then.unknown) return { taken: { rule: rule.name, why: "history", row: `${nameOfRow(id)}: ${why}` } };
  const verdict = await asked(rule, seen, then, turn);
  if (verdict === undefined) return { taken: { rule: rule.name, why: "form" } };
  if (isSaid(verdict, word)) return { same: true };
  // A decision that came with the change of a row may have read it before or after.
  for (const moment of then.near) {
    const other = await turn.past.history.at(keys, moment);
    const said = other.unknown.size > 0 ? undefined : await asked(rule, seen, other, turn);
    if (said !== undefined && isSaid(said, word))
      return { same: true, near: `${rule.name}, by rows as they were at ${moment.toISOString()}` };
  }
  const passcode = withPasscode(seen);
  const proven = passcode && (await asked(rule, passcode, then, turn));
  if (proven !== undefined && isSaid(proven, word)) return { taken: { rule: rule.name, why: "form" } };
  return { difference: difference(rule, wordText(word), verdictText(verdict), changedSince(keys, then, turn)) };
}

async function asked(
  rule: AnyRule,
  record: Replayable,
  { rows }: RowsThen,
  { policy, past, now, findings, before }: Turn,
): Promise<AnyVerdict | undefined> {
  return await watchingLooseEnds(undefined, (looseEnds) => {
    const stage: ReplayStage = { policy, found: rows, hashes: past.hashes, now, looseEnds, said: before };
    return askOne(rule, record, stage, findings);
  });
}

/** The record with the account whose entry decided, which its own evidence names. */
function asSeen(record: Replayable, { evidence }: RuleResult): Replayable {
  const account = evidence?.level === "account" ? readEntry(String(evidence.entry)) : undefined;
  return {
    ...record,
    ...(account?.ok &&
      account.entry.kind === "account" && { identities: [{ issuer: account.entry.issuer, issuerAssignedId: account.entry.id }] }),
  };
}

/** The record as if a passcode had gone to that address: its keyed hash does not tell where the address was spelled otherwise. */
function withPasscode(record: Replayable): Replayable | undefined {
  const { email, identities, issuers = [] } = record;
  if (identities !== undefined || !issuers.includes(MAIL_ISSUER)) return undefined;
  return { ...record, identities: issuers.map((issuer) => (issuer === MAIL_ISSUER ? { issuer, issuerAssignedId: email } : { issuer })) };
}

/** An account that the evidence names has to be the one of the record's keyed hash. */
function accountFlaw({ identities, accountId }: Replayable, { hashOf, otherHashOf }: PersonHashes): string | undefined {
  if (identities === undefined || accountId === undefined) return undefined;
  const isTheirs = [hashOf, ...(otherHashOf === undefined ? [] : [otherHashOf])].some(
    (each) => accountHashOf(identities, each) === accountId,
  );
  return isTheirs ? undefined : "the entry is another account's";
}

function isSaid(verdict: AnyVerdict, word: RuleResult): boolean {
  const { said, reasons, findings, evidence } = wordOf(verdict);
  return (
    said === word.said &&
    canonicalJson([reasons ?? [], findings ?? {}, evidence ?? {}]) ===
      canonicalJson([word.reasons ?? [], word.findings ?? {}, word.evidence ?? {}])
  );
}

type Word = Pick<RuleResult, "said" | "reasons" | "findings" | "evidence">;

function wordOf(verdict: AnyVerdict): Word {
  const { kind: said, evidence } = verdict;
  const reasons =
    verdict.kind === "block" ? [verdict.reason] : verdict.kind === "invalid" ? verdict.problems.map(({ reason }) => reason) : undefined;
  const findings = verdict.kind === "continue" ? verdict.findings : undefined;
  return { said, ...(reasons && { reasons }), ...(findings && { findings }), ...(evidence && { evidence }) };
}

/** "block access-list.denied (entry contoso.com, level domain)" */
function wordText({ said, reasons = [], findings = {}, evidence = {} }: Word): string {
  const facts = [...Object.entries(findings), ...Object.entries(evidence)].map(([name, value]) => `${name} ${value}`);
  return [said, ...reasons, ...(facts.length > 0 ? [`(${facts.join(", ")})`] : [])].join(" ");
}

function verdictText(verdict: AnyVerdict): string {
  return wordText(wordOf(verdict));
}

function changedSince(keys: readonly RecordKey[], then: RowsThen, { past, now }: Turn): readonly string[] {
  return keys.flatMap((key) => {
    const change = past.history.changedSince(key, now);
    if (change === undefined) return [];
    const was = then.rows.has(recordId(key)) ? "changed or removed" : "added";
    return [`${Object.values(key.key).join("/")} was ${was} on ${new Date(change.to).toISOString()} (${change.source})`];
  });
}

function nameOfRow(id: string): string {
  const [table, ...pairs] = JSON.parse(id) as [string, ...(readonly [string, string])[]];
  return `${table} ${pairs.map(([, value]) => value).join("/")}`;
}

/** How the gate was set, by the trail: the record names it. */
async function postureThen(
  record: DecisionRecord,
  policy: Policy,
  { history }: Past,
): Promise<{ readonly guard: Guard | undefined; readonly taken: readonly TakenWord[] } | { readonly difference: WordDifference }> {
  const { posture, step, gate, at, trace } = record;
  const recorded = guardFor(posture && { state: posture }, policy.rules, step);
  if (step === "before-sending-token" || record.failure !== undefined) return { guard: recorded, taken: [] };
  const key = postureKey(gate);
  const now = new Date(at);
  const { rows, unknown, near } = await history.at([key], now);
  const [why] = unknown.values();
  if (why !== undefined) return { guard: recorded, taken: [{ rule: POSTURE_RULE, why: "history", row: why }] };
  const stateIn = (found: RowsThen["rows"]) => guardFor(stanceAt(found.get(recordId(key)), now), policy.rules, step)?.stance.state;
  const then = stateIn(rows);
  if (then === posture) return { guard: recorded, taken: [] };
  for (const moment of near) if (stateIn((await history.at([key], moment)).rows) === posture) return { guard: recorded, taken: [] };
  // A row that stays unread counts as listed. Only the gate's own word would say so.
  const said = trace.find(({ rule, shadow }) => rule === POSTURE_RULE && shadow !== true);
  if (posture === "listed" && (said === undefined || said.evidence?.row === "unreadable"))
    return {
      guard: recorded,
      taken: [{ rule: POSTURE_RULE, why: "history", row: `how the gate was set: ${then ?? "open"}, unless the row could not be read` }],
    };
  return { difference: { rule: POSTURE_RULE, was: posture ?? "open", is: then ?? "open", changed: [] } };
}

function difference({ name }: Pick<AnyRule, "name">, was: string, is: string, changed: readonly string[] = []): WordDifference {
  return { rule: name, was, is, changed };
}

function differs(rule: string, was: string, is: string): Redecided {
  return { kind: "differs", difference: { rule, was, is, changed: [] } };
}
