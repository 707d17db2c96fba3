import { checkedAttributes, checkedKeys, checkedVerdict } from "./checks";
import { type Deadline, DeadlineError, deadlineIn, within } from "./deadline";
import { frozen } from "./frozen";
import type { Policy } from "./policy";
import { distinct, type ReadRecords, recordId, recordsOf } from "./records";
import { type AnyRule, type Context, callsOutside, type RecordKey, type Records, type Row, type Services, type ShadowRule } from "./rule";
import type { Attributes, SignUp, Step } from "./sign-up";
import { UpstreamError, type UpstreamFailure } from "./upstream";
import type { AnyVerdict, Block, Effect, Evidence, Findings, Problem, Write } from "./verdict";

/** What the engine reaches of the outside. */
export interface Ports {
  /**
   * All rows in one strongly consistent read, found ones by `recordId`. Rejects unless every key was read: a key not
   * read is never taken for absent. The optional keys go along, and may fail by themselves.
   */
  read(keys: readonly RecordKey[], signal: AbortSignal, optional?: readonly RecordKey[]): Promise<ReadonlyMap<string, Row>>;
  /** One conditional write. False if its condition does not hold. */
  write(write: Write, signal: AbortSignal): Promise<boolean>;
  /** The value of a secret that a rule names in its `uses`. */
  secret(name: string): Promise<string>;
  /** Rows of our own to read along with those the rules need. */
  readonly replayLookup?: readonly RecordKey[];
  readonly now: Date;
  /** Milliseconds left for everything. */
  readonly remainingMs: number;
}

/** What one rule said, for the log and the record. */
export interface RuleResult {
  readonly rule: string;
  readonly said: "continue" | "block" | "invalid" | "failed" | "unfinished" | "skipped";
  /** The rule only reports: what it said changed nothing. */
  readonly shadow?: true;
  readonly reasons?: readonly string[];
  readonly findings?: Findings;
  readonly evidence?: Evidence;
  /** The call outside that failed it, or that it did without. */
  readonly upstreamFailure?: UpstreamFailure;
  /** Names of the attributes it set. */
  readonly set?: readonly string[];
}

/** Why a sign-up was blocked though no rule said so. */
export interface Failure {
  readonly why: "rule" | "read" | "write" | "deadline";
  /** The rule at work. */
  readonly rule?: string;
  readonly error: unknown;
}

/** The step's answer: attributes are those that changed against the request. */
export type Answer =
  | { readonly kind: "continue"; readonly attributes: Attributes }
  | Page
  | { readonly kind: "invalid"; readonly problems: readonly Problem[] };

/** A block as far as the person's page goes. */
type Page = Pick<Block, "kind" | "reason" | "message">;

export interface Decision {
  readonly answer: Answer;
  /** The rule that stopped the sign-up; none where every rule let it pass. */
  readonly decidedBy?: string;
  readonly trace: readonly RuleResult[];
  /** The rows that `World.replayLookup` named, as far as there are any. */
  readonly replayed: readonly Row[];
  readonly failure?: Failure;
}

/** The reason of every block that stands for a failure of ours. */
export const UNAVAILABLE = "gatehouse.unavailable";

/** The decision on a call that no rule got to see. */
export function refusal(reason: string): Decision {
  return { answer: { kind: "block", reason }, trace: [], replayed: [] };
}

/** Kept back from the rules for effects and the answer. */
const ANSWER_RESERVE_MS = 400;
/** How long an answer waits for shadow rules that are still at work. */
const SHADOW_GRACE_MS = 500;

class FailureError extends Error {
  override readonly name = "FailureError";
  constructor(readonly failure: Failure) {
    super(failure.why, { cause: failure.error });
  }
}

/**
 * The whole way from a sign-up to its answer: prepare, one read, decide in order, effects. Never rejects; whatever goes
 * wrong blocks the sign-up.
 */
