import type { Policy } from "../../engine/sign-up/policy";
import type { AnyRule } from "../../engine/sign-up/rule";
import { type Replayable, type Replayed, replayedSignUp } from "./replay";

/** The rules that were taken to say of a sign-up what they said then: those that could not be asked, or not on all they look at. */
export function notReplayed({ rules }: Policy, record: Replayable, replayed: readonly Replayed[]): readonly string[] {
  const unknown = new Set(replayed.flatMap(({ rule, said }) => (said === "unknown" ? [rule] : [])));
  const names = rules.flatMap((entry) => {
    if ("shadow" in entry) return [];
    return unknown.has(entry.name) || preparesBlindly(entry, record) ? [entry.name] : [];
  });
  return [...new Set(names)];
}

/** Whether what the rule sets rests on what the record does not hold. */
function preparesBlindly(rule: AnyRule, record: Replayable): boolean {
  let missed = false;
  const signUp = replayedSignUp(record, () => {
    missed = true;
  });
  try {
    rule.prepare?.(signUp);
    return missed;
  } catch {
    return true;
  }
}
