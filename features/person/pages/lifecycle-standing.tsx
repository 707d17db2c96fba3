import type { Visit } from "../../../console/app/visit";
import { Badge, type Tone } from "../../../console/parts/badge";
import { dateLocale, RowTime } from "../../../console/parts/time";
import { type AccountRow, daysUntil, UNSET } from "../../accounts/account";
import type { ApprovalRequest } from "../../approvals/request";
import { stateAt } from "../../approvals/state-at";
import { isPast } from "../../approvals/times";
import type { LifecycleRow } from "./lifecycle-rows";
import { lifecycleTexts, stepTexts } from "./lifecycle-texts";

export type Standing = ReturnType<typeof standingOf>["state"];

/** A row's state, as a key of `lifecycleTexts.states`. */
export function standingOf(row: LifecycleRow, now: Date) {
  return row.kind === "account" ? accountStanding(row.account, now) : requestStanding(row.request, now);
}

function accountStanding({ state, until }: AccountRow, now: Date) {
  const isOver = until !== undefined && isPast(until, now);
  if (state === "ended") return standing("deleted", "bad");
  if (state === "disabled") return isOver ? standing("disabled", "warn") : standing("enabling", "info");
  return isOver ? standing("over", "warn") : standing("in", "good");
}

function requestStanding({ invitation, waitlist, ...request }: ApprovalRequest, now: Date) {
  switch (stateAt(request, now)) {
    case "pending":
      return waitlist === true ? standing("listed", "asked") : standing("asked", "asked");
    case "approved":
      return invitation === undefined ? standing("approved", "good") : standing("invited", "info");
    case "denied":
      return standing("revoked", "bad");
    default:
      return standing("expired", "warn");
  }
}

function standing<S extends string>(state: S, tone: Tone) {
  return { state, tone } as const;
}

export function StandingBadge({ row, now }: { readonly row: LifecycleRow; readonly now: Date }) {
  const { state, tone } = standingOf(row, now);
  return <Badge tone={tone}>{lifecycleTexts.states[state]}</Badge>;
}

/** The day that matters most of it: since when they wait, until when they are in, when it was over. Undefined: it has no end. */
export function dateOf(row: LifecycleRow, now: Date): string | undefined {
  if (row.kind === "account") {
    const { state, until, disabledAt, history } = row.account;
    if (state === "in") return until;
    return (state === "ended" ? history.at(-1)?.at : disabledAt) ?? until;
  }
  const { request } = row;
  const state = stateAt(request, now);
  if (state === "pending") return request.requestedAt;
  return state === "denied" ? request.changedAt : (request.passUntil ?? request.answerBy);
}

export function dayCell(visit: Visit, row: LifecycleRow) {
  const date = dateOf(row, visit.now);
  return date === undefined ? lifecycleTexts[noEndOf(row)] : <RowTime visit={visit} at={date} />;
}

/** Behind the day on which access ends: how soon that is. */
export function untilEnd({ now }: Visit, row: LifecycleRow) {
  const end = dateOf(row, now);
  if (standingOf(row, now).state !== "in" || end === undefined) return null;
  return <small> {stepTexts.inDays(daysUntil(end, now))}</small>;
}

/** For an account without a date: whether that is on purpose, or the worker sets one soon. */
export function noEndOf(row: LifecycleRow): "unset" | "endless" {
  return row.kind === "account" && row.account.endsAt === UNSET ? "unset" : "endless";
}

/** "3 March 2027" by the viewer's clock. @param at ISO 8601 */
export function longDay({ language, zone }: Pick<Visit, "language" | "zone">, at: string): string {
  return new Intl.DateTimeFormat(dateLocale(language), { dateStyle: "long", timeZone: zone }).format(new Date(at));
}
