import type { Visit } from "../../../console/app/visit";
import { Badge, type Tone } from "../../../console/parts/badge";
import { dateLocale, RowTime } from "../../../console/parts/time";
import { isPast } from "../../../engine/sign-up/time";
import { type AccountRow, daysUntil, earliestEnd, UNSET } from "../../accounts/account";
import type { ApprovalRequest } from "../../approvals/request";
import { readReturnEnd, stateAt } from "../../approvals/state-at";
import type { LifecycleRow } from "./lifecycle-rows";
import { lifecycleTexts, stepTexts } from "./lifecycle-texts";

export type Standing = ReturnType<typeof findStanding>["state"];

/**
 * Returns the row's state (a key of `lifecycleTexts.states`), its tone and its main date: since when the person waits, until when the
 * person is in, or when the row ended. The date is undefined if there is no end.
 */
export function findStanding(row: LifecycleRow, now: Date) {
  return row.kind === "account" ? accountStanding(row.account, now) : requestStanding(row.request, now);
}

function accountStanding(row: AccountRow, now: Date) {
  const { state, until, disabledAt = until, history } = row;
  const isOver = until !== undefined && isPast(until, now);
  if (state === "ended") return standing("deleted", "bad", history.at(-1)?.at ?? until);
  if (state === "disabled") return isOver ? standing("disabled", "warn", disabledAt) : standing("enabling", "info", disabledAt);
  return isOver ? standing("over", "warn", until) : standing("in", "good", earliestEnd(row));
}

function requestStanding(request: ApprovalRequest, now: Date) {
  const { invitation, waitlist, requestedAt, changedAt, passUntil, answerBy, onApproval, decision } = request;
  const end = passUntil ?? answerBy;
  switch (stateAt(request, now)) {
    case "pending":
      return standing(waitlist === true ? "listed" : "asked", "asked", requestedAt);
    case "approved":
      if (invitation === undefined && onApproval === "provision") return standing("making", "info", decision?.at ?? changedAt);
      return invitation === undefined ? standing("approved", "good", end) : standing("invited", "info", end);
    case "admitted":
      return standing("used", "info", readReturnEnd(request, now) ?? end);
    case "denied":
      return standing("revoked", "bad", changedAt);
    default:
      return standing("expired", "warn", end);
  }
}

function standing<S extends string>(state: S, tone: Tone, date: string | undefined) {
  return { state, tone, date };
}

export function StandingBadge({ row, now }: { readonly row: LifecycleRow; readonly now: Date }) {
  const { state, tone } = findStanding(row, now);
  return <Badge tone={tone}>{lifecycleTexts.states[state]}</Badge>;
}

export function dayCell(visit: Visit, row: LifecycleRow) {
  const { date } = findStanding(row, visit.now);
  return date === undefined ? lifecycleTexts[getNoEndKind(row)] : <RowTime at={date} />;
}

/** Returns the text after the day of the end: in how many days access ends. Null if the person is not in, or if the access has no end. */
export function formatUntilEnd({ now }: Visit, row: LifecycleRow) {
  const { state, date } = findStanding(row, now);
  if (state !== "in" || date === undefined) return null;
  const reason = row.kind === "account" && row.account.idleEnd === date ? row.account.endReason : undefined;
  return (
    <small>
      {" "}
      {stepTexts.inDays(daysUntil(date, now))}
      {reason && ` (${stepTexts.reasons[reason]})`}
    </small>
  );
}

/** Returns "unset" if the worker will soon set the account's end, and "endless" if the account deliberately has no end. */
export function getNoEndKind(row: LifecycleRow): "unset" | "endless" {
  return row.kind === "account" && row.account.endsAt === UNSET ? "unset" : "endless";
}

/** Returns "3 March 2027" in the viewer's time zone. @param at ISO 8601 */
export function longDay({ language, zone }: Pick<Visit, "language" | "zone">, at: string): string {
  return new Intl.DateTimeFormat(dateLocale(language), { dateStyle: "long", timeZone: zone }).format(new Date(at));
}
