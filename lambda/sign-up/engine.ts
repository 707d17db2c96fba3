import { checkedAttributes, checkedKeys, checkedVerdict } from "./checks";
import { type Deadline, DeadlineError, deadlineIn } from "./deadline";
import { frozen } from "./frozen";
import type { Policy } from "./policy";
import { distinct, recordId, recordsOf } from "./records";
import type { AnyRule, Context, RecordKey, Records, Row, Services, ShadowRule } from "./rule";
import type { Attributes, SignUp, Step } from "./sign-up";
import type { AnyVerdict, Block, Effect, Findings, Problem } from "./verdict";

/** What the engine reaches of the outside. */
export interface World {
  /**
   * All rows in one strongly consistent read, found ones by `recordId`. Rejects unless every key was read: a key not
   * read is never taken for absent.
   */
  read(keys: readonly RecordKey[], signal: AbortSignal): Promise<ReadonlyMap<string, Row>>;
  /** One conditional write. False if its condition does not hold. */
  write(effect: Effect, signal: AbortSignal): Promise<boolean>;
  readonly services: Services;
  readonly now: Date;
  /** Milliseconds left for everything. */
  readonly remainingMs: number;
}

/** What one rule said, for the log and the record. */
export interface Word {
  readonly rule: string;
  readonly said: "continue" | "block" | "invalid" | "failed" | "unfinished" | "skipped";
  /** The rule only reports: what it said changed nothing. */
  readonly shadow?: true;
  readonly reasons?: readonly string[];
  readonly findings?: Findings;
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
  | Omit<Block, "effects">
  | { readonly kind: "invalid"; readonly problems: readonly Problem[] };

export interface Decision {
  readonly answer: Answer;
  /** The rule that stopped the sign-up; none where every rule let it pass. */
  readonly decidedBy?: string;
  readonly words: readonly Word[];
  readonly failure?: Failure;
}

/** The reason of every block that stands for a failure of ours. */
export const UNAVAILABLE = "gatehouse.unavailable";

/** Kept back from the rules for effects and the answer. */
const RESERVE_MS = 400;
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
export async function decide<S extends Step>(policy: Policy<S>, signUp: SignUp, world: World): Promise<Decision> {
  const forRules = deadlineIn(world.remainingMs - RESERVE_MS);
  const forAll = deadlineIn(world.remainingMs - RESERVE_MS / 4);
  const words: Word[] = [];
  try {
    const prepared = prepareAll(policy.rules, frozen(signUp));
    const read = await readAll(prepared, world, forRules);
    const outcome = await judge(prepared, { ...read, world, deadline: forRules, step: policy.step, words });
    const lost = await carryOut(outcome.effects, world, forAll);
    return lost === undefined ? withChanges(signUp, outcome, words) : withChanges(signUp, { ...outcome, ...lost }, words);
  } catch (error) {
    const failure: Failure = error instanceof FailureError ? error.failure : { why: "rule", error };
    return {
      answer: { kind: "block", reason: UNAVAILABLE },
      ...(failure.rule !== undefined && { decidedBy: failure.rule }),
      words,
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
    const set = guarded(entry, () => checkedAttributes(entry.prepare?.(signUp)));
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
    const set = checkedAttributes(rule.prepare?.(signUp));
    return { rule, shadow: true, set, needs: checkedKeys(rule.needs?.(withAttributes(signUp, set))) };
  } catch {
    return { rule, shadow: true, set: {}, needs: [], broken: true };
  }
}

/** What was read before the rules decide. */
interface Reading {
  readonly records: Records;
  /** The same for shadow rules: rows that they alone look at are read beside the others, so as to fail beside them too. */
  readonly forShadows: Promise<Records>;
}

async function readAll({ rules }: PreparedPolicy, world: World, deadline: Deadline): Promise<Reading> {
  const keysOf = (shadow: boolean) => distinct(rules.flatMap((prepared) => (prepared.shadow === shadow ? prepared.needs : [])));
  const keys = keysOf(false);
  const shared = new Set(keys.map(recordId));
  const extra = keysOf(true).filter((key) => !shared.has(recordId(key)));
  const fetch = async (asked: readonly RecordKey[]): Promise<ReadonlyMap<string, Row>> =>
    asked.length === 0 ? new Map() : frozen(await deadline.hold(() => world.read(asked, deadline.signal)));

  const main = fetch(keys);
  const forShadows = Promise.all([main, fetch(extra)]).then((found) =>
    recordsOf([...keys, ...extra], new Map(found.flatMap((rows) => [...rows]))),
  );
  forShadows.catch(() => undefined);
  try {
    return { records: recordsOf(keys, await main), forShadows };
  } catch (error) {
    throw new FailureError({ why: error instanceof DeadlineError ? "deadline" : "read", error });
  }
}

interface Bench extends Reading {
  readonly world: World;
  readonly deadline: Deadline;
  readonly step: Step;
  /** Filled as the rules speak, so that a failure keeps what was said before it. */
  readonly words: Word[];
}

/** The rules' common outcome: the sign-up as they left it, and the writes that go with this verdict and no other. */
interface Outcome {
  readonly verdict:
    | { readonly kind: "continue" }
    | Omit<Block, "effects">
    | { readonly kind: "invalid"; readonly problems: readonly Problem[] };
  readonly decidedBy?: string;
  readonly signUp: SignUp;
  readonly effects: readonly Attributed[];
}

interface Attributed {
  readonly rule: string;
  readonly effect: Effect;
}

async function judge(prepared: PreparedPolicy, bench: Bench): Promise<Outcome> {
  let signUp = prepared.signUp;
  let findings: Findings = frozen({});
  const problems: Problem[] = [];
  const effects = { continue: [] as Attributed[], invalid: [] as Attributed[] };
  let firstInvalid: string | undefined;
  const shadows: Promise<void>[] = [];

  for (const { rule, shadow, set, broken } of prepared.rules) {
    const setNames = Object.keys(set);
    const word = (said: Word["said"], more: Partial<Word> = {}): Word => ({
      rule: rule.name,
      said,
      ...(shadow && { shadow: true as const }),
      ...(setNames.length > 0 && { set: setNames }),
      ...more,
    });
    if (firstInvalid !== undefined && callsOutside(rule)) {
      bench.words.push(word("skipped"));
      continue;
    }
    if (shadow) {
      shadows.push(overhear({ rule, signUp: withAttributes(signUp, set), findings, bench, word, broken: broken === true }));
      continue;
    }
    const verdict = await hear(rule, signUp, findings, bench, word);
    if (verdict === undefined) {
      bench.words.push(word("continue"));
      continue;
    }
    bench.words.push(spoken(word, verdict, setNames));
    const attributed = (verdict.effects ?? []).map((effect) => ({ rule: rule.name, effect }));
    if (verdict.kind === "block") {
      await settled(shadows, bench);
      const { effects: _, ...block } = verdict;
      return { verdict: block, decidedBy: rule.name, signUp, effects: attributed };
    }
    effects[verdict.kind].push(...attributed);
    if (verdict.kind === "invalid") {
      problems.push(...verdict.problems);
      firstInvalid ??= rule.name;
    } else {
      signUp = withAttributes(signUp, verdict.attributes ?? {});
      findings = frozen({ ...findings, ...verdict.findings });
    }
  }
  await settled(shadows, bench);
  if (firstInvalid !== undefined) {
    return { verdict: { kind: "invalid", problems }, decidedBy: firstInvalid, signUp, effects: effects.invalid };
  }
  return { verdict: { kind: "continue" }, signUp, effects: effects.continue };
}

type MakeWord = (said: Word["said"], more?: Partial<Word>) => Word;

function spoken(word: MakeWord, verdict: AnyVerdict, setBefore: readonly string[]): Word {
  if (verdict.kind === "block") return word("block", { reasons: [verdict.reason] });
  if (verdict.kind === "invalid") return word("invalid", { reasons: verdict.problems.map((problem) => problem.reason) });
  const set = [...new Set([...setBefore, ...Object.keys(verdict.attributes ?? {})])];
  return word("continue", { ...(verdict.findings && { findings: verdict.findings }), ...(set.length > 0 && { set }) });
}

/** One rule's verdict within the deadline; undefined from a rule that only prepares. */
async function hear(rule: AnyRule, signUp: SignUp, findings: Findings, bench: Bench, word: MakeWord): Promise<AnyVerdict | undefined> {
  if (rule.decide === undefined) return undefined;
  try {
    const context: Context = {
      records: bench.records,
      findings,
      now: bench.world.now,
      signal: bench.deadline.signal,
      services: bench.world.services,
    };
    return checkedVerdict(await bench.deadline.hold(() => rule.decide?.(signUp, context)), bench.step);
  } catch (error) {
    bench.words.push(word("failed"));
    throw new FailureError({ why: error instanceof DeadlineError ? "deadline" : "rule", rule: rule.name, error });
  }
}

interface Overheard {
  readonly rule: AnyRule;
  readonly signUp: SignUp;
  readonly findings: Findings;
  readonly bench: Bench;
  readonly word: MakeWord;
  readonly broken: boolean;
}

/** Lets a shadow rule speak beside the others. Never rejects. */
async function overhear({ rule, signUp, findings, bench, word, broken }: Overheard): Promise<void> {
  const place = bench.words.push(word(broken ? "failed" : "unfinished")) - 1;
  if (broken) return;
  const say = (said: Word) => {
    bench.words[place] = said;
  };
  try {
    // Whatever it would say, legal at this step or not, is worth recording.
    const unheard: Bench = { ...bench, records: await bench.forShadows, step: "before-create-user", words: [] };
    const verdict = await hear(rule, signUp, findings, unheard, word);
    say(verdict === undefined ? word("continue") : spoken(word, verdict, []));
  } catch {
    say(word("failed"));
  }
}

/** Gives shadow rules a last moment: an answer does not wait for a rule that changes nothing. */
async function settled(shadows: readonly Promise<void>[], bench: Bench): Promise<void> {
  if (shadows.length === 0) return;
  const grace = deadlineIn(SHADOW_GRACE_MS);
  try {
    await bench.deadline.hold(() => grace.hold(() => Promise.all(shadows)));
  } catch {
    // Their words say "unfinished".
  } finally {
    grace.clear();
  }
}

/** Runs the writes in order. The first whose condition does not hold replaces the verdict. */
async function carryOut(
  effects: readonly Attributed[],
  world: World,
  deadline: Deadline,
): Promise<Pick<Outcome, "verdict" | "decidedBy"> | undefined> {
  for (const { rule, effect } of effects) {
    let written: boolean;
    try {
      written = await deadline.hold(() => world.write(effect, deadline.signal));
    } catch (error) {
      throw new FailureError({ why: error instanceof DeadlineError ? "deadline" : "write", rule, error });
    }
    if (!written && effect.lost.kind === "block") {
      const { effects: _, ...block } = effect.lost;
      return { verdict: block, decidedBy: rule };
    }
  }
  return undefined;
}

function withChanges(received: SignUp, { verdict, decidedBy, signUp }: Outcome, words: readonly Word[]): Decision {
  const answer: Answer =
    verdict.kind === "continue" ? { kind: "continue", attributes: changes(received.attributes, signUp.attributes) } : verdict;
  return { answer, ...(decidedBy !== undefined && { decidedBy }), words };
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

/** True for a rule that asks a system outside: after a problem it would cost time or money for nothing. */
function callsOutside(rule: AnyRule): boolean {
  return rule.uses?.some((use) => "service" in use || "secret" in use) ?? false;
}

function guarded<T>(rule: AnyRule, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw new FailureError({ why: "rule", rule: rule.name, error });
  }
}
