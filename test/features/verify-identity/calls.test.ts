import type { Row } from "../../../engine/sign-up/rule";
import type { Fields } from "../../../engine/sign-up/source";
import { questionHash, questionReference } from "../../../features/verify-identity/ask-once";
import { type CallRequest, plan, REMEMBERED_MS, settle } from "../../../features/verify-identity/calls";
import { hashOf } from "../../engine/sign-up/people";
import { REFUTED, UNAVAILABLE, VERIFIED } from "./fakes";

const NOON = Date.parse("2026-03-01T12:00:00Z");
const MIDNIGHT = Date.parse("2026-03-02T00:00:00Z");
const MINUTE = 60_000;
const LEASE_MS = 9_000;

const asked = (changes: Partial<CallRequest> = {}): CallRequest => ({
  reference: "this",
  now: NOON,
  attemptsPerDay: 3,
  leaseMs: LEASE_MS,
  attempt: "mine",
  ...changes,
});
const row = (...calls: object[]): Row => ({ id: "identity/acme/kim", turn: 7, calls: JSON.stringify(calls), expires: 1 });

/** Calls, reserved so many minutes before noon. */
const underWay = (reference: string, minutes = 0) => call(reference, NOON - minutes * MINUTE + LEASE_MS, minutes);
const decided = (reference: string, minutes: number) => ({
  ...call(reference, NOON - minutes * MINUTE + REMEMBERED_MS, minutes),
  outcome: VERIFIED,
});
const call = (reference: string, until: number, minutes: number) => ({
  reference,
  attempt: `${reference}-${minutes}`,
  at: NOON - minutes * MINUTE,
  until,
});
const YESTERDAY = 13 * 60;

describe("a question to a vendor", () => {
  it.each([
    { given: "no row", row: undefined, does: "call" },
    { given: "a row without calls", row: row(), does: "call" },
    { given: "the same under way", row: row(underWay("this")), does: "wait" },
    { given: "another under way", row: row(underWay("that")), does: "call" },
    { given: "the same, whose asker died", row: row(underWay("this", 1)), does: "call" },
    { given: "the same, decided 9 minutes ago", row: row(decided("this", 9)), does: "reuse" },
    { given: "the same, decided 10 minutes ago", row: row(decided("this", 10)), does: "call" },
    { given: "another, decided just now", row: row(decided("that", 0)), does: "call" },
    { given: "three others today", row: row(decided("a", 30), decided("b", 20), decided("c", 0)), does: "exhausted" },
    { given: "three others under way", row: row(underWay("a"), underWay("b"), underWay("c")), does: "exhausted" },
    { given: "three others whose askers died", row: row(underWay("a", 1), underWay("b", 2), underWay("c", 3)), does: "exhausted" },
    { given: "three times the same, long ago", row: row(decided("this", 50), decided("this", 40), decided("this", 30)), does: "exhausted" },
    { given: "two others and the same, decided just now", row: row(decided("a", 30), decided("b", 20), decided("this", 0)), does: "reuse" },
    { given: "two others and the same under way", row: row(decided("a", 30), decided("b", 20), underWay("this")), does: "wait" },
    { given: "two others and the same, whose asker died", row: row(decided("a", 30), decided("b", 20), underWay("this", 5)), does: "call" },
    { given: "two others today, one yesterday", row: row(decided("a", YESTERDAY), decided("b", 20), decided("c", 0)), does: "call" },
    { given: "four today, when five were allowed", row: row(...["a", "b", "c", "d"].map((each) => decided(each, 30))), does: "exhausted" },
  ])("leads to $does after $given", ({ row: given, does }) => expect(plan(given, asked()).do).toBe(does));

  it.each([
    {
      given: "an outcome of before midnight",
      row: row({ ...decided("this", 0), at: MIDNIGHT - MINUTE, until: MIDNIGHT + 2 }),
      does: "reuse",
    },
    { given: "a call from before midnight", row: row({ ...underWay("this"), at: MIDNIGHT - 1, until: MIDNIGHT + 2 }), does: "wait" },
    { given: "a dead call of before midnight", row: row({ ...underWay("this"), at: MIDNIGHT - 1, until: MIDNIGHT }), does: "call" },
  ])("leads to $does just after midnight, given $given", ({ row: given, does }) =>
    expect(plan(given, asked({ now: MIDNIGHT + 1, attemptsPerDay: 1 })).do).toBe(does),
  );

  it("is answered by the remembered outcome", () =>
    expect(plan(row({ ...decided("this", 1), outcome: REFUTED }), asked())).toEqual({ do: "reuse", outcome: REFUTED }));

  it.each([
    { that: "lacks a turn", given: { calls: "[]" } },
    { that: "has a turn that is no number", given: { calls: "[]", turn: "7" } },
    { that: "lacks calls", given: { turn: 7 } },
    { that: "holds half a JSON", given: { turn: 7, calls: "[{" } },
    { that: "holds another JSON", given: { turn: 7, calls: "{}" } },
    { that: "holds a call that is null", given: { turn: 7, calls: "[null]" } },
    { that: "holds a call without a lease", given: row({ reference: "that", attempt: "a", at: 0 }) },
    { that: "holds calls that are no text", given: { turn: 7, calls: [] } },
    { that: "holds a call without a reference", given: row({ ...underWay("that"), reference: undefined }) },
    { that: "holds a call of nobody", given: row({ ...underWay("that"), attempt: 7 }) },
    { that: "holds a call without a time", given: row({ ...underWay("that"), at: "noon" }) },
    { that: "holds an outcome nobody knows", given: row({ ...decided("that", 0), outcome: { kind: "ok" } }) },
  ])("is not asked if its row $that", ({ given }) => expect(plan(given, asked())).toEqual({ do: "unreadable" }));
});

