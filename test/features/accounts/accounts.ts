import type { AccountRow } from "../../../features/accounts/account";
import { type AccessResult, arrive, begin, disable, end, extendAccess, type Newcomer } from "../../../features/accounts/change";
import type { GateExpiry } from "../../../features/expiry/expiry";

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

export const expiry: GateExpiry = { days: 180, renew: "sponsor", remind: [30, 7], disable: 0, delete: 30 };

/** The row that a change comes to; fails where there is none. */
export function rowOf(result: AccessResult): AccountRow {
  if (!result.ok) throw new Error(`Not changed: ${result.why}`);
  return result.row;
}

export const arrived = (cells: Partial<Newcomer> = {}) => rowOf(arrive(undefined, { ...newcomer, ...cells }, day(0)));

export const say = { by: { kind: "cli", name: "kim" } } as const;
/** A moment so many days after the start, as rows hold it. */
export const iso = (days: number) => day(days).toISOString();

/** An account that is in, until day 180. */
export const row = arrived();
/** One that the worker is about to disable on that day. */
export const disabling = rowOf(begin(row, "disabling", say, day(180)));
/** One that was disabled on it. */
export const disabled = rowOf(disable(disabling, iso(210), day(180)));
/** One that has no end yet. */
export const unset = arrived({ until: undefined as never });
/** A disabled one that was extended on day 190. */
export const renewed = rowOf(extendAccess(disabled, iso(400), say, day(190)));
/** One that was deleted. */
export const ended = rowOf(end(disabled, "deleted", day(211)));
