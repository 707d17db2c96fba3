import { type AccountHistory, type AccountRow, daysUntil, readAccount } from "../../../features/accounts/account";
import {
  type AccessObjection,
  type AccessResult,
  accessWorker,
  adopt,
  arrive,
  begin,
  changeSponsor,
  disable,
  end,
  endAccessNow,
  endOffer,
  extendAccess,
  laterEnd,
  letEnd,
  noteMissingSponsor,
  noteSponsorAttempt,
  offerGuest,
  remind,
  reopenAccess,
  restoreAccess,
  restoreEnd,
  setEnd,
  skip,
} from "../../../features/accounts/change";
import { day, disabled, disabling, ended, iso, newcomer, renewed, row, rowOf, say, unset } from "./accounts";

/** Cells that a change writes; one that is undefined is taken away. */
type Cells = { readonly [Name in keyof AccountRow]?: AccountRow[Name] | undefined };
type Line = Omit<AccountHistory, "at" | "by"> & { readonly by?: AccountHistory["by"] };
type Change = (row: AccountRow) => AccessResult;

const renewalLink = { hash: "0".repeat(64), until: iso(180) };
/** What a sponsor was asked by mail, and has not answered. */
const asked: AccountRow = { ...row, sponsor: "lee@contoso.com", reminded: [30], renewalLink };
/** A guest whom the sponsor offers to a colleague until day 15. */
const offered: AccountRow = { ...asked, offeredTo: "mina@contoso.com", offeredUntil: iso(15) };
const note = "x".repeat(1_000);

function without(cells: Cells): object {
  return Object.fromEntries(Object.entries(cells).filter(([, value]) => value !== undefined));
}

