import type { APIGatewayAuthorizerResult, APIGatewayRequestAuthorizerEvent } from "aws-lambda";
import { awsClient, secretsManager } from "../adapters/aws/client";
import { credentialsCheck } from "../adapters/aws/credentials";
import { environment, required } from "../adapters/aws/environment";
import { readBasicAuth } from "../engine/protocols/basic-auth";

const client = awsClient(secretsManager);
const passes = credentialsCheck(client, required(environment.credentialsSecret));
client.warm();

/**
 * Basic auth for the API. Throwing exactly "Unauthorized" makes the gateway answer 401; a Deny policy would be a 403,
 * and cached. Any other error makes it answer its static block page.
 */
export async function handler(event: APIGatewayRequestAuthorizerEvent): Promise<APIGatewayAuthorizerResult> {
  const header = Object.entries(event.headers ?? {}).find(([name]) => name.toLowerCase() === "authorization")?.[1];
  const shown = readBasicAuth(header);
  if (shown === undefined || !(await passes(shown))) throw new Error("Unauthorized");
  return {
    principalId: "api-connector",
    policyDocument: {
      Version: "2012-10-17",
      // The gateway caches this answer for the header, whichever route it was given for: so it names them all.
      Statement: [{ Action: "execute-api:Invoke", Effect: "Allow", Resource: event.methodArn.replace(/^([^/]*\/[^/]*)\/.*$/, "$1/*/*") }],
    },
  };
}
