import Ajv2020 from "ajv/dist/2020";
import * as v from "valibot";
import * as fields from "../../engine/fields";
import { decisionRecord } from "../../engine/sign-up/record";
import { accessListRow } from "../../features/access-list/store/row-kinds";
import { approvalEvents } from "../../features/approvals/build-event";
import { approvalRequest } from "../../features/approvals/request";
import { auditRow } from "../../features/audit/entry";
import { signUpDecidedEvent } from "../../features/decisions/events";
import { profileRow } from "../../features/profiles/rows";
import { referenceRow } from "../../features/reference-data/store";
import { taskAssignedEvent } from "../../features/tasks/events";
import { findFlaws, readSchema } from "../../lib/schema-flaws";
import { eventSchema } from "../../scripts/schema-tables";

const {
  amount,
  anyObject,
  withMeaning,
  createTextSchema,
  flag,
  instant,
  invalidMember,
  createListSchema,
  createChoiceSchema,
  oneOfMore,
  parseValue,
  anyText,
  time,
  wholeNumber,
} = fields;

const pair = v.object({ one: anyText(), other: v.optional(wholeNumber()) });

/** `passes`: refused too, though the JSON Schema cannot say so, or tells its readers to expect it one day. */
const kinds: readonly {
  what: v.GenericSchema;
  takes: readonly unknown[];
  refuses: readonly unknown[];
  passes?: readonly unknown[];
}[] = [
  { what: anyText(), takes: ["", "x"], refuses: [1, null, undefined, ["x"]] },
  { what: createTextSchema(), takes: ["x"], refuses: [1, undefined], passes: [""] },
  {
    what: instant(),
    takes: ["2020-01-01T00:00:00.000Z", "2026-06-15T12:00:00.000Z", "2200-12-31T23:59:59.999Z"],
    refuses: ["2026-06-15T12:00:00Z", "", 1],
    passes: ["2026-02-30T12:00:00.000Z", "2201-01-01T00:00:00.000Z", "2019-12-31T23:59:59.999Z"],
  },
  { what: time(), takes: ["2026-06-15", "2026-06-15T12:00:00.000Z"], refuses: [1], passes: ["tomorrow", ""] },
  { what: createChoiceSchema(["a", "b"], ""), takes: ["a", "b"], refuses: ["c", "", undefined, 1] },
  { what: oneOfMore(["a", "b"], ""), takes: ["a"], refuses: [1], passes: ["c"] },
  { what: wholeNumber(), takes: [0, 7], refuses: [-1, 1.5, Number.NaN, "1"], passes: [2 ** 53] },
  { what: wholeNumber("", 1, 5), takes: [1, 5], refuses: [0, 6] },
  { what: amount(), takes: [0, 1.5], refuses: [-1, Number.NaN, "1"] },
  { what: flag(), takes: [true, false], refuses: ["true", 0, undefined] },
  { what: v.union([createChoiceSchema(["never"], ""), amount()]), takes: ["never", 3], refuses: ["ever", -1] },
  { what: createListSchema(createTextSchema()), takes: [[], ["a"]], refuses: [["a", 1], "a", { 0: "a", length: 1 }], passes: [[""]] },
  { what: anyObject(), takes: [{}, { a: 1 }], refuses: [[], null, "x"] },
  { what: pair, takes: [{ one: "x" }, { one: "x", other: 1, more: 1 }], refuses: [{}, { one: "x", other: -1 }, [], null] },
  {
    what: v.strictObject({ one: anyText(), other: v.optional(wholeNumber()) }),
    takes: [{ one: "x" }, { one: "x", other: 1 }],
    refuses: [{ one: "x", more: 1 }, {}, [], null, { one: "x", toString: 1 }],
  },
  { what: v.record(v.string(), wholeNumber()), takes: [{}, { a: 1, b: 2 }], refuses: [{ a: 1, b: "2" }, [], null, "x"] },
  {
    what: v.union([createChoiceSchema(["a"], ""), createListSchema(wholeNumber()), v.strictObject({ n: flag() })]),
    takes: ["a", [1, 2], { n: true }],
    refuses: ["b", ["1"], { n: 1 }, { n: true, m: 1 }, 3],
  },
  {
    what: accessListRow,
    takes: [{ entry: "*", effect: "deny", expiresAt: 1 }],
    refuses: [{ entry: "*", effect: "deny", expiresAt: true }],
  },
];

