import { distinct, recordId, recordsOf, rowsUnder } from "../../../engine/sign-up/records";
import type { RecordKey } from "../../../engine/sign-up/rule";

const kim: RecordKey = { table: "referenceData", key: { list: "codes", value: "kim" } };
const kimAgain: RecordKey = { table: "referenceData", key: { value: "kim", list: "codes" } };
const lee: RecordKey = { table: "referenceData", key: { list: "codes", value: "lee" } };

describe("a row's address", () => {
  it("is the same whichever way its key is spelled", () => expect(recordId(kimAgain)).toBe(recordId(kim)));

  it.each<[string, RecordKey]>([
    ["value", lee],
    ["table", { ...kim, table: "profiles" }],
    ["attribute", { ...kim, key: { list: "codes", values: "kim" } }],
    ["number of attributes", { ...kim, key: { list: "codes" } }],
  ])("differs by %s", (_, other) => expect(recordId(other)).not.toBe(recordId(kim)));

  it("is asked for once, where it was first mentioned", () => {
    expect(distinct([kim, lee, kimAgain]).map(recordId)).toEqual([kim, lee].map(recordId));
    expect(distinct([])).toEqual([]);
  });
});

describe("the rows read", () => {
  const records = recordsOf([kim, lee], new Map([[recordId(kim), { value: "kim" }]]));

  it("tell a row that is absent from one that was not read", () => {
    expect(records.get(kimAgain)).toEqual({ value: "kim" });
    expect(records.get(lee)).toBeUndefined();
    expect([kimAgain, lee].map(records.has)).toEqual([true, true]);
    const unread: RecordKey = { table: "profiles", key: { person: "kim" } };
    expect(records.has(unread)).toBe(false);
    expect(() => records.get(unread)).toThrow("A rule asked for a row that its needs() did not name.");
  });
});

it("of rows in memory, those asked for are found", () => {
  const rows = new Map([
    [recordId(kim), { value: "kim" }],
    ["other", { value: "other" }],
  ]);
  expect(rowsUnder([kimAgain, lee], rows)).toEqual(new Map([[recordId(kim), { value: "kim" }]]));
});
