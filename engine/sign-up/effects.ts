import type { Deadline } from "./deadline";
import { failed } from "./failure";
import type { Ports } from "./ports";
import { type Attributed, pageOf, type State } from "./state";

/** Runs the writes in order. The first whose condition does not hold replaces the verdict. */
export async function applyEffects(
  effects: readonly Attributed[],
  ports: Ports,
  deadline: Deadline,
): Promise<Pick<State, "verdict" | "decidedBy"> | undefined> {
  for (const { by, effect } of effects) {
    const rule = by.rule.name;
    let written: boolean;
    try {
      written = await deadline.hold(() => ports.write(effect, deadline.signal));
    } catch (error) {
      throw failed("write", error, rule);
    }
    if (!written && effect.onConflict.kind === "block") return { verdict: pageOf(effect.onConflict), decidedBy: rule };
  }
  return undefined;
}