export async function decide<S extends Step>(policy: Policy<S>, signUp: SignUp, ports: Ports): Promise<Decision> {
  const forRules = deadlineIn(ports.remainingMs - ANSWER_RESERVE_MS);
  const forAll = deadlineIn(ports.remainingMs - ANSWER_RESERVE_MS / 4);
  const trace: RuleResult[] = [];
  const replayLookup = ports.replayLookup ?? [];
  let replayed: readonly Row[] = [];
  try {
    if (policy.rules.length === 0) throw new TypeError("A policy without a rule would let everyone in.");
    const prepared = prepareAll(policy.rules, frozen(signUp));
    const read = await readAll(prepared, replayLookup, ports, forRules);
    replayed = replayLookup.map((key) => read.records.get(key)).filter((row) => row !== undefined);
    const state = await evaluate(prepared, { ...read, prepared: prepared.signUp, ports, deadline: forRules, step: policy.step, trace });
    const lost = await applyEffects(state.effects, ports, forAll);
    return { ...withChanges(signUp, { ...state, ...lost }), trace, replayed };
  } catch (error) {
    const failure: Failure = error instanceof FailureError ? error.failure : { why: "rule", error };
    return {
      answer: { kind: "block", reason: UNAVAILABLE },
      ...(failure.rule !== undefined && { decidedBy: failure.rule }),
      trace,
      replayed,
      failure,
    };
  } finally {
    forRules.clear();
    forAll.clear();
  }
}

/** A rule, the sign-up it decides on, and what it will look at. */
interface Prepared {
  readonly rule: AnyRule;
  readonly shadow: boolean;
  /** What the rule's own `prepare` set. */
  readonly set: Attributes;
  readonly needs: readonly RecordKey[];
  /** Why a shadow rule could not be prepared; a rule proper fails the sign-up instead. */
  readonly broken?: true;
}

interface PreparedPolicy {
  readonly signUp: SignUp;
  readonly rules: readonly Prepared[];
}

function prepareAll(entries: readonly (AnyRule | ShadowRule)[], received: SignUp): PreparedPolicy {
  let signUp = received;
  const sets = entries.map((entry) => {
    if ("shadow" in entry) return {};
    const set = changes(
      signUp.attributes,
      guarded(entry, () => checkedAttributes(entry.prepare?.(signUp))),
    );
    signUp = withAttributes(signUp, set);
    return set;
  });
  const rules = entries.map((entry, index): Prepared => {
    if ("shadow" in entry) return prepareShadow(entry.shadow, signUp);
    return { rule: entry, shadow: false, set: sets[index] as Attributes, needs: guarded(entry, () => checkedKeys(entry.needs?.(signUp))) };
  });
  return { signUp, rules };
}

function prepareShadow(rule: AnyRule, signUp: SignUp): Prepared {
  try {
    const set = changes(signUp.attributes, checkedAttributes(rule.prepare?.(signUp)));
    return { rule, shadow: true, set, needs: checkedKeys(rule.needs?.(withAttributes(signUp, set))) };
  } catch {
    return { rule, shadow: true, set: {}, needs: [], broken: true };
  }
}

/** What was read before the rules decide. */
interface Reading {
  readonly records: ReadRecords;
  /** The same for shadow rules: rows that they alone look at are read beside the others, so as to fail beside them too. */
  readonly forShadows: Promise<ReadRecords>;
}

async function readAll({ rules }: PreparedPolicy, replayLookup: readonly RecordKey[], ports: Ports, deadline: Deadline): Promise<Reading> {
  const keysOf = (shadow: boolean) => distinct(rules.flatMap((prepared) => (prepared.shadow === shadow ? prepared.needs : [])));
  const keys = keysOf(false);
  const shared = new Set(keys.map(recordId));
  const extra = keysOf(true).filter((key) => !shared.has(recordId(key)));
  const fetch = async (asked: readonly RecordKey[], optional: readonly RecordKey[]): Promise<ReadonlyMap<string, Row>> =>
    asked.length + optional.length === 0 ? new Map() : frozen(await deadline.hold(() => ports.read(asked, deadline.signal, optional)));

  const main = fetch(keys, replayLookup);
  const forShadows = Promise.all([main, fetch(extra, [])]).then((found) =>
    recordsOf([...keys, ...extra], new Map(found.flatMap((rows) => [...rows]))),
  );
  forShadows.catch(() => undefined);
  try {
    return { records: recordsOf([...replayLookup, ...keys], await main), forShadows };
  } catch (error) {
    throw new FailureError({ why: error instanceof DeadlineError ? "deadline" : "read", error });
  }
}

interface Run extends Reading {
  /** For what it was read. */
  readonly prepared: SignUp;
  readonly ports: Ports;
  readonly deadline: Deadline;
  readonly step: Step;
  /** Filled as the rules speak, so that a failure keeps what was said before it. */
  readonly trace: RuleResult[];
}

/** Where the rules have brought a sign-up: each one's verdict is added to what was before. */
interface State {
  readonly verdict: { readonly kind: "continue" } | Page | { readonly kind: "invalid"; readonly problems: readonly Problem[] };
  readonly decidedBy?: string;
  readonly signUp: SignUp;
  readonly findings: Findings;
  /** The writes that go with this verdict and no other, and those that go with any. */
  readonly effects: readonly Attributed[];
}

