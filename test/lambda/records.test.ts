import { createServer, type Server } from "node:http";
import { marshall } from "@aws-sdk/util-dynamodb";
import { type Item, toRow } from "../../adapters/tables/item";
import { makeRule } from "../../engine/sign-up/rule";
import {
  accessList,
  afterSignIn,
  assign,
  lookup,
  permittedValue,
  profiles,
  type Rule,
  requestApproval,
  service,
  shadow,
} from "../../index";
import { anyPolicy } from "../support/any-policy";
import { createDecisionsTable } from "../support/decisions-table";
import { listen, startDynamoDb, type TestDynamoDb } from "../support/dynamodb";
import { createKeyTable } from "../support/key-table";
import { asking, captureOutput, setEnvironment } from "./invoke";

const policy = anyPolicy(
  [
    assign({ country: "KR" }),
    shadow(makeRule({ name: "strict", decide: () => ({ kind: "block", reason: "strict.always" }) })),
    accessList(),
  ],
  { eventAttributes: ["extension_PartnerNumber"] },
);
const kim = { email: "Kim@Contoso.com", displayName: "Kim Lee", extension_0123456789abcdef0123456789abcdef_PartnerNumber: "P-1" };

describe("the record of a decision", () => {
  let database: TestDynamoDb;
  let secrets: Server;
  let output: ReturnType<typeof captureOutput>;
  beforeAll(async () => {
    database = await startDynamoDb("list");
    await createDecisionsTable(database.client, "decisions");
    secrets = createServer((_, response) => response.end(JSON.stringify({ SecretString: "k".repeat(64) })));
    setEnvironment(database.endpoint);
    process.env.AWS_ENDPOINT_URL_SECRETS_MANAGER = await listen(secrets);
  });
  afterAll(async () => {
    await database.close();
    secrets.closeAllConnections();
    secrets.close();
  });
  beforeEach(async () => {
    output = captureOutput();
    for (const { id, reference } of await records())
      await database.client.call("DeleteItem", { TableName: "decisions", Key: marshall({ reference, id }) });
    await list({ entry: "contoso.com", effect: "allow" });
    database.operations();
  });
  afterEach(() => output.release());

  const list = (row: object) => database.client.call("PutItem", { TableName: "list", Item: marshall(row) });
  async function records(): Promise<readonly Record<string, unknown>[]> {
    const { Items } = await database.client.call<{ Items: Item[] }>("Scan", { TableName: "decisions" });
    return Items.map(toRow);
  }

  it("holds the total time that the rules waited for each outside system", async () => {
    const crm = createServer((_, response) => setTimeout(() => response.end("{}"), 30));
    const url = await listen(crm);
    const asks = makeRule({
      name: "asks",
      uses: [service("crm", { url: "https://crm.example" })],
      decide: async (_, { services }) => {
        for (const path of ["/a", "/b"]) await services.call("crm", { path });
        return { kind: "continue" };
      },
    });
    process.env.GATEHOUSE_ENDPOINT_CRM = url;
    await asking(anyPolicy([asks]))({ body: kim });
    const [{ calls, durationMs } = {}] = await records();
    const [{ ms } = { ms: 0 }] = calls as { ms: number }[];
    expect(calls).toEqual([{ service: "crm", ms: expect.any(Number) }]);
    expect(ms).toBeGreaterThanOrEqual(55);
    expect(ms).toBeLessThanOrEqual(Number(durationMs) + 1);
    crm.close();
    crm.closeAllConnections();
  });

  it("holds the person, verdict and reason, and names of attributes without values", async () => {
    await asking(policy)({ body: kim });
    const [record, ...others] = await records();
    expect(others).toEqual([]);
    expect(record).toMatchObject({
      step: "before-create-user",
      source: "b2b",
      email: "kim@contoso.com",
      issuers: ["entra"],
      verdict: "continue",
      reasons: [],
      changed: ["country"],
      attributes: { extension_PartnerNumber: "P-1" },
      policyVersion: "0123456789ab",
      revision: 0,
      trace: [
        { rule: "assign", said: "continue", set: ["country"] },
        { rule: "strict", said: "unfinished", shadow: true },
        { rule: "access-list", said: "continue", findings: { listed: "allow" }, evidence: { entry: "contoso.com", level: "domain" } },
      ],
    });
    expect(record?.expires).toBe(Math.floor(Date.parse(String(record?.at)) / 1_000) + 90 * 86_400);
    expect(JSON.stringify(record)).not.toMatch(/Kim Lee|"KR"/);
  });

  it.each([
    { domain: "contoso.com", verdict: "continue", days: 14 },
    { domain: "fabrikam.com", verdict: "block", days: 90 },
  ])("is kept for $days days if the answer after sign-in is $verdict", async ({ domain, verdict, days }) => {
    process.env.AFTER_SIGN_IN_DAYS = "14";
    try {
      await asking(afterSignIn([accessList()], { trust: "any" }))({ body: { email: `kim@${domain}` } });
    } finally {
      delete process.env.AFTER_SIGN_IN_DAYS;
    }
    const [record] = await records();
    expect(record).toMatchObject({ verdict, expires: Math.floor(Date.parse(String(record?.at)) / 1_000) + days * 86_400 });
  });

  it("costs one read and one write", async () => {
    await asking(policy)({ body: kim });
    expect(database.operations()).toEqual(["BatchGetItem", "PutItem"]);
  });

  it("is written once for a call that is sent twice, one after the other or at once", async () => {
    const ask = asking(policy);
    await Promise.all([ask({ body: kim }), ask({ body: kim })]);
    await ask({ body: kim });
    expect(await records()).toHaveLength(1);
  });

  it("keeps its code for the same call in the next minute", async () => {
    vi.useFakeTimers({
      now: new Date("2026-06-15T12:00:50Z"),
      toFake: ["Date"],
    });
    try {
      const ask = asking(anyPolicy([accessList()]));
      const lee = { email: "lee@fabrikam.com" };
      const first = await ask({ body: lee });
      vi.setSystemTime(new Date("2026-06-15T12:01:20Z"));
      const second = await ask({ body: lee });
      expect(second.body).toEqual(first.body);
      expect(await records()).toHaveLength(1);
    } finally {
      vi.useRealTimers();
    }
  });

  it("counts a repeat with another answer, under the same code", async () => {
    const ask = asking(policy);
    await ask({ body: kim });
    await list({ entry: "contoso.com", effect: "deny" });
    await ask({ body: kim });
    await ask({ body: kim });
    expect(await records()).toEqual([
      expect.objectContaining({ verdict: "block", rule: "access-list", revision: 1, earlier: { verdict: "continue", reasons: [] } }),
    ]);
  });

  it("keeps its reference code if an unreadable call is repeated", async () => {
    vi.useFakeTimers({
      now: new Date("2026-06-15T12:00:50Z"),
      toFake: ["Date"],
    });
    try {
      const ask = asking(policy);
      const first = await ask({ body: '{"email":"kim"}' });
      vi.setSystemTime(new Date("2026-06-15T12:01:10Z"));
      expect((await ask({ body: '{"email":"kim"}' })).body).toEqual(first.body);
      expect(await records()).toHaveLength(1);
    } finally {
      vi.useRealTimers();
    }
  });

  it("holds numbers as text if DynamoDB cannot store them as numbers", async () => {
    const odd = makeRule({
      name: "odd",
      decide: () => ({ kind: "continue", findings: { nothing: Number.NaN, huge: 2 ** 70, tiny: 1e-200, score: 0.5 } }),
    });
    await asking(anyPolicy([odd], { eventAttributes: ["big"] }))({
      body: '{"email":"kim@contoso.com","big":12345678901234567890}',
    });
    expect(await records()).toEqual([
      expect.objectContaining({
        attributes: { big: "12345678901234567000" },
        trace: [expect.objectContaining({ findings: { nothing: "NaN", huge: String(2 ** 70), tiny: "1e-200", score: 0.5 } })],
      }),
    ]);
  });

  it("is not needed for a person with an allow entry, but anybody else is refused if its table cannot be used", async () => {
    const open = anyPolicy([accessList({ otherwise: "continue" })]);
    let rows = [{ entry: "contoso.com", effect: "allow" }];
    const failing = createServer((request, response) => {
      let body = "";
      request.on("data", (chunk) => {
        body += chunk;
      });
      request.on("end", () => {
        if (body.includes("decisions")) response.writeHead(400).end('{"__type":"ResourceNotFoundException"}');
        else response.end(JSON.stringify({ Responses: { list: rows.map((row) => marshall(row)) } }));
      });
    });
    process.env.AWS_ENDPOINT_URL_DYNAMODB = await listen(failing);
    try {
      expect((await asking(open)({ body: kim })).body.action).toBe("Continue");
      rows = [];
      expect((await asking(open)({ body: kim })).body.action).toBe("ShowBlockPage");
    } finally {
      process.env.AWS_ENDPOINT_URL_DYNAMODB = database.endpoint;
      failing.closeAllConnections();
      failing.close();
    }
  });

  it("is kept for an unreadable request, without the request's content", async () => {
    const { body } = await asking(policy)({ body: '{"email":"not an address"}' });
    const [record] = await records();
    expect(record).toMatchObject({ verdict: "block", reasons: ["request.email"] });
    expect(body.userMessage).toContain(String(record?.reference));
    expect(JSON.stringify(record)).not.toContain("not an address");
  });

  describe("is independent of malformed rows:", () => {
    const tables = { ledger: "ledger", referenceData: "reference-data", profiles: "profiles", approvals: "approvals" } as const;
    const kinds = Object.keys(tables) as (keyof typeof tables)[];
    const put = (table: keyof typeof tables, row: object) =>
      database.client.call("PutItem", { TableName: tables[table], Item: marshall(row) });
    const rowsIn = async (table: keyof typeof tables) =>
      (await database.client.call<{ Items: Item[] }>("Scan", { TableName: tables[table] })).Items.map(toRow);
    const somebody = (name: string, code: string) => ({
      ...(name === "kim" && { jobTitle: "Director" }),
      email: `${name}@contoso.com`,
      displayName: name,
      extension_0123456789abcdef0123456789abcdef_PartnerNumber: code,
    });
    beforeAll(async () => {
      for (const kind of kinds) await createKeyTable(database.client, tables[kind], kind);
      Object.assign(process.env, { REFERENCE_DATA_TABLE: "reference-data", PROFILES_TABLE: "profiles", APPROVALS_TABLE: "approvals" });
      for (const value of ["p-1", "p-2"]) await put("referenceData", { list: "extension_PartnerNumber", value });
    });

    it.each<{ table: keyof typeof tables; rules: readonly Rule<"before-create-user">[]; odd: object; first?: boolean; others?: string }>([
      { table: "referenceData", rules: [permittedValue("extension_PartnerNumber")], odd: { expiresAt: 7 } },
      { table: "referenceData", rules: [permittedValue("extension_PartnerNumber")], odd: { expiresAt: { soon: [] } } },
      { table: "ledger", rules: [permittedValue("extension_PartnerNumber", { maxUses: 5 })], odd: { people: 7 }, first: true },
      { table: "ledger", rules: [permittedValue("extension_PartnerNumber", { maxUses: 5 })], odd: { people: ["x"] }, first: true },
      { table: "profiles", rules: [lookup(profiles({ trust: ["entra"] }))], odd: { jobTitle: { deep: [] } } },
      { table: "profiles", rules: [lookup(profiles({ trust: ["entra"] }))], odd: { jobTitle: "a\u0000b" } },
      { table: "approvals", rules: [requestApproval()], odd: { state: "ok" }, first: true, others: "ShowBlockPage" },
      { table: "approvals", rules: [requestApproval()], odd: { turn: "x", history: 7 }, first: true, others: "ShowBlockPage" },
    ])(
      "a row of $table with $odd stops only its own person, who gets a valid answer",
      async ({ table, rules, odd, first, others = "Continue" }) => {
        await put("profiles", { person: "lee@contoso.com", jobTitle: "Clerk" });
        await put("profiles", { person: "kim@contoso.com", jobTitle: "Clerk" });
        const ask = asking(anyPolicy(rules as [Rule<"before-create-user">], { eventAttributes: [] }));
        if (first) await ask({ body: somebody("kim", "p-1") });
        const key = { referenceData: { list: "extension_PartnerNumber", value: "p-1" }, profiles: { person: "kim@contoso.com" } };
        const [written] = first ? await rowsIn(table) : [key[table as keyof typeof key]];
        await put(table, { ...written, ...odd });
        const stopped = await ask({ body: somebody("kim", "p-1"), context: { awsRequestId: "again" } });
        expect([stopped.status, stopped.body.action]).toEqual(stopped.status === 400 ? [400, "ValidationError"] : [200, "ShowBlockPage"]);
        expect((await ask({ body: somebody("lee", "p-2") })).body.action).toBe(others);
        for (const kind of ["ledger", "approvals"] as const)
          for (const { id } of await rowsIn(kind))
            await database.client.call("DeleteItem", { TableName: tables[kind], Key: marshall({ id }) });
        await put("referenceData", { list: "extension_PartnerNumber", value: "p-1" });
      },
    );
  });

  it("is logged with a hash of the person if it cannot be stored, and the answer stays the same", async () => {
    const failing = createServer((request, response) => {
      if (String(request.headers["x-amz-target"]).endsWith("PutItem")) response.writeHead(400).end('{"__type":"AccessDeniedException"}');
      else response.end(JSON.stringify({ Responses: { list: [marshall({ entry: "contoso.com", effect: "allow" })] } }));
    });
    process.env.AWS_ENDPOINT_URL_DYNAMODB = await listen(failing);
    try {
      const { body } = await asking(policy)({ body: kim });
      expect(body.action).toBe("Continue");
      const lost = output.lines().find(({ message }) => message === "record lost");
      expect(lost).toMatchObject({ record: { verdict: "continue", personId: expect.stringMatching(/^[\w-]{22}$/) } });
      expect(output.text()).not.toMatch(/kim@contoso\.com|Kim Lee|P-1|"KR"/i);
      expect(output.text()).toMatch(/RecordsLost/);
    } finally {
      process.env.AWS_ENDPOINT_URL_DYNAMODB = database.endpoint;
      failing.closeAllConnections();
      failing.close();
    }
  });
});
