import type { AccountRow } from "../../../features/accounts/account";
import {
  changeSponsor,
  disable,
  extendAccess,
  letEnd,
  noteMissingSponsor,
  noteSponsorAttempt,
  reopenAccess,
  skip,
} from "../../../features/accounts/change";
import { endOfAccess, findDueAction, wasLeftAlone } from "../../../features/expiry/due";
import type { GateExpiry } from "../../../features/expiry/expiry";
import { day, disabled, disabling, ended, expiry, iso, renewed, row, rowOf, say, unset } from "../accounts/accounts";

const { delete: _, ...keeping } = expiry;

describe("the step that is due", () => {
  it.each<[string, AccountRow, GateExpiry, number, ReturnType<typeof findDueAction>]>([
    ["nothing long before the end", row, expiry, 149, undefined],
    ["the first reminder", row, expiry, 150, { kind: "remind", mark: 30 }],
    ["nothing between two", { ...row, reminded: [30] }, expiry, 160, undefined],
    ["the second, after the first", { ...row, reminded: [30] }, expiry, 173, { kind: "remind", mark: 7 }],
    ["the second, though the first was never sent", row, expiry, 173, { kind: "remind", mark: 7 }],
    ["not the first after the second", { ...row, reminded: [7] }, expiry, 174, undefined],
    ["the end", row, expiry, 180, { kind: "disable" }],
    ["not the end, where days are given after it", { ...row, reminded: [7] }, { ...expiry, disable: 5 }, 184, undefined],
    ["the end after them", row, { ...expiry, disable: 5 }, 185, { kind: "disable" }],
    ["nothing without an end", unset, expiry, 9_000, undefined],
    ["nothing before the days of being disabled are over", disabled, expiry, 209, undefined],
    ["deletion after them", disabled, expiry, 210, { kind: "delete" }],
    ["not before what was promised, where the policy says less now", disabled, { ...expiry, delete: 1 }, 209, undefined],
    ["not before what the policy says, where it says more now", disabled, { ...expiry, delete: 60 }, 239, undefined],
    ["deletion where the policy's days are over too", disabled, { ...expiry, delete: 60 }, 240, { kind: "delete" }],
    ["never, where the policy says so now", disabled, keeping, 999, undefined],
    ["never, where nothing was promised", rowOf(disable(disabling, undefined, day(180))), expiry, 999, undefined],
    ["never, where nobody knows since when it is disabled", { ...disabled, disabledAt: undefined as never }, expiry, 999, undefined],
    ["never, where the end was taken away", { ...disabled, until: undefined as never }, expiry, 999, undefined],
    ["nothing of what was renewed", renewed, expiry, 250, undefined],
    ["nothing when a renewal ends of somebody who was kept out", { ...disabled, until: iso(300) }, expiry, 329, undefined],
    ["deletion as many days after that end", { ...disabled, until: iso(300) }, expiry, 330, { kind: "delete" }],
    ["nothing of what is over", ended, expiry, 999, undefined],
  ])("%s", (_, of, by, days, expected) => expect(findDueAction(of, by, day(days))).toEqual(expected));
});

it("ends access a number of days after admission, but never before every reminder was sent", () => {
  expect(endOfAccess(iso(3), expiry, day(3))).toBe(iso(183));
  expect(endOfAccess(iso(-900), expiry, day(3))).toBe(iso(33));
  expect(endOfAccess(iso(-900), { ...expiry, remind: [] }, day(3))).toBe(iso(3));
});

it.each([
  { change: "clocks go forward in Berlin on 29 March 2026", letIn: "2026-03-28T23:30:00.000Z", ends: "2026-04-27T23:30:00.000Z" },
  { change: "clocks go back in Berlin on 25 October 2026", letIn: "2026-10-24T22:30:00.000Z", ends: "2026-11-23T22:30:00.000Z" },
  { change: "clocks go back in New York on 1 November 2026", letIn: "2026-11-01T05:30:00.000Z", ends: "2026-12-01T05:30:00.000Z" },
])("counts a day of access as 24 hours if $change", ({ letIn, ends }) => {
  const ofMonth = { ...expiry, days: 30, remind: [29] };
  const at = (hours: number) => new Date(Date.parse(letIn) + hours * 3_600_000);
  expect(endOfAccess(letIn, ofMonth, new Date(letIn))).toBe(ends);
  const account = { ...row, until: ends };
  expect([23, 24, 719, 720].map((hours) => findDueAction(account, ofMonth, at(hours))?.kind)).toEqual([
    undefined,
    "remind",
    "remind",
    "disable",
  ]);
});

const skippedOf = (sponsor?: string) => rowOf(skip({ ...row, ...(sponsor !== undefined && { sponsor }) }, "role", day(180)));

it.each<[string, boolean, AccountRow]>([
  ["the worker skipped", true, rowOf(skip(row, "role", day(180)))],
  [
    "the worker skipped before it named its sponsor to Entra",
    true,
    rowOf(noteSponsorAttempt(skippedOf("lee@contoso.com"), "lee@contoso.com", "set", day(181))),
  ],
  ["the worker skipped before it could not name the sponsor", true, rowOf(noteMissingSponsor(skippedOf(), "not found", day(181)))],
  ["the worker skipped before it got another sponsor", true, rowOf(changeSponsor(skippedOf(), "max@contoso.com", say, day(181)))],
  ["the worker skipped before its sponsor let it end", true, rowOf(letEnd(skippedOf(), say, day(181)))],
  ["the worker skipped before somebody gave it a later end", false, rowOf(extendAccess(skippedOf(), iso(300), say, day(181)))],
  ["somebody enabled in Entra", false, rowOf(reopenAccess(disabled, day(190)))],
  ["arrived", false, row],
  ["has no history", false, { ...row, history: [] }],
])("decides if an account that %s was left alone: %s", (_, expected, of) => expect(wasLeftAlone(of)).toBe(expected));
