import { invitationCode } from "../../../adapters/random-code";
import type { DoneThing } from "../../../console/app/inbox-item";
import type { Visit } from "../../../console/app/visit";
import { actParts } from "../../../console/parts/acts";
import type { PersonResult } from "../../../console/parts/people-results";
import { PersonLink } from "../../../console/parts/person-links";
import { plainText } from "../../../console/parts/value";
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
import type { LifecycleRow, LifecycleView } from "./lifecycle-rows";

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
  readonly days: number;
  readonly to: string;
  readonly note: string;
}

/** Does it to one person, by the same steps as the commands, with its entry in the trail. */
export async function actOn(visit: Visit, verb: LifecycleVerb, form: LifecycleForm, row: LifecycleRow): Promise<PersonResult> {
  const { email, turn } = row;
  if (isAccessVerb(verb)) {
    if (row.kind === "account") return await actOnAccess(visit, verb, form, { ...row.account, turn });
    return { email, why: bulkTexts.accessWhy.unknown };
  }
  if (row.kind === "request") return await actOnRequest(visit, verb, form, row.request, turn);
  return { email, why: visit.say(decidingWords).why["not-invited"] };
}

/** Does it to one request. @param turn of the row as it was shown */
async function actOnRequest(
  visit: Visit,
  verb: Exclude<LifecycleVerb, AccessVerb>,
  { days, to, note }: LifecycleForm,
  request: ApprovalRequest,
  turn: number,
): Promise<PersonResult> {
  const { world, now } = visit;
  const { id, email, reference } = request;
  const { why } = visit.say(decidingWords);
  if (verb === "let-in") {
    if (request.turn !== turn) return { email, why: frameTexts.stale };
    const decided = await decideOne(visit, { verb: "approve", note }, { id, reference, seen: request });
    return decided.ok ? { email, until: decided.request.passUntil } : { email, why: why[decided.why] };
  }
  const invitee = verb === "transfer" ? { email: to, identities: [] } : request;
  if (verb !== "revoke" && isOwnRequest(invitee, deciderOf(visit))) return { email, why: why.own };
  if (verb === "transfer") return await transfer(visit, to, request);
  const said = note === "" ? {} : { note };
  const say: Say = { by: byVisitor(visit), ...said };
  const entry = { action: verb === "revoke" ? "approvals.deny" : "approvals.invite", subject: reference, after: { email, ...said } };
  let isStale = false;
  const change = (stored: ApprovalRequest | undefined): TransitionResult => {
    isStale = stored?.turn !== turn;
    if (isStale) return { ok: false, why: "unknown" };
    if (verb === "revoke") return revokeInvitation(stored, say, now);
    if (verb === "extend") return extend(stored, say, new Date(now.getTime() + days * MS_PER_DAY), now);
    return resend(stored, { ...say, code: invitationCode(), days }, now);
  };
  const outcome = await auditedOutcome(visit, entry, () => world.approvals.change(id, change));
  return outcome.ok ? { email, ...resultOf(outcome.request, verb) } : { email, why: isStale ? frameTexts.stale : why[outcome.why] };
}

function resultOf({ passUntil, invitation }: ApprovalRequest, verb: LifecycleVerb): Omit<PersonResult, "email"> {
  return { ...(verb !== "revoke" && { until: passUntil }), ...(verb === "resend" && { code: invitation?.code }) };
}

/** The invitation goes to another address, until the same end. */
async function transfer(visit: Visit, to: string, request: ApprovalRequest): Promise<PersonResult> {
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

const actions = { "extend-access": "access.extended", sponsor: "access.sponsored", "end-access": "access.ended-early" } as const;

/** Does it to one account, with its entry in the trail. @param turn of the row as it was shown */
async function actOnAccess(
  visit: Visit,
  verb: AccessVerb,
  { days, to, note }: LifecycleForm,
  { id, turn, email, reference }: AccountRow,
): Promise<PersonResult> {
  const { world, now, session } = visit;
  const { userNames } = session;
  const said = note === "" ? {} : { note };
  const say: AccessSay = { by: { ...byVisitor(visit), ...(userNames !== undefined && { userNames }) }, ...said };
  const entry = { action: actions[verb], subject: reference, after: { email, ...(verb === "sponsor" && { sponsor: to }), ...said } };
  const accessWhy = { ...bulkTexts.accessWhy, stale: frameTexts.stale };
  // Why nothing is changed, if the reason is not in the row.
  let objection: keyof typeof accessWhy | undefined;
  const change = (stored: AccountRow | undefined): AccessResult => {
    objection = objectionTo(verb, to, stored, turn);
    if (objection !== undefined) return { ok: false, why: "unknown" };
    if (verb === "sponsor") return sponsored(stored, to, say, now);
    if (verb === "end-access") return endAccessNow(stored, say, now);
    // The worker enables an account that is disabled.
    return extendAccess(stored, stored && laterEnd(stored, days, now), say, now);
  };
  const outcome = await auditedOutcome(visit, entry, () => world.accounts().change(id, change));
  return outcome.ok ? { email, until: outcome.row.until } : { email, why: accessWhy[objection ?? outcome.why] };
}

function objectionTo(verb: AccessVerb, to: string, stored: AccountRow | undefined, turn: number) {
  if (stored === undefined) return undefined;
  if (stored.turn !== turn) return "stale";
  if (verb === "extend-access" && stored.until === undefined) return stored.endsAt === UNSET ? "unset" : "endless";
  return verb === "sponsor" && isOwnSponsor({ email: stored.email, sponsor: to }) ? "own-sponsor" : undefined;
}

/** Newest entries of the trail that are looked through. */
const NEWEST = 100;

/** Access ended in the last day. Undo is on the person's page. */
export async function endedLately({ world, now }: Visit): Promise<readonly DoneThing[]> {
  const ended = actions["end-access"];
  const { entries } = await world.audit.page({}, undefined, NEWEST);
  const since = new Date(now.getTime() - MS_PER_DAY).toISOString();
  const [before, , after] = actParts(ended);
  return entries
    .filter(({ action, at, outcome }) => action === ended && outcome === "done" && at >= since)
    .map(({ at, by: id, name, ...entry }) => {
      const person = PersonLink({ email: plainText(entry.after?.email) });
      return { at, by: { id, name }, what: [before, person, after], undo: null };
    });
}
