import type { Concern } from "../../../adapters/operator/act";
import type { DoneThing } from "../../../console/app/inbox-item";
import type { Visit } from "../../../console/app/visit";
import { actParts } from "../../../console/parts/acts";
import { type PersonResult, resultTexts } from "../../../console/parts/people-results";
import { PersonLink } from "../../../console/parts/person-links";
import { momentIn } from "../../../console/parts/time";
import { plainText } from "../../../console/parts/value";
import { frameTexts } from "../../../console/texts/frame-texts";
import { findText } from "../../../console/texts/languages";
import { groupBy } from "../../../engine/collections";
import { MS_PER_DAY } from "../../../engine/sign-up/time";
import { type AccountRow, NEVER, UNSET } from "../../accounts/account";
import { type AccessResult, type AccessSay, changeSponsor, endAccessNow, extendAccess, laterEnd, restoreEnd } from "../../accounts/change";
import { decidingWords } from "../../approvals/deciding-words";
import { isOwnSponsor } from "../../approvals/own-request";
import { auditedOutcome, buildActor, byVisitor } from "../../approvals/pages/approvals-parts";
import { findLine } from "../../audit/views";
import { extendInvitation, resendInvitation, restoreRevoked, revoke } from "../../invitations/acts";
import { INVITATION_DAYS } from "../../invitations/invitation";
import { invitedResult } from "../../invitations/pages/invitations";
import { bulkTexts } from "./bulk-texts";
import { accountLifecycleRow, type LifecycleRow, type LifecycleView, requestRow, type ShownRow, undoField } from "./lifecycle-rows";

export const accessVerbs = ["extend-access", "sponsor", "end-access"] as const;
export const lifecycleVerbs = ["resend", "extend", "revoke", ...accessVerbs] as const;
export type LifecycleVerb = (typeof lifecycleVerbs)[number];
/** The act that undoes a change of an end or of an invitation. It asks for no confirmation. */
export const UNDO = "undo";

export const verbsOfView: Readonly<Record<LifecycleView, readonly LifecycleVerb[]>> = {
  invited: ["resend", "extend", "revoke"],
  in: accessVerbs,
  ending: accessVerbs,
  ended: ["extend-access", "resend", "extend"],
};

/** The fields of each verb. A reason is required, a note is not. */
export const asksOf: Readonly<Record<LifecycleVerb, readonly ("days" | "to" | "note" | "reason")[]>> = {
  resend: ["days", "note"],
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
  return { email, why: isAccessVerb(verb) ? bulkTexts.accessWhy.unknown : visit.say(decidingWords).why["not-invited"] };
}

/** Returns what speaks against an act on each invitation, with the person's address in the text. */
export async function reviewRequests(visit: Visit, verb: LifecycleVerb, rows: readonly LifecycleRow[]): Promise<readonly Concern[]> {
  const targets = rows.flatMap(({ kind, id }) => (kind === "request" ? [{ id }] : []));
  const days = usualDays[verb] ?? 0;
  const actor = buildActor(visit);
  const reviewed =
    verb === "resend"
      ? await visit.review(resendInvitation, targets, { usualDays: days }, actor)
      : verb === "extend"
        ? await visit.review(extendInvitation, targets, { days }, actor)
        : [];
  return reviewed.flatMap(({ state: { email }, concerns }) =>
    concerns.map((concern) => ({ ...concern, text: (time) => `${email}: ${concern.title ?? concern.text(time)}` })),
  );
}

