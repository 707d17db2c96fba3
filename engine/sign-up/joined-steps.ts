import type { AnyRule, ShadowRule } from "./rule";
import type { Step } from "./sign-up";
import { type RulesOfStep, refuseWaiting } from "./waiting";

// The steps of a gate as they act together, for those who load policies. No step's function loads this.

/** True if a rule has people wait, and before the account is created a later one asks for approval. */
export function hasPeopleWait({ rules }: Pick<RulesOfStep, "rules">): boolean {
  return rules.some(isWaiting);
}

function isWaiting(entry: AnyRule | ShadowRule): entry is AnyRule {
  return !("shadow" in entry) && entry.decideWithoutApproval !== undefined;
}

/** True if everybody whom a list of the gate has wait, at either step, waits for an approver before the account is created. */
export function haveStepsPeopleWait(policies: readonly RulesOfStep[]): boolean {
  const rulesAt = (step: Step) => policies.flatMap((policy) => (policy.step === step ? policy.rules : []));
  const waiting = rulesAt("before-create-user").filter(isWaiting);
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
