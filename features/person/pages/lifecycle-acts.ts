import { invitationCode } from "../../../adapters/random-code";
import type { Visit } from "../../../console/app/visit";
import type { PersonResult } from "../../../console/parts/people-results";
import { frameTexts } from "../../../console/texts/frame-texts";
import { MS_PER_DAY } from "../../../engine/sign-up/time";
import { type AccountRow, UNSET } from "../../accounts/account";
import { type AccessResult, type AccessSay, endAccessNow, extendAccess, laterEnd, sponsored } from "../../accounts/change";
import type { Say, TransitionResult } from "../../approvals/change";
import { decidingWords } from "../../approvals/deciding-words";
import { isOwnRequest, isOwnSponsor } from "../../approvals/own-request";
import { auditedOutcome, byVisitor, deciderOf } from "../../approvals/pages/approvals-parts";
import { decideOne } from "../../approvals/pages/decide";
import type { ApprovalRequest } from "../../approvals/request";
import { extend, INVITATION_DAYS, resend, revokeInvitation } from "../../invitations/invitation";
import { transferred } from "../../invitations/store";
import { bulkTexts } from "./bulk-texts";
import { type LifecycleRow, type LifecycleView, personOfRow } from "./lifecycle-rows";

export const accessVerbs = ["extend-access", "sponsor", "end-access"] as const;
/** Actions on several people at once. */
export const lifecycleVerbs = ["resend", "extend", "transfer", "revoke", "let-in", ...accessVerbs] as const;
export type LifecycleVerb = (typeof lifecycleVerbs)[number];

export const verbsOfView: Readonly<Record<LifecycleView, readonly LifecycleVerb[]>> = {
  invited: ["resend", "extend", "transfer", "revoke"],
  in: accessVerbs,
  ending: accessVerbs,
  ended: ["extend-access", "resend", "extend"],
};

/** Fields of a verb: a reason is required, a note is not. */
export const asksOf: Readonly<Record<LifecycleVerb, readonly ("days" | "to" | "note" | "reason")[]>> = {
  resend: ["days", "note"],
  extend: ["days", "reason"],
  transfer: ["to"],
  revoke: ["reason"],
  "let-in": ["note"],
  "extend-access": ["days", "reason"],
  sponsor: ["to", "note"],
  "end-access": ["reason"],
};

export const takesFrom: readonly LifecycleVerb[] = ["revoke", "end-access"];

/** Defaults of the field of days. */
export const usualDays: Readonly<Partial<Record<LifecycleVerb, number>>> = {
  resend: INVITATION_DAYS,
  extend: INVITATION_DAYS,
  "extend-access": 90,
};

export interface LifecycleForm {
  readonly verb: LifecycleVerb;
  readonly days: number;
  readonly to: string;
  readonly note: string;
}

/** Does it to one person, by the same steps as the commands, with its entry in the trail. */
export async function actOn(visit: Visit, { verb, ...form }: LifecycleForm, row: LifecycleRow): Promise<PersonResult> {
  const { email } = personOfRow(row);
  if (isAccessVerb(verb)) {
    if (row.kind === "account") return await actOnAccess(visit, { verb, ...form }, { ...row.account, turn: row.turn });
    return { email, why: bulkTexts.accessWhy.unknown };
  }
  if (row.kind === "request") return await actOnRequest(visit, { verb, ...form }, row.request, row.turn);
  return { email, why: visit.say(decidingWords).why["not-invited"] };
}

type RequestForm = LifecycleForm & { readonly verb: Exclude<LifecycleVerb, AccessVerb> };

async function actOnRequest(visit: Visit, form: RequestForm, request: ApprovalRequest, turn: number): Promise<PersonResult> {
  const { email, reference } = request;
  const { why } = visit.say(decidingWords);
  if (form.verb === "let-in") {
    if (request.turn !== turn) return { email, why: frameTexts.stale };
    const decided = await decideOne(visit, { verb: "approve", note: form.note }, { id: request.id, reference, seen: request });
    return decided.ok ? { email, until: decided.request.passUntil } : { email, why: why[decided.why] };
  }
  const invitee = form.verb === "transfer" ? { email: form.to, identities: [] } : request;
  if (form.verb !== "revoke" && isOwnRequest(invitee, deciderOf(visit))) return { email, why: why.own };
  if (form.verb === "transfer") return await transfer(visit, form, request);
  const say: Say = { by: byVisitor(visit), ...(form.note !== "" && { note: form.note }) };
  const step = stepsOf(say, form.days, visit.now)[form.verb];
  const after = { email, ...(form.note !== "" && { note: form.note }) };
  const entry = { action: form.verb === "revoke" ? "approvals.deny" : "approvals.invite", subject: reference, after };
  let isStale = false;
  const change = (stored: ApprovalRequest | undefined): TransitionResult => {
    isStale = stored?.turn !== turn;
    return isStale ? { ok: false, why: "unknown" } : step(stored);
  };
  const outcome = await auditedOutcome(visit, entry, () => visit.world.approvals.change(request.id, change));
  return outcome.ok ? { email, ...resultOf(outcome.request, form.verb) } : { email, why: isStale ? frameTexts.stale : why[outcome.why] };
}

