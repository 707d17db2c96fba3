import { GUID } from "../directory-account";
import { keepGiven } from "../json";
import type { Answer, Decision } from "./decision";
import { addressOf } from "./email";
import { getProvider, isEmailProven, listIssuers } from "./issuers";
import { buildPersonId, directoryAccount, type HashOf, hasAccountId, hashAccount } from "./person";
import type { DecisionRecord } from "./record";
import type { Attributes, DialectName, SignUp, Step, Trust } from "./sign-up";

export type AnswerSummary = Pick<DecisionRecord, "verdict" | "rule" | "reasons">;

export interface Circumstances {
  readonly id: string;
  readonly reference: string;
  readonly step: Step;
  readonly source: DialectName;
  /** Undefined for the default gate. */
  readonly gate?: string | undefined;
  readonly notCollected?: readonly string[];
  /** Absent if the request or the hashes' key could not be read: the record then names nobody. */
  readonly who?: { readonly signUp: SignUp; readonly hashOf: HashOf };
  readonly trust?: Trust | undefined;
  readonly eventAttributes: readonly string[];
  readonly now: Date;
  readonly durationMs: number;
  /** Milliseconds that the call waited for new environments. */
  readonly coldMs?: number | undefined;
  readonly calls?: DecisionRecord["calls"];
  readonly policyVersion: string;
  readonly thrown?: DecisionRecord["thrown"];
}

/** Keeps the revision of an earlier record of the same call if the answer is the same. */
export function buildDecisionRecord(decision: Decision, given: Circumstances): DecisionRecord {
  const { id, reference, step, source, gate, who, trust, now, durationMs, coldMs, policyVersion, notCollected = [], calls = [] } = given;
  const { answer, decidedBy, trace, failure, recorded } = decision;
  const verdict = { verdict: answer.kind, reasons: listReasons(answer), ...(decidedBy !== undefined && { rule: decidedBy }) };
  const asked = answer.kind === "invalid" ? answer.problems.flatMap(({ attribute }) => attribute ?? []) : [];
  const attributes =
    who === undefined ? {} : pickAttributes({ ...joinLists(who.signUp), ...getAttributeChanges(answer) }, given.eventAttributes);
  return {
    id,
    reference,
    at: now.toISOString(),
    step,
    source,
    ...(gate !== undefined && { gate }),
    ...(who !== undefined && {
      ...keepGiven({
        application: who.signUp.application?.id,
        correlationId: who.signUp.correlationId,
        ipAddress: who.signUp.ipAddress,
      }),
      ...buildPersonFields(who),
      ...(addressOf(who.signUp) !== undefined && { emailProven: isEmailProven({ ...who.signUp, ...(trust && { trust }) }, trace) }),
    }),
    ...(trace.some(({ upstreamFailure }) => upstreamFailure) && who && { locales: who.signUp.locales }),
    ...verdict,
    ...(asked.length > 0 && { asked: [...new Set(asked)] }),
    trace,
    changed: Object.keys(getAttributeChanges(answer)),
    ...(notCollected.length > 0 && { notCollected }),
    ...(Object.keys(attributes).length > 0 && { attributes }),
    durationMs,
    ...(coldMs !== undefined && { coldMs }),
    ...recorded,
    ...(calls.length > 0 && { calls }),
    policyVersion,
    ...keepGiven({ failure: failure?.why, thrown: given.thrown }),
    ...buildRevision(decision, verdict),
  };
}

function buildPersonFields({
  signUp,
  hashOf,
}: NonNullable<Circumstances["who"]>): Pick<
  DecisionRecord,
  "personId" | "accountId" | "userId" | "email" | "emailTyped" | "signedInAs" | "issuers"
> {
  const email = addressOf(signUp);
  const userId = signUp.source === "external-tenant" && GUID.test(signUp.userId ?? "") ? signUp.userId?.toLowerCase() : undefined;
  // An export and an erasure find a token that names no person by the account's id.
  const ownAccount = email === undefined && userId !== undefined ? [directoryAccount(userId)] : [];
  const accountId = hashAccount([...signUp.identities, ...ownAccount], hashOf);
  // A token's event does not say how the person signed in. So if this event has no address either, the record names no issuers.
  const isNobody = email === undefined && signUp.step === "before-sending-token";
  return {
    ...keepGiven({ accountId, userId }),
    ...(email !== undefined && { personId: buildPersonId(email, hashOf), email, ...typedBy(signUp) }),
    ...(!isNobody && { issuers: listIssuers(signUp) }),
  };
}

