import {
  BatchGetItemCommand,
  type BatchGetItemCommandInput,
  DynamoDBClient,
  DynamoDBServiceException,
  PutItemCommand,
  type PutItemCommandInput,
} from "@aws-sdk/client-dynamodb";
import { GetSecretValueCommand, type GetSecretValueCommandInput, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import type { AwsClient, Service } from "../adapters/aws/client";

/**
 * Replaces adapters/aws/client.ts in the bundle for comparison: the same handler with the plain AWS SDK. It is copied to that file's place,
 * so it exports what the handler imports from there, and imports nothing of ours.
 */
export function awsClient({ name }: Service): AwsClient {
  const client = name === "dynamodb" ? new DynamoDBClient({}) : new SecretsManagerClient({});
  return {
    async call<T>(operation: string, input: object, abortSignal?: AbortSignal): Promise<T> {
      try {
        return (await send(client, operation, input, abortSignal)) as T;
      } catch (error) {
        if (!(error instanceof DynamoDBServiceException)) throw error;
        throw new AwsError(error.name, error.message, error.$metadata.httpStatusCode ?? 0, { ...error });
      }
    },
    warm: () => undefined,
  };
}

function send(client: DynamoDBClient | SecretsManagerClient, operation: string, input: object, abortSignal?: AbortSignal): Promise<object> {
  if (client instanceof SecretsManagerClient)
    return client.send(new GetSecretValueCommand(input as GetSecretValueCommandInput), { abortSignal });
  switch (operation) {
    case "BatchGetItem":
      return client.send(new BatchGetItemCommand(input as BatchGetItemCommandInput), { abortSignal });
    case "PutItem":
      return client.send(new PutItemCommand(input as PutItemCommandInput), { abortSignal });
    default:
      throw new Error(`The benchmark does not use ${operation}.`);
  }
}

export class AwsError extends Error {
  constructor(
    override readonly name: string,
    message: string,
    readonly status: number,
    readonly body: Readonly<Record<string, unknown>>,
  ) {
    super(message);
  }
}

export const dynamodb = { name: "dynamodb" };
export const secretsManager = { name: "secretsmanager" };

export function backoff(count: number): number {
  return Math.random() * 40 * 2 ** count;
}

/** The shipped policy has no shadow rules, so its steps start no function. */
export function awsConnection(): never {
  throw new Error("The benchmark starts no function.");
}
