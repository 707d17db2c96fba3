import { callsOutside, checkedAttributes } from "./checks";
import { assertNothingLoose, evaluateRule, resultOf, resultOfVerdict } from "./evaluate-rule";
import { carrying, failed } from "./failure";
import { type PreparedPolicy, unlessItNeedsAnAddress } from "./prepare";
import { hashAmong, type ReadRecords, recordId } from "./records";
import type { ShadowRule } from "./rule";
import type { Run } from "./run";
import type { Attributes } from "./sign-up";
import {
  type Attributed,
  after,
  changes,
  comesTooEarly,
  guardedAddress,
  initialState,
  type Prepared,
  pageOf,
  partialDecision,
  type State,
  traced,
} from "./state";
import type { Deadline } from "./time";
import type { Block, Reserve } from "./verdict";

/** The last rule's name in traces and records. */
export const LAST_RULE = "posture";

/** A person may lose a place to another this often in one call. */
const MAX_RACES = 3;

/** A write whose condition did not hold, and what that means. */
interface Lost {
  readonly by: string;
  readonly means: Block;
  /** The place that others took, where the rules are to be asked again. */
  readonly taken?: Reserve;
}

/**
 * Asks the rules, then makes their writes. If the first write whose condition does not hold says so, the rules are asked again
 * and see what others took meanwhile; all writes can be repeated. Otherwise its block replaces the verdict.
 */
export async function decideAndWrite(prepared: PreparedPolicy, run: Run, deadline: Deadline): Promise<State> {
  let { records } = run;
  for (let races = 0; ; races++) {
    const state = await evaluate(prepared, { ...run, records });
    const lost = await carrying(partialDecision(state, run), () => applyEffects(inOrder(state.effects, records), run, deadline));
    if (lost === undefined) return state;
    if (lost.taken === undefined || races === MAX_RACES || asksOutside(prepared))
      return { ...state, verdict: pageOf(lost.means), decidedBy: lost.by };
    records = withTaken(records, lost.taken);
  }
}

/** Asks the rules in order, up to the first block, and the gate's own rule last. */
async function evaluate(given: PreparedPolicy, run: Run): Promise<State> {
  const { kept, rules } = restored(given, run);
  let state = initialState(given.signUp, kept);
  for (const prepared of rules) {
    if (state.verdict.kind === "block" || run.last?.isCertain(state.findings)) break;
    state = "shadow" in prepared ? postponing(prepared, state, run) : await asked(prepared, state, run);
  }
  state = withLastWord(state, run);
  assertNothingLoose(run, state);
  return state;
}

/** The policy with what each rule puts back of what was read, and all of that. */
function restored({ signUp, rules }: PreparedPolicy, run: Run): { readonly kept: Attributes; readonly rules: PreparedPolicy["rules"] } {
  const { records, ports } = run;
  const context = { records, received: guardedAddress(run.received), now: new Date(ports.now), hashOf: hashAmong(records, ports) };
  const all = rules.map((prepared) => {
    if ("shadow" in prepared || prepared.lacksAddress) return { prepared, kept: {} };
    const { rule } = prepared;
    const kept = unlessItNeedsAnAddress(rule, () => checkedAttributes(rule.restore?.(guardedAddress(signUp), context))) ?? {};
    return { prepared: { ...prepared, set: { ...prepared.set, ...changes(signUp.attributes, kept) } }, kept };
  });
  return { kept: Object.assign({}, ...all.map(({ kept }) => kept)), rules: all.map(({ prepared }) => prepared) };
}

async function asked(prepared: Prepared, state: State, run: Run): Promise<State> {
  const skipped = () => traced(state, resultOf(prepared, "skipped"));
  if (state.decidedBy !== undefined && callsOutside(prepared.rule)) return skipped();
  const verdict = await evaluateRule(prepared, state, run);
  if (comesTooEarly(verdict, state)) return skipped();
  return after(traced(state, resultOfVerdict(prepared, verdict)), prepared, verdict);
}

/** A gate that is not open decides last, whatever the rules said; a block of theirs stands, unless it accepts the person for later. */
function withLastWord(state: State, { last }: Run): State {
  if (last === undefined || (state.verdict.kind === "block" && !state.isDeferred)) return state;
  const verdict = last.decide(state.findings);
  if (verdict.kind === "continue") return state;
  const asRule: Prepared = { rule: { name: LAST_RULE }, set: {}, needs: [] };
  return after(traced(state, resultOfVerdict(asRule, verdict)), asRule, verdict);
}

/** Passes a shadowed rule by, without a call to it. Until it is asked, the trace says that it is unfinished. */
function postponing({ shadow: rule }: ShadowRule, state: State, run: Run): State {
  const { decidedBy, signUp, findings, trace } = state;
  // As for a rule proper: after a problem, a call outside would cost time or money for nothing.
  if (decidedBy !== undefined && callsOutside(rule)) return traced(state, { rule: rule.name, said: "skipped", shadow: true });
  const said = trace.filter(({ shadow }) => !shadow);
  const attributes = changes(run.prepared.attributes, signUp.attributes);
  const postponed = [...state.postponed, { rule: rule.name, place: trace.length, attributes, findings, said }];
  return traced({ ...state, postponed }, { rule: rule.name, said: "unfinished", shadow: true });
}

/** Rules that call another system are not asked again: it costs money and time. */
function asksOutside({ rules }: PreparedPolicy): boolean {
  return rules.some((each) => !("shadow" in each) && callsOutside(each.rule));
}

/** Writes marked `always` first: a guess too many uses up no code. Then reservations, scarcest first: a lost one has no substitute. */
function inOrder(effects: readonly Attributed[], records: ReadRecords): readonly Attributed[] {
  const left = ({ effect }: Attributed): number => {
    if (!("slots" in effect) || effect.onConflict.kind === "continue") return Number.MAX_SAFE_INTEGER;
    const holders = records.get(effect)?.[effect.slots];
    return effect.atMost - (Array.isArray(holders) ? holders.length : 0);
  };
  const places = effects.filter(({ effect }) => effect.retryOnConflict).sort((one, other) => left(one) - left(other));
  const all = effects.map((each) => (each.effect.retryOnConflict ? (places.shift() as Attributed) : each));
  return [...all.filter(({ effect }) => effect.always), ...all.filter(({ effect }) => !effect.always)];
}

/** Runs the writes in order, up to the first whose condition does not hold and that blocks. */
async function applyEffects(effects: readonly Attributed[], { ports }: Run, deadline: Deadline): Promise<Lost | undefined> {
  for (const { by, effect } of effects) {
    const rule = by.rule.name;
    let written: boolean;
    try {
      written = await deadline.hold(() => ports.write(effect, deadline.signal));
    } catch (error) {
      throw failed("write", error, rule);
    }
    if (written || effect.onConflict.kind === "continue") continue;
    return { by: rule, means: effect.onConflict, ...(effect.retryOnConflict && "slots" in effect && { taken: effect }) };
  }
  return undefined;
}

/** The rows read, with all places of one row taken. */
function withTaken(records: ReadRecords, { table, key, slots, atMost }: Reserve): ReadRecords {
  const id = recordId({ table, key });
  const taken = { ...records.get({ table, key }), [slots]: Array.from({ length: atMost }, (_, index) => String(index)) };
  return { ...records, get: (asked) => (recordId(asked) === id ? taken : records.get(asked)) };
}