interface Attributed {
  readonly rule: string;
  readonly effect: Effect;
}

async function evaluate({ signUp, rules }: PreparedPolicy, run: Run): Promise<State> {
  let state: State = { verdict: { kind: "continue" }, signUp, findings: frozen({}), effects: [] };
  const shadows: Promise<void>[] = [];
  try {
    for (const prepared of rules) {
      if (state.decidedBy !== undefined && callsOutside(prepared.rule)) run.trace.push(resultOf(prepared, "skipped"));
      else if (prepared.shadow) shadows.push(evaluateShadow(prepared, state, run));
      else {
        const verdict = await evaluateRule(prepared, state, run);
        if (comesTooEarly(verdict, state)) {
          run.trace.push(resultOf(prepared, "skipped"));
          continue;
        }
        run.trace.push(resultOfVerdict(prepared, verdict));
        state = after(state, prepared.rule.name, verdict);
        if (verdict.kind === "block") break;
      }
    }
    return state;
  } finally {
    await settled(shadows, run);
  }
}

/** True where a sign-up would be accepted for later though the person still has something to mend. */
function comesTooEarly(verdict: AnyVerdict, { verdict: before }: State): boolean {
  return verdict.kind === "block" && verdict.deferred === true && before.kind === "invalid";
}

/** A block ends it and beats problems found before; problems add up; what a "continue" brings is for the rules that follow. */
function after(state: State, rule: string, verdict: AnyVerdict): State {
  const effects = (verdict.effects ?? []).map((effect) => ({ rule, effect }));
  const before = state.verdict;
  switch (verdict.kind) {
    case "block": {
      const standing = verdict.deferred === true ? state.effects : state.effects.filter(isUnconditional);
      return { ...state, verdict: pageOf(verdict), decidedBy: rule, effects: [...standing, ...effects] };
    }
    case "invalid": {
      const again = before.kind === "invalid";
      return {
        ...state,
        verdict: { kind: "invalid", problems: [...(again ? before.problems : []), ...verdict.problems] },
        decidedBy: state.decidedBy ?? rule,
        effects: [...(again ? state.effects : state.effects.filter(isUnconditional)), ...effects],
      };
    }
    case "continue":
      return {
        ...state,
        signUp: withAttributes(state.signUp, verdict.attributes ?? {}),
        findings: frozen({ ...state.findings, ...verdict.findings }),
        effects: [...state.effects, ...(before.kind === "continue" ? effects : effects.filter(isUnconditional))],
      };
  }
}

function isUnconditional({ effect }: Attributed): boolean {
  return effect.always ?? false;
}

function pageOf({ kind, reason, message }: Block): Page {
  return { kind, reason, ...(message !== undefined && { message }) };
}

function resultOf({ rule, shadow, set }: Prepared, said: RuleResult["said"], more: Partial<RuleResult> = {}): RuleResult {
  const names = Object.keys(set);
  return { rule: rule.name, said, ...(shadow && { shadow: true as const }), ...(names.length > 0 && { set: names }), ...more };
}

function resultOfVerdict(prepared: Prepared, verdict: AnyVerdict): RuleResult {
  const behind = {
    ...(verdict.evidence && { evidence: verdict.evidence }),
    ...(verdict.upstreamFailure && { upstreamFailure: verdict.upstreamFailure }),
  };
  if (verdict.kind === "invalid")
    return resultOf(prepared, "invalid", { reasons: verdict.problems.map(({ reason }) => reason), ...behind });
  if (verdict.kind === "block") return resultOf(prepared, "block", { reasons: [verdict.reason], ...behind });
  const set = [...new Set([...Object.keys(prepared.set), ...Object.keys(verdict.attributes ?? {})])];
  const findings = verdict.findings && { findings: verdict.findings };
  return resultOf(prepared, "continue", { ...findings, ...behind, ...(set.length > 0 && { set }) });
}

