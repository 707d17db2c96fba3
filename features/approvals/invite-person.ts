import { keepGiven } from "../../engine/json";
import { referenceFor } from "../../engine/sign-up/call";
import { DEFAULT_GATE } from "../../engine/sign-up/gate";
import { buildPersonId, type HashOf } from "../../engine/sign-up/person";
import type { Policy } from "../../engine/sign-up/policy";
import { normaliseMailbox } from "../../engine/sign-up/spellings";
import { MS_PER_DAY, timeAfter } from "../../engine/sign-up/time";
import {
  applyExpiry,
  buildCondition,
  buildNoteField,
  buildSayFields,
  type Changed,
  limitHistory,
  refuseChange,
  type Say,
  type TransitionResult,
} from "./change";
import type { ApprovalRequest, HistoryEntry, Stored } from "./request";
import { limitEnd, stateAt } from "./state-at";

// An invitation is a request that was decided before the person asked: an operator sends it, or the approval of what a colleague asked for.

export interface Invitee {
  /** The normalised address. */
  readonly email: string;
  /** @default the default gate */
  readonly gate?: string | undefined;
  /** The language of the mail: a BCP 47 tag. */
  readonly language?: string | undefined;
  readonly sponsor?: string | undefined;
}

export interface Sending extends Say {
  /** A random code (see `codes.ts` of the commands) that cannot be guessed. The code replaces the earlier code. */
  readonly code: string;
  readonly days: number;
  /** The invitation's end, ISO 8601. If absent, the invitation ends `days` days from now. */
  readonly until?: string;
  /** The longest validity at the invitation's gate. @default no limit */
  readonly longestDays?: number | undefined;
}

/** All spellings of the mailbox's address have the same row. */
export function invitationId(email: string, gate: string | undefined, hashOf: HashOf): string {
  return hashOf(JSON.stringify(["invitation", gate ?? DEFAULT_GATE, normaliseMailbox(email)]));
}

/**
 * Returns the reference code of the mailbox's next invitation, which differs from the last one's. @param storedRequest the mailbox's row,
 * with the number of its last invitation
 */
export function invitationReference(id: string, storedRequest: Stored): string {
  return referenceFor(`${id}/${nextTurn(storedRequest)}`);
}

function nextTurn(storedRequest: Stored): number {
  return (storedRequest?.turn ?? 0) + 1;
}

/** If there is a valid invitation, refuses with `approved`: `resend` sends that invitation again. */
export function invitePerson(storedRequest: Stored, invitee: Invitee, sending: Sending, hashOf: HashOf, now: Date): TransitionResult {
  const { email, gate } = invitee;
  const keys = { id: invitationId(email, gate, hashOf), personId: buildPersonId(email, hashOf) };
  return writeInvitation(storedRequest, { ...invitee, ...keys }, sending, now);
}

type Keys = Pick<ApprovalRequest, "id" | "personId">;

function writeInvitation(storedRequest: Stored, invitee: Invitee & Keys, sending: Sending, now: Date): TransitionResult {
  if (storedRequest !== undefined && isOpen(storedRequest, now)) return refuseChange(storedRequest, "approved");
  const last = storedRequest && applyExpiry(storedRequest, now);
  const { id, personId, email, gate, language, sponsor } = invitee;
  const at = now.toISOString();
  const until = limitEnd(sending.until ?? timeAfter(at, sending.days * MS_PER_DAY), at, sending.longestDays);
  const entry: HistoryEntry = { at, from: last?.state ?? "none", to: "approved", by: sending.by, ...buildSayFields(sending) };
  const request: ApprovalRequest = {
    id,
    turn: nextTurn(storedRequest),
    state: "approved",
    onApproval: "continue",
    ...(gate !== undefined && gate !== DEFAULT_GATE && { gate }),
    reference: invitationReference(id, storedRequest),
    personId,
    email,
    emailProven: true,
    identities: [],
    attributes: {},
    shortNames: {},
    locales: language === undefined ? [] : [language],
    requestedAt: at,
    changedAt: at,
    answerBy: until,
    answerWithinDays: sending.days,
    askAgainAfterDays: "never",
    passDays: sending.days,
    call: "",
    passUntil: until,
    decision: buildDecision(sending, at),
    invitation: { code: sending.code, sentAt: at, ...keepGiven({ sponsor }) },
    history: limitHistory([...(last?.history ?? []), entry]),
  };
  return { ok: true, request, condition: buildCondition(storedRequest) };
}

/**
 * The invitation that follows once a colleague's wish for a guest is approved, with the colleague as sponsor. The row of the wish holds its
 * id and its length: who decides by a link or the API has no key of hashes and no policy.
 */
export function inviteAlong(
  request: ApprovalRequest,
  { code, act, longestDays }: Pick<Sending, "code" | "act" | "longestDays">,
  now: Date,
): Changed["beside"] {
  const { ask, decision, personId, email, gate, locales, passDays } = request;
  if (ask === undefined || decision === undefined) return undefined;
  const { by, account } = decision;
  const [[language], [sponsor]] = [locales, ask.addresses];
  const invitee = { id: ask.invites, personId, email, gate, language, sponsor };
  const sending = {
    by,
    act,
    code,
    longestDays,
    days: passDays,
    note: noteOfAsk(request.reference),
    account,
  };
  return { id: ask.invites, transition: (storedRequest) => writeInvitation(storedRequest, invitee, sending, now) };
}

/** The note of an invitation that follows what a colleague asked for. */
export function noteOfAsk(reference: string): string {
  return `Asked for: ${reference}`;
}

/** The note of an invitation that another one with a wrong address was moved to. */
export function noteOfTransfer(reference: string): string {
  return `Transferred from ${reference}`;
}

/** The note of an invitation that was moved to another address. */
export function noteOfMove(reference: string): string {
  return `Transferred to ${reference}`;
}

/** True if the invitation was revoked because another address got one in its place. */
export function wasMoved({ invitation, decision }: Pick<ApprovalRequest, "invitation" | "decision">): boolean {
  return invitation !== undefined && decision?.verdict === "denied" && decision.note?.startsWith(noteOfMove("")) === true;
}

/** True if a policy lets invited people in. */
export function readsInvitations(policies: readonly Policy[]): boolean {
  return policies.some(({ rules }) => rules.some((each) => !("shadow" in each) && each.name === "invited"));
}

export function isOpen(request: ApprovalRequest, now: Date): boolean {
  return request.invitation !== undefined && stateAt(request, now) === "approved";
}

export function buildDecision({ by, note, account }: Say, at: string): NonNullable<ApprovalRequest["decision"]> {
  return { verdict: "approved", by, at, ...buildNoteField(note), ...keepGiven({ account }) };
}
