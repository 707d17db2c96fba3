import { callsOutside } from "./checks";
import { splitAddress } from "./email";
import type { Policy } from "./policy";
import type { Ports } from "./ports";
import type { AnyRule, ShadowRule } from "./rule";
import type { SignUp, Step } from "./sign-up";

/** The domain of drills. Nobody has an address there: `invalid` is reserved (RFC 2606 §2). */
export const DRILL_DOMAIN = "drill.gatehouse.invalid";

export const DRILL = "request.drill";

type DrillMarks = Pick<SignUp, "email"> & Partial<Pick<SignUp, "attributes" | "identities">>;

/**
 * True if a sign-up only tests a deployment: its address or an account's id is in DRILL_DOMAIN. If the address is empty, the display name
 * counts instead.
 */
export function isDrill(signUp: DrillMarks): boolean {
  const { email, attributes = {}, identities } = signUp;
  const isNobodys = (name: string) => splitAddress(name).domain === DRILL_DOMAIN;
  if (isNobodys(email === "" ? String(attributes.displayName) : email)) return true;
  return identities?.some(({ issuerAssignedId }) => issuerAssignedId !== undefined && isNobodys(issuerAssignedId)) ?? false;
}

export function dropOutsideRules(policy: Policy): Policy {
  return { ...policy, rules: policy.rules.map(replaceOutsideRule) };
}

/** Replaces a rule that calls another system by a rule that lets everyone pass. */
export function replaceOutsideRule(entry: AnyRule | ShadowRule): AnyRule | ShadowRule {
  const rule = "shadow" in entry ? entry.shadow : entry;
  if (!callsOutside(rule) || rule.decide === undefined) return entry;
  const { toVerdict: _, ...said } = rule;
  const silent: AnyRule = { ...said, decide: () => ({ kind: "continue" }) };
  return "shadow" in entry ? { shadow: silent } : silent;
}

/** Returns the ports of a drill: they read as in any sign-up, but their writes only report success. */
export function drillPorts({ beginSearch, ...ports }: Ports, step: Step): Ports {
  // Before a token is sent, a drill does not search for the account, because the search may use up a stored row or ask the directory.
  return { ...ports, beginSearch: step === "before-sending-token" ? undefined : beginSearch, write: async () => true };
}