/** One rule's verdict within the deadline. A rule that only prepares goes on. */
async function evaluateRule(prepared: Prepared, { signUp, findings }: State, run: Run): Promise<AnyVerdict> {
  const { rule } = prepared;
  if (rule.decide === undefined) return { kind: "continue" };
  try {
    const context: Context = {
      records: await recordsFor(rule, signUp, run),
      findings,
      // A Date can be written to: each rule gets its own.
      now: new Date(run.ports.now),
      signal: run.deadline.signal,
      remainingMs: run.deadline.remainingMs,
      services: servicesOf(run.ports),
    };
    return checkedVerdict(await run.deadline.hold(() => rule.decide?.(signUp, context)), run.step);
  } catch (error) {
    run.trace.push(resultOf(prepared, "failed", error instanceof UpstreamError ? { upstreamFailure: error.failure } : {}));
    if (error instanceof FailureError) throw error;
    throw new FailureError({ why: error instanceof DeadlineError ? "deadline" : "rule", rule: rule.name, error });
  }
}

/** What was read for a rule. Where a rule before it changed what it looks at, those rows are read now. */
async function recordsFor(rule: AnyRule, signUp: SignUp, run: Run): Promise<Records> {
  if (signUp === run.prepared) return run.records;
  const more = distinct(checkedKeys(rule.needs?.(signUp)).filter((key) => !run.records.has(key)));
  if (more.length === 0) return run.records;
  try {
    const found = await run.deadline.hold(() => run.ports.read(more, run.deadline.signal));
    const late = recordsOf(more, frozen(found));
    return { get: (key) => (late.has(key) ? late : run.records).get(key) };
  } catch (error) {
    throw new FailureError({ why: error instanceof DeadlineError ? "deadline" : "read", rule: rule.name, error });
  }
}

function servicesOf(ports: Ports): Services {
  return {
    secret: (name) => ports.secret(name),
    read: (keys, signal) => ports.read(keys, signal),
    write: (write, signal) => ports.write(write, signal),
  };
}

/** Lets a shadow rule speak beside the others. Never rejects. */
async function evaluateShadow(prepared: Prepared, state: State, run: Run): Promise<void> {
  const place = run.trace.push(resultOf(prepared, prepared.broken ? "failed" : "unfinished")) - 1;
  if (prepared.broken) return;
  const say = (result: RuleResult) => {
    run.trace[place] = result;
  };
  try {
    // Whatever it would say, legal at this step or not, is worth recording.
    const beside: Run = { ...run, records: await run.forShadows, step: "before-create-user", trace: [] };
    const shown = { ...state, signUp: withAttributes(state.signUp, prepared.set) };
    say(resultOfVerdict(prepared, await evaluateRule(prepared, shown, beside)));
  } catch (error) {
    const cause = error instanceof FailureError ? error.failure.error : error;
    say(resultOf(prepared, "failed", cause instanceof UpstreamError ? { upstreamFailure: cause.failure } : {}));
  }
}

/** Gives shadow rules a last moment: an answer does not wait for a rule that changes nothing. */
async function settled(shadows: readonly Promise<void>[], run: Run): Promise<void> {
  if (shadows.length === 0) return;
  try {
    await run.deadline.hold(() => within(SHADOW_GRACE_MS, () => Promise.all(shadows)));
  } catch {
    // Their trace say "unfinished".
  }
}

/** Runs the writes in order. The first whose condition does not hold replaces the verdict. */
async function applyEffects(
  effects: readonly Attributed[],
  ports: Ports,
  deadline: Deadline,
): Promise<Pick<State, "verdict" | "decidedBy"> | undefined> {
  for (const { rule, effect } of effects) {
    let written: boolean;
    try {
      written = await deadline.hold(() => ports.write(effect, deadline.signal));
    } catch (error) {
      throw new FailureError({ why: error instanceof DeadlineError ? "deadline" : "write", rule, error });
    }
    if (!written && effect.onConflict.kind === "block") return { verdict: pageOf(effect.onConflict), decidedBy: rule };
  }
  return undefined;
}

function withChanges(received: SignUp, { verdict, decidedBy, signUp }: State): Pick<Decision, "answer" | "decidedBy"> {
  const answer: Answer =
    verdict.kind === "continue" ? { kind: "continue", attributes: changes(received.attributes, signUp.attributes) } : verdict;
  return { answer, ...(decidedBy !== undefined && { decidedBy }) };
}

function changes(before: Attributes, after: Attributes): Attributes {
  return Object.fromEntries(
    Object.entries(after).filter(([name, value]) => !Object.hasOwn(before, name) || JSON.stringify(before[name]) !== JSON.stringify(value)),
  );
}

function withAttributes(signUp: SignUp, attributes: Attributes): SignUp {
  if (Object.keys(attributes).length === 0) return signUp;
  return frozen({ ...signUp, attributes: { ...signUp.attributes, ...attributes } });
}

function guarded<T>(rule: AnyRule, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw new FailureError({ why: "rule", rule: rule.name, error });
  }
}
