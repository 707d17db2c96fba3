import { createHash } from "node:crypto";
import { canonicalJson } from "../../../engine/json";
import {
  type ChainFlaw,
  ChainVerifier,
  cutRow,
  flawBetween,
  flawOfEntry,
  hashOfEntry,
  lastingPart,
  linkedEntry,
  readEntryDetails,
  subjectKey,
} from "../../../features/audit/chain";
import { type AuditNews, type AuditRow, numberText } from "../../../features/audit/entry";

const now = new Date("2026-06-15T12:00:00.000Z");
const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");
const bare: AuditNews = { by: "oid-1", via: "console", action: "access-list.changed", outcome: "begun" };
const full: AuditNews = {
  ...bare,
  name: "Kim",
  subject: "kim@contoso.com",
  before: { effect: "deny" },
  after: { effect: "allow", tags: ["b", "a"] },
  person: "person-kim",
  marks: ["m1"],
  numbers: ["000000000007"],
};

/** Entries, each linked to the one before, a second apart. */
function trail(...all: readonly Partial<AuditNews>[]): AuditRow[] {
  const rows: AuditRow[] = [];
  for (const [place, news] of all.entries())
    rows.push(linkedEntry(rows.at(-1), { ...bare, ...news }, new Date(now.getTime() + place * 1_000), `salt-${place}`));
  return rows;
}

/** With the hash and the digest that somebody would compute who has changed it. */
function forged(row: AuditRow, changes: object): AuditRow {
  const changed = { ...row, ...changes };
  const digested = { ...changed, ...(typeof changed.details === "string" && { digest: sha256(changed.details) }) };
  return { ...digested, hash: hashOfEntry(digested) };
}

/** What an erasure leaves. */
const erased = ({ details: _, subject: __, person: ___, ...row }: AuditRow): AuditRow => ({ ...row, erased: now.toISOString() });

it("the first entry's hash covers all but the parts that an erasure removes; its digest covers those parts", () => {
  const details =
    '{"after":{"effect":"allow","tags":["b","a"]},"before":{"effect":"deny"},"marks":["m1"],"numbers":["000000000007"],' +
    '"person":"person-kim","salt":"a salt","subject":"kim@contoso.com"}';
  const hashed =
    `{"action":"access-list.changed","at":"2026-06-15T12:00:00.000Z","by":"oid-1","day":"2026-06-15","digest":"${sha256(details)}",` +
    '"name":"Kim","number":"000000000001","outcome":"begun","previous":"","trail":"entries","via":"console"}';
  expect(linkedEntry(undefined, full, now, "a salt")).toEqual({
    ...JSON.parse(hashed),
    hash: sha256(hashed),
    details,
    subject: "kim@contoso.com",
    person: "person-kim",
  });
});

it.each<[string, AuditNews]>([
  ["nothing of any row", bare],
  ["members that are undefined", { ...bare, name: undefined, person: undefined } as never],
])("an entry that records %s is linked without details", (_, news) => {
  const head = { number: "000000000009", hash: "abc", at: now.toISOString() };
  const hashed =
    '{"action":"access-list.changed","at":"2026-06-15T12:00:00.000Z","by":"oid-1","day":"2026-06-15",' +
    '"number":"000000000010","outcome":"begun","previous":"abc","trail":"entries","via":"console"}';
  expect(linkedEntry(head, news, now, "a salt")).toStrictEqual({ ...JSON.parse(hashed), hash: sha256(hashed) });
});

it.each([
  ["behind the entry before", "2026-06-15T23:59:59.999Z", "2026-06-15T23:59:59.999Z"],
  ["at the moment of the entry before", "2026-06-15T12:00:00.000Z", "2026-06-15T12:00:00.000Z"],
  ["ahead of the entry before", "2026-06-14T12:00:00.000Z", "2026-06-15T12:00:00.000Z"],
])("an entry is never earlier than the one before, even if the clock is %s", (_, at, expected) => {
  const entry = linkedEntry({ number: "000000000001", hash: "abc", at }, bare, now, "");
  expect([entry.at, entry.day]).toEqual([expected, expected.slice(0, 10)]);
});

it.each<[string, Partial<AuditNews>, Partial<AuditRow>]>([
  ["a long subject is cut for its index alone", { subject: "x".repeat(501) }, { subject: "x".repeat(500) }],
  ["a subject that fits is not cut", { subject: "x".repeat(500) }, { subject: "x".repeat(500) }],
  ["halves of characters are as DynamoDB gives them back", { subject: "\ud800", name: "\ud800" }, { subject: "\ufffd", name: "\ufffd" }],
  ["an index holds no empty key", { subject: "", person: "" }, { subject: undefined, person: undefined }],
  ["an address as a subject says who it is about", { person: "person-kim" }, { subject: undefined, person: "person-kim" }],
])("%s", (_, news, expected) => {
  const entry = linkedEntry(undefined, { ...bare, ...news }, now, "s");
  expect({ subject: entry.subject, person: entry.person, ...(news.name !== undefined && { name: entry.name }) }).toEqual({
    subject: undefined,
    person: undefined,
    ...expected,
  });
  expect(flawOfEntry(entry)).toBeUndefined();
  expect(readEntryDetails(entry)).toEqual({
    ...(news.subject !== undefined && { subject: news.subject.toWellFormed() }),
    ...personIn(news),
    salt: "s",
  });
});
const personIn = ({ person }: Partial<AuditNews>) => (person === undefined ? {} : { person });

