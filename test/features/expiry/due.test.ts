import type { AccountRow } from "../../../features/accounts/account";
import { disable, reopenAccess, skip } from "../../../features/accounts/change";
import { dueOf, endOfAccess, wasLeftAlone } from "../../../features/expiry/due";
import type { AccessTerms } from "../../../features/expiry/terms";
import { day, disabled, disabling, ended, iso, renewed, row, rowOf, terms, unset } from "../accounts/accounts";

const { delete: _, ...keeping } = terms;

describe("what is due", () => {
  it.each<[string, AccountRow, AccessTerms, number, ReturnType<typeof dueOf>]>([
    ["nothing long before the end", row, terms, 149, undefined],
    ["the first reminder", row, terms, 150, { kind: "remind", mark: 30 }],
    ["nothing between two", { ...row, reminded: [30] }, terms, 160, undefined],
    ["the second, after the first", { ...row, reminded: [30] }, terms, 173, { kind: "remind", mark: 7 }],
    ["the second, though the first was never sent", row, terms, 173, { kind: "remind", mark: 7 }],
    ["not the first after the second", { ...row, reminded: [7] }, terms, 174, undefined],
    ["the end", row, terms, 180, { kind: "disable" }],
    ["not the end, where days are given after it", { ...row, reminded: [7] }, { ...terms, disable: 5 }, 184, undefined],
    ["the end after them", row, { ...terms, disable: 5 }, 185, { kind: "disable" }],
    ["nothing without an end", unset, terms, 9_000, undefined],
    ["nothing before the days of being disabled are over", disabled, terms, 209, undefined],
    ["deletion after them", disabled, terms, 210, { kind: "delete" }],
    ["not before what was promised, where the policy says less now", disabled, { ...terms, delete: 1 }, 209, undefined],
    ["not before what the policy says, where it says more now", disabled, { ...terms, delete: 60 }, 239, undefined],
    ["deletion where the policy's days are over too", disabled, { ...terms, delete: 60 }, 240, { kind: "delete" }],
    ["never, where the policy says so now", disabled, keeping, 999, undefined],
    ["never, where nothing was promised", rowOf(disable(disabling, undefined, day(180))), terms, 999, undefined],
    ["never, where nobody knows since when it is disabled", { ...disabled, disabledAt: undefined as never }, terms, 999, undefined],
    ["never, where the end was taken away", { ...disabled, until: undefined as never }, terms, 999, undefined],
    ["nothing of what was renewed", renewed, terms, 250, undefined],
    ["nothing when a renewal ends of somebody who was kept out", { ...disabled, until: iso(300) }, terms, 329, undefined],
    ["deletion as many days after that end", { ...disabled, until: iso(300) }, terms, 330, { kind: "delete" }],
    ["nothing of what is over", ended, terms, 999, undefined],
  ])("%s", (_, of, by, days, expected) => expect(dueOf(of, by, day(days))).toEqual(expected));
});

it("lets access end so many days after the person was let in, but not before every reminder", () => {
  expect(endOfAccess(iso(3), terms, day(3))).toBe(iso(183));
  expect(endOfAccess(iso(-900), terms, day(3))).toBe(iso(33));
  expect(endOfAccess(iso(-900), { ...terms, remind: [] }, day(3))).toBe(iso(3));
});

it.each<[string, boolean, AccountRow]>([
  ["the worker skipped", true, rowOf(skip(row, "role", day(180)))],
  ["somebody enabled in Entra", false, rowOf(reopenAccess(disabled, day(190)))],
  ["arrived", false, row],
  ["has no history", false, { ...row, history: [] }],
])("says of an account that %s whether it was left alone: %s", (_, expected, of) => expect(wasLeftAlone(of)).toBe(expected));
