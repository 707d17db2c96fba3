import { type AccountRow, daysUntil, readAccount } from "../../../engine/access/account";
import {
  type AccessResult,
  adopt,
  arrive,
  begin,
  disable,
  end,
  endAccessNow,
  extendAccess,
  laterEnd,
  letEnd,
  remind,
  reopenAccess,
  restoreAccess,
  setEnd,
  skip,
  sponsored,
} from "../../../engine/access/change";
import { dueOf, endOfAccess } from "../../../engine/access/due";
import { arrived, day, newcomer, rowOf, terms } from "./accounts";

const say = { by: { kind: "cli", name: "kim" } } as const;
const iso = (days: number) => day(days).toISOString();
const row = arrived();
const disabling = rowOf(begin(row, "disabling", say, day(180)));
const disabled = rowOf(disable(disabling, iso(210), day(180)));
const unset = arrived({ until: undefined as never });
const renewed = rowOf(extendAccess(disabled, iso(400), say, day(190)));
const ended = rowOf(end(disabled, "deleted", day(211)));

describe("a change of an account's row", () => {
  it.each<[string, AccessResult, Partial<AccountRow> | string]>([
    ["arrival", arrive(undefined, newcomer, day(0)), { state: "in", turn: 1, endsAt: iso(180), reminded: [] }],
    ["arrival of an account without an end", arrive(undefined, { ...newcomer, until: undefined as never }, day(0)), { endsAt: "unset" }],
    ["arrival of one that is there", arrive(row, newcomer, day(1)), "known"],
    ["adoption", adopt(undefined, newcomer, say, day(0)), { state: "in" }],
    ["adoption of one that is there", adopt(row, newcomer, say, day(0)), "known"],
    ["a sponsor", sponsored(row, "lee@contoso.com", say, day(1)), { sponsor: "lee@contoso.com" }],
    ["the same sponsor", sponsored(arrived({ sponsor: "lee@contoso.com" }), "lee@contoso.com", say, day(1)), "already"],
    ["a reminder", remind(row, 30, day(150), { language: "ko" }), { reminded: [30], locales: ["ko"] }],
    ["the same reminder", remind({ ...row, reminded: [30] }, 30, day(151), { language: "ko" }), "already"],
    [
      "extension begins reminders again",
      extendAccess({ ...row, reminded: [30] }, iso(360), say, day(160)),
      { until: iso(360), endsAt: iso(360), reminded: [] },
    ],
    [
      "extension of a disabled account leaves it disabled",
      extendAccess(disabled, iso(360), say, day(190)),
      { state: "disabled", until: iso(360) },
    ],
    ["extension for ever", extendAccess(row, undefined, say, day(1)), { endsAt: "never" }],
    ["extension to an earlier end", extendAccess(row, iso(100), say, day(1)), "no-later"],
    ["extension into the past", extendAccess(arrived({ until: iso(1) }), iso(2), say, day(3)), "no-later"],
    ["extension to the same end", extendAccess(row, iso(180), say, day(1)), "already"],
    ["a sponsor who does not renew", letEnd(row, say, day(160)), { renew: "nobody", until: iso(180), reminded: [] }],
    ["one who said so before", letEnd({ ...row, renew: "nobody" }, say, day(161)), "already"],
    ["one whom the policy does not ask", letEnd({ ...row, renew: "approvers" }, say, day(161)), "already"],
    ["an end now", endAccessNow(row, say, day(10)), { state: "in", until: iso(10), endsAt: iso(10) }],
    ["an end now, twice", endAccessNow({ ...row, until: iso(10), endsAt: iso(10) }, say, day(11)), "already"],
    ["an end now of a disabled account", endAccessNow(disabled, say, day(190)), "disabled"],
    ["disabling begins", begin(row, "disabling", say, day(180)), { state: "in", work: "disabling" }],
    ["disabling begins twice", begin(disabling, "disabling", say, day(180)), "already"],
    ["disabling of a disabled account", begin(disabled, "disabling", say, day(181)), "disabled"],
    ["disabled", disable(disabling, iso(210), day(180)), { state: "disabled", disabledAt: iso(180), deleteAt: iso(210) }],
    ["disabled without having begun", disable(row, iso(210), day(180)), "in"],
    ["disabled twice", disable(disabled, iso(210), day(185)), "already"],
    ["deleting of an account that is in", begin(row, "deleting", say, day(300)), "in"],
    ["restored", restoreAccess(renewed, day(190)), { state: "in", until: iso(400), reminded: [] }],
    ["restored before it was renewed", restoreAccess(disabled, day(190)), "no-later"],
    ["restored while in", restoreAccess(row, day(190)), "in"],
    ["enabled by somebody else", reopenAccess(disabled, day(190)), { state: "in", until: iso(180) }],
    ["an end for an account without one", setEnd(unset, iso(180), day(1)), { until: iso(180), endsAt: iso(180) }],
    ["an end for an account that has one", setEnd(row, iso(200), day(1)), "already"],
    ["an end for one that shall have none", setEnd(rowOf(extendAccess(unset, undefined, say, day(1))), iso(180), day(1)), "already"],
    [
      "extension while the account is being disabled",
      extendAccess(disabling, iso(400), say, day(180)),
      { state: "disabled", work: "disabling" },
    ],
    ["deleted", end(disabled, "deleted", day(211)), { state: "ended", expires: day(301).getTime() / 1_000 }],
    ["skipped", skip(row, "admin", day(180)), { state: "in" }],
    ["skipped for the same reason", skip(rowOf(skip(row, "admin", day(180))), "admin", day(181)), "already"],
    ["a note that is too long", endAccessNow(row, { ...say, note: "x".repeat(1_001) }, day(10)), "note-too-long"],
    ["any change of no row", endAccessNow(undefined, say, day(10)), "unknown"],
    ["any change of a deleted account", restoreAccess(ended, day(212)), "ended"],
  ])("%s", (_, result, expected) => {
    if (typeof expected === "string") return expect(result).toMatchObject({ ok: false, why: expected });
    const after = rowOf(result);
    expect(after).toMatchObject(expected);
    expect(readAccount(JSON.parse(JSON.stringify(after)))).toBeDefined();
    expect(after.history.at(-1)?.at).toBeDefined();
    if (result.ok && result.condition !== "absent") expect(after.turn).toBe(result.condition.turn + 1);
  });

  it("leaves nothing of the way behind", () => {
    expect(disabled).not.toHaveProperty("work");
    const back = rowOf(restoreAccess(renewed, day(190)));
    for (const name of ["work", "disabledAt", "deleteAt"]) expect(back).not.toHaveProperty(name);
  });
});

