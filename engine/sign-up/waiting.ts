import type { AnyRule, ShadowRule } from "./rule";
import type { Step } from "./sign-up";

// People whom a rule has wait for an approval. Every step's function loads this, and no checks of policies with it.

/** The part of a step's policy that matters here. */
interface RulesOfStep {
  readonly step: Step;
  readonly rules: readonly (AnyRule | ShadowRule)[];
}

/** The rule as it decides where nobody asks for an approval. */
export function refuseReferred(entry: AnyRule | ShadowRule): AnyRule | ShadowRule {
  const { decideWithoutApproval: decide, ...rule } = "shadow" in entry ? entry.shadow : entry;
  if (decide === undefined) return entry;
  return "shadow" in entry ? { shadow: { ...rule, decide } } : { ...rule, decide };
}

/** True if a rule has people wait, and before the account is created a later one asks for approval. */
export function hasPeopleWait({ rules }: Pick<RulesOfStep, "rules">): boolean {
  return rules.some((entry) => !("shadow" in entry) && entry.decideWithoutApproval !== undefined);
}

/** The policy for a gate where no step asks for approval: people who would wait are refused. */
export function refuseWaiting<P extends RulesOfStep>(policy: P): P {
  return { ...policy, rules: policy.rules.map(refuseReferred) };
}

/** True if a gate has people wait before their account is created: all whom its lists have wait, also those after sign-in. */
export function haveStepsPeopleWait(policies: readonly RulesOfStep[]): boolean {
  const rulesAt = (step: Step) => policies.flatMap((policy) => (policy.step === step ? policy.rules : []));
  const waiting = rulesAt("before-create-user").flatMap((entry) => (hasPeopleWait({ rules: [entry] }) ? [entry as AnyRule] : []));
  const lists = rulesAt("after-sign-in").flatMap((entry) => ("shadow" in entry || !readsList(entry) ? [] : [entry]));
  return waiting.length > 0 && lists.every((list) => waiting.some((next) => matchesNoMore(list, next)));
}

function readsList({ uses = [] }: AnyRule): boolean {
  return uses.some((use) => "table" in use && use.table === "accessList");
}

/** True if the first of two lists matches by no class that the next one leaves out, and passes over no allow that counts there. */
function matchesNoMore(first: AnyRule, next: AnyRule): boolean {
  const classes = classesIn(next);
  const [trusted, nextTrusted] = [trustedBy(first), trustedBy(next)];
  const trustsNoMore = trusted === undefined || (nextTrusted?.every((name) => trusted.includes(name)) ?? false);
  return trustsNoMore && classesIn(first).every((name) => classes.includes(name));
}

function classesIn({ uses = [] }: AnyRule): readonly string[] {
  return uses.flatMap((use) => ("data" in use ? [use.data] : []));
}

/** The providers whose addresses a list trusts. Undefined for all. */
function trustedBy({ uses = [] }: AnyRule): readonly string[] | undefined {
  return uses.flatMap((use) => ("table" in use && use.trust !== undefined ? [use.trust] : []))[0];
}

/** The policies of a gate's steps as they act together: nobody passes the first to wait at the next unless the next has them wait. */
export function joinSteps<P extends RulesOfStep>(policies: readonly P[]): readonly P[] {
  if (haveStepsPeopleWait(policies)) return policies;
  return policies.map((policy) => (policy.step === "after-sign-in" ? refuseWaiting(policy) : policy));
}
