import { decidesOnReferred } from "../../../engine/sign-up/admits";
import { ANY_ATTRIBUTE, EVERY_FINDING, REFERRED } from "../../../engine/sign-up/checks";
import type { DecisionRecord } from "../../../engine/sign-up/record";
import type { AnyRule, Row } from "../../../engine/sign-up/rule";
import { isPast } from "../../../engine/sign-up/time";
import type { Findings, RuleResult } from "../../../engine/sign-up/verdict";
import { readRequest } from "../../approvals/request";

// Rules that judge what people typed, or ask another system, cannot be replayed. What one said then counts now only if nothing it
// rests on has changed, as far as the record and the draft show it: docs/decisions/0170.

/** A rule of a draft that cannot be replayed, and what comes before it. */
interface UnknownRule {
  readonly rule: AnyRule;
  readonly before: readonly AnyRule[];
  /** Findings of the rules before it; undefined if they are not known. */
  readonly findings: Findings | undefined;
  /** The rows of the person's requests; undefined if they are not known. */
  readonly requests: readonly Row[] | undefined;
  readonly now: Date;
}

/** The result that a rule gave then, if it would give it again. */
export function standingWord(unknown: UnknownRule, record: Pick<DecisionRecord, "trace" | "posture" | "at">): RuleResult | undefined {
  const { rule, before, findings } = unknown;
  const spoken = record.trace.filter(hasSpoken);
  const place = before.filter(({ name }) => name === rule.name).length;
  const at = spoken.flatMap((result, index) => (result.rule === rule.name ? [index] : []))[place];
  const word = at === undefined ? undefined : spoken[at];
  if (at === undefined || word === undefined) return undefined;
  const earlier = spoken.slice(0, at);
  const stands =
    hasSameFindings(rule, { then: collectFindings(earlier), now: findings }, record.posture) &&
    (!looksAtAttributes(rule) || hasSameSetters(before, earlier)) &&
    hasSameRequests(unknown, word, record.at) &&
    (word.said === "continue" ? passesAgain(rule, word) : refusesAgain(rule, word));
  return stands ? word : undefined;
}

/** Rules on requests for approval, whose rows a record does not name unless the account is known. */
export function isOnRequests({ uses = [] }: AnyRule): boolean {
  return uses.some((use) => "table" in use && use.table === "approvals");
}

/** True for a rule that answered the person: neither one on trial nor one that was not asked. */
export function hasSpoken({ said, shadow }: RuleResult): boolean {
  return shadow !== true && (said === "continue" || said === "block" || said === "invalid");
}

function collectFindings(results: readonly RuleResult[]): Findings {
  return Object.assign({}, ...results.map(({ findings }) => findings ?? {}));
}

/** True if the findings that a rule looks at are those of then. */
function hasSameFindings(
  rule: AnyRule,
  { then, now }: { readonly then: Findings; readonly now: Findings | undefined },
  posture: DecisionRecord["posture"],
): boolean {
  const { consumes = [] } = rule;
  if (consumes.length === 0) return true;
  if (now === undefined) return false;
  const referring = posture === "approval" && decidesOnReferred(rule);
  const shown = (findings: Findings) => (referring && findings.listed !== "allow" ? { ...findings, [REFERRED]: true } : findings);
  const names = consumes.includes(EVERY_FINDING) ? [...new Set([...Object.keys(then), ...Object.keys(now), REFERRED])] : consumes;
  // Not referred is the same as no finding.
  const value = (findings: Findings, name: string) => JSON.stringify(shown(findings)[name] ?? false);
  return names.every((name) => value(then, name) === value(now, name));
}

/** True if a rule judges attributes, which rules before it may set. */
function looksAtAttributes({ reads, asks = [] }: AnyRule): boolean {
  return reads === undefined || reads.length + asks.length > 0;
}

/** True if the rules before one that may set attributes are those of then. */
function hasSameSetters(before: readonly AnyRule[], earlier: readonly RuleResult[]): boolean {
  const now = new Set(before.filter(setsAttributes).map(({ name }) => name));
  return (
    [...now].every((name) => earlier.some(({ rule }) => rule === name)) &&
    earlier.every(({ rule, set }) => set === undefined || now.has(rule))
  );
}

function setsAttributes({ sets, prepare, restore, reshapes = [] }: AnyRule): boolean {
  return (
    prepare !== undefined ||
    restore !== undefined ||
    sets === undefined ||
    sets.includes(ANY_ATTRIBUTE) ||
    sets.length + reshapes.length > 0
  );
}

/** False if an approver may have decided since, or an invitation was sent, used or ended. */
function hasSameRequests({ rule, requests, now }: UnknownRule, { said, reasons = [] }: RuleResult, at: string): boolean {
  if (!isOnRequests(rule)) return true;
  // Who needs no approval has been told apart: this was a pass, which is valid once.
  if (said === "continue" && decidesOnReferred(rule)) return false;
  if (requests === undefined) return !reasons.some(isOfRequest);
  return requests.every((row) => {
    const request = readRequest(row);
    const changedAt = request.history.at(-1)?.at ?? "";
    const isOwn = changedAt === at && (said === "continue" || reasons.includes("approval.requested"));
    return (changedAt < at || isOwn) && !isPast(request.answerBy, now);
  });
}

/** Reasons that no approver changes: the account is there, or nobody could be asked. */
const lasting: readonly string[] = ["approval.provisioned", "approval.address-unproven"];

function isOfRequest(reason: string): boolean {
  return reason.startsWith("approval.") && !lasting.includes(reason);
}

/** False if the rule gives no such reason with the draft's options. */
function refusesAgain({ excludedReasons = [] }: AnyRule, { reasons = [] }: RuleResult): boolean {
  return !reasons.some((reason) => excludedReasons.includes(reason));
}

/** Findings that a way in leaves of people who have none of its own. */
const strangers: readonly unknown[] = ["none", "expired"];

/** False if the rule let a stranger go on, or referred them to an approver, and would not do so now. */
function passesAgain({ name, admits, requires = [], isOwn }: AnyRule, { findings = {} }: RuleResult): boolean {
  if (findings[REFERRED] === true) return isOwn === true || requires.includes(REFERRED);
  return !strangers.includes(findings[name]) || admits !== undefined;
}
