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

/** The operations of stores and commands: a bundle contains only these. */
const commands = {
  BatchExecuteStatement: BatchExecuteStatementCommand,
  BatchGetItem: BatchGetItemCommand,
  DeleteItem: DeleteItemCommand,
  DescribeTable: DescribeTableCommand,
  DescribeTimeToLive: DescribeTimeToLiveCommand,
  GetItem: GetItemCommand,
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

/** Creates a DynamoDB client with the AWS SDK. It answers and fails like the small client: `test/adapters/aws/client.test.ts` compares. */
export function sdkTables({ requestHandler, attemptTimeoutMs = ATTEMPT_TIMEOUT_MS, ...place }: SdkTablesOptions = {}): AwsClient {
  const client = new DynamoDBClient({
    ...place,
    retryStrategy: new ConfiguredRetryStrategy(MAX_ATTEMPTS, backoff),
    requestHandler: { requestTimeout: attemptTimeoutMs, socketTimeout: attemptTimeoutMs, throwOnRequestTimeout: true, ...requestHandler },
    // Firewalls and VPC endpoints do not know the address that contains the account's number.
    accountIdEndpointMode: "disabled",
    // Bytes stay in base64, the form that streams and backups use.
    base64Decoder: asGiven,
    base64Encoder: asGiven,
    customUserAgent: "entra-gatehouse",
    // The middlewares stay as they are below, so they need not be put in order again for each call.
    cacheMiddleware: true,
  });
  // The removed middleware copies every row for a log that nobody reads.
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
        // Without options, because the SDK keeps middlewares only for such calls.
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

/** Refuses an answer that is not JSON: the SDK treats an empty body, even from a proxy, as an answer without rows. */
const assertJson: DeserializeMiddleware = (next) => async (args) => {
  const answer = await next(args);
  const { statusCode, headers } = answer.response as { readonly statusCode: number; readonly headers: Readonly<Record<string, string>> };
  const { "content-type": type = "json" } = headers;
  if (statusCode === 200 && !type.includes("json")) throw new SyntaxError("What came back is no answer of DynamoDB's.");
  return answer;
};

/** Converts an error. A proxy's page has only a status. */
function toAwsError(error: unknown): unknown {
  const status = getHttpStatus(error);
  if (status === undefined || status === 200) return error;
  if (!(error instanceof DynamoDBServiceException) || error.name === "Unknown") return new AwsError(`Http${status}`, "", status, {});
  return new AwsError(error.name, error.message, status, { ...error });
}

function asGiven<T>(bytes: unknown): T {
  return bytes as T;
}
