import type { IncomingMessage } from "node:http";
import { type AwsClient, AwsError, dynamodb } from "../../adapters/aws/client";
import type { Item } from "../../adapters/tables/item";
import { type MemoryChange, memoryTables } from "../memory/tables";
import { type DatabaseFront, databaseFront } from "./database-front";
import { createKeyTable } from "./key-table";

export { listen } from "./listen";

/** A DynamoDB of one suite's own, with the access list's table. */
export interface TestDynamoDb extends DatabaseFront {
  readonly tableName: string;
  readonly client: AwsClient;
  /** What a stream of the table would have reported by now, in order. */
  changes(tableName: string): Promise<readonly { readonly keys: Item; readonly before?: Item; readonly after?: Item }[]>;
}

export const testCredentials = { accessKeyId: "test", secretAccessKey: "test" };

/** In memory: its client needs no network, and those that do reach it by `endpoint`. */
export async function startDynamoDb(tableName = "access-list-test"): Promise<TestDynamoDb> {
  const changes: MemoryChange[] = [];
  const tables = memoryTables((change) => changes.push(change));
  const front = await databaseFront((request, body) => answered(tables, request, body.toString("utf8")));
  let closed = false;
  const client: AwsClient = {
    warm: tables.warm,
    async call(operation, input, signal) {
      if (closed) throw new Error("The database is closed.");
      await front.begin(operation);
      return await tables.call(operation, input, signal);
    },
  };
  await createKeyTable(client, tableName, "accessList");
  front.operations();
  return {
    ...front,
    tableName,
    client,
    async changes(name) {
      return changes.flatMap(({ tableName: changed, ...change }) => (changed === name ? [change] : []));
    },
    close() {
      closed = true;
      return front.close();
    },
  };
}

async function answered(tables: AwsClient, { headers }: IncomingMessage, text: string) {
  const type = { "content-type": dynamodb.contentType };
  try {
    const operation = String(headers["x-amz-target"]).split(".").at(-1) ?? "";
    return { status: 200, headers: type, body: JSON.stringify(await tables.call(operation, JSON.parse(text))) };
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    const { name, message, status, body } = error;
    return { status, headers: type, body: JSON.stringify({ ...body, __type: `com.amazonaws.dynamodb.v20120810#${name}`, message }) };
  }
}
