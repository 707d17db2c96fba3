import { callsOutside } from "./checks";
import { failed } from "./failure";
import type { Person } from "./identify-person";
import type { Rows } from "./read-rows";
import { type ReadRecords, recordId } from "./records";
import type { Run } from "./run";
import { type RuleEffect, type State, toPage } from "./state";
import type { Reserve, Write } from "./verdict";

/** A person may lose a place to another this often in one call. */
const MAX_RACES = 3;

/** Either the final state, or the person as they are once others took a place: the rules run again. */
export type Outcome = { readonly isLost: false; readonly state: State } | { readonly isLost: true; readonly person: Person };

/**
 * Makes the writes in order, up to the first whose condition does not hold and that blocks. Its block replaces the verdict. If the rule
 * wants to be asked again instead, all run again and see the place as taken: all writes can be repeated.
 * @param races how often this has happened to the person
 */
export async function applyWrites(person: Person, state: State, races: number, run: Run): Promise<Outcome> {
  for (const { by, effect } of sortEffects(state.effects, person.rows.records)) {
    const isWritten = await applyWrite(by.rule.name, effect, run);
    if (isWritten || effect.onConflict.kind === "continue") continue;
    const runsAgain = effect.retryOnConflict && "slots" in effect && races < MAX_RACES && !callsAnyOutside(person);
    if (runsAgain) return { isLost: true, person: { ...person, rows: takeAllPlaces(person.rows, effect) } };
    return { isLost: false, state: { ...state, verdict: toPage(effect.onConflict), decidedBy: by.rule.name } };
  }
  return { isLost: false, state };
}

async function applyWrite(rule: string, write: Write, { ports, writeDeadline }: Run): Promise<boolean> {
  try {
    return await writeDeadline.hold(() => ports.write(write, writeDeadline.signal));
  } catch (error) {
    throw failed("write", error, rule);
  }
}

/** Rules that call another system do not run again: it costs money and time. */
function callsAnyOutside({ rules }: Person): boolean {
  return rules.some((entry) => !("shadow" in entry) && callsOutside(entry.rule));
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
