import { callsOutside } from "./checks";
import { splitAddress } from "./email";
import type { Policy } from "./policy";
import type { Ports } from "./ports";
import type { AnyRule, ShadowRule } from "./rule";
import type { SignUp, Step } from "./sign-up";

/** The domain of drills. Nobody has an address there: `invalid` is reserved (RFC 2606 §2). */
export const DRILL_DOMAIN = "drill.gatehouse.invalid";

/** The reason for refusing a drill. */
export const DRILL = "request.drill";

/** The part of a sign-up that shows whether it is a drill. */
type DrillMarks = Pick<SignUp, "email"> & Partial<Pick<SignUp, "attributes" | "identities">>;

/**
 * True if a sign-up only tests a deployment: its address, or an account's id, is in DRILL_DOMAIN. If the sign-up has no address, its
 * display name is tested instead.
 */
export function isDrill(signUp: DrillMarks): boolean {
  const { email, attributes = {}, identities } = signUp;
  const isNobodys = (name: string) => splitAddress(name).domain === DRILL_DOMAIN;
  if (isNobodys(email === "" ? String(attributes.displayName) : email)) return true;
  return identities?.some(({ issuerAssignedId }) => issuerAssignedId !== undefined && isNobodys(issuerAssignedId)) ?? false;
}

/** Returns the policy with each rule that calls an outside system replaced by a rule that lets everyone pass. */
export function dropOutsideRules(policy: Policy): Policy {
  return { ...policy, rules: policy.rules.map(withoutOutside) };
}

/** If an entry's rule calls another system, returns a rule in its place that lets everyone pass. Otherwise returns the entry. */
export function withoutOutside(entry: AnyRule | ShadowRule): AnyRule | ShadowRule {
  const rule = "shadow" in entry ? entry.shadow : entry;
  if (!callsOutside(rule) || rule.decide === undefined) return entry;
  const { toVerdict: _, ...said } = rule;
  const silent: AnyRule = { ...said, decide: () => ({ kind: "continue" }) };
  return "shadow" in entry ? { shadow: silent } : silent;
}

/** Returns the ports of a drill: they read as in any sign-up, but their writes only report success. */
export function drillPorts({ beginSearch, ...ports }: Ports, step: Step): Ports {
  // At the step before a token is sent, a drill makes no search for the account: the search takes a journey, and may ask the directory.
  return { ...ports, beginSearch: step === "before-sending-token" ? undefined : beginSearch, write: async () => true };
}