it("a reader without access to people gets only the parts of an entry that an erasure leaves", () => {
  const [entry] = trail(full) as [AuditRow];
  const { details: _, subject: __, person: ___, ...rest } = entry;
  expect(lastingPart(entry)).toEqual(rest);
  expect(lastingPart({ ...entry, erased: now.toISOString() })).toEqual(rest);
});

it("a subject is cut to the length that the index holds", () => {
  expect([subjectKey("a"), subjectKey(`${"x".repeat(499)}\u{1f600}`)]).toEqual(["a", `${"x".repeat(499)}\ufffd`]);
});

const [first, second] = trail(full, {}) as [AuditRow, AuditRow];

it.each<[string, AuditRow, ChainFlaw["kind"] | undefined]>([
  ["as it was written", first, undefined],
  ["without details, as it was written", second, undefined],
  ["erased", erased(first), undefined],
  ["erased, and had no details", erased(second), undefined],
  ["with another author", { ...first, by: "oid-2" }, "altered"],
  ["with one column more", { ...first, note: "x" } as AuditRow, "altered"],
  ["with a hash that fits, and a way that there is not", forged(first, { via: "telepathy" }), "altered"],
  ["without its details", (({ details: _, subject: __, person: ___, ...row }) => row)(first) as AuditRow, "details-gone"],
  ["with other details", { ...first, details: '{"salt":"x"}' }, "details-altered"],
  ["with details that no digest is of", { ...second, details: '{"salt":"x"}' }, "details-altered"],
  ["with details that are no JSON", forged(second, { details: "{" }), "details-altered"],
  ["with details that are none", forged(second, { details: '{"subject":7}' }), "details-altered"],
  ["under another subject", { ...first, subject: "lee@contoso.com" }, "details-altered"],
  ["under no subject", { ...first, subject: undefined } as never, "details-altered"],
  ["under another person", { ...first, person: "person-lee" }, "details-altered"],
  ["under no person", { ...first, person: undefined } as never, "details-altered"],
  [
    "with a subject that its details do not name",
    forged(second, { details: '{"person":"p"}', person: "p", subject: "x" }),
    "details-altered",
  ],
  [
    "with a person that its details do not name",
    forged(second, { details: '{"subject":"x"}', person: "p", subject: "x" }),
    "details-altered",
  ],
  ["erased, but for its subject", { ...erased(first), subject: "kim@contoso.com" }, "details-altered"],
  ["erased, but for its person", { ...erased(first), person: "person-kim" }, "details-altered"],
])("the check of one entry finds its flaw, or none: %s", (_, row, kind) => {
  expect(flawOfEntry(row)).toEqual(kind && { kind, number: row.number });
});

it.each<[string, AuditRow, object]>([
  ["of an entry", first, JSON.parse(first.details ?? "")],
  ["of one that has none", second, {}],
  ["of one that was erased", erased(first), {}],
  ["of one whose details were changed", { ...first, details: '{"salt":"x"}' }, {}],
  ["of one whose details are no text", { ...first, details: 7 } as never, {}],
  ["of one whose details are no JSON", forged(second, { details: "{" }), {}],
  ["of one with others under its digest", forged(second, { details: '{"numbers":7}' }), {}],
])("the details are read only if the entry's digest fits them: %s", (_, row, expected) => expect(readEntryDetails(row)).toEqual(expected));

it.each<[string, AuditRow | undefined, AuditRow, ChainFlaw | undefined]>([
  ["the first entry", undefined, first, undefined],
  ["the next", first, second, undefined],
  ["a first entry that is the second", undefined, second, { kind: "missing", number: "000000000001" }],
  ["a gap", { ...first, number: "000000000004" }, { ...second, number: "000000000007" }, { kind: "missing", number: "000000000005" }],
  ["the same number again", first, first, { kind: "missing", number: "000000000002" }],
  ["a first entry that follows another", undefined, { ...first, previous: "abc" }, { kind: "unlinked", number: "000000000001" }],
  ["an entry that follows another", { ...first, hash: "abc" }, second, { kind: "unlinked", number: "000000000002" }],
])("two consecutive entries are judged: %s", (_, before, row, flaw) => expect(flawBetween(before, row)).toEqual(flaw));