function stepsOf(say: Say, days: number, now: Date) {
  return {
    resend: (stored: ApprovalRequest | undefined) => resend(stored, { ...say, code: invitationCode(), days }, now),
    extend: (stored: ApprovalRequest | undefined) => extend(stored, say, new Date(now.getTime() + days * MS_PER_DAY), now),
    revoke: (stored: ApprovalRequest | undefined) => revokeInvitation(stored, say, now),
  };
}

function resultOf({ passUntil, invitation }: ApprovalRequest, verb: LifecycleVerb): Omit<PersonResult, "email"> {
  return { ...(verb !== "revoke" && { until: passUntil }), ...(verb === "resend" && { code: invitation?.code }) };
}

/** The invitation goes to another address, until the same end. */
async function transfer(visit: Visit, { to }: RequestForm, request: ApprovalRequest): Promise<PersonResult> {
  const { world, now } = visit;
  const audited: Parameters<typeof transferred>[2]["audited"] = ({ action, reference, email }, write) =>
    visit.audited({ action, subject: reference, after: { email } }, write);
  const said = { to, by: byVisitor(visit), audited };
  const outcome = await transferred(world.approvals, request, said, await world.hashes(), now);
  return outcome.ok
    ? { email: to, ...(outcome.request !== undefined && resultOf(outcome.request, "resend")) }
    : { email: request.email, why: bulkTexts.notTransferred[outcome.why] };
}

// Acts on the access of people who are in. They change rows alone: the daily worker disables and enables accounts.

type AccessVerb = (typeof accessVerbs)[number];

function isAccessVerb(verb: string): verb is AccessVerb {
  return accessVerbs.some((each) => each === verb);
}

/** Why nothing is changed, if the reason is not in the row. */
type Objection = "stale" | "own-sponsor" | "unset" | Extract<AccessResult, { ok: false }>["why"];

/** Does it to one account, with its entry in the trail. @param turn of the row as it was shown */
async function actOnAccess(
  visit: Visit,
  { verb, ...form }: LifecycleForm & { readonly verb: AccessVerb },
  { id, turn, ...shown }: AccountRow,
): Promise<PersonResult> {
  const { world, now, session } = visit;
  const { userNames } = session;
  const { email, reference } = shown;
  const { note } = form;
  const say = { by: { ...byVisitor(visit), ...(userNames !== undefined && { userNames }) }, ...(note !== "" && { note }) };
  const entry = {
    ...{ action: actions[verb], subject: reference },
    after: { email, ...(verb === "sponsor" && { sponsor: form.to }), ...(note !== "" && { note }) },
  };
  let objection: Objection | undefined;
  const change = (stored: AccountRow | undefined): AccessResult => {
    objection = objectionTo(verb, form, stored, turn);
    return objection === undefined ? steps[verb](stored, form, say, now) : { ok: false, why: "unknown" };
  };
  const outcome = await auditedOutcome(visit, entry, () => world.accounts().change(id, change));
  const accessWhy = { ...bulkTexts.accessWhy, stale: frameTexts.stale };
  return outcome.ok ? { email, until: outcome.row.until } : { email, why: accessWhy[objection ?? outcome.why] };
}

const actions = { "extend-access": "access.extended", sponsor: "access.sponsored", "end-access": "access.ended-early" } as const;

function objectionTo(
  verb: AccessVerb,
  { to }: Omit<LifecycleForm, "verb">,
  stored: AccountRow | undefined,
  turn: number,
): Objection | undefined {
  if (stored === undefined) return undefined;
  if (stored.turn !== turn) return "stale";
  if (verb === "extend-access" && stored.until === undefined) return stored.endsAt === UNSET ? "unset" : "endless";
  return verb === "sponsor" && isOwnSponsor({ email: stored.email, sponsor: to }) ? "own-sponsor" : undefined;
}

type Step = (stored: AccountRow | undefined, form: Omit<LifecycleForm, "verb">, say: AccessSay, now: Date) => AccessResult;

const steps: Readonly<Record<AccessVerb, Step>> = {
  // The worker enables an account that is disabled.
  "extend-access": (stored, { days }, say, now) => extendAccess(stored, stored && laterEnd(stored, days, now), say, now),
  sponsor: (stored, { to }, say, now) => sponsored(stored, to, say, now),
  "end-access": (stored, _, say, now) => endAccessNow(stored, say, now),
};
