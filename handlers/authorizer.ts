import middy, { type Request } from "@middy/core";
import type { APIGatewayAuthorizerResult, APIGatewayRequestAuthorizerEvent } from "aws-lambda";
import { ENTIRE_TIME } from "../adapters/aws/compose-handler";
import { certificatePasses, credentialsCheck, type PassedAs } from "../adapters/aws/credentials";
import { environment, requireVariable, workerEnvironment } from "../adapters/aws/environment";
import { seenPasswords } from "../adapters/tables/seen-passwords";
import { tables } from "../adapters/tables/tables";
import type { World } from "../adapters/world";
import { keepWarm, openConnections, watchColdCalls } from "./cold-calls";

/** Only an HTTP API sets `version`. */
type Event = APIGatewayRequestAuthorizerEvent & { readonly version?: string };

type CheckedEvent = Event & { readonly credentials?: PassedAs | "certificate" | undefined; readonly coldMs?: number | undefined };

/**
 * Checks callers' credentials. At a REST API, a refusal throws exactly "Unauthorized", answered with 401: a Deny policy would give a 403,
 * which the gateway would cache. Other errors get a static block page. An HTTP API answers every error with a 500, so its refusals are Deny
 * policies.
 */
export function authorizerHandler(world: Pick<World, "settings" | "tables" | "secrets" | "clock" | "startedAt">) {
  const { settings, secrets, clock } = world;
  const credentials = credentialsCheck(secrets, {
    secretId: requireVariable(workerEnvironment.credentialsSecret, settings),
    seen: seenPasswords({ client: world.tables, name: requireVariable(environment.ledgerTable, settings), key: tables.ledger.key }),
    now: clock.now,
  });
  const coldCalls = watchColdCalls(world);
  const callerKey = requireVariable(workerEnvironment.callerKey, settings);
  const gate = settings[environment.gate];
  /** The policy is for all routes of the gate: for the same header, the gateway may reuse the policy at another route. */
  const routes = gate === undefined ? "*/*" : `POST/${gate}/*`;
  void secrets.warm();

  async function passedByPassword({ headers, resource }: Event): Promise<PassedAs | undefined> {
    const header = Object.entries(headers ?? {}).find(([name]) => name.toLowerCase() === "authorization")?.[1];
    const shownCredentials = readBasicAuth(header);
    return shownCredentials && (await credentials.check(shownCredentials, resource.slice(1)));
  }

  /**
   * Adds `credentials` and `coldMs` to the event. If the credentials are wrong, throws at a REST API; at an HTTP API, `credentials` is
   * undefined.
   */
  async function checkCredentials(request: Request<CheckedEvent>): Promise<void> {
    const { event } = request;
    const coldMs = coldCalls.measureWait(event.requestContext.requestTimeEpoch);
    const byCertificate = certificatePasses(event.requestContext.identity?.clientCert, settings[workerEnvironment.clientCertificates]);
    const credentials = byCertificate ? "certificate" : await passedByPassword(event);
    if (credentials === undefined && event.version === undefined) throw new Error("Unauthorized");
    request.event = { ...event, credentials, coldMs };
  }

  async function formatPolicy({ methodArn, credentials, coldMs, requestContext }: CheckedEvent): Promise<APIGatewayAuthorizerResult> {
    const resource = methodArn.replace(/^([^/]*\/[^/]*)\/.*$/, `$1/${routes}`);
    return {
      principalId: "api-connector",
      usageIdentifierKey: callerKey,
      // The access log shows `credentials`. The step records `coldMs` only for the request `coldFor`, because the gateway may reuse this
      // answer for other requests.
      ...(credentials !== undefined && {
        context: { credentials, ...(coldMs !== undefined && { coldFor: requestContext.requestId, coldMs }) },
      }),
      policyDocument: {
        Version: "2012-10-17",
        Statement: [{ Action: "execute-api:Invoke", Effect: credentials === undefined ? "Deny" : "Allow", Resource: resource }],
      },
    };
  }

  const handler = middy(formatPolicy, ENTIRE_TIME).before(checkCredentials);
  const answer = handler as unknown as (event: Event) => Promise<APIGatewayAuthorizerResult>;
  return keepWarm(answer, {
    clock,
    coldCalls,
    openConnections: () => openConnections(world),
    readSecrets: credentials.read,
  }) as typeof answer;
}

/** RFC 7617: UTF-8, split at the first colon. */
export function readBasicAuth(header: string | undefined): { readonly username: string; readonly password: string } | undefined {
  const [, encoded] = /^basic +([A-Za-z0-9+/_-]+={0,2}) *$/i.exec(header ?? "") ?? [];
  if (encoded === undefined) return undefined;
  const text = Buffer.from(encoded, "base64").toString("utf8");
  const colon = text.indexOf(":");
  return colon < 0 ? undefined : { username: text.slice(0, colon), password: text.slice(colon + 1) };
}
