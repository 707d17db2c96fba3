import type { Concern } from "../../../adapters/operator/act";
import type { DoneThing } from "../../../console/app/inbox-item";
import type { Visit } from "../../../console/app/visit";
import { actParts } from "../../../console/parts/acts";
import { PersonLink } from "../../../console/parts/links";
import { type PersonResult, resultTexts } from "../../../console/parts/people-results";
import { momentIn, momentText } from "../../../console/parts/time";
import { plainText } from "../../../console/parts/value";
import { frameTexts } from "../../../console/texts/frame-texts";
import { groupBy } from "../../../engine/collections";
import { MS_PER_DAY } from "../../../engine/sign-up/time";
import { laterEnd } from "../../accounts/change";
import { decidingWords } from "../../approvals/deciding-words";
import { buildActor } from "../../approvals/pages/approvals-parts";
import type { ApprovalRequest } from "../../approvals/request";
import { findLine } from "../../audit/views";
import { accessActs } from "../../expiry/acts/access";
import { accessWords } from "../../expiry/concern-words";
import { extendInvitation, resendInvitation, restoreRevoked, revoke, transfer } from "../../invitations/acts";
import { INVITATION_DAYS } from "../../invitations/invitation";
import { invitedResult } from "../../invitations/pages/invitations";
import { accountLifecycleRow, type LifecycleRow, type LifecycleView, requestRow, type ShownRow, undoField } from "./lifecycle-rows";

export const accessVerbs = ["extend-access", "sponsor", "end-access"] as const;
export const lifecycleVerbs = ["resend", "correct", "extend", "revoke", ...accessVerbs] as const;
export type LifecycleVerb = (typeof lifecycleVerbs)[number];
/** The act that undoes a change of an end or of an invitation. It asks for no confirmation. */
export const UNDO = "undo";

export const verbsOfView: Readonly<Record<LifecycleView, readonly LifecycleVerb[]>> = {
  invited: ["resend", "extend", "revoke"],
  in: accessVerbs,
  attempts: accessVerbs,
  lost: accessVerbs,
  ending: accessVerbs,
  ended: ["extend-access", "resend", "extend"],
};

/** The fields of each verb. A reason is required, a note is not. */
export const asksOf: Readonly<Record<LifecycleVerb, readonly ("days" | "to" | "note" | "reason")[]>> = {
  resend: ["days", "note"],
  correct: ["to"],
  extend: ["days", "reason"],
  revoke: ["reason"],
  "extend-access": ["days", "reason"],
  sponsor: ["to", "note"],
  "end-access": ["reason"],
};

export const takesFrom: readonly LifecycleVerb[] = ["revoke", "end-access"];

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

/** The result for one person. `undo` is the value of the form field `person` with which `UNDO` undoes the act. */
export type ActResult = PersonResult & { readonly undo?: string };

/** Acts on one person, in the same steps as the commands, with an entry in the audit trail. */
export async function actOn(visit: Visit, verb: LifecycleVerb | typeof UNDO, form: LifecycleForm, row: ShownRow): Promise<ActResult> {
  const { email } = row;
  if (row.kind === "account" && (verb === UNDO || isAccessVerb(verb))) return await actOnAccess(visit, verb, form, row);
  if (row.kind === "request" && !isAccessVerb(verb)) return await actOnRequest(visit, verb, form, row);
  return { email, why: isAccessVerb(verb) ? accessWords.objections.unknown : visit.say(decidingWords).why["not-invited"] };
}

/** Returns what speaks against an act on each row, with the person's address. */
export async function reviewRows(
  visit: Visit,
  verb: LifecycleVerb,
  rows: readonly LifecycleRow[],
  to: string,
): Promise<readonly PersonConcern[]> {
  const selectTargets = (wantedKind: LifecycleRow["kind"]) => rows.flatMap(({ kind, id }) => (kind === wantedKind ? [{ id }] : []));
  const [requests, accounts] = [selectTargets("request"), selectTargets("account")];
  const days = usualDays[verb] ?? 0;
  const actor = buildActor(visit);
  const reviewed = await {
    resend: () => visit.review(resendInvitation, requests, { usualDays: days }, actor),
    correct: () =>
      visit.review(
        transfer,
        to === "" ? [] : rows.flatMap((row) => (row.kind === "request" ? [{ invitation: row.request, to }] : [])),
        {},
        actor,
      ),
    extend: () => visit.review(extendInvitation, requests, { days }, actor),
    revoke: () => [],
    "extend-access": () => visit.review(accessActs.extend, accounts, { days }, actor),
    sponsor: () => visit.review(accessActs.sponsor, accounts, { sponsor: "" }, actor),
    "end-access": () => visit.review(accessActs.end, accounts, {}, actor),
  }[verb]();
  return reviewed.flatMap(({ state: { email }, concerns }) => concerns.map((concern) => ({ ...concern, email })));
}

export type PersonConcern = Concern & { readonly email: string };

