import { decide } from "../../../engine/sign-up/engine";
import type { Row } from "../../../engine/sign-up/rule";
import type { Attributes } from "../../../engine/sign-up/sign-up";
import type { PermittedValueOptions } from "../../../features/permitted-value/options";
import { permittedValue } from "../../../features/permitted-value/rule";
import { listed, memory } from "../../engine/rules/memory-world";
import { person } from "../../engine/sign-up/people";
import { anyPolicy } from "../../support/any-policy";

const CODE = "extension_Code" as never;
const fill = { companyName: "company" } as const;

async function answerTo(typed: Attributes, row: Row, options: PermittedValueOptions = { maxUses: 20, fill }, name: never = CODE) {
  const tables = memory([
    [listed(name, "AAA"), row],
    [listed(name, "sales manager"), row],
  ]);
  const { answer, trace } = await decide(anyPolicy([permittedValue(name, options)]), person({ attributes: typed }), tables.world);
  return { answer, trace, rows: tables.rows };
}

describe("a code that decides an attribute", () => {
  it.each<{ given: string; typed: Attributes; row: Row; attributes: Attributes }>([
    { given: "a text", typed: { [CODE]: "AAA" }, row: { company: "Contoso" }, attributes: { companyName: "Contoso" } },
    {
      given: "another spelling",
      typed: { [CODE]: "aaa" },
      row: { company: "Contoso" },
      attributes: { [CODE]: "AAA", companyName: "Contoso" },
    },
    { given: "a number", typed: { [CODE]: "AAA" }, row: { company: 7 }, attributes: { companyName: "7" } },
    {
      given: "a typed value",
      typed: { [CODE]: "AAA", companyName: "Mine" },
      row: { company: "Contoso" },
      attributes: { companyName: "Contoso" },
    },
  ])("sets the attribute from a column of the code's row: $given", async ({ typed, row, attributes }) => {
    const { answer } = await answerTo(typed, row);
    expect(answer).toMatchObject({ kind: "continue", attributes });
  });

  it.each<Row>([{}, { company: "" }, { company: " " }, { company: null }, { company: ["Contoso"] }, { Company: "Contoso" }])(
    "admits nobody by a row without the column, and names the row: %j",
    async (row) => {
      const { answer, trace, rows } = await answerTo({ [CODE]: "AAA" }, row);
      expect(answer).toMatchObject({ kind: "block", reason: "gatehouse.unavailable" });
      expect(trace[0]).toMatchObject({ upstreamFailure: { service: "reference-data", kind: "unexpected", at: "extension_Code.company" } });
      expect([...rows.keys()].filter((key) => key.includes("code/"))).toEqual([]);
    },
  );

  it.each([
    { what: "unknown", typed: "BBB", row: { company: "Contoso" }, reason: "value.not-permitted" },
    { what: "over", typed: "AAA", row: { company: "Contoso", expiresAt: "2020-01-31" }, reason: "value.not-permitted" },
    { what: "empty", typed: "", row: { company: "Contoso" }, reason: "attribute.required" },
  ])("is asked for again if it is $what", async ({ typed, row, reason }) => {
    expect((await answerTo({ [CODE]: typed }, row)).answer).toMatchObject({ kind: "invalid", problems: [{ reason }] });
  });

  it("allows nobody to type the attribute instead of a code", async () => {
    const { answer } = await answerTo({ [CODE]: "", companyName: "Mine" }, {}, { optional: true, fill });
    expect(answer).toMatchObject({ kind: "invalid", problems: [{ attribute: "companyName", reason: "value.not-permitted" }] });
    expect((await answerTo({ [CODE]: "" }, {}, { optional: true, fill })).answer).toMatchObject({ kind: "continue" });
  });

  it("can replace a typed job title by the spelling in its row", async () => {
    const options = { fill: { jobTitle: "title" } } as const;
    const typed = { jobTitle: "SALES  Manager" };
    const { answer } = await answerTo(typed, { title: "Sales Manager" }, options, "jobTitle" as never);
    expect(answer).toMatchObject({ kind: "continue", attributes: { jobTitle: "Sales Manager" } });
  });

  it("keeps numbers and ticked boxes of custom attributes", async () => {
    const ofOwn = { extension_Seats: "seats", extension_Active: "active" } as never;
    const { answer } = await answerTo({ [CODE]: "AAA" }, { seats: 7, active: false }, { fill: ofOwn });
    expect(answer).toMatchObject({ kind: "continue", attributes: { extension_Seats: 7, extension_Active: false } });
  });

  it("declares the attributes that it sets", () => {
    expect(permittedValue(CODE, { fill: { companyName: "company", city: "town" } })).toMatchObject({
      sets: ["companyName", "city"],
      reshapes: [CODE],
      asks: [CODE],
    });
  });
});
