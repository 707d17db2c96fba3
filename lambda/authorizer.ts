import type { APIGatewayAuthorizerResult, APIGatewayRequestAuthorizerEvent } from "aws-lambda";
import { awsClient, dynamodb, secretsManager } from "../adapters/aws/client";
import { certificatePasses } from "../adapters/aws/client-certificate";
import { credentialsCheck, type PassedAs } from "../adapters/aws/credentials";
import { environment, required } from "../adapters/aws/environment";
import { seenPasswords } from "../adapters/tables/seen-passwords";
import { tables } from "../adapters/tables/tables";
import { readBasicAuth } from "../engine/protocols/basic-auth";

const client = awsClient(secretsManager);
const passes = credentialsCheck(client, {
  secretId: required(environment.credentialsSecret),
  seen: seenPasswords({ client: awsClient(dynamodb), name: required(environment.ledgerTable), key: tables.ledger.key }),
});
const callerKey = required(environment.callerKey);
const gate = process.env[environment.gate];
/** The gateway may keep an answer for the header, whichever route it was given for: so it names all routes of the gate. */
const routes = gate === undefined ? "*/*" : `POST/${gate}/*`;
client.warm();

/**
 * Basic auth for the API; or a client certificate, which API Gateway has checked against the trust store. Throwing exactly
 * "Unauthorized" makes the gateway answer 401; a Deny policy would be a 403, and cached. Any other error makes it answer
 * its static block page.
 */
export async function handler(event: APIGatewayRequestAuthorizerEvent): Promise<APIGatewayAuthorizerResult> {
  const byCertificate = certificatePasses(event.requestContext.identity.clientCert, process.env[environment.clientCertificates]);
  const credentials = byCertificate ? "certificate" : await passedByPassword(event);
  if (credentials === undefined) throw new Error("Unauthorized");
  return {
    principalId: "api-connector",
    usageIdentifierKey: callerKey,
    // Counted in the access log.
    context: { credentials },
    policyDocument: {
      Version: "2012-10-17",
      Statement: [
        { Action: "execute-api:Invoke", Effect: "Allow", Resource: event.methodArn.replace(/^([^/]*\/[^/]*)\/.*$/, `$1/${routes}`) },
      ],
    },
  };
}

async function passedByPassword({ headers, resource }: APIGatewayRequestAuthorizerEvent): Promise<PassedAs | undefined> {
  const header = Object.entries(headers ?? {}).find(([name]) => name.toLowerCase() === "authorization")?.[1];
  const shown = readBasicAuth(header);
  return shown && (await passes(shown, resource.slice(1)));
}