async function actOnRequest(
  visit: Visit,
  verb: Exclude<LifecycleVerb, AccessVerb> | typeof UNDO,
  { days, note }: LifecycleForm,
  { request: { id, email, answerBy }, turn, was }: ShownRow & { readonly kind: "request" },
): Promise<ActResult> {
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

const actions = {
  ...{ "extend-access": "access.extended", sponsor: "access.sponsored", "end-access": "access.ended-early" },
  [UNDO]: "access.end-restored",
} as const;

async function actOnAccess(
  visit: Visit,
  verb: AccessVerb | typeof UNDO,
  { days, to, note }: LifecycleForm,
  row: ShownRow & { readonly kind: "account" },
): Promise<ActResult> {
  const { world, now, session } = visit;
  const { id, email, reference, endsAt } = row.account;
  const { userNames } = session;
  const noteFields = note === "" ? {} : { note };
  const say: AccessSay = { by: { ...byVisitor(visit), ...(userNames !== undefined && { userNames }) }, ...noteFields };
  const entry = { action: actions[verb], subject: reference, after: { email, ...(verb === "sponsor" && { sponsor: to }), ...noteFields } };
  // The reason for which `objectionTo` refuses the change. If it is undefined and the change is refused, `outcome.why` has the reason.
  let objection: ReturnType<typeof objectionTo>;
  const change = (storedRow: AccountRow | undefined): AccessResult => {
    objection = objectionTo(verb, to, storedRow, row);
    if (objection !== undefined) return { ok: false, why: "unknown" };
    if (verb === "sponsor") return changeSponsor(storedRow, to, say, now);
    if (verb === "end-access") return endAccessNow(storedRow, say, now);
    if (verb === UNDO) return restoreEnd(storedRow, row.was ?? "", say, now);
    // This change only moves the end. If the account is disabled, the worker enables it later.
    return extendAccess(storedRow, storedRow && laterEnd(storedRow, days, now), say, now);
  };
  const outcome = await auditedOutcome(visit, entry, () => world.accounts().change(id, change));
  if (!outcome.ok) return { email, why: findText(bulkTexts.accessWhy, objection ?? outcome.why) ?? frameTexts.stale };
  const undo = verb === "extend-access" || verb === "end-access" ? { undo: undoField(accountLifecycleRow(outcome.row), endsAt) } : {};
  return { email, until: outcome.row.until, ...undo };
}

function objectionTo(verb: AccessVerb | typeof UNDO, to: string, storedRow: AccountRow | undefined, { turn, is, was = "" }: ShownRow) {
  if (storedRow === undefined) return undefined;
  // An undo ignores `turn`, because the worker may have disabled the account since. It is stale if somebody has moved the end.
  if (verb === UNDO) return storedRow.endsAt === is && isEnd(was) ? undefined : "stale";
  if (storedRow.turn !== turn) return "stale";
  if (verb === "extend-access" && storedRow.until === undefined) return storedRow.endsAt === UNSET ? "unset" : "endless";
  return verb === "sponsor" && isOwnSponsor({ email: storedRow.email, sponsor: to }) ? "own-sponsor" : undefined;
}

function isEnd(text: string): boolean {
  return text === NEVER || text === UNSET || momentIn(text) !== undefined;
}

/** Time limit for reading the last day's entries. */
const READING_MS = 1_500;

/** Lists the access that somebody ended early in the last day. On the person's page, the access can be extended again. */
export async function endedLately({ world, now }: Visit): Promise<readonly DoneThing[]> {
  const endAction = actions["end-access"];
  const since = new Date(now.getTime() - MS_PER_DAY).toISOString();
  let entries: Awaited<ReturnType<typeof world.audit.page>>["entries"] = [];
  const end = Date.now() + READING_MS;
  let next: string | undefined;
  do {
    const page = await world.audit.page({}, next);
    entries = [...entries, ...page.entries];
    next = page.next;
  } while (next !== undefined && Date.now() < end && (entries.at(-1)?.at ?? "") >= since);
  const [before, , after] = actParts(endAction);
  const ended = entries.filter(({ action, at, outcome }) => action === endAction && outcome === "done" && at >= since);
  return [...groupBy(ended, (entry) => findLine(entry) ?? entry.number).values()].map((together) => {
    const { at, by: id, name, after: row } = together[0] as (typeof ended)[number];
    const people = together.length === 1 ? PersonLink({ email: plainText(row?.email) }) : resultTexts.count(together.length);
    return { at, by: { id, name }, what: [before, people, after], undo: null };
  });
}