describe("a reservation for a vendor call", () => {
  const changeFor = (given: Row | undefined, changes: Partial<CallRequest> = {}) => {
    const made = plan(given, asked(changes));
    if (made.do !== "call") throw new Error(`It is ${made.do}.`);
    return { ...made.change, calls: JSON.parse(made.change.item.calls) };
  };
  const mine = { reference: "this", attempt: "mine", at: NOON, until: NOON + LEASE_MS };

  it("creates the row if there is none", () =>
    expect(changeFor(undefined)).toMatchObject({
      condition: "absent",
      item: { turn: NOON, expires: Date.parse("2026-03-03T12:00:00Z") / 1_000 },
      calls: [mine],
    }));

  it("takes the next turn of an existing row", () =>
    expect(changeFor({ ...row(), turn: NOON + 5 })).toMatchObject({ condition: { turn: NOON + 5 }, item: { turn: NOON + 6 } }));

  it("never reuses a turn of a deleted row", () =>
    expect(changeFor(row())).toMatchObject({ condition: { turn: 7 }, item: { turn: NOON } }));

  it("keeps the day's calls and drops expired ones", () =>
    expect(changeFor(row(decided("old", YESTERDAY), decided("a", 30), underWay("b", 1))).calls).toEqual([
      decided("a", 30),
      underWay("b", 1),
      mine,
    ]));

  it("keeps yesterday's outcome until its memory expires", () => {
    const late = { ...decided("late", 0), at: MIDNIGHT - 1, until: MIDNIGHT + MINUTE };
    expect(changeFor(row(late), { now: MIDNIGHT }).calls).toEqual([late, { ...mine, at: MIDNIGHT, until: MIDNIGHT + LEASE_MS }]);
  });

  it("takes over a dead call, and both count as one attempt", () =>
    expect(changeFor(row(decided("a", 30), underWay("this", 5))).calls).toEqual([decided("a", 30), { ...mine, at: NOON - 5 * MINUTE }]));

  it("does not take over a dead call from yesterday", () =>
    expect(changeFor(row({ ...underWay("this"), at: MIDNIGHT - 1, until: MIDNIGHT }), { now: MIDNIGHT }).calls).toEqual([
      { ...mine, at: MIDNIGHT, until: MIDNIGHT + LEASE_MS },
    ]));
});

describe("a vendor's outcome", () => {
  const settled = (given: Row | undefined, outcome = VERIFIED) => {
    const change = settle(given, "mine", outcome, NOON);
    return change && { condition: change.condition, calls: JSON.parse(change.item.calls) };
  };
  const mine = { ...underWay("this"), attempt: "mine" };

  it("is remembered for ten minutes", () =>
    expect(settled(row(decided("a", 30), mine))).toEqual({
      condition: { turn: 7 },
      calls: [decided("a", 30), { ...mine, until: NOON + REMEMBERED_MS, outcome: VERIFIED }],
    }));

  it("is removed together with its call if the vendor gave no answer", () =>
    expect(settled(row(decided("a", 30), mine), UNAVAILABLE)).toEqual({ condition: { turn: 7 }, calls: [decided("a", 30)] }));

  it("is kept even if it comes late, unless another call took over", () =>
    expect(settled(row({ ...mine, until: NOON - MINUTE }))?.calls).toMatchObject([{ outcome: VERIFIED }]));

  it.each([
    { given: "taken over", row: row(underWay("this")) },
    { given: "deleted", row: undefined },
    { given: "changed into what cannot be read", row: { turn: 7, calls: "x" } },
  ])("is not written if its row was $given", ({ row: given }) => expect(settled(given)).toBeUndefined());
});

const fields = { first: "Minsu", last: "Kim" };
const referenceOf = (...question: [vendor: string, person: string, fields: Fields]) => questionReference(questionHash(...question, hashOf));
const reference = referenceOf("acme", "kim", fields);

it("a call's reference is a version 8 GUID (RFC 9562), always the same for the same input", () => {
  expect(reference).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  expect(reference).toBe("deca1ccd-c5ba-8518-8072-926d680c218d");
});

it("a call's reference does not depend on the order of the fields", () =>
  expect(referenceOf("acme", "kim", { last: "Kim", first: "Minsu" })).toBe(reference));

it.each([
  { another: "vendor", other: referenceOf("other", "kim", fields) },
  { another: "person", other: referenceOf("acme", "lee", fields) },
  { another: "value", other: referenceOf("acme", "kim", { ...fields, last: "kim" }) },
  { another: "set of fields", other: referenceOf("acme", "kim", { ...fields, zip: "" }) },
  { another: "border between values", other: referenceOf("acme", "kim", { first: "MinsuK", last: "im" }) },
  { another: "place of the same values", other: referenceOf("acme", "kim", { first: "Kim", last: "Minsu" }) },
])("a call's reference changes with another $another", ({ other }) => expect(other).not.toBe(reference));
