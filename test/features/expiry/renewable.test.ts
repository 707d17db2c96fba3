import type { Decider } from "../../../engine/audited-change";
import { changeSponsor, extendAccess, letEnd, noteSponsorAttempt } from "../../../features/accounts/change";
import { answersFor, asksSponsor, endToRestore } from "../../../features/expiry/renewable";
import { day, iso, row, rowOf, say } from "../accounts/accounts";

const SPONSOR = "lee@contoso.com";
const at = (address: string, more: Partial<Decider> = {}): Decider => ({ names: [address], addresses: [address], ...more });

it.each<{ who: string; sponsor?: string; decider: Decider; may: boolean }>([
  { who: "the sponsor", sponsor: SPONSOR, decider: at(SPONSOR), may: true },
  { who: "the sponsor, in another spelling", sponsor: "Lee@Contoso.com", decider: at(SPONSOR), may: true },
  { who: "somebody else", sponsor: SPONSOR, decider: at("ann@contoso.com"), may: false },
  { who: "the sponsor's delegate", sponsor: SPONSOR, decider: at("ann@contoso.com", { standsInFor: [SPONSOR] }), may: true },
  { who: "a delegate without an address", sponsor: SPONSOR, decider: { names: ["ann"], standsInFor: [SPONSOR] }, may: true },
  { who: "somebody without an address", sponsor: SPONSOR, decider: { names: ["lee"] }, may: false },
  { who: "nobody, where there is no sponsor", decider: at(SPONSOR), may: false },
  { who: "nobody, where the sponsor is no address", sponsor: "lee", decider: at("lee"), may: false },
  { who: "the person, as their own sponsor", sponsor: row.email, decider: at(row.email), may: false },
  {
    who: "the delegate of a person who is their own sponsor",
    sponsor: row.email,
    decider: at("ann@contoso.com", { standsInFor: [row.email] }),
    may: false,
  },
  { who: "the person, as their sponsor's delegate", sponsor: SPONSOR, decider: at(row.email, { standsInFor: [SPONSOR] }), may: false },
  { who: "the person, by their account", sponsor: SPONSOR, decider: at(SPONSOR, { objectId: row.id }), may: false },
])("$who may decide for an account: $may", ({ sponsor, decider, may }) => {
  expect(answersFor({ ...row, ...(sponsor !== undefined && { sponsor }) }, decider)).toBe(may);
});

it.each([
  { what: "adopted", asks: true },
  { what: "extended", asks: true },
  { what: "ended-early", asks: false },
] as const)("asks the sponsor about an end that was set by “$what”: $asks", ({ what, asks }) => {
  const until = "2026-11-20T12:00:00.000Z";
  const by = { kind: "console", name: "An Operator" } as const;
  const ended = { ...row, until, history: [...row.history, { at: until, what, by, until }] };
  expect(asksSponsor(ended, { days: 90, remind: [7], then: {}, renew: "sponsor" } as never, new Date(until))).toBe(asks);
});

const renewedRow = rowOf(extendAccess({ ...row, sponsor: SPONSOR }, iso(360), say, day(170), "renewed"));

it.each([
  { given: "at once", account: renewedRow, was: iso(180) },
  {
    given: "after the worker named the sponsor to Entra",
    account: rowOf(noteSponsorAttempt(renewedRow, SPONSOR, "set", day(170))),
    was: iso(180),
  },
  { given: "after a second sponsor was named", account: rowOf(changeSponsor(renewedRow, "max@contoso.com", say, day(170))), was: iso(180) },
  { given: "not after they let it end", account: rowOf(letEnd(renewedRow, say, day(170))), was: undefined },
])("a sponsor can undo their own renewal: $given", ({ account, was }) => expect(endToRestore(account, say.by, day(170))).toBe(was));

it.each([
  { given: "their own account", account: "oid-1", was: iso(180) },
  { given: "another account of somebody with their name", account: "oid-2", was: undefined },
  { given: "an account that the row of an earlier version does not name", account: undefined, was: iso(180) },
])("a sponsor can undo a renewal by $given", ({ account, was }) => {
  const by = { ...say.by, ...(account !== undefined && { account }) };
  const renewed = rowOf(extendAccess({ ...row, sponsor: SPONSOR }, iso(360), { by }, day(170), "renewed"));
  expect(endToRestore(renewed, { ...say.by, account: "oid-1" }, day(170))).toBe(was);
});