describe("what is due", () => {
  const at = (days: number, cells: Partial<AccountRow> = {}, of = terms) => dueOf({ ...row, ...cells }, of, day(days));
  it.each([
    ["nothing long before the end", at(149), undefined],
    ["the first reminder", at(150), { kind: "remind", mark: 30 }],
    ["nothing between two", at(160, { reminded: [30] }), undefined],
    ["the second, though the first was never sent", at(173), { kind: "remind", mark: 7 }],
    ["not the first after the second", at(174, { reminded: [7] }), undefined],
    ["the end", at(180), { kind: "disable" }],
    ["not the end, where days are given after it", at(180, { reminded: [7] }, { ...terms, disable: 5 }), undefined],
    ["the end after them", at(185, {}, { ...terms, disable: 5 }), { kind: "disable" }],
    ["nothing without an end", dueOf(arrived({ until: undefined as never }), terms, day(9_000)), undefined],
    ["nothing before the days of being disabled are over", dueOf(disabled, terms, day(209)), undefined],
    ["deletion after them", dueOf(disabled, terms, day(210)), { kind: "delete" }],
    ["not before what was promised, where the policy says less now", dueOf(disabled, { ...terms, delete: 1 }, day(209)), undefined],
    ["not before what the policy says, where it says more now", dueOf(disabled, { ...terms, delete: 60 }, day(239)), undefined],
    ["never, where the policy says so now", dueOf(disabled, { days: 180, renew: "sponsor", remind: [], disable: 0 }, day(999)), undefined],
    ["never, where nothing was promised", dueOf(rowOf(disable(disabling, undefined, day(180))), terms, day(999)), undefined],
    ["nothing of what was renewed", dueOf(renewed, terms, day(250)), undefined],
    ["nothing of what is over", dueOf(ended, terms, day(999)), undefined],
  ])("%s", (_, due, expected) => expect(due).toEqual(expected));

  it("counts from the day on which the gate let the person in", () => {
    expect(endOfAccess(iso(3), terms, day(3))).toBe(iso(183));
    expect(endOfAccess(iso(-900), terms, day(3))).toBe(iso(33));
    expect(daysUntil(iso(183), day(180.5))).toBe(3);
    expect(laterEnd({ until: iso(10) }, 5, day(1))).toBe(iso(15));
    expect(laterEnd({ until: iso(10) }, 5, day(20))).toBe(iso(25));
  });
});
