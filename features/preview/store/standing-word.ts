import { ALLOWED } from "../../../engine/rules/allowed";
import { decidesOnReferred } from "../../../engine/sign-up/admits";
import { ANY_ATTRIBUTE, REFERRED } from "../../../engine/sign-up/checks";
import type { DecisionRecord } from "../../../engine/sign-up/record";
import type { AnyRule, Row } from "../../../engine/sign-up/rule";
import { isPast } from "../../../engine/sign-up/time";
import type { Findings, RuleResult } from "../../../engine/sign-up/verdict";
import { type ApprovalRequest, readRequest } from "../../approvals/request";
import { hasSameFindings, type KnownFindings } from "./known-findings";

// Some rules judge what people typed, or ask another system. Such a rule cannot be replayed. Its recorded answer counts now only if nothing
// that the answer depends on has changed. The record and the draft must show this: docs/decisions/0170.

/** A rule of a draft that cannot be replayed, with the rules before it. */
interface UnknownRule {
  readonly rule: AnyRule;
  readonly before: readonly AnyRule[];
  /** Findings of the rules before it. */
  readonly findings: KnownFindings;
  /** The rows of the person's requests; undefined if they are not known. */
  readonly requests: readonly Row[] | undefined;
  /** True if an approval restores the approved values. */
  readonly isRestored: boolean;
  readonly now: Date;
}

/** Returns the result that a rule gave in the record, if the rule would give it again. */
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
    (!looksAtAttributes(rule) || (!unknown.isRestored && hasSameSetters(before, earlier))) &&
    hasSameRequests(unknown, word, record.at) &&
    (word.said === "continue" ? passesAgain(rule, word) : refusesAgain(rule, word));
  return stands ? word : undefined;
}

/** True for a rule on requests for approval. A record shows these rows only if the account is known. */
export function isOnRequests({ uses = [] }: AnyRule): boolean {
  return uses.some((use) => "table" in use && use.table === "approvals");
}

/** True for a rule that answered the person. False for a rule on trial, and for a rule that was not asked. */
export function hasSpoken({ said, shadow }: RuleResult): boolean {
  return shadow !== true && (said === "continue" || said === "block" || said === "invalid");
}

function collectFindings(results: readonly RuleResult[]): Findings {
  return Object.assign({}, ...results.map(({ findings }) => findings ?? {}));
}

/** True if a rule judges attributes, which rules before it may set. */
function looksAtAttributes({ reads, asks = [] }: AnyRule): boolean {
  return reads === undefined || reads.length + asks.length > 0;
}

/** True if the rules that may set attributes before this rule are the ones of the record. */
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

/**
 * True if the person's requests are as in the record. False if an approver may have decided since, or if an invitation was sent, used or
 * ended.
 */
function hasSameRequests({ rule, requests, now }: UnknownRule, word: RuleResult, at: string): boolean {
  const { said, reasons = [] } = word;
  if (!isOnRequests(rule)) return true;
  // An earlier case has handled people who need no approval. So this person had a pass. A pass is valid only once.
  if (said === "continue" && decidesOnReferred(rule)) return false;
  if (requests === undefined) return !reasons.some(isOfRequest);
  return requests.every((row) => {
    const request = readRequest(row);
    if (isSentSince(request, at) && !hasShownInvitation(word)) return true;
    const { at: changedAt = "", by } = request.history.at(-1) ?? {};
    // True if the sign-up itself made the request, or used the invitation.
    const isOwn = changedAt === at && by?.name === "sign-up" && (said === "continue" || reasons.includes("approval.requested"));
    const hasEnded = isPast(request.answerBy, now) && !isPast(request.answerBy, new Date(at));
    return (changedAt < at || isOwn) && !hasEnded;
  });
}

/**
 * True for an open invitation whose code is newer than the code that the person typed. If the invitation is for an address, the rules are
 * asked again.
 */
function isSentSince({ invitation, state }: ApprovalRequest, at: string): boolean {
  return invitation !== undefined && state === "approved" && invitation.sentAt > at;
}

/** True if the person had a valid invitation, or one that had ended, at the time of the record. */
function hasShownInvitation({ said, reasons = [], findings = {}, rule }: RuleResult): boolean {
  return reasons.includes("invitation.expired") || (said === "continue" && findings[rule] !== "none");
}

/** Reasons that no approver changes: the account exists, or nobody could be asked. */
const lasting: readonly string[] = ["approval.provisioned", "approval.address-unproven"];

function isOfRequest(reason: string): boolean {
  return reason.startsWith("approval.") && !lasting.includes(reason);
}

/** False if the rule, with the draft's options, can no longer give one of the recorded reasons. */
function refusesAgain({ excludedReasons = [] }: AnyRule, { reasons = [] }: RuleResult): boolean {
  return !reasons.some((reason) => excludedReasons.includes(reason));
}

/** Values of a rule's finding about people whom the rule does not let in. */
const strangers: readonly unknown[] = ["none", "expired"];

/**
 * False if the rule would no longer let this person pass. In the record, it let a stranger continue, referred the person to an approver, or
 * exempted the person from approval.
 */
function passesAgain(rule: AnyRule, { findings = {} }: RuleResult): boolean {
  const { name, admits, requires = [], isOwn, consumes = [] } = rule;
  // The rule made no finding in the record, because an earlier rule had allowed the person. With the draft's options, the rule no longer
  // exempts people whom an earlier rule allowed.
  if (isOnRequests(rule) && !decidesOnReferred(rule) && findings[name] === undefined && !consumes.includes(ALLOWED)) return false;
  if (findings[REFERRED] === true) return isOwn === true || requires.includes(REFERRED);
  return !strangers.includes(findings[name]) || admits !== undefined;
}
