import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { AwsClient } from "../../../../adapters/aws/client";
import { createTables, DatabaseError, readTables } from "../../../../local/aws/dynamodb/tables";
import { Template } from "../../../../local/aws/template";
import { type LocalDatabase, serveLocalDatabase } from "../../../support/local-database";

const attribute = (AttributeName: string, AttributeType = "S") => ({ AttributeName, AttributeType });
const key = (AttributeName: string) => ({ AttributeName, KeyType: "HASH" });
const byDay = { IndexName: "by-day", KeySchema: [key("day")], Projection: { ProjectionType: "ALL" } };
const wanted = {
  AttributeDefinitions: [attribute("id"), attribute("day")],
  KeySchema: [key("id")],
  GlobalSecondaryIndexes: [byDay],
  TimeToLiveSpecification: { AttributeName: "expires", Enabled: true },
  StreamSpecification: { StreamViewType: "NEW_IMAGE" },
};
const template = (name: string, properties: object, type = "AWS::DynamoDB::GlobalTable") =>
  new Template("Gate", { Resources: { [name]: { Type: type, Properties: { ...wanted, ...properties } } } });

const folder = mkdtempSync(join(tmpdir(), "gatehouse-test-"));
let database: LocalDatabase;
let client: AwsClient;

beforeAll(async () => {
  database = await serveLocalDatabase(folder);
  ({ client } = database);
});
afterAll(async () => {
  await database.close();
  rmSync(folder, { recursive: true });
});

describe("local tables", () => {
  it.each(["AWS::DynamoDB::GlobalTable", "AWS::DynamoDB::Table"])("are read from the template: %s", (type) => {
    expect(readTables(template("Kept", {}, type))).toEqual([
      {
        name: "Gate-Kept",
        keyAttributes: ["id"],
        expiryAttribute: "expires",
        stream: { arn: "arn:aws:dynamodb:us-east-1:000000000000:table/Gate-Kept/stream/local", view: "NEW_IMAGE" },
      },
    ]);
  });

  it("are created once, with their indexes, and keep their rows", async () => {
    await createTables(template("Kept", {}), client);
    await client.call("PutItem", { TableName: "Gate-Kept", Item: { id: { S: "a" }, day: { S: "d" } } });
    await createTables(template("Kept", {}), client);
    const query = {
      KeyConditionExpression: "#d = :d",
      ExpressionAttributeNames: { "#d": "day" },
      ExpressionAttributeValues: { ":d": { S: "d" } },
    };
    await expect(client.call("Query", { TableName: "Gate-Kept", IndexName: "by-day", ...query })).resolves.toMatchObject({ Count: 1 });
  });

  it.each([
    {
      name: "NoIndex",
      earlier: { GlobalSecondaryIndexes: undefined, AttributeDefinitions: [attribute("id")] },
      says: "it lacks the index by-day",
    },
    {
      name: "OtherIndex",
      earlier: { GlobalSecondaryIndexes: [{ ...byDay, Projection: { ProjectionType: "KEYS_ONLY" } }] },
      says: "it lacks the index by-day",
    },
    {
      name: "OtherKey",
      earlier: { KeySchema: [key("day")], GlobalSecondaryIndexes: [{ ...byDay, KeySchema: [key("id")] }] },
      says: "its key is another",
    },
    {
      name: "OtherType",
      earlier: { AttributeDefinitions: [attribute("id", "N"), attribute("day")] },
      says: "its key attributes have other types",
    },
  ])("are refused and stay unchanged if an earlier stack made them differently: $name", async ({ name, earlier, says }) => {
    await createTables(template(name, earlier), client);
    const refused = createTables(template(name, {}), client);
    await expect(refused).rejects.toThrow(DatabaseError);
    await expect(refused).rejects.toThrow(`The table Gate-${name} in the data folder was made by another version of the stack: ${says}.`);
    await expect(client.call("DescribeTable", { TableName: `Gate-${name}` })).resolves.toBeDefined();
  });

  it("still work with a template that has dropped an index", async () => {
    await createTables(template("Fewer", {}), client);
    const fewer = { GlobalSecondaryIndexes: undefined, AttributeDefinitions: [attribute("id")] };
    await expect(createTables(template("Fewer", fewer), client)).resolves.toBeUndefined();
  });
});
