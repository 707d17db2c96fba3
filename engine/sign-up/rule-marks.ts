import type { AnyRule, ShadowRule } from "./rule";

// What the engine reads off a rule as it runs: rule.ts, which a policy loads, has the types and makes rules.

/** In `consumes`: the rule looks at all findings, whatever their names. */
export const EVERY_FINDING = "*";

/** In `sets` and `reads`: any attribute. */
export const ANY_ATTRIBUTE = "*";

/** The finding of a rule that refers a person to an approver. Only a rule that names it in `consumes` looks at it: `requestApproval`. */
export const REFERRED = "referred";

/** Whether a rule calls another system or reads a secret: after a problem, that would cost time or money for nothing. */
export function callsOutside(rule: Pick<AnyRule, "uses">): boolean {
  return rule.uses?.some((use) => "service" in use || "secret" in use) ?? false;
}

/** The same entry; a rule that calls another system is replaced by one that lets everyone pass. */
export function withoutOutside(entry: AnyRule | ShadowRule): AnyRule | ShadowRule {
  const rule = "shadow" in entry ? entry.shadow : entry;
  if (!callsOutside(rule) || rule.decide === undefined) return entry;
  const silent: AnyRule = { ...rule, decide: () => ({ kind: "continue" }) };
  return "shadow" in entry ? { shadow: silent } : silent;
}
