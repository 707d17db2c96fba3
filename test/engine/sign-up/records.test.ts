import { createRecords, distinct, hashAmong, joinRecords, recordId, rowsUnder } from "../../../engine/sign-up/records";
import type { RecordKey } from "../../../engine/sign-up/rule";
import { canBeKey, MAX_PARTITION_KEY_BYTES, MAX_SORT_KEY_BYTES } from "../../../engine/table-keys";

const kim: RecordKey = { table: "referenceData", key: { list: "codes", value: "kim" } };
const kimAgain: RecordKey = { table: "referenceData", key: { value: "kim", list: "codes" } };
const lee: RecordKey = { table: "referenceData", key: { list: "codes", value: "lee" } };

describe("a row's record id", () => {
  it("does not depend on the spelling of its key", () => expect(recordId(kimAgain)).toBe(recordId(kim)));

  it.each<[string, RecordKey]>([
    ["value", lee],
    ["table", { ...kim, table: "profiles" }],
    ["attribute", { ...kim, key: { list: "codes", values: "kim" } }],
    ["number of attributes", { ...kim, key: { list: "codes" } }],
  ])("differs by %s", (_, other) => expect(recordId(other)).not.toBe(recordId(kim)));

  it("appears once in a list of keys, at its first place", () => {
    expect(distinct([kim, lee, kimAgain]).map(recordId)).toEqual([kim, lee].map(recordId));
    expect(distinct([])).toEqual([]);
  });
});

describe("a set of rows read", () => {
  const records = createRecords([kim, lee], new Map([[recordId(kim), { value: "kim" }]]));

  it("distinguishes an absent row from one that was not read", () => {
    expect(records.get(kimAgain)).toEqual({ value: "kim" });
    expect(records.get(lee)).toBeUndefined();
    expect([kimAgain, lee].map(records.has)).toEqual([true, true]);
    const unread: RecordKey = { table: "profiles", key: { person: "kim" } };
    expect(records.has(unread)).toBe(false);
    expect(() => records.get(unread)).toThrow("A rule asked for a row that its needs() did not name.");
  });
});

it("a lookup among rows in memory finds only the requested ones", () => {
  const rows = new Map([
    [recordId(kim), { value: "kim" }],
    ["other", { value: "other" }],
  ]);
  expect(rowsUnder([kimAgain, lee], rows)).toEqual(new Map([[recordId(kim), { value: "kim" }]]));
});

describe("two joined reads", () => {
  const rowOf = (key: RecordKey, row: object) => createRecords([key], new Map([[recordId(key), { ...row }]]));
  const both = joinRecords(rowOf(kim, { value: "kim", by: "hash-1" }), rowOf(lee, { value: "lee", by: "hash-2" }));

  it("contain the rows of both, and no others", () => {
    const other: RecordKey = { table: "profiles", key: { person: "kim" } };
    expect([kim, lee, other].map(both.has)).toEqual([true, true, false]);
    expect([kim, lee].map((each) => both.get(each)?.value)).toEqual(["kim", "lee"]);
    expect(() => both.get(other)).toThrow("A rule asked for a row that its needs() did not name.");
  });

  it.each([
    { of: "the first read", key: kim, values: ["new", "lee"] },
    { of: "the second read", key: lee, values: ["kim", "new"] },
  ])("can replace a row of $of, and still mention the texts of the old row, not of the new one", ({ key, values }) => {
    const replaced = both.replace(key, { value: "new", by: "hash-3" });
    expect([kim, lee].map((each) => replaced.get(each)?.value)).toEqual(values);
    expect([kim, lee].map((each) => both.get(each)?.value)).toEqual(["kim", "lee"]);
    expect(["hash-1", "hash-2", "hash-3"].map(replaced.mentions)).toEqual([true, true, false]);
  });

  it("report a text as mentioned only if one of the two reads mentions it", () =>
    expect(["hash-1", "hash-2", "hash-3"].map(both.mentions)).toEqual([true, true, false]));

  it.each([
    { given: "no other key", other: undefined, hash: "new-1" },
    { given: "a row under the other key", other: (text: string) => `hash-${text}`, hash: "hash-1" },
    { given: "no row under the other key", other: (text: string) => `old-${text}`, hash: "new-1" },
  ])("use the hash under which the row is stored: $given", ({ other, hash }) => {
    const hashes = { hashOf: (text: string) => `new-${text}`, ...(other && { otherHashOf: other }) };
    expect(hashAmong(both, hashes)("1")).toBe(hash);
  });
});

it.each([
  { text: "", max: undefined, legal: false },
  { text: "x", max: undefined, legal: true },
  { text: "é".repeat(1_024), max: undefined, legal: true },
  { text: `${"é".repeat(1_024)}x`, max: undefined, legal: false },
  { text: "é".repeat(1_024), max: MAX_PARTITION_KEY_BYTES, legal: true },
  { text: "é".repeat(512), max: MAX_SORT_KEY_BYTES, legal: true },
  { text: `${"é".repeat(512)}x`, max: MAX_SORT_KEY_BYTES, legal: false },
])("a text of $text.length characters is a valid key of up to $max bytes: $legal", ({ text, max, legal }) =>
  expect(canBeKey(text, max)).toBe(legal),
);