function typedBy({ emailTyped, identities }: SignUp): Pick<DecisionRecord, "emailTyped" | "signedInAs"> {
  if (!emailTyped) return {};
  const named = identities.find(hasAccountId);
  return { emailTyped: true, ...(named && { signedInAs: { issuer: getProvider(named), id: named.issuerAssignedId } }) };
}

export function listReasons(answer: Answer): readonly string[] {
  if (answer.kind === "block") return [answer.reason];
  return answer.kind === "invalid" ? answer.problems.map((problem) => problem.reason) : [];
}

function getAttributeChanges(answer: Answer): Attributes {
  return answer.kind === "continue" ? answer.attributes : {};
}

/** Joins each list by commas, as the answer does. */
function joinLists({ attributes, listAttributes }: SignUp): Attributes {
  const isList = (name: string, value: unknown) => Array.isArray(value) && listAttributes?.includes(name);
  return Object.fromEntries(Object.entries(attributes).map(([name, value]) => [name, isList(name, value) ? String(value) : value]));
}

function pickAttributes(attributes: Attributes, names: readonly string[]): Attributes {
  return Object.fromEntries(Object.entries(attributes).filter(([name]) => names.includes(name)));
}

function buildRevision({ replayed }: Decision, answer: AnswerSummary): Pick<DecisionRecord, "revision" | "earlier"> {
  const found = replayed[0] as DecisionRecord | undefined;
  if (found === undefined) return { revision: 0 };
  if (sameAnswer(found, answer)) return { revision: found.revision, ...(found.earlier && { earlier: found.earlier }) };
  return { revision: found.revision + 1, earlier: answerSummary(found) };
}

export function answerSummary({ verdict, rule, reasons }: AnswerSummary): AnswerSummary {
  return { verdict, ...(rule !== undefined && { rule }), reasons };
}

export function sameAnswer(a: AnswerSummary, b: AnswerSummary): boolean {
  return a.verdict === b.verdict && a.rule === b.rule && String(a.reasons) === String(b.reasons);
}

/** True if the person may go on after sign-in. Half of all decisions are such decisions: they stop nobody and show no code. */
export function isFirstContinue({ step, verdict }: Pick<DecisionRecord, "step" | "verdict">): boolean {
  return step === "after-sign-in" && verdict === "continue";
}

/** The outcomes, in the order that charts stack them: let in, asked for approval, asked to correct, refused. */
export const outcomes = ["continue", "waiting", "invalid", "block"] as const;
export type OutcomeKind = (typeof outcomes)[number];
export type OutcomeCounts = Readonly<Record<OutcomeKind, number>>;

const waitingReasons: readonly (string | undefined)[] = [
  "approval.requested",
  "approval.pending",
  "approval.waitlisted",
  "approval.approved",
];

/** @param reason undefined for a decision that was counted without its reason */
export function waitsForApproval(reason: string | undefined): boolean {
  return waitingReasons.includes(reason);
}

/** True if the person has just asked. The request stays stored although the sign-up is stopped. */
export function hasAskedForApproval(reasons: readonly string[]): boolean {
  return reasons.includes("approval.requested");
}

export function alreadyHasAccount(reasons: readonly string[]): boolean {
  return reasons.includes("approval.provisioned");
}

export function toOutcomeKind({ verdict, reasons }: Pick<DecisionRecord, "verdict" | "reasons">): OutcomeKind {
  return verdict === "block" && reasons?.some(waitsForApproval) ? "waiting" : verdict;
}

export function eachOutcome(value: (kind: OutcomeKind) => number): OutcomeCounts {
  return { continue: value("continue"), waiting: value("waiting"), invalid: value("invalid"), block: value("block") };
}

export function outcomeTotals(all: readonly OutcomeCounts[]): OutcomeCounts {
  return eachOutcome((kind) => all.reduce((sum, counts) => sum + counts[kind], 0));
}

export function outcomeSum(counts: Partial<OutcomeCounts>): number {
  return outcomes.reduce((sum, kind) => sum + (counts[kind] ?? 0), 0);
}
