import { evaluate } from "./evaluate";
import type { Run } from "./evaluate-rule";
import { carrying, failed } from "./failure";
import type { PreparedPolicy } from "./prepare";
import { type ReadRecords, recordId } from "./records";
import { callsOutside } from "./rule-marks";
import { type Attributed, pageOf, partialDecision, type State } from "./state";
import type { Deadline } from "./time";
import type { Block, Reserve } from "./verdict";

/** How often a person can lose a place to somebody else in one call. */
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

/** Rules that call another system are not asked again: it costs money and time. */
function asksOutside({ rules }: PreparedPolicy): boolean {
  return rules.some((each) => !("shadow" in each) && callsOutside(each.rule));
}

/** What always counts is first: a guess too many uses up no code. Then contested places, the scarcest first: who loses one has no other. */
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

/** What was read, with all places of a row taken. */
function withTaken(records: ReadRecords, { table, key, slots, atMost }: Reserve): ReadRecords {
  const id = recordId({ table, key });
  const taken = { ...records.get({ table, key }), [slots]: Array.from({ length: atMost }, (_, index) => String(index)) };
  return { ...records, get: (asked) => (recordId(asked) === id ? taken : records.get(asked)) };
}
