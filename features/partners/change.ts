import type { Row } from "../../engine/sign-up/rule";
import { MS_PER_DAY } from "../../engine/sign-up/time";
import { PARTNER, type PartnerLook, type PartnerRow, type PartnerState } from "../access-list/partner";

/** Number of days within which a domain's owner has to set the record. */
export const PENDING_DAYS = 90;
/** Number of days for which a domain still counts after the record disappeared. */
export const STALE_DAYS = 7;

/** Returns the row of a domain that is new, or whose earlier row had lapsed. @param token a random text */
export function addedPartner(
  { domain, token, by }: { readonly domain: string; readonly token: string; readonly by: string },
  now: Date,
): PartnerRow {
  const at = now.toISOString();
  return { reference: PARTNER, id: domain, token, ...setState("pending", now), addedAt: at, by, revision: 1 };
}

/**
 * Returns the row after a check. A failed check says nothing about the record: it makes no partner stale, and does not extend a stale
 * partner's week.
 */
export function lookedFor(row: PartnerRow, look: PartnerLook, now: Date): PartnerRow {
  const next = nextState(row, look, now);
  const { since, until, ...same } = row;
  const state = next === row.state ? { state: next, since, ...(until !== undefined && { until }) } : setState(next, now);
  return { ...same, ...state, lookedAt: now.toISOString(), look, revision: row.revision + 1 };
}

/** True if a change only records a check and the result of the check. Such changes happen daily and cause no event. */
export function isSameState(before: Row | undefined, after: Row | undefined): boolean {
  if (before === undefined || after === undefined) return false;
  const changing: readonly string[] = ["lookedAt", "look", "revision"];
  return Object.keys({ ...before, ...after }).every((name) => changing.includes(name) || before[name] === after[name]);
}

function nextState({ state, until }: PartnerRow, look: PartnerLook, now: Date): PartnerState {
  const isOver = until !== undefined && Date.parse(until) <= now.getTime();
  switch (state) {
    case "pending":
      return look === "found" ? "proven" : isOver ? "lapsed" : "pending";
    case "proven":
      // A proven partner's row has an end only if somebody edited it by hand.
      if (isOver) return "lapsed";
      return look === "found" || look === "failed" ? "proven" : "stale";
    case "stale":
      return look === "found" ? "proven" : isOver ? "lapsed" : "stale";
    case "lapsed":
      return "lapsed";
  }
}

const daysIn: Readonly<Partial<Record<PartnerState, number>>> = { pending: PENDING_DAYS, stale: STALE_DAYS };

function setState(state: PartnerState, now: Date): Pick<PartnerRow, "state" | "since" | "until"> {
  const days = daysIn[state];
  return {
    state,
    since: now.toISOString(),
    ...(days !== undefined && { until: new Date(now.getTime() + days * MS_PER_DAY).toISOString() }),
  };
}
