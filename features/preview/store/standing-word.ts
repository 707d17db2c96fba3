import { decidesOnReferrals } from "../../../engine/sign-up/admits";
import { ANY_ATTRIBUTE, REFERRED } from "../../../engine/sign-up/checks";
import type { DecisionRecord } from "../../../engine/sign-up/record";
import type { AnyRule, Row } from "../../../engine/sign-up/rule";
import { ALLOWED } from "../../../engine/sign-up/rule-options";
import { isPast } from "../../../engine/sign-up/time";
import type { RuleResult } from "../../../engine/sign-up/verdict";
import { type ApprovalRequest, readRequest } from "../../approvals/request";
import { hasSameFindings, type KnownFindings } from "./known-findings";

// A rule that judges typed values, or asks another system, cannot be replayed. The rule's recorded answer counts if the record and the
// draft show that nothing has changed on which the answer depends: docs/decisions/0170.

interface UnknownRule {
  readonly rule: AnyRule;
  readonly before: readonly AnyRule[];
  readonly findings: KnownFindings;
  /** The rows of the person's requests; undefined if they are not known. */
  readonly requests: readonly Row[] | undefined;
  /** True if a rule of the draft restores values that were approved for the person: see `hasPass`. */
  readonly isRestored: boolean;
  readonly now: Date;
}

/** Returns the rule's recorded result. Undefined if there is none, or if something on which the result depends has changed. */
export function standingWord(unknown: UnknownRule, record: Recorded): RuleResult | undefined {
  const word = findStandingWord(unknown, record);
  const { rule } = unknown;
  return word !== undefined && (word.said === "continue" ? passesAgain(rule, word) : refusesAgain(rule, word)) ? word : undefined;
}

/**
 * True if the rule found in the record that the person has no valid invitation, and nothing has changed since on which that depends. Then
 * only the draft's `otherwise` decides.
 */
export function isStrangerStill(unknown: UnknownRule, record: Recorded): boolean {
  const { name } = unknown.rule;
  const { said, findings = {}, reasons = [] } = findStandingWord(unknown, record) ?? {};
  return said === "continue"
    ? strangers.includes(findings[name])
    : said === "block" && reasons.some((reason) => reason === "invitation.none" || reason === "invitation.expired");
}

type Recorded = Pick<DecisionRecord, "trace" | "posture" | "at">;

function findStandingWord(unknown: UnknownRule, record: Recorded): RuleResult | undefined {
  const { rule, before, findings } = unknown;
  const spoken = record.trace.filter(hasSpoken);
  const place = before.filter(({ name }) => name === rule.name).length;
  const at = spoken.flatMap((result, index) => (result.rule === rule.name ? [index] : []))[place];
  const word = at === undefined ? undefined : spoken[at];
  if (at === undefined || word === undefined) return undefined;
  const earlier = spoken.slice(0, at);
  const stands =
    hasSameFindings(rule, { then: Object.assign({}, ...earlier.map(({ findings }) => findings ?? {})), now: findings }, record.posture) &&
    (!looksAtAttributes(rule) || (!unknown.isRestored && hasSameSetters(before, earlier))) &&
    hasSameRequests(unknown, word, record.at);
  return stands ? word : undefined;
}

/** True if the rule uses the table of requests. If the account is unknown, the record does not lead to the person's rows in this table. */
export function isOnRequests({ uses = [] }: AnyRule): boolean {
  return uses.some((use) => "table" in use && use.table === "approvals");
}

export function hasSpoken({ said, shadow }: RuleResult): boolean {
  return shadow !== true && (said === "continue" || said === "block" || said === "invalid");
}

/** True if the rule may read an attribute. A rule without `reads` may read all attributes. */
function looksAtAttributes({ reads, asks = [] }: AnyRule): boolean {
  return reads === undefined || reads.length + asks.length > 0;
}

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
 * True if nothing has happened to the requests since the record that could change the result: no decision by an approver, and no invitation
 * that was sent, used or ended.
 */
function hasSameRequests({ rule, requests, now }: UnknownRule, word: RuleResult, at: string): boolean {
  const { said, reasons = [] } = word;
  if (!isOnRequests(rule)) return true;
  // This person had a pass, because the replay already answers for people who need no approval. A pass is valid only once.
  if (said === "continue" && decidesOnReferrals(rule)) return false;
  if (requests === undefined) return !reasons.some((reason) => reason.startsWith("approval.") && !lasting.includes(reason));
  return requests.every((row) => {
    const request = readRequest(row);
    if (isSentSince(request, at) && !hasShownInvitation(word)) return true;
    const { at: changedAt = "", by } = request.history.at(-1) ?? {};
    // True if the last change of the request came from the recorded sign-up: it made the request, or used the invitation.
    const isOwn = changedAt === at && by?.name === "sign-up" && (said === "continue" || reasons.includes("approval.requested"));
    const hasEnded = isPast(request.answerBy, now) && !isPast(request.answerBy, new Date(at));
    return (changedAt < at || isOwn) && !hasEnded;
  });
}

/**
 * True if the invitation was sent after the record, so that the person cannot have typed its code. An invitation for an address needs no
 * code: see `decideOnInvitation`.
 */
function isSentSince({ invitation, state }: ApprovalRequest, at: string): boolean {
  return invitation !== undefined && state === "approved" && invitation.sentAt > at;
}

function hasShownInvitation({ said, reasons = [], findings = {}, rule }: RuleResult): boolean {
  return reasons.includes("invitation.expired") || (said === "continue" && findings[rule] !== "none");
}

/** Reasons that an approver's later decision does not change: the account already exists, or no approver could be asked. */
const lasting: readonly string[] = ["approval.provisioned", "approval.address-unproven"];

/** True if the rule, with the draft's options, can still give every recorded reason. */
function refusesAgain({ excludedReasons = [] }: AnyRule, { reasons = [] }: RuleResult): boolean {
  return !reasons.some((reason) => excludedReasons.includes(reason));
}

/** Values of a rule's own finding that mark a stranger: a person whom the rule itself does not let in. */
const strangers: readonly unknown[] = ["none", "expired"];

/**
 * True if the draft's rule still does what the person needed to pass: let strangers continue, refer people to an approver, or exempt people
 * from approval.
 */
function passesAgain(rule: AnyRule, { findings = {} }: RuleResult): boolean {
  const { name, admits, requires = [], isOwn, consumes = [] } = rule;
  // If the record lacks the finding, an earlier rule had allowed the person. Only a rule that consumes ALLOWED still exempts them.
  if (isOnRequests(rule) && !decidesOnReferrals(rule) && findings[name] === undefined && !consumes.includes(ALLOWED)) return false;
  if (findings[REFERRED] === true) return isOwn === true || requires.includes(REFERRED);
  return !strangers.includes(findings[name]) || admits !== undefined;
}
