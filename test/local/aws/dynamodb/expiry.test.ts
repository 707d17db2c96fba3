import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { AwsClient } from "../../../../adapters/aws/client";
import { createTables, type LocalItem, readTables, removeExpired, startExpiry } from "../../../../local/aws/dynamodb/tables";
import { Template } from "../../../../local/aws/template";
import { type LocalDatabase, serveLocalDatabase } from "../../../support/local-database";

const key = { AttributeDefinitions: [{ AttributeName: "k", AttributeType: "S" }], KeySchema: [{ AttributeName: "k", KeyType: "HASH" }] };
const template = new Template("Gate", {
  Resources: {
    Aging: { Type: "AWS::DynamoDB::Table", Properties: { ...key, TimeToLiveSpecification: { AttributeName: "expires", Enabled: true } } },
    Lasting: { Type: "AWS::DynamoDB::Table", Properties: key },
  },
});
const NOW = Date.parse("2026-11-20T10:00:00Z");
const seconds = (offset: number) => ({ N: String(NOW / 1_000 + offset) });
const folder = mkdtempSync(join(tmpdir(), "gatehouse-test-"));
let database: LocalDatabase;
let client: AwsClient;

const put = (k: string, expires?: object, table = "Gate-Aging") =>
  client.call("PutItem", { TableName: table, Item: { k: { S: k }, ...(expires && { expires }) } });
async function left(table = "Gate-Aging"): Promise<readonly (string | undefined)[]> {
  const { Items } = await client.call<{ Items: LocalItem[] }>("Scan", { TableName: table });
  return Items.map(({ k }) => k?.S).sort();
}

beforeAll(async () => {
  database = await serveLocalDatabase(folder);
  ({ client } = database);
  await createTables(template, client);
});
afterAll(async () => {
  await database.close();
  rmSync(folder, { recursive: true });
});

describe("expiry of rows", () => {
  it("removes expired rows and no others", async () => {
    await put("past", seconds(-1));
    await put("now", seconds(0));
    await put("soon", seconds(1));
    await put("never");
    await put("text", { S: "1" });
    await put("ancient", seconds(-6 * 365 * 86_400));
    await put("past", seconds(-1), "Gate-Lasting");
    await removeExpired(readTables(template), client, NOW);
    expect(await left()).toEqual(["ancient", "never", "soon", "text"]);
    expect(await left("Gate-Lasting")).toEqual(["past"]);
  });

  it("reads a table to its end, past pages without expired rows", async () => {
    const starts: unknown[] = [];
    const long: AwsClient = {
      warm: () => undefined,
      async call<T>(_: string, { ExclusiveStartKey }: { ExclusiveStartKey?: { k: { N: string } } }) {
        starts.push(ExclusiveStartKey);
        return { Items: [], ...(starts.length < 3 && { LastEvaluatedKey: { k: { N: String(starts.length) } } }) } as T;
      },
    };
    await removeExpired(readTables(template), long, NOW);
    expect(starts).toEqual([undefined, { k: { N: "1" } }, { k: { N: "2" } }]);
  });

  it("keeps a row whose time was extended during the check", async () => {
    await put("renewed", seconds(-1));
    const slow: AwsClient = {
      warm: () => undefined,
      async call<T>(operation: string, input: object) {
        if (operation === "DeleteItem") await put("renewed", seconds(60));
        return await client.call<T>(operation, input);
      },
    };
    await removeExpired(readTables(template), slow, NOW);
    expect(await left()).toContain("renewed");
  });

  it("reports a failure, and stops at once", async () => {
    const failures: unknown[] = [];
    const failing: AwsClient = { warm: () => undefined, call: () => Promise.reject(new Error("down")) };
    const expiry = startExpiry(readTables(template), failing, (error) => failures.push(error));
    await new Promise((resolve) => setImmediate(resolve));
    await expiry.close();
    expect(failures).toEqual([new Error("down")]);
  });
});
