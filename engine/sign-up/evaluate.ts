import { changes } from "./changes";
import { FailureError } from "./decision";
import { evaluateRule, isStale, type Judgement, type Run, resultOf, resultOfVerdict, sameFindings } from "./evaluate-rule";
import { stopsEarly, underGuard } from "./guard";
import type { PreparedPolicy } from "./prepare";
import { callsOutside, type ShadowRule } from "./rule";
import { after, comesTooEarly, initialState, isDeferred, type State, withoutEffectsOf } from "./state";
import type { RuleResult } from "./verdict";

/** Asks the rules in order, up to the first block, and again where a later rule changed what an earlier one judged. */
export async function evaluate({ signUp, rules }: PreparedPolicy, run: Run): Promise<State> {
  let state = initialState(signUp);
  const judgements: Judgement[] = [];
  for (const prepared of rules) {
    if (stopsEarly(run.guard, state)) return withGuard(state, judgements, run);
    if ("shadow" in prepared) postpone(prepared, state, run);
    else if (state.decidedBy !== undefined && callsOutside(prepared.rule)) run.trace.push(resultOf(prepared, "skipped"));
    else {
      const { verdict, looked } = await evaluateRule(prepared, state, run);
      if (comesTooEarly(verdict, state)) {
        run.trace.push(resultOf(prepared, "skipped"));
        continue;
      }
      const place = run.trace.push(resultOfVerdict(prepared, verdict)) - 1;
      const { findings } = state;
      state = after(state, prepared, verdict);
      judgements.push({ prepared, verdict, looked, place, findings, left: state.signUp.attributes });
      if (verdict.kind === "block") break;
    }
  }
  return withGuard(await askAgain(state, judgements, run), judgements, run);
}

/** A gate that is not open decides last. */
function withGuard(before: State, judgements: readonly Judgement[], { guard, trace }: Run): State {
  const { state, said } = underGuard(
    before,
    guard,
    judgements.some(({ verdict }) => isDeferred(verdict)),
  );
  if (said !== undefined) trace.push(said);
  return state;
}

/** Passes a shadowed rule by, without a call to it. Until it is asked, the trace says that it is unfinished. */
function postpone({ shadow: rule }: ShadowRule, { decidedBy, signUp, findings }: State, run: Run): void {
  // As for a rule proper: after a problem, a call outside would cost time or money for nothing.
  const isSkipped = decidedBy !== undefined && callsOutside(rule);
  const said = run.trace.filter(({ shadow }) => !shadow);
  const place = run.trace.push({ rule: rule.name, said: isSkipped ? "skipped" : "unfinished", shadow: true }) - 1;
  if (isSkipped) return;
  run.postponed.push({ rule: rule.name, place, attributes: changes(run.prepared.attributes, signUp.attributes), findings, said });
}

/** A change leads to another one at the most a few times; rules that undo each other's never come to an end. */
const MAX_ROUNDS = 3;

/**
 * What is let in is what was judged: asks each rule once more whose input a later rule changed, with the values that
 * would be returned. A rule's answer then replaces what it said before; only writes marked `always` stand from both.
 * @param judgements what the rules said, in order
 */
export async function askAgain(state: State, judgements: readonly Judgement[], run: Run): Promise<State> {
  // Accepted for later: the rule that did so speaks last, of what the others have made of the sign-up.
  const deferring = judgements.find(({ verdict }) => isDeferred(verdict));
  if (state.verdict.kind !== "continue" && deferring === undefined) return state;
  const others = judgements.filter((each) => each !== deferring);
  const open: State = deferring === undefined ? state : reopened(state, deferring);
  const settled = await settle(open, others, run);
  return deferring === undefined || settled.verdict.kind === "block" ? settled : await defer(settled, deferring, run);
}

/** The sign-up as it stood before it was accepted for later. */
function reopened(state: State, deferring: Judgement): State {
  const { decidedBy: _, ...rest } = withoutEffectsOf(state, deferring.prepared);
  return { ...rest, verdict: { kind: "continue" } };
}

async function settle(from: State, said: readonly Judgement[], run: Run): Promise<State> {
  let state = from;
  let judgements = said;
  for (let round = 0; ; round++) {
    const stale = judgements.filter((each) => isStale(each, state.signUp, state.findings)).sort(changersFirst);
    if (stale.length === 0) return state;
    if (round === MAX_ROUNDS) throw disagreement(judgements.filter(isChanger), stale[0] as Judgement);
    for (const judgement of stale) {
      if (!isStale(judgement, state.signUp, state.findings)) continue;
      const again = await judgeAgain(judgement, state, run);
      state = again.state;
      if (state.verdict.kind === "block") return state;
      judgements = judgements.map((each) => (each === judgement ? again.judgement : each));
    }
    if (state.verdict.kind === "invalid") return state;
  }
}

/** Those who set values speak before those who only judge them. */
function changersFirst(one: Judgement, other: Judgement): number {
  return Number(isChanger(other)) - Number(isChanger(one));
}

function isChanger({ verdict }: Judgement): boolean {
  return verdict.kind === "continue" && Object.keys(verdict.attributes ?? {}).length > 0;
}

async function judgeAgain(judgement: Judgement, before: State, run: Run): Promise<{ judgement: Judgement; state: State }> {
  const { prepared, place } = judgement;
  const findings = sameFindings(judgement, before.findings);
  const { verdict, looked } = await evaluateRule(prepared, { ...before, findings }, run, true);
  const result: RuleResult = { ...resultOfVerdict(prepared, verdict), again: true };
  run.trace[place] = result;
  // A rule that goes on without a look at what changed has judged it all the same: what others made of its attributes stays.
  const isUnaffected = verdict.kind === "continue" && !isStale({ ...judgement, looked }, before.signUp, before.findings);
  const state = isUnaffected ? before : after(withoutEffectsOf(before, prepared), prepared, verdict);
  return { judgement: { prepared, verdict, looked, place, findings, left: state.signUp.attributes }, state };
}

/** The rule that accepts for later, heard last. */
async function defer(state: State, deferring: Judgement, run: Run): Promise<State> {
  const { prepared, place, verdict } = deferring;
  if (comesTooEarly(verdict, state)) {
    run.trace[place] = resultOf(prepared, "skipped");
    return state;
  }
  const last = isStale(deferring, state.signUp, state.findings) ? (await judgeAgain(deferring, state, run)).judgement : deferring;
  return after(state, prepared, last.verdict);
}

function disagreement(changers: readonly Judgement[], stale: Judgement): FailureError {
  const names = changers.map(({ prepared }) => prepared.rule.name);
  const error = new TypeError(`Rules undo each other's changes without end: ${names.join(" and ")}.`);
  return new FailureError({ why: "rule", rule: stale.prepared.rule.name, error });
}
