import { type AwsClient, awsClient, dynamodb } from "../../adapters/aws/client";
import { createCredentials } from "../../local/aws/access-key";
import type { Instance } from "../../local/data/instance";
import { patiently } from "./patience";

/** The tables of a running `npm start`, for a test: each call may take as long as a busy machine needs. */
export function tablesOf({ dynamodbEndpoint: endpoint, aws }: Pick<Instance, "dynamodbEndpoint" | "aws">): AwsClient {
  return awsClient(dynamodb, { region: aws.region, credentials: createCredentials(aws), endpoint, attemptTimeoutMs: patiently.timeout });
}
