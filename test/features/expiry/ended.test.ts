import { buildPersonId } from "../../../engine/sign-up/person";
import type { AccountHistory, AccountRow } from "../../../features/accounts/account";
import { changeSponsor, endAccessNow, extendAccess, letEnd, skip } from "../../../features/accounts/change";
import { accessEndedKey, accessEndedRow, endedAccessIn } from "../../../features/expiry/ended";
import { hashOf } from "../../engine/sign-up/people";
import { day, iso, row, rowOf, say } from "../accounts/accounts";

const email = "kim@contoso.com";
const person = buildPersonId(email, hashOf);

it.each([
  { of: "of a gate", account: { email, gate: "partners" }, id: `access-ended/partners/${person}` },
  { of: "of the default gate", account: { email }, id: `access-ended/default/${person}` },
  { of: "of every +tag, at any provider", account: { email: "kim+1@contoso.com" }, id: `access-ended/default/${person}` },
  {
    of: "not of somebody else",
    account: { email: "lee@contoso.com" },
    id: `access-ended/default/${buildPersonId("lee@contoso.com", hashOf)}`,
  },
])("the row of ended access has a key of its gate and its person: $of", ({ account, id }) =>
  expect(accessEndedKey(account, hashOf)).toEqual({ table: "ledger", key: { id } }),
);

describe("the row of a person whose access ended", () => {
  const lee = { by: { kind: "mail", name: "lee@contoso.com" } } as const;
  const refused = rowOf(letEnd(row, lee, day(160)));
  const line: AccountHistory = { at: iso(1), what: "reminded", by: say.by };
  it.each<[string, AccountRow, object]>([
    ["on its day", row, { how: "on-its-day" }],
    ["early", rowOf(endAccessNow(row, say, day(10))), { how: "early", by: "kim" }],
    ["as the sponsor did not renew", refused, { how: "not-renewed", by: "lee@contoso.com" }],
    ["early, though the sponsor had answered", rowOf(endAccessNow(refused, say, day(170))), { how: "early", by: "kim" }],
    [
      "early, though the worker could not see to it at once",
      rowOf(skip(rowOf(endAccessNow(row, say, day(10))), "role", day(11))),
      {
        how: "early",
        by: "kim",
      },
    ],
    [
      "as the sponsor did not renew, though the worker could not see to it",
      rowOf(skip(refused, "role", day(181))),
      {
        how: "not-renewed",
        by: "lee@contoso.com",
      },
    ],
    ["as nobody signed in", { ...row, endReason: "idle" }, { how: "idle" }],
    ["as nobody redeemed the invitation, though the sponsor had answered", { ...refused, endReason: "unredeemed" }, { how: "unredeemed" }],
    ["on its day, with a reminder of an earlier end", { ...row, endReason: "idle", idleEnd: iso(190) }, { how: "on-its-day" }],
    ["on its day, after the sponsor's no and a later end", rowOf(extendAccess(refused, iso(200), say, day(170))), { how: "on-its-day" }],
    ["on its day, after another sponsor's no", rowOf(changeSponsor(refused, "ida@contoso.com", say, day(170))), { how: "on-its-day" }],
    ["on its day, where the sponsor who says no is not remembered", { ...row, renew: "nobody" }, { how: "on-its-day" }],
    ["on its day, where no end is remembered", { ...row, history: [line] }, { how: "on-its-day" }],
    ["on its day, where nothing is remembered", { ...row, history: [] }, { how: "on-its-day" }],
  ])("%s", (_, account, how) =>
    expect(accessEndedRow({ ...account, gate: "partners" }, "ended", day(180), hashOf)).toStrictEqual({
      id: `access-ended/partners/${person}`,
      personId: "person-1",
      account: row.id,
      reference: "K7QD-9MXD",
      state: "ended",
      at: iso(180),
      since: iso(0),
      ...how,
      expires: day(270).getTime() / 1_000,
    }),
  );

  const kept = { at: iso(180), since: iso(0), how: "early", by: "kim" };
  const { by: _, ...ofNobody } = kept;
  it.each<[string, object, object | undefined]>([
    ["in full", kept, { since: iso(0), endedAt: iso(180), how: "early", by: "kim" }],
    ["without who ended it", ofNobody, { since: iso(0), endedAt: iso(180), how: "early" }],
    ["not without when", { ...kept, at: undefined }, undefined],
    ["not without since when", { ...kept, since: undefined }, undefined],
    ["not without how", { ...kept, how: undefined }, undefined],
  ])("is stored in a request for renewal, %s", (_, stored, expected) => expect(endedAccessIn({ ...stored })).toStrictEqual(expected));
});
