import { callsOutside } from "./checks";
import { failed } from "./failure";
import { type ReadRecords, recordId } from "./records";
import type { AnyRule, ShadowRule } from "./rule";
import type { Rows, Run } from "./run";
import { type RuleEffect, type State, toPage } from "./state";
import type { Reserve, Write } from "./verdict";

/** A person may lose a place to another this often in one call. */
const MAX_RACES = 3;

/**
 * Makes the writes in order, up to the first whose condition does not hold and that blocks. Its block replaces the verdict. If the rule
 * wants to be asked again instead, all run again and see the place as taken: all writes can be repeated.
 * @param races how often this has happened to the person
 */
export async function applyWrites(state: State, races: number, run: Run): Promise<State | "lost"> {
  for (const { by, effect } of sortEffects(state.effects, run.rows.records)) {
    const isWritten = await applyWrite(by.rule.name, effect, run);
    if (isWritten || effect.onConflict.kind === "continue") continue;
    const runsAgain = effect.retryOnConflict && "slots" in effect && races < MAX_RACES && !run.policy.rules.some(callsOutsideInTurn);
    if (!runsAgain) return { ...state, verdict: toPage(effect.onConflict), decidedBy: by.rule.name };
    run.rows = takeAllPlaces(run.rows, effect);
    return "lost";
  }
  return state;
}

async function applyWrite(rule: string, write: Write, { ports, writeDeadline }: Run): Promise<boolean> {
  try {
    return await writeDeadline.hold(() => ports.write(write, writeDeadline.signal));
  } catch (error) {
    throw failed("write", error, rule);
  }
}

/** Rules that call another system do not run again: it costs money and time. */
function callsOutsideInTurn(entry: AnyRule | ShadowRule): boolean {
  return !("shadow" in entry) && callsOutside(entry);
}

/** Writes marked `always` first: a guess too many uses up no code. Then reservations, scarcest first: a lost one has no substitute. */
function sortEffects(effects: readonly RuleEffect[], records: ReadRecords): readonly RuleEffect[] {
  const countFree = ({ effect }: RuleEffect): number => {
    if (!("slots" in effect) || effect.onConflict.kind === "continue") return Number.MAX_SAFE_INTEGER;
    const holders = records.get(effect)?.[effect.slots];
    return effect.atMost - (Array.isArray(holders) ? holders.length : 0);
  };
  const places = effects.filter(({ effect }) => effect.retryOnConflict).sort((one, other) => countFree(one) - countFree(other));
  const all = effects.map((each) => (each.effect.retryOnConflict ? (places.shift() as RuleEffect) : each));
  return [...all.filter(({ effect }) => effect.always), ...all.filter(({ effect }) => !effect.always)];
}

/** The rows read, with all places of one row taken. */
function takeAllPlaces(rows: Rows, { table, key, slots, atMost }: Reserve): Rows {
  const { records } = rows;
  const id = recordId({ table, key });
  const row = { ...records.get({ table, key }), [slots]: Array.from({ length: atMost }, (_, index) => String(index)) };
  return { ...rows, records: { ...records, get: (asked) => (recordId(asked) === id ? row : records.get(asked)) } };
}