it.each(kinds)("a schema accepts $takes and refuses $refuses", ({ what, takes, refuses, passes = [] }) => {
  for (const value of takes) expect([value, findFlaws(what, value)]).toEqual([value, []]);
  for (const value of [...refuses, ...passes]) expect([value, findFlaws(what, value)]).not.toEqual([value, []]);
});

it.each(kinds)("a JSON Schema accepts $takes and refuses $refuses", ({ what, takes, refuses, passes = [] }) => {
  const accepts = new Ajv2020({ strict: true }).compile(eventSchema("test", v.object({ what })));
  for (const value of [...takes, ...passes]) expect([value, accepts({ what: value })]).toEqual([value, true]);
  for (const value of refuses) expect([value, accepts({ what: value })]).toEqual([value, false]);
});

it.each([
  { what: "any text", make: () => anyText("m"), takes: "" },
  { what: "text that is not empty", make: () => createTextSchema("m"), takes: "x" },
  { what: "a whole number with both ends", make: () => wholeNumber("m", 1, 5), takes: 5 },
  { what: "an object", make: () => withMeaning(v.object({ one: anyText() }), "m"), takes: { one: "x" } },
  { what: "an object that is not looked at", make: () => anyObject("m"), takes: { one: "x" } },
])("$what has a description and checks its values, even if it is optional", ({ make, takes }) => {
  const made: v.GenericSchema = make();
  expect([readSchema(made).means, v.is(made, takes), v.is(made, undefined)]).toEqual(["m", true, false]);
  const optional = v.optional(made);
  expect([readSchema(optional).means, v.is(optional, takes), v.is(optional, undefined)]).toEqual(["m", true, true]);
});

it("a schema without a description stays unchanged", () => {
  const bare = v.string();
  expect(withMeaning(bare, "")).toBe(bare);
  expect([withMeaning(bare, ""), anyText()].map((each) => readSchema(each).means)).toEqual(["", ""]);
});

it("an object of unspecified content is typed as an object in the JSON Schema", () => {
  const accepts = new Ajv2020({ strict: true }).compile(eventSchema("test", v.object({ what: anyObject() })));
  expect([{ a: 1 }, [], "x"].map((what) => accepts({ what }))).toEqual([true, false, false]);
});

it("the check names the first faulty member", () => {
  expect(invalidMember(pair, { other: "x" })).toBe("one");
  expect(invalidMember(pair, { one: "x", other: "x" })).toBe("other");
  expect(invalidMember(pair, "x")).toBe("");
  expect(invalidMember(pair, { one: "x" })).toBeUndefined();
});

describe("a parsed value", () => {
  const nested = v.object({
    pair,
    list: createListSchema(pair),
    free: anyObject(),
    tags: v.optional(v.union([createListSchema(createTextSchema()), createTextSchema()])),
  });

  it("keeps the fields in the schema, at any depth", () => {
    const value = { pair: { one: "x", mine: 1 }, list: [{ one: "y", other: 1, mine: 1 }], free: { mine: 1 }, mine: 1 };
    expect(parseValue(nested, value)).toStrictEqual({ pair: { one: "x" }, list: [{ one: "y", other: 1 }], free: { mine: 1 } });
  });

  it.each(["a", ["a", "b"]])("keeps a field of several possible types whole: %j", (tags) => {
    const value = { pair: { one: "x" }, list: [], free: {}, tags };
    expect(parseValue(nested, value)).toEqual(value);
  });

  it("is refused by an error that does not quote it", () => {
    expect(() => parseValue(nested, { pair: { one: "x" }, list: ["kim@contoso.com"], free: {} })).toThrow("Not as its schema says: list.");
    expect(() => parseValue(anyText(), 5)).toThrow("Not as its schema says: the whole.");
  });
});

it.each<[string, { readonly entries: v.ObjectEntries }]>([
  ...Object.entries(approvalEvents),
  ...Object.entries({
    signUpDecidedEvent,
    taskAssignedEvent,
    decisionRecord,
    approvalRequest,
    auditRow,
    accessListRow,
    profileRow,
    referenceRow,
  }),
])("%s describes the meaning of each field", (_, { entries }) => {
  for (const [name, member] of Object.entries(entries))
    expect([name, readSchema(member as v.GenericSchema).means]).toEqual([name, expect.stringMatching(/.\.$/)]);
});
