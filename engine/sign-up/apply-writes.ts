import { callsOutside } from "./checks";
import { createFailure } from "./failure";
import type { ReadRecords } from "./records";
import type { Rows, Run } from "./run";
import { type RuleEffect, type State, toBlockPage } from "./state";
import type { Effect, Reserve } from "./verdict";

const MAX_RUNS_AGAIN = 3;

interface Applied {
  readonly state: State;
  /** The rows with which the rules run again: others took a row's last place, so all places of that row are taken. */
  readonly takenRows?: Rows;
}

/**
 * Makes the writes. Stops at the first whose condition fails and whose `onConflict` blocks: this block replaces the verdict. If that write
 * has `retryOnConflict` and no rule calls another system, all rules run again instead, at most MAX_RUNS_AGAIN times, and see the write's
 * places as taken. Repeated writes do no harm.
 * @param timesLost number of places that this call has lost to other calls
 */
export async function applyWrites(state: State, rows: Rows, timesLost: number, run: Run): Promise<Applied> {
  for (const { rule, effect } of sortEffects(state, rows.records)) {
    const isWritten = await applyWrite(rule, effect, run);
    if (isWritten || effect.onConflict.kind === "continue") continue;
    // To run a rule again that calls another system or reads a secret would cost money and time.
    const runsAgain =
      effect.retryOnConflict &&
      "slots" in effect &&
      timesLost < MAX_RUNS_AGAIN &&
      !run.policy.rules.some((entry) => !("shadow" in entry) && callsOutside(entry));
    if (runsAgain) return { state, takenRows: takeAllPlaces(rows, effect) };
    return { state: { ...state, verdict: toBlockPage(effect.onConflict), decidedBy: rule } };
  }
  return { state };
}

async function applyWrite(rule: string, effect: Effect, { ports, writeDeadline }: Run): Promise<boolean> {
  try {
    return await writeDeadline.hold(() => ports.write(effect, writeDeadline.signal));
  } catch (error) {
    throw createFailure("write", error, rule);
  }
}

/**
 * Puts writes with `always` first, so that a limit of guesses fails before a code is used up. Among writes with `retryOnConflict`, those
 * with the fewest free places come first.
 */
function sortEffects(state: State, records: ReadRecords): readonly RuleEffect[] {
  const countFree = ({ effect }: RuleEffect): number => {
    if (!("slots" in effect) || effect.onConflict.kind === "continue") return Number.MAX_SAFE_INTEGER;
    const holders = records.get(effect)?.[effect.slots];
    return effect.atMost - (Array.isArray(holders) ? holders.length : 0);
  };
  const places = state.effects.filter(({ effect }) => effect.retryOnConflict).sort((one, other) => countFree(one) - countFree(other));
  const all = state.effects.map((each) => (each.effect.retryOnConflict ? (places.shift() as RuleEffect) : each));
  return [...all.filter(({ effect }) => effect.always), ...all.filter(({ effect }) => !effect.always)];
}

function takeAllPlaces(rows: Rows, effect: Reserve): Rows {
  const holders = Array.from({ length: effect.atMost }, (_, index) => String(index));
  return { ...rows, records: rows.records.replace(effect, { ...rows.records.get(effect), [effect.slots]: holders }) };
}
