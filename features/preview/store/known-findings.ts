import { omit } from "../../../engine/collections";
import { decidesOnReferrals } from "../../../engine/sign-up/admits";
import { EVERY_FINDING, REFERRED } from "../../../engine/sign-up/checks";
import type { DecisionRecord } from "../../../engine/sign-up/record";
import type { AnyRule } from "../../../engine/sign-up/rule";
import { ALLOWED } from "../../../engine/sign-up/rule-options";
import type { Findings, RuleResult } from "../../../engine/sign-up/verdict";
import { ACCESS_LIST } from "../../access-list/rule";
import { watchFacts } from "./recorded-person";

export interface KnownFindings {
  readonly findings: Findings;
  /** The results of the rules that made the findings. */
  readonly said: readonly RuleResult[];
  /** Earlier rules whose results are not known. */
  readonly open: readonly AnyRule[];
}

const LISTED = "listed";
const INVITED = "invited";

export const noFindings: KnownFindings = { findings: {}, said: [], open: [] };

/** @param result undefined if it is not known */
export function addFindings({ findings, said, open }: KnownFindings, rule: AnyRule, result: RuleResult | undefined): KnownFindings {
  const more = result && { ...result.findings };
  // An invitation cancels a referral by the list, in any order. So while the result on invitations is unknown, the referral is too.
  const isTakenBack = more === undefined ? rule.name === INVITED : rule.name === ACCESS_LIST && open.some(({ name }) => name === INVITED);
  const { [REFERRED]: referredFinding, ...others } = { ...findings, ...more };
  return {
    findings: isTakenBack || referredFinding === undefined ? others : { ...others, [REFERRED]: referredFinding },
    said: result === undefined ? said : [...said, result],
    open: result === undefined ? [...open, rule] : open,
  };
}

/** True if the rule, whose result is not known, may have made the finding. */
export function mayLeave({ name, isOwn, byAddress, requires, decideWithoutApproval }: AnyRule, finding: string): boolean {
  if (isOwn) return true;
  switch (finding) {
    case ALLOWED:
      return byAddress === true;
    case REFERRED:
      return requires?.includes(REFERRED) || decideWithoutApproval !== undefined || name === INVITED;
    case LISTED:
      return name === ACCESS_LIST;
    default:
      return true;
  }
}

function isKnown({ findings, open }: KnownFindings, name: string): boolean {
  if (name === EVERY_FINDING) return open.length === 0;
  return name in findings || !open.some((rule) => mayLeave(rule, name));
}

function isReferredByPosture(rule: AnyRule, findings: Findings, posture: DecisionRecord["posture"]): boolean {
  return posture === "approval" && decidesOnReferrals(rule) && findings[LISTED] !== "allow";
}

export function showFindings(
  rule: AnyRule,
  knownFindings: KnownFindings,
  posture: DecisionRecord["posture"],
  onMiss: () => void,
): Findings {
  const { findings, open } = knownFindings;
  const isReferred = isReferredByPosture(rule, findings, posture);
  // While the list's finding is unknown, the referral is uncertain, because an entry may allow the person.
  const isCertain = !isReferred || isKnown(knownFindings, LISTED);
  let shownFindings = findings;
  if (isReferred && isCertain) shownFindings = { ...findings, [REFERRED]: true };
  if (!isCertain && findings[REFERRED] !== true) shownFindings = omit(findings, REFERRED);
  if (open.length === 0) return shownFindings;
  return watchFacts(shownFindings, onMiss, (name) => (isCertain || name !== REFERRED) && isKnown(knownFindings, name));
}

export function hasSameFindings(
  rule: AnyRule,
  { then, now }: { readonly then: Findings; readonly now: KnownFindings },
  posture: DecisionRecord["posture"],
): boolean {
  const { consumes = [] } = rule;
  if (!consumes.every((name) => isKnown(now, name))) return false;
  const addReferral = (findings: Findings) => (isReferredByPosture(rule, findings, posture) ? { ...findings, [REFERRED]: true } : findings);
  const names = consumes.includes(EVERY_FINDING) ? [...new Set([...Object.keys(then), ...Object.keys(now.findings), REFERRED])] : consumes;
  // A missing finding counts as false.
  const value = (findings: Findings, name: string) => JSON.stringify(addReferral(findings)[name] ?? false);
  return names.every((name) => value(then, name) === value(now.findings, name));
}
