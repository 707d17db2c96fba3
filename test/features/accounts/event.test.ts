import type { AccountRow } from "../../../features/accounts/account";
import { type AccountChange, accountChanges } from "../../../features/accounts/account";
import {
  accessWorker,
  adopt,
  arrive,
  changeSponsor,
  endOffer,
  extendAccess,
  noteSponsorAttempt,
  offerGuest,
  remind,
} from "../../../features/accounts/change";
import { type AccountEvent, accountEvent } from "../../../features/accounts/events";
import { day, iso, newcomer, row, rowOf, say } from "./accounts";

const id = `${newcomer.id}.${day(0).getTime().toString(36)}`;
const person = {
  accountId: newcomer.id,
  reference: "K7QD-9MXD",
  personId: "person-1",
  email: "kim@contoso.com",
  // The row does not say that it was.
  emailProven: false,
};
const { userType: _, ...unknownType } = newcomer;

describe("the event of an account that arrives", () => {
  it.each<[string, AccountRow, AccountEvent["detail"] | undefined]>([
    [
      "says all that is known of it",
      rowOf(arrive(undefined, { ...newcomer, by: "token", gate: "partners", sponsor: "lee@contoso.com" }, day(1))),
      { id: `${id}.1`, time: iso(0), ...person, gate: "partners", userType: "Guest", sponsor: "lee@contoso.com", by: "token" },
    ],
    [
      "says that the address was proven",
      rowOf(arrive(undefined, { ...unknownType, emailProven: true, by: "graph" }, day(1))),
      { id: `${id}.1`, time: iso(0), ...person, emailProven: true, by: "graph" },
    ],
    [
      "leaves out what is not",
      rowOf(arrive(undefined, { ...unknownType, by: "graph" }, day(1))),
      { id: `${id}.1`, time: iso(0), ...person, by: "graph" },
    ],
    ["does not exist of one that was adopted", rowOf(adopt(undefined, newcomer, say, day(1))), undefined],
    ["does not exist of a row that was put back", { ...row, by: "token", turn: 3 }, undefined],
  ])("%s", (_, after, detail) => expect(accountEvent(undefined, after)).toStrictEqual(detail && { type: "account.arrived.v1", detail }));
});

describe("the event of access that changes", () => {
  /** A row after one change more, of that kind. */
  const turned = (what: AccountChange, cells: Partial<AccountRow> = {}, before = row): AccountRow => ({
    ...before,
    ...cells,
    turn: before.turn + 1,
    history: [...before.history, { at: iso(150), what, by: say.by }],
  });
  const { until: _, ...endless } = row;

  it.each<[string, AccountRow, AccountEvent["detail"]]>([
    [
      "says all that is known",
      turned("reminded", {
        gate: "partners",
        locales: ["ko", "en"],
        sponsor: "lee@contoso.com",
        renew: "nobody",
        days: 90,
        until: "2026-11-28T09:00:00+01:00",
        deleteAt: "2026-12-28T09:00:00+01:00",
      }),
      {
        id: `${id}.2`,
        time: iso(150),
        what: "reminded",
        ...person,
        by: "kim",
        gate: "partners",
        locales: ["ko", "en"],
        sponsor: "lee@contoso.com",
        renew: "nobody",
        days: 90,
        until: iso(180),
        deleteAt: iso(210),
      },
    ],
    [
      "says that the address was proven",
      turned("extended", { emailProven: true }, endless),
      { id: `${id}.2`, time: iso(150), what: "extended", ...person, emailProven: true, by: "kim" },
    ],
    ["leaves out what is not", turned("extended", {}, endless), { id: `${id}.2`, time: iso(150), what: "extended", ...person, by: "kim" }],
    [
      "sends the mail of a sponsor who cannot be asked to the approvers",
      turned("reminded", { sponsor: "lee@contoso.com", sponsorLost: "left" }),
      {
        id: `${id}.2`,
        time: iso(150),
        what: "reminded",
        ...person,
        by: "kim",
        sponsor: "lee@contoso.com",
        renew: "approvers",
        until: iso(180),
      },
    ],
  ])("%s", (_, after, detail) => expect(accountEvent({ ...after, turn: 1 }, after)).toStrictEqual({ type: "access.changed.v1", detail }));

  const ofSponsor = ["offered", "offer-accepted", "offer-refused", "offer-withdrawn", "offer-lapsed"];
  const heard = [...ofSponsor, "reminded", "extended", "renewed", "ended-early", "disabled", "restored", "deleted", "gone"];
  it.each(accountChanges.map((what) => [what, heard.includes(what)] as const))("is sent if the change is %s: %s", (what, isHeard) =>
    expect(accountEvent(row, turned(what)) !== undefined).toBe(isHeard),
  );

  const reminded = rowOf(remind(row, 30, day(150)));
  const renewalLink = { hash: "0".repeat(64), until: iso(180) };
  const [arrivalLine, line] = reminded.history as [AccountRow["history"][number], AccountRow["history"][number]];
  const linked = (history: AccountRow["history"]): AccountRow => ({ ...reminded, turn: 3, renewalLink, history });
  it.each<[string, boolean, AccountRow, AccountRow]>([
    ["a link in mail was kept", false, reminded, linked(reminded.history)],
    [
      "a link in mail about the last of several was kept",
      false,
      { ...reminded, history: [arrivalLine, line, { ...line, at: iso(173) }] },
      linked([arrivalLine, line, { ...line, at: iso(173) }]),
    ],
    [
      "a link was kept, and something else happened",
      true,
      reminded,
      rowOf(extendAccess(linked(reminded.history), iso(200), say, day(151))),
    ],
    ["the same happened again, later", true, reminded, linked([...reminded.history, { ...line, at: iso(151) }])],
    ["something else happened then", true, reminded, linked([arrivalLine, { ...line, what: "extended" }])],
    ["somebody else did it then", true, reminded, linked([arrivalLine, { ...line, by: say.by }])],
    ["the same was written again, without a link", true, reminded, { ...reminded, turn: 3 }],
    ["the first change that is remembered is one, with a link", true, { ...reminded, history: [] }, linked(reminded.history)],
    ["the row was written without a change", false, reminded, { ...reminded, sponsor: "lee@contoso.com" }],
    ["nothing is remembered", false, reminded, { ...reminded, turn: 3, history: [] }],
  ])("is sent when %s: %s", (_, isHeard, before, after) => expect(accountEvent(before, after) !== undefined).toBe(isHeard));
});