describe("a change of an account's row", () => {
  it.each<[string, AccountRow, number, Change, Cells, Line]>([
    [
      "a sponsor",
      row,
      1,
      (before) => changeSponsor(before, "lee@contoso.com", say, day(1)),
      { sponsor: "lee@contoso.com" },
      { what: "sponsored", by: say.by },
    ],
    [
      "another sponsor has answered nothing, and is not lost",
      { ...asked, renew: "nobody", sponsorLost: "left" },
      1,
      (before) => changeSponsor(before, "ida@contoso.com", say, day(1)),
      { sponsor: "ida@contoso.com", renew: undefined, sponsorLost: undefined, renewalLink: undefined },
      { what: "sponsored", by: say.by },
    ],
    [
      "another sponsor, where mail goes to the approvers",
      { ...row, renew: "approvers" },
      1,
      (before) => changeSponsor(before, "ida@contoso.com", say, day(1)),
      { sponsor: "ida@contoso.com" },
      { what: "sponsored", by: say.by },
    ],
    [
      "another sponsor, of a guest who was offered to a colleague",
      offered,
      1,
      (before) => changeSponsor(before, "ida@contoso.com", say, day(1)),
      { sponsor: "ida@contoso.com", renewalLink: undefined, offeredTo: undefined, offeredUntil: undefined },
      { what: "sponsored", by: say.by },
    ],
    [
      "an offer to a colleague: the sponsor and their link stay",
      asked,
      1,
      (before) => offerGuest(before, "mina@contoso.com", say, day(1)),
      { offeredTo: "mina@contoso.com", offeredUntil: iso(15) },
      { what: "offered", by: say.by },
    ],
    [
      "an offer after another one that lapsed",
      { ...offered, offeredTo: "ida@contoso.com", offeredUntil: iso(1) },
      2,
      (before) => offerGuest(before, "mina@contoso.com", say, day(2)),
      { offeredTo: "mina@contoso.com", offeredUntil: iso(16) },
      { what: "offered", by: say.by },
    ],
    [
      "an offer that the colleague accepts: another sponsor, who has answered nothing",
      { ...offered, renew: "nobody", sponsorLost: "left" },
      14,
      (before) => endOffer(before, "offer-accepted", say, day(14)),
      {
        ...{ sponsor: "mina@contoso.com", offeredTo: undefined, offeredUntil: undefined },
        ...{ renew: undefined, sponsorLost: undefined, renewalLink: undefined },
      },
      { what: "offer-accepted", by: say.by },
    ],
    ...(["offer-refused", "offer-withdrawn"] as const).map((what): [string, AccountRow, number, Change, Cells, Line] => [
      `an offer: ${what}`,
      offered,
      14,
      (before) => endOffer(before, what, say, day(14)),
      { offeredTo: undefined, offeredUntil: undefined },
      { what, by: say.by },
    ]),
    [
      "an offer that nobody accepted in time",
      offered,
      15,
      (before) => endOffer(before, "offer-lapsed", { by: accessWorker }, day(15)),
      { offeredTo: undefined, offeredUntil: undefined },
      { what: "offer-lapsed" },
    ],
    [
      "an account that was deleted, of a guest who was offered",
      offered,
      3,
      (before) => end(before, "gone", day(3)),
      {
        ...{ state: "ended", offeredTo: undefined, offeredUntil: undefined, renewalLink: undefined },
        expires: Math.floor(day(93).getTime() / 1_000),
      },
      { what: "gone" },
    ],
    [
      "a sponsor named in Entra",
      asked,
      1,
      (before) => noteSponsorAttempt(before, "lee@contoso.com", "set", day(1)),
      { sponsorTried: "lee@contoso.com", sponsorSet: "lee@contoso.com" },
      { what: "sponsored" },
    ],
    [
      "a sponsor whom somebody else has set in Entra, after one whom the worker had set",
      { ...asked, sponsorTried: "mina@contoso.com", sponsorSet: "mina@contoso.com" },
      1,
      (before) => noteSponsorAttempt(before, "lee@contoso.com", "there-already", day(1)),
      { sponsorTried: "lee@contoso.com", sponsorSet: undefined },
      { what: "sponsored", note: "there-already" },
    ],
    [
      "a sponsor that Entra does not take",
      asked,
      1,
      (before) => noteSponsorAttempt(before, "lee@contoso.com", "not-in-tenant", day(1)),
      { sponsorTried: "lee@contoso.com" },
      { what: "not-sponsored", note: "not-in-tenant" },
    ],
    ["no sponsor", row, 1, (before) => noteMissingSponsor(before, "none", day(1)), {}, { what: "not-sponsored", note: "none" }],
    [
      "no sponsor for another reason",
      rowOf(noteMissingSponsor(rowOf(skip(row, "none", day(1))), "left", day(1))),
      2,
      (before) => noteMissingSponsor(before, "none", day(2)),
      {},
      { what: "not-sponsored", note: "none" },
    ],
    [
      "a reminder",
      row,
      150,
      (before) => remind(before, 30, day(150), { language: "ko", days: 90, sponsor: "left" }),
      { reminded: [30], locales: ["ko"], days: 90, sponsorLost: "left" },
      { what: "reminded", note: "30" },
    ],
    [
      "a reminder of an account that the directory does not know",
      { ...row, reminded: [30], locales: ["de"], days: 90, sponsorLost: "left" },
      173,
      (before) => remind(before, 7, day(173)),
      { reminded: [30, 7] },
      { what: "reminded", note: "7" },
    ],
    [
      "a reminder of a sponsor who is there again",
      { ...asked, sponsorLost: "left" },
      173,
      (before) => remind(before, 7, day(173), { sponsor: "there" }),
      { reminded: [30, 7], sponsorLost: undefined, renewalLink: undefined },
      { what: "reminded", note: "7" },
    ],
    [
      "a reminder with which the sponsor's link stays good",
      asked,
      173,
      (before) => remind(before, 7, day(173), { sponsor: "there" }),
      { reminded: [30, 7] },
      { what: "reminded", note: "7" },
    ],
    [
      "extension begins reminders again",
      asked,
      160,
      (before) => extendAccess(before, iso(360), { ...say, note }, day(160)),
      { until: iso(360), endsAt: iso(360), reminded: [], renewalLink: undefined },
      { what: "extended", by: say.by, note, until: iso(360) },
    ],
    [
      "renewal, without a note",
      { ...row, renew: "nobody" },
      160,
      (before) => extendAccess(before, iso(360), { ...say, note: "" }, day(160), "renewed"),
      { until: iso(360), endsAt: iso(360), renew: undefined },
      { what: "renewed", by: say.by, until: iso(360) },
    ],
    [
      "extension of a disabled account leaves it disabled",
      disabled,
      190,
      (before) => extendAccess(before, iso(360), say, day(190)),
      { until: iso(360), endsAt: iso(360) },
      { what: "extended", by: say.by, until: iso(360) },
    ],
    [
      "extension while the account is being disabled",
      disabling,
      180,
      (before) => extendAccess(before, iso(400), say, day(180)),
      { state: "disabled", until: iso(400), endsAt: iso(400) },
      { what: "extended", by: say.by, until: iso(400) },
    ],
    [
      "extension for ever",
      row,
      1,
      (before) => extendAccess(before, undefined, say, day(1)),
      { until: undefined, endsAt: "never" },
      { what: "extended", by: say.by },
    ],
    [
      "extension of an account that has had no end",
      unset,
      1,
      (before) => extendAccess(before, iso(2), say, day(1)),
      { until: iso(2), endsAt: iso(2) },
      { what: "extended", by: say.by, until: iso(2) },
    ],
    [
      "a sponsor who does not renew",
      asked,
      160,
      (before) => letEnd(before, say, day(160)),
      { renew: "nobody", renewalLink: undefined },
      {
        what: "let-end",
        by: say.by,
      },
    ],
    [
      "an end now",
      { ...row, renew: "nobody" },
      10,
      (before) => endAccessNow(before, say, day(10)),
      { until: iso(10), endsAt: iso(10), renew: undefined },
      { what: "ended-early", by: say.by, until: iso(10) },
    ],
    [
      "an end now of an account that has none",
      unset,
      10,
      (before) => endAccessNow(before, say, day(10)),
      { until: iso(10), endsAt: iso(10) },
      { what: "ended-early", by: say.by, until: iso(10) },
    ],
    [
      "an end now that is taken back: there was none yet",
      { ...row, until: iso(10), endsAt: iso(10) },
      10,
      (before) => restoreEnd(before, "unset", say, day(10)),
      { until: undefined, endsAt: "unset" },
      { what: "end-set", by: say.by },
    ],
    [
      "an end now that is taken back while the account is being disabled",
      disabling,
      180,
      (before) => restoreEnd(before, iso(200), say, day(180)),
      { state: "disabled", until: iso(200), endsAt: iso(200) },
      { what: "end-set", by: say.by, until: iso(200) },
    ],
    [
      "an extension that is taken back, though its end has passed",
      { ...row, until: iso(200), endsAt: iso(200) },
      20,
      (before) => restoreEnd(before, iso(10), say, day(20)),
      { until: iso(10), endsAt: iso(10) },
      { what: "end-set", by: say.by, until: iso(10) },
    ],
    [
      "disabling begins",
      row,
      180,
      (before) => begin(before, "disabling", say, day(180)),
      { work: "disabling" },
      { what: "disabling", by: say.by },
    ],
    [
      "disabling begins of an account that was being enabled",
      { ...disabled, work: "enabling" },
      180,
      (before) => begin(before, "disabling", say, day(180)),
      { work: "disabling" },
      { what: "disabling", by: say.by },
    ],
    [
      "deleting begins",
      disabled,
      210,
      (before) => begin(before, "deleting", say, day(210)),
      { work: "deleting" },
      { what: "deleting", by: say.by },
    ],
    [
      "disabled",
      disabling,
      180,
      (before) => disable(before, iso(210), day(180), { days: 90, sponsor: "oneself" }),
      { state: "disabled", work: undefined, disabledAt: iso(180), deleteAt: iso(210), days: 90, sponsorLost: "oneself" },
      { what: "disabled" },
    ],
    [
      "disabled again, and never to be deleted",
      { ...disabling, deleteAt: iso(10) },
      180,
      (before) => disable(before, undefined, day(180)),
      { state: "disabled", work: undefined, disabledAt: iso(180), deleteAt: undefined },
      { what: "disabled" },
    ],
    [
      "restored",
      { ...renewed, work: "enabling" },
      190,
      (before) => restoreAccess(before, day(190)),
      { state: "in", work: undefined, disabledAt: undefined, deleteAt: undefined },
      { what: "restored" },
    ],
    [
      "restored for ever",
      { ...renewed, until: undefined as never, endsAt: "never" },
      190,
      (before) => restoreAccess(before, day(190)),
      { state: "in", disabledAt: undefined, deleteAt: undefined },
      { what: "restored" },
    ],
    [
      "enabled by somebody else",
      { ...disabled, work: "deleting" },
      190,
      (before) => reopenAccess(before, day(190)),
      { state: "in", work: undefined, disabledAt: undefined, deleteAt: undefined },
      { what: "skipped", note: "enabled-elsewhere" },
    ],
    [
      "an end for an account without one",
      unset,
      1,
      (before) => setEnd(before, iso(180), day(1), "sponsor"),
      { until: iso(180), endsAt: iso(180) },
      { what: "end-set", until: iso(180) },
    ],
    [
      "an end that the approvers renew",
      unset,
      1,
      (before) => setEnd(before, iso(180), day(1), "approvers"),
      { until: iso(180), endsAt: iso(180), renew: "approvers" },
      { what: "end-set", until: iso(180) },
    ],
    [
      "deleted: the row goes ninety days later",
      { ...disabled, work: "deleting" },
      211,
      (before) => end(before, "deleted", day(211)),
      { state: "ended", work: undefined, expires: day(301).getTime() / 1_000 },
      { what: "deleted" },
    ],
    [
      "deleted by somebody else",
      row,
      10,
      (before) => end(before, "gone", day(10)),
      { state: "ended", expires: day(100).getTime() / 1_000 },
      { what: "gone" },
    ],
    [
      "skipped",
      { ...row, work: "disabling" },
      180,
      (before) => skip(before, "role", day(180)),
      { work: undefined },
      { what: "skipped", note: "role" },
    ],
    [
      "skipped for another reason",
      rowOf(skip(row, "role", day(179))),
      180,
      (before) => skip(before, "older", day(180)),
      {},
      { what: "skipped", note: "older" },
    ],
    [
      "skipped once more, with work begun meanwhile",
      { ...rowOf(skip(row, "role", day(179))), work: "disabling" },
      180,
      (before) => skip(before, "role", day(180)),
      { work: undefined },
      { what: "skipped", note: "role" },
    ],
    [
      "skipped for a reason from before the last change",
      rowOf(remind(rowOf(skip(row, "role", day(140))), 30, day(150))),
      180,
      (before) => skip(before, "role", day(180)),
      {},
      { what: "skipped", note: "role" },
    ],
    [
      "skipped after a change with the same note",
      rowOf(noteMissingSponsor(row, "refused", day(179))),
      180,
      (before) => skip(before, "refused", day(180)),
      {},
      { what: "skipped", note: "refused" },
    ],
    [
      "skipped, where nothing is remembered",
      { ...row, history: [] },
      180,
      (before) => skip(before, "role", day(180)),
      {},
      { what: "skipped", note: "role" },
    ],
  ])("%s", (_, stored, at, change, cells, line) => {
    const before = without(stored) as AccountRow;
    const history = [...before.history, { at: iso(at), by: accessWorker, ...line }];
    const after = without({ ...before, ...cells, turn: before.turn + 1, history });
    expect(change(before)).toStrictEqual({ ok: true, row: after, condition: { turn: before.turn } });
    expect(readAccount(JSON.parse(JSON.stringify(after)))).toEqual(after);
  });

  const ahead = { ...row, until: iso(10), endsAt: iso(10) };
  it.each<[string, AccountRow | undefined, (row: AccountRow | undefined) => AccessResult, AccessObjection]>([
    ["an offer of a guest who is offered already", offered, (before) => offerGuest(before, "ida@contoso.com", say, day(14)), "already"],
    ["an offer of an account that was deleted", ended, (before) => offerGuest(before, "ida@contoso.com", say, day(14)), "ended"],
    ["a yes to an offer that has lapsed", offered, (before) => endOffer(before, "offer-accepted", say, day(15)), "already"],
    ["a no to an offer that has lapsed", offered, (before) => endOffer(before, "offer-refused", say, day(15)), "already"],
    ["a yes to no offer", row, (before) => endOffer(before, "offer-accepted", say, day(14)), "already"],
    ["the lapse of an offer that is open", offered, (before) => endOffer(before, "offer-lapsed", say, day(14)), "already"],
    ["arrival of one that is there", row, (stored) => arrive(stored, newcomer, day(1)), "known"],
    ["adoption of one that is there", row, (stored) => adopt(stored, newcomer, say, day(0)), "known"],
    ["the same sponsor", asked, (stored) => changeSponsor(stored, "lee@contoso.com", say, day(1)), "already"],
    [
      "a sponsor who is not theirs by now, named in Entra",
      asked,
      (stored) => noteSponsorAttempt(stored, "ida@contoso.com", "set", day(1)),
      "already",
    ],
    [
      "the same sponsor, named in Entra before",
      { ...asked, sponsorTried: "lee@contoso.com" },
      (stored) => noteSponsorAttempt(stored, "lee@contoso.com", "set", day(1)),
      "already",
    ],
    [
      "no sponsor for the same reason, whatever happened since",
      rowOf(skip(rowOf(noteMissingSponsor(row, "none", day(1))), "role", day(2))),
      (stored) => noteMissingSponsor(stored, "none", day(3)),
      "already",
    ],
    ["the same reminder", asked, (stored) => remind(stored, 30, day(151), { language: "ko" }), "already"],
    ["extension to an earlier end", row, (stored) => extendAccess(stored, iso(100), say, day(1)), "no-later"],
    ["extension into the past", ahead, (stored) => extendAccess(stored, iso(12), say, day(13)), "no-later"],
    ["extension into the past of an account without an end", unset, (stored) => extendAccess(stored, iso(1), say, day(1)), "no-later"],
    ["extension to the same end", row, (stored) => extendAccess(stored, iso(180), say, day(1)), "already"],
    [
      "extension for ever, twice",
      rowOf(extendAccess(row, undefined, say, day(1))),
      (stored) => extendAccess(stored, undefined, say, day(2)),
      "already",
    ],
    ["a sponsor who said before that they do not renew", { ...row, renew: "nobody" }, (stored) => letEnd(stored, say, day(161)), "already"],
    ["a sponsor that the policy does not ask", { ...row, renew: "approvers" }, (stored) => letEnd(stored, say, day(161)), "already"],
    ["an end now, twice", ahead, (stored) => endAccessNow(stored, say, day(11)), "already"],
    ["an end now of a disabled account", disabled, (stored) => endAccessNow(stored, say, day(190)), "disabled"],
    ["disabling begins twice", disabling, (stored) => begin(stored, "disabling", say, day(180)), "already"],
    ["deleting begins twice", { ...disabled, work: "deleting" }, (stored) => begin(stored, "deleting", say, day(211)), "already"],
    ["disabling of a disabled account", disabled, (stored) => begin(stored, "disabling", say, day(181)), "disabled"],
    ["disabled without having begun", row, (stored) => disable(stored, iso(210), day(180)), "in"],
    ["disabled twice", disabled, (stored) => disable(stored, iso(210), day(185)), "already"],
    ["deleting of an account that is in", row, (stored) => begin(stored, "deleting", say, day(300)), "in"],
    ["enabling of an account that is in", row, (stored) => begin(stored, "enabling", say, day(300)), "in"],
    ["restored before it was renewed", disabled, (stored) => restoreAccess(stored, day(190)), "no-later"],
    ["restored while in", row, (stored) => restoreAccess(stored, day(100)), "in"],
    ["enabled by somebody else while in", row, (stored) => reopenAccess(stored, day(100)), "in"],
    ["an end for an account that has one", row, (stored) => setEnd(stored, iso(200), day(1)), "already"],
    [
      "an end for one that shall have none",
      rowOf(extendAccess(unset, undefined, say, day(1))),
      (stored) => setEnd(stored, iso(180), day(1)),
      "already",
    ],
    [
      "skipped for the same reason, though its sponsor was named to Entra meanwhile",
      rowOf(changeSponsor(rowOf(skip(row, "role", day(180))), "max@contoso.com", say, day(181))),
      (stored) => skip(stored, "role", day(182)),
      "already",
    ],
    ["skipped for the same reason", rowOf(skip(row, "role", day(180))), (stored) => skip(stored, "role", day(181)), "already"],
    ["a note that is too long", row, (stored) => endAccessNow(stored, { ...say, note: `${note}x` }, day(10)), "note-too-long"],
    ["any change of a deleted account", ended, (stored) => skip(stored, "role", day(212)), "ended"],
    ["any change of no row", undefined, (stored) => endAccessNow(stored, say, day(10)), "unknown"],
  ])("changes nothing: %s", (_, stored, change, why) =>
    expect(change(stored)).toStrictEqual({ ok: false, why, ...(stored && { row: stored }) }),
  );

  it.each<[string, () => AccessResult, object, AccountHistory]>([
    [
      "an account that arrives",
      () => arrive(undefined, newcomer, day(1)),
      { endsAt: iso(180) },
      { at: iso(1), what: "arrived", by: accessWorker, until: iso(180) },
    ],
    [
      "an account that arrives without an end",
      () => arrive(undefined, without({ ...newcomer, until: undefined }) as typeof newcomer, day(1)),
      { endsAt: "unset", until: undefined },
      { at: iso(1), what: "arrived", by: accessWorker },
    ],
    [
      "an account that is adopted",
      () => adopt(undefined, newcomer, say, day(1)),
      { endsAt: iso(180) },
      { at: iso(1), what: "adopted", by: say.by, until: iso(180) },
    ],
  ])("creates the row of %s", (_, change, cells, line) => {
    const written = without({ ...newcomer, turn: 1, state: "in", reminded: [], history: [line], ...cells });
    expect(change()).toStrictEqual({ ok: true, row: written, condition: "absent" });
  });

  it("remembers the last fifty changes", () => {
    let long = row;
    for (let count = 1; count <= 60; count += 1) long = rowOf(skip(long, String(count), day(count)));
    expect(long.history.map((each) => each.note)).toEqual(Array.from({ length: 50 }, (_, index) => String(index + 11)));
  });

  it("adds days to the present end, or to today if the present end is past", () => {
    expect(daysUntil(iso(183), day(180.5))).toBe(3);
    expect(laterEnd({ until: iso(10) }, 5, day(1))).toBe(iso(15));
    expect(laterEnd({ until: iso(10) }, 5, day(20))).toBe(iso(25));
    expect(laterEnd({}, 5, day(20))).toBe(iso(25));
  });
});
