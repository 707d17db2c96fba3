import { recordId } from "../../../engine/sign-up/records";
import { makeRule, type RecordKey, type Row } from "../../../engine/sign-up/rule";
import type { Source } from "../../../engine/sign-up/source";
import { lookup } from "../../../features/lookup/rule";
import { undeclaredRows as none, policySecrets as noSecrets, timingCalls as untimed } from "../../../features/no-step-needs";
import { shadow } from "../../../features/shadow/rule";
import { decideFully } from "../../../features/shadow/shadows";
import { anyPolicy } from "../../support/any-policy";
import { memory, profile } from "../rules/memory-world";
import { key, person } from "./people";

const code: RecordKey = { table: "referenceData", key: { list: "codes", value: "OLD-CODE-1234" } };
const used: RecordKey = { table: "ledger", key: { id: "used/1" } };

/** Whether a rule of one's own finds the row, in the one read and in one of its own. */
async function found(at: RecordKey, cells: Row, wrap: (rule: ReturnType<typeof makeRule>) => unknown = (rule) => rule) {
  const looking = makeRule({
    name: "looking",
    needs: () => [at],
    async decide(_, { records, services, signal }) {
      const late = await services.read([at], signal);
      return { kind: "continue", findings: { read: records.get(at) !== undefined, late: late.has(recordId(at)) } };
    },
  });
  const { trace } = await decideFully(anyPolicy([wrap(looking) as never]), person(), memory([[at, cells]]).world);
  return trace[0]?.findings;
}

const there = { read: true, late: true };
const gone = { read: false, late: false };

describe("a custom rule", () => {
  it.each([
    { of: "reference data", at: code, cells: {}, finds: there },
    { of: "reference data, to the end of today", at: code, cells: { expiresAt: "2026-03-01" }, finds: there },
    { of: "reference data, until yesterday", at: code, cells: { expiresAt: "2026-02-28" }, finds: gone },
    { of: "reference data, until nobody knows when", at: code, cells: { expiresAt: "31.12.2027" }, finds: gone },
    { of: "reference data, with a misspelt end", at: code, cells: { expires_at: "2020-01-31" }, finds: gone },
    { of: "the profiles, until yesterday", at: profile("kim@contoso.com"), cells: { expiresAt: "2026-02-28" }, finds: gone },
    { of: "the list, allowed until yesterday", at: key("contoso.com"), cells: { effect: "allow", expiresAt: "2026-02-28" }, finds: gone },
    { of: "the list, allowed until nobody knows when", at: key("contoso.com"), cells: { effect: "allow", expiresAt: "soon" }, finds: gone },
    { of: "the list, denied until nobody knows when", at: key("contoso.com"), cells: { effect: "deny", expiresAt: "soon" }, finds: there },
    { of: "the ledger, which keeps ends of its own", at: used, cells: { expiresAt: "2020-01-31" }, finds: there },
  ])("looks up a row of $of: $finds.read", async ({ at, cells, finds }) => expect(await found(at, cells)).toEqual(finds));

  it("finds no expired row if it is in shadow", async () => expect(await found(code, { expiresAt: "2020-01-31" }, shadow)).toEqual(gone));
});

it("a custom source finds no expired row", async () => {
  const companies: Source = {
    name: "companies",
    uses: [{ table: "referenceData", access: "read" }],
    needs: () => [code],
    find: (_, { records }) => records.get(code) && { extension_Company: "Contoso" },
  };
  const asked = async (cells: Row) => (await decideFully(anyPolicy([lookup(companies)]), person(), memory([[code, cells]]).world)).answer;
  expect(await asked({})).toMatchObject({ kind: "continue", attributes: { extension_Company: "Contoso" } });
  expect(await asked({ expiresAt: "2020-01-31" })).toMatchObject({ kind: "block" });
});

it.each([code, profile("kim@contoso.com"), key("contoso.com")])(
  "a read fails closed if no rule of the step declares $table",
  async (at) => {
    const reading = makeRule({ name: "reading", needs: () => [at], decide: () => ({ kind: "continue" }) });
    const { world } = memory([[at, { effect: "allow" }]]);
    expect((await decideFully(anyPolicy([reading]), person(), world)).answer.kind).toBe("continue");
    expect(await decideFully(anyPolicy([reading]), person(), { ...world, counts: none })).toMatchObject({
      answer: { kind: "block" },
      failure: { why: "read" },
    });
  },
);

it("a read of a secret fails closed if no rule of the step declares it", async () => {
  const reading = makeRule({
    name: "reading",
    async decide(_, { services, signal }) {
      await services.secret("crm", signal);
      return { kind: "continue" };
    },
  });
  expect(await decideFully(anyPolicy([reading]), person(), { ...memory([]).world, secret: noSecrets() })).toMatchObject({
    answer: { kind: "block" },
    failure: { why: "rule", error: new Error('No rule of this step declares the secret "crm" in its uses.') },
  });
});

it("a step measures no call times if none of its rules makes calls", async () =>
  expect(await untimed(async () => "answer")).toEqual({ result: "answer", calls: [] }));
