import {
  BatchExecuteStatementCommand,
  BatchGetItemCommand,
  DeleteItemCommand,
  DescribeTableCommand,
  DescribeTimeToLiveCommand,
  DynamoDBClient,
  type DynamoDBClientConfig,
  DynamoDBServiceException,
  GetItemCommand,
  ListTablesCommand,
  PutItemCommand,
  QueryCommand,
  ScanCommand,
  TransactWriteItemsCommand,
  UpdateItemCommand,
} from "@aws-sdk/client-dynamodb";
import { ConfiguredRetryStrategy } from "@smithy/core/retry";
import type { World } from "../world";
import { ATTEMPT_TIMEOUT_MS, type AwsClient, AwsError, backoff, MAX_ATTEMPTS } from "./client";
import { getHttpStatus } from "./sdk";

type Command = Parameters<DynamoDBClient["send"]>[0];
type DeserializeMiddleware = Parameters<(typeof DynamoDBClient.prototype.middlewareStack)["add"]>[0];

/** The DynamoDB operations that stores and commands call. Bundles contain no others. */
const commands = {
  BatchExecuteStatement: BatchExecuteStatementCommand,
  BatchGetItem: BatchGetItemCommand,
  DeleteItem: DeleteItemCommand,
  DescribeTable: DescribeTableCommand,
  DescribeTimeToLive: DescribeTimeToLiveCommand,
  GetItem: GetItemCommand,
  ListTables: ListTablesCommand,
  PutItem: PutItemCommand,
  Query: QueryCommand,
  Scan: ScanCommand,
  TransactWriteItems: TransactWriteItemsCommand,
  UpdateItem: UpdateItemCommand,
} as unknown as Readonly<Record<string, new (input: object) => Command>>;

export interface SdkTablesOptions extends Pick<DynamoDBClientConfig, "region" | "credentials" | "endpoint"> {
  /** The SDK's HTTP options besides the time limits, such as a proxy's agent. */
  readonly requestHandler?: object;
  /** The time limit of one attempt, in milliseconds. @default 2000 */
  readonly attemptTimeoutMs?: number;
}

/** Creates a client with the same answers and errors as the one of `awsClient`: `test/adapters/aws/client.test.ts` compares the two. */
export function sdkTables({ requestHandler, attemptTimeoutMs = ATTEMPT_TIMEOUT_MS, ...place }: SdkTablesOptions = {}): AwsClient {
  const client = new DynamoDBClient({
    ...place,
    retryStrategy: new ConfiguredRetryStrategy(MAX_ATTEMPTS, backoff),
    requestHandler: { requestTimeout: attemptTimeoutMs, socketTimeout: attemptTimeoutMs, throwOnRequestTimeout: true, ...requestHandler },
    // By default, the SDK calls a host with the account's number in its name. Firewalls and VPC endpoints do not know this host.
    accountIdEndpointMode: "disabled",
    // Bytes remain base64 text, as in streams and backups.
    base64Decoder: returnBytes,
    base64Encoder: returnBytes,
    customUserAgent: "entra-gatehouse",
    // The middlewares below never change, so they need not be put in order again for each call.
    cacheMiddleware: true,
  });
  // Removes a middleware that copies every row for a log. Nobody reads that log.
  client.middlewareStack.remove("loggerMiddleware");
  client.middlewareStack.add(assertJson, { step: "deserialize", priority: "low" });
  return {
    warm: () => undefined,
    async call<T>(operation: string, input: object, signal?: AbortSignal): Promise<T> {
      signal?.throwIfAborted();
      const Operation = commands[operation];
      if (Operation === undefined) throw new Error(`The operation ${operation} is missing in sdk-tables.ts.`);
      const command = new Operation(input);
      try {
        // A call without a signal passes no options, because the SDK caches its middlewares only for calls without options.
        return (await (signal === undefined ? client.send(command) : client.send(command, { abortSignal: signal }))) as T;
      } catch (error) {
        signal?.throwIfAborted();
        throw toAwsError(error);
      }
    },
  };
}

/** Tables for a function whose caller does not wait. */
export const awsTables = (): Pick<World, "tables"> => ({ tables: sdkTables() });

/** Throws if an answer is not JSON, such as a proxy's page: the SDK would treat an empty one as an answer without rows. */
const assertJson: DeserializeMiddleware = (next) => async (args) => {
  const answer = await next(args);
  const { statusCode, headers } = answer.response as { readonly statusCode: number; readonly headers: Readonly<Record<string, string>> };
  const { "content-type": type = "json" } = headers;
  if (statusCode === 200 && !type.includes("json")) throw new SyntaxError("What came back is no answer of DynamoDB's.");
  return answer;
};

/** For a proxy's page, the error contains only the status. */
function toAwsError(error: unknown): unknown {
  const status = getHttpStatus(error);
  if (status === undefined || status === 200) return error;
  if (!(error instanceof DynamoDBServiceException) || error.name === "Unknown") return new AwsError(`Http${status}`, "", status, {});
  return new AwsError(error.name, error.message, status, { ...error });
}

function returnBytes<T>(bytes: unknown): T {
  return bytes as T;
}
