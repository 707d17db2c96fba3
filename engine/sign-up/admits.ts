import { REFERRED } from "./checks";
import type { AnyRule, ShadowRule } from "./rule";

// Checks of who may create an account although nobody vouches for them.

const LETS_EVERYBODY_IN = "The policy for before-create-user lets everybody in";

/**
 * Describes an error in a policy's choice of the people to admit. Undefined if there is no error.
 * @param rules those with `decide`
 * @param because the policy's `admitsEverybody`
 */
export function admissionFlaw(rules: readonly AnyRule[], because: string | undefined): string | undefined {
  return judgedTooLate(rules) ?? admitsByMistake(rules, because);
}

function admitsByMistake(rules: readonly AnyRule[], because: string | undefined): string | undefined {
  const deciding = rules.find(({ admits }) => admits === undefined);
  if (because === undefined) {
    if (deciding !== undefined || isNarrowed(rules)) return undefined;
    // A function's build sets GATEHOUSE_OPTIONS and leaves the full message out, because the policy has passed this check at synth.
    if (typeof GATEHOUSE_OPTIONS !== "undefined") return LETS_EVERYBODY_IN;
    const whom = rules.map(({ name, admits }) => `${name} (${admits})`).join(", ");
    return `${LETS_EVERYBODY_IN}: ${whom === "" ? "its rules refuse nobody" : whom}.${adviseOnReferrals(rules)}${toDeclare(rules)} Add a rule that decides who gets in, such as accessList(), onlyDomains([…]) or requestApproval(); what after-sign-in refuses does not count, as some people skip it. If everybody may sign up, write why in the options: admitsEverybody: "why".`;
  }
  if (typeof because !== "string" || because.trim() === "")
    return `admitsEverybody of before-create-user must say in words why everybody may sign up, not ${JSON.stringify(because)}.`;
  return deciding === undefined
    ? undefined
    : `admitsEverybody of before-create-user is not true: ${deciding.name} decides who gets in. Take it out.`;
}

/** Returns advice about an author's own rule that may decide who gets in, but does not declare this. Empty if there is no such rule. */
function toDeclare(rules: readonly AnyRule[]): string {
  const own = rules.find(({ isOwn, narrows }) => isOwn && !narrows);
  return own === undefined
    ? ""
    : ` If ${own.name} decides who gets in, say whom it blocks, defineRule("${own.name}", …, { refuses: "people outside office hours" }), or for whom it answers approval (refers).`;
}

function adviseOnReferrals(rules: readonly AnyRule[]): string {
  const asking = rules.findIndex(decidesOnReferrals);
  if (asking < 0) return "";
  if (!rules.slice(0, asking).some(refersByEntries)) return " No rule before requestApproval refers people to it.";
  return " Only entries of the access list refer people to requestApproval: everybody else gets in.";
}

function isNarrowed(rules: readonly AnyRule[]): boolean {
  const asking = rules.findIndex(decidesOnReferrals);
  const refers = rules.slice(0, asking).some((rule) => rule.requires?.includes(REFERRED) || refersByEntries(rule));
  return rules.some(({ narrows }) => narrows === true) && (asking < 0 || refers);
}

function refersByEntries({ decideWithoutApproval }: AnyRule): boolean {
  return decideWithoutApproval !== undefined;
}

/** Returns an error if rules follow an approval for which Graph creates the account: they would never see the approved person. */
function judgedTooLate(rules: readonly AnyRule[]): string | undefined {
  const place = rules.findIndex(decidesOnReferrals);
  const asking = rules[place];
  const later = rules.slice(place + 1).map(({ name }) => name);
  if (asking === undefined || later.length === 0 || !asking.createsAccounts) return undefined;
  return `The policy for before-create-user: ${asking.name} has accounts created, and ${later.join(" and ")} after it never see${later.length === 1 ? "s" : ""} those people: put ${asking.name} last.`;
}

export function decidesOnReferrals(entry: AnyRule | ShadowRule): boolean {
  return (entry as AnyRule).consumes?.includes(REFERRED) ?? false;
}