it.each<[string, unknown, unknown]>([
  ["a text that fits", "x".repeat(2_000), "x".repeat(2_000)],
  ["a text that is too long", `${"x".repeat(2_000)}y`, `${"x".repeat(2_000)}…`],
  ["a list as long as a long text", Array(2_001).fill(1), Array(2_001).fill(1)],
  ["a whole number", 7, 7],
  ["the largest that is exact", Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER],
  ["one beyond", 2 ** 53, "9007199254740992"],
  ["a fraction", -0.5, -0.5],
  ["a fraction that DynamoDB may not hold", 1e-100, "1e-100"],
  ["one that it holds", 1.1e-100, 1.1e-100],
  ["no number at all", Number.POSITIVE_INFINITY, "Infinity"],
])("a value is stored in a form that fits an entry: %s", (_, cell, expected) =>
  expect(cutRow({ cell, deep: { cell } })).toEqual({ cell: expected, deep: { cell: expected } }),
);

it("an entry omits the whole row if the row is too long", () => {
  const columns = Object.fromEntries(Array.from({ length: 31 }, (_, place) => [`column-${place}`, "x".repeat(1_900)]));
  const rowOf = (length: number) => ({ ...columns, last: "x".repeat(length - JSON.stringify({ ...columns, last: "" }).length) });
  expect(cutRow(rowOf(60_000))).toEqual(rowOf(60_000));
  expect(cutRow(rowOf(60_001))).toEqual({ "": "60001 characters: too long for the trail" });
});

it.each<[unknown, string]>([
  [{ b: 1, a: { d: null, c: [{ f: 2, e: 3 }] } }, '{"a":{"c":[{"e":3,"f":2}],"d":null},"b":1}'],
  [["b", "a"], '["b","a"]'],
  [null, "null"],
  ["text", '"text"'],
])("%j has one JSON form, in any order of its members", (value, json) => expect(canonicalJson(value)).toBe(json));

describe("a check of the whole trail", () => {
  const head = ({ number, hash, at }: AuditRow) => ({ number, hash, at });
  const three = trail(full, { subject: "a" }, { subject: "b" });
  const [one, two, last] = three as [AuditRow, AuditRow, AuditRow];
  const gone = { ...one, by: "oid-2" };
  const notice = (numbers: readonly string[]) => linkedEntry(last, { ...bare, action: "person.erased", numbers }, new Date(last.at), "s");
  const [noticed, ofNone] = [notice([one.number]), notice([])];
  const ofSomething = linkedEntry(last, { ...bare, numbers: [one.number] }, new Date(last.at), "s");

  it.each<[string, AuditRow | undefined, readonly AuditRow[], object]>([
    ["no entry", undefined, [], { entries: 0, erased: 0 }],
    ["nothing after an entry", one, [], { entries: 0, erased: 0 }],
    ["a whole trail", undefined, three, { entries: 3, erased: 0, last: head(last) }],
    ["a stretch of it", one, [two, last], { entries: 2, erased: 0, last: head(last) }],
    ["a gap", undefined, [one, last], { entries: 1, erased: 0, last: head(one), flaw: { kind: "missing", number: two.number } }],
    ["a change in the first", undefined, [gone, two], { entries: 0, erased: 0, flaw: { kind: "altered", number: one.number } }],
    ["an erasure that an entry tells of", undefined, [erased(one), two, last, noticed], { entries: 4, erased: 1, last: head(noticed) }],
    [
      "two erasures, one of which no entry tells of",
      undefined,
      [erased(one), erased(two), last, noticed],
      { entries: 4, erased: 2, last: head(noticed), flaw: { kind: "erasure-without-entry", number: two.number } },
    ],
    [
      "an erasure, and an entry that tells of none",
      undefined,
      [erased(one), two, last, ofNone],
      { entries: 4, erased: 1, last: head(ofNone), flaw: { kind: "erasure-without-entry", number: one.number } },
    ],
    [
      "an erasure, and an entry of something else that names it",
      undefined,
      [erased(one), two, last, ofSomething],
      { entries: 4, erased: 1, last: head(ofSomething), flaw: { kind: "erasure-without-entry", number: one.number } },
    ],
    [
      "an erasure that nothing tells of, and a gap",
      undefined,
      [erased(one), last],
      { entries: 1, erased: 1, last: head(one), flaw: { kind: "missing", number: two.number } },
    ],
  ])("gives the right result for %s", (_, before, rows, expected) => {
    const verifier = new ChainVerifier(before);
    for (const row of rows) verifier.check(row);
    expect(verifier.end()).toStrictEqual(expected);
  });

  it("stops at the first flaw, and still fails afterwards", () => {
    const verifier = new ChainVerifier();
    expect([one, last, two].map((row) => verifier.check(row))).toEqual([true, false, false]);
    expect(verifier.end().flaw).toEqual({ kind: "missing", number: two.number });
  });

  it("waits for entries about erasures, which may lie beyond the checked range", () => {
    const verifier = new ChainVerifier();
    expect(verifier.hasUnexplainedErasure).toBe(false);
    for (const row of [one, erased(two)]) verifier.check(row);
    expect(verifier.hasUnexplainedErasure).toBe(true);
    verifier.noteErasure({ ...notice([one.number]), number: numberText(9) });
    expect(verifier.hasUnexplainedErasure).toBe(true);
    verifier.noteErasure(notice([two.number]));
    expect([verifier.hasUnexplainedErasure, verifier.end().flaw]).toEqual([false, undefined]);
  });
});