async function actOnRequest(
  visit: Visit,
  verb: Exclude<LifecycleVerb, AccessVerb> | typeof UNDO,
  { days, to, note }: LifecycleForm,
  { request, turn, was }: ShownRow & { readonly kind: "request" },
): Promise<ActResult> {
  const { id, email, answerBy } = request;
  if (verb === "correct") return await correctAddress(visit, request, to);
  const attempt = { target: { id }, seen: String(turn), answered: "all" } as const;
  const actor = buildActor(visit);
  const before = momentIn(was ?? "");
  if (verb === UNDO && before === undefined) return { email, why: frameTexts.stale };
  const result = await {
    resend: () => visit.carryOut(resendInvitation, { ...attempt, input: { days, note, usualDays: days } }, actor),
    extend: () => visit.carryOut(extendInvitation, { ...attempt, input: { days, note } }, actor),
    revoke: () => visit.carryOut(revoke, { ...attempt, input: { note } }, actor),
    [UNDO]: () => visit.carryOut(restoreRevoked, { ...attempt, input: { until: before ?? visit.now } }, actor),
  }[verb]();
  const { until, code, ...shown } = invitedResult(email, result);
  if (result.kind !== "done") return shown;
  const undo = verb === "extend" || verb === "revoke" ? { undo: undoField(requestRow(result.outcome), answerBy) } : {};
  return { ...shown, ...(verb !== "revoke" && { until }), ...(verb === "resend" && { code }), ...undo };
}

/** Revokes an invitation that was not used, and sends it to another address. */
async function correctAddress(visit: Visit, invitation: ApprovalRequest, to: string): Promise<ActResult> {
  const result = await visit.carryOut(transfer, { target: { invitation, to }, input: {}, answered: "all" }, buildActor(visit));
  if (result.kind === "changed") return { email: to, why: frameTexts.stale };
  if (result.kind === "stopped") return { email: to, why: result.concerns[0].text(momentText) };
  const { request } = result.outcome;
  return { email: to, until: request?.passUntil ?? invitation.answerBy, code: request?.invitation?.code };
}

/**
 * Returns the new end. The days count from `until`. If `until` is absent or past, or for a new invitation (`resend`), they count from now.
 */
export function endAfter(verb: LifecycleVerb, until: string | undefined, days: number, now: Date): string {
  return laterEnd(verb === "resend" || until === undefined ? {} : { until }, days, now);
}

// The functions below change the access of people who are in. They change only rows. The daily worker disables and enables accounts.

type AccessVerb = (typeof accessVerbs)[number];

function isAccessVerb(verb: string): verb is AccessVerb {
  return accessVerbs.some((each) => each === verb);
}

async function actOnAccess(
  visit: Visit,
  verb: AccessVerb | typeof UNDO,
  { days, to, note: reason }: LifecycleForm,
  { id, email, account, turn, is, was = "" }: ShownRow & { readonly kind: "account" },
): Promise<ActResult> {
  const attempt = { target: { id }, seen: verb === UNDO ? is : String(turn), answered: "all" } as const;
  const note = reason === "" ? undefined : reason;
  const actor = buildActor(visit);
  const result = await {
    "extend-access": () => visit.carryOut(accessActs.extend, { ...attempt, input: { days, note } }, actor),
    sponsor: () => visit.carryOut(accessActs.sponsor, { ...attempt, input: { sponsor: to, note } }, actor),
    "end-access": () => visit.carryOut(accessActs.end, { ...attempt, input: { note } }, actor),
    [UNDO]: () => visit.carryOut(accessActs.restore, { ...attempt, input: { was } }, actor),
  }[verb]();
  if (result.kind === "changed") return { email, why: frameTexts.stale };
  if (result.kind === "stopped") return { email, why: result.concerns[0].text(momentText) };
  const undo =
    verb === "extend-access" || verb === "end-access"
      ? { undo: undoField(accountLifecycleRow(result.outcome), account.until ?? account.endsAt) }
      : {};
  return { email, until: result.outcome.until, ...undo };
}

const ENDED_EARLY = "access.ended-early";
/** Time limit for reading the last day's entries. */
const READING_MS = 1_500;

/** Lists the access that somebody ended early in the last day. On the person's page, the access can be extended again. */
export async function endedLately({ world, now }: Visit): Promise<readonly DoneThing[]> {
  const since = new Date(now.getTime() - MS_PER_DAY).toISOString();
  let entries: Awaited<ReturnType<typeof world.audit.page>>["entries"] = [];
  const end = Date.now() + READING_MS;
  let next: string | undefined;
  do {
    const page = await world.audit.page({}, next);
    entries = [...entries, ...page.entries];
    next = page.next;
  } while (next !== undefined && Date.now() < end && (entries.at(-1)?.at ?? "") >= since);
  const [before, , after] = actParts(ENDED_EARLY);
  const ended = entries.filter(({ action, at, outcome }) => action === ENDED_EARLY && outcome === "done" && at >= since);
  return [...groupBy(ended, (entry) => findLine(entry) ?? entry.number).values()].map((together) => {
    const { at, by: id, name, after: row } = together[0] as (typeof ended)[number];
    const people = together.length === 1 ? PersonLink({ email: plainText(row?.email) }) : resultTexts.count(together.length);
    return { at, by: { id, name }, what: [before, people, after], undo: null };
  });
}
