import { auditRow } from "../../adapters/tables/audit";
import { approvalEvents } from "../../engine/approvals/event";
import { approvalRequest } from "../../engine/approvals/request";
import { accessListRow, profileRow, referenceRow } from "../../engine/edited-tables";
import * as schema from "../../engine/schema";
import { signUpDecidedEvent } from "../../engine/sign-up/event";
import { decisionRecord } from "../../engine/sign-up/record";

const { amount, anyObject, wholeNumber, either, filled, flag, instant, listOf, object, oneOf, oneOfMore, optional, anyText, time } = schema;
const pair = object({ one: anyText(""), other: optional(wholeNumber("")) });

it.each([
  { what: anyText(""), takes: ["", "x"], refuses: [1, null, undefined, ["x"]] },
  { what: filled(""), takes: ["x"], refuses: ["", 1, undefined] },
  {
    what: instant(""),
    takes: ["2026-06-15T12:00:00.000Z", "2200-12-31T23:59:59.999Z"],
    refuses: ["2026-06-15T12:00:00Z", "2026-02-30T12:00:00.000Z", "2201-01-01T00:00:00.000Z", "2019-12-31T00:00:00.000Z", "", 1],
  },
  { what: time(""), takes: ["2026-06-15", "2026-06-15T12:00:00.000Z"], refuses: ["tomorrow", "", 1] },
  { what: oneOf(["a", "b"], ""), takes: ["a", "b"], refuses: ["c", "", undefined, 1] },
  { what: oneOfMore(["a", "b"], ""), takes: ["a"], refuses: ["c"] },
  { what: wholeNumber(""), takes: [0, 7], refuses: [-1, 1.5, 2 ** 53, Number.NaN, "1"] },
  { what: amount(""), takes: [0, 1.5], refuses: [-1, Number.NaN, "1"] },
  { what: flag(""), takes: [true, false], refuses: ["true", 0, undefined] },
  { what: either(oneOf(["never"], ""), amount(""), ""), takes: ["never", 3], refuses: ["ever", -1] },
  { what: listOf(filled(""), ""), takes: [[], ["a"]], refuses: [[""], ["a", 1], "a", { 0: "a", length: 1 }] },
  { what: anyObject(""), takes: [{}, { a: 1 }], refuses: [[], null, "x"] },
  { what: pair, takes: [{ one: "x" }, { one: "x", other: 1, more: 1 }], refuses: [{}, { one: "x", other: -1 }, [], null] },
])("a schema takes $takes and refuses $refuses", ({ what, takes, refuses }) => {
  for (const value of takes) expect([value, what.accepts(value)]).toEqual([value, true]);
  for (const value of refuses) expect([value, what.accepts(value)]).toEqual([value, false]);
});

it("names the first member at fault", () => {
  expect(schema.flawOf(pair.members, { other: "x" })).toBe("one");
  expect(schema.flawOf(pair.members, { one: "x", other: "x" })).toBe("other");
  expect(schema.flawOf(pair.members, "x")).toBe("");
  expect(schema.flawOf(pair.members, { one: "x" })).toBeUndefined();
});

describe("what is parsed", () => {
  const nested = object({ pair, list: listOf(pair, ""), free: anyObject("") });

  it("keeps what the schema names, at any depth", () => {
    const value = { pair: { one: "x", mine: 1 }, list: [{ one: "y", other: 1, mine: 1 }], free: { mine: 1 }, mine: 1 };
    expect(schema.parsed(nested, value)).toEqual({ pair: { one: "x" }, list: [{ one: "y", other: 1 }], free: { mine: 1 } });
  });

  it("is refused without telling a value", () => {
    expect(() => schema.parsed(nested, { pair: { one: "x" }, list: ["kim@contoso.com"], free: {} })).toThrow(
      "Not as its schema says: list.",
    );
    expect(() => schema.parsed(anyText(""), 5)).toThrow("Not as its schema says: the whole.");
  });
});

it.each([
  ...Object.entries(approvalEvents),
  ...Object.entries({ signUpDecidedEvent, decisionRecord, approvalRequest, auditRow, accessListRow, profileRow, referenceRow }),
])("%s says of every field what it means", (_, { members }) => {
  for (const [name, { means }] of Object.entries<schema.Schema<unknown>>(members))
    expect([name, means]).toEqual([name, expect.stringMatching(/.\.$/)]);
});
