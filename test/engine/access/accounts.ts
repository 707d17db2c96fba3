import type { AccountRow } from "../../../engine/access/account";
import { type AccessResult, arrive, type Newcomer } from "../../../engine/access/change";
import type { AccessTerms } from "../../../engine/access/terms";

export const START = Date.parse("2026-06-01T08:00:00.000Z");
/** A moment so many days after the start. */
export const day = (days: number) => new Date(START + days * 86_400_000);

export const newcomer: Newcomer = {
  id: "00000000-0000-4000-8000-000000000001",
  personId: "person-1",
  email: "kim@contoso.com",
  reference: "K7QD-9MXD",
  letInAt: day(0).toISOString(),
  arrivedAt: day(0).toISOString(),
  userType: "Guest",
  until: day(180).toISOString(),
};

export const terms: AccessTerms = { days: 180, renew: "sponsor", remind: [30, 7], disable: 0, delete: 30 };

/** The row that a change comes to; fails where there is none. */
export function rowOf(result: AccessResult): AccountRow {
  if (!result.ok) throw new Error(`Not changed: ${result.why}`);
  return result.row;
}

export const arrived = (cells: Partial<Newcomer> = {}) => rowOf(arrive(undefined, { ...newcomer, ...cells }, day(0)));
