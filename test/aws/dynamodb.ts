import { randomUUID } from "node:crypto";
import { type AwsClient, AwsError, awsClient, dynamodb, type Service } from "../../adapters/aws/client";
import type { Item } from "../../adapters/tables/item";
import { databaseFront } from "../support/database-front";
import type { TestDynamoDb } from "../support/dynamodb";
import { createKeyTable } from "../support/key-table";
import { ENGINE_VARIABLE } from "./engine";
import { passage } from "./passage";

export { listen } from "../support/listen";
export type { TestDynamoDb };

export const testCredentials = { accessKeyId: "test", secretAccessKey: "test" };

const streamed = { StreamSpecification: { StreamEnabled: true, StreamViewType: "NEW_AND_OLD_IMAGES" } };

interface StreamRecord {
  readonly eventName: string;
  readonly dynamodb: { readonly Keys: Item; readonly NewImage?: Item; readonly OldImage?: Item; readonly SequenceNumber: string };
}

async function streamOf(client: AwsClient, TableName: string): Promise<readonly StreamRecord[]> {
  const { Streams } = await client.call<{ Streams: readonly { StreamArn: string }[] }>("ListStreams", { TableName });
  const StreamArn = Streams[0]?.StreamArn;
  const { StreamDescription } = await client.call<{ StreamDescription: { Shards: readonly { ShardId: string }[] } }>("DescribeStream", {
    StreamArn,
  });
  const all: StreamRecord[] = [];
  for (const { ShardId } of StreamDescription.Shards) {
    const begin = { StreamArn, ShardId, ShardIteratorType: "TRIM_HORIZON" };
    const { ShardIterator } = await client.call<{ ShardIterator: string }>("GetShardIterator", begin);
    all.push(...(await client.call<{ Records: readonly StreamRecord[] }>("GetRecords", { ShardIterator })).Records);
  }
  return all;
}

const streams: Service = { ...dynamodb, target: "DynamoDBStreams_20120810" };

/** A suite's own way to the engine, which throws in what AWS does and this engine does not. */
export interface EngineDynamoDb extends TestDynamoDb {
  /** The next calls are refused as AWS refuses too many: this many of them. */
  throttle(calls: number): void;
  /** All records of a table's stream. */
  stream(tableName: string): Promise<readonly StreamRecord[]>;
}

/** A DynamoDB of one suite's own, as test/support/dynamodb.ts has it: DynamoDB Local keeps each access key's tables apart. */
export async function startDynamoDb(tableName = "access-list-test"): Promise<EngineDynamoDb> {
  const engine = new URL(process.env[ENGINE_VARIABLE] ?? "");
  const key = randomUUID().replaceAll("-", "");
  const forward = passage(engine, key);
  let toThrottle = 0;
  const front = await databaseFront(async (request, body) => {
    const headers = { "content-type": "application/x-amz-json-1.0" };
    if (toThrottle > 0) {
      toThrottle -= 1;
      return { status: 400, headers, body: '{"__type":"com.amazonaws.dynamodb.v20120810#ThrottlingException"}' };
    }
    return { ...(await forward(request, body.toString())), headers };
  });
  const { endpoint } = front;
  const signed = awsClient(dynamodb, { region: "eu-west-1", endpoint, credentials: async () => testCredentials });
  const client: AwsClient = {
    ...signed,
    call: <T>(operation: string, input: object, signal?: AbortSignal) =>
      signed.call<T>(operation, operation === "CreateTable" ? { ...input, ...streamed } : input, signal).catch((error: unknown) => {
        // A slow machine's first call ran out of time, and had made the table.
        if (operation === "CreateTable" && error instanceof AwsError && error.name === "ResourceInUseException") return {} as T;
        throw error;
      }),
  };
  const streamsClient = awsClient(streams, { region: "eu-west-1", endpoint, credentials: async () => testCredentials });
  await createKeyTable(client, tableName, "accessList");
  front.operations();
  return {
    ...front,
    tableName,
    client,
    throttle: (calls) => {
      toThrottle = calls;
    },
    async changes(table) {
      const records = await streamOf(streamsClient, table);
      return records.map(({ dynamodb: { Keys, OldImage, NewImage } }) => ({
        keys: Keys,
        ...(OldImage && { before: OldImage }),
        ...(NewImage && { after: NewImage }),
      }));
    },
    stream: (table) => streamOf(streamsClient, table),
  };
}