describe("the event of a sponsor who changes", () => {
  const sponsored: AccountRow = { ...row, sponsor: "lee@contoso.com" };
  const offered = rowOf(offerGuest(sponsored, "mina@contoso.com", say, day(1)));
  const lapsed = rowOf(endOffer(offered, "offer-lapsed", { by: accessWorker }, day(15)));

  it.each<[string, AccountRow, AccountRow, object | undefined]>([
    ["an offer", sponsored, offered, { what: "offered", sponsor: "lee@contoso.com", to: "mina@contoso.com", until: iso(15), time: iso(1) }],
    [
      "a yes",
      offered,
      rowOf(endOffer(offered, "offer-accepted", say, day(2))),
      { what: "accepted", sponsor: "mina@contoso.com", from: "lee@contoso.com", time: iso(2) },
    ],
    [
      "a no",
      offered,
      rowOf(endOffer(offered, "offer-refused", say, day(2))),
      { what: "refused", sponsor: "lee@contoso.com", to: "mina@contoso.com", time: iso(2) },
    ],
    ["a lapse", offered, lapsed, { what: "lapsed", sponsor: "lee@contoso.com", to: "mina@contoso.com", time: iso(15), by: "worker" }],
    [
      "another sponsor by an operator",
      sponsored,
      rowOf(changeSponsor(sponsored, "mina@contoso.com", say, day(2))),
      { what: "given", sponsor: "mina@contoso.com", from: "lee@contoso.com", time: iso(2) },
    ],
    [
      "a first sponsor by an operator",
      row,
      rowOf(changeSponsor(row, "mina@contoso.com", say, day(2))),
      { what: "given", sponsor: "mina@contoso.com", time: iso(2) },
    ],
    ["what the worker sets in Entra", sponsored, rowOf(noteSponsorAttempt(sponsored, "lee@contoso.com", "set", day(2))), undefined],
    ["a write without a change", offered, { ...offered, turn: offered.turn + 1, seenAt: iso(2) }, undefined],
  ])("of %s", (_, before, after, detail) => {
    const told = { id: `${id}.${after.turn}`, ...person, by: "kim", ...detail };
    expect(accountEvent(before, after)).toStrictEqual(detail && { type: "sponsor.changed.v1", detail: told });
  });
});
