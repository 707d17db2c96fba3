import type { IncomingMessage } from "node:http";
import type { APIGatewayProxyEvent, APIGatewayRequestAuthorizerEvent } from "aws-lambda";
import { ACCOUNT, REGION } from "../template";
import type { Caller } from "./authorizer";
import type { Api, RouteMatch } from "./routes";

export interface Signer {
  readonly accessKeyId: string;
  readonly userArn: string;
}

export interface Exchange {
  readonly request: IncomingMessage;
  readonly requestId: string;
  readonly arrivedAt: Date;
  readonly body: Buffer;
}

/** Fields that the authorizer's event and the integration's share. */
function commonFields({ request, requestId, arrivedAt }: Exchange, api: Api, { route, parameters }: RouteMatch, signer?: Signer) {
  const { searchParams, pathname } = urlOf(request);
  const headers = headersOf(request);
  const query = multiValues([...searchParams]);
  return {
    ...(api.payloadFormat && { version: api.payloadFormat }),
    resource: route.path,
    path: pathname,
    httpMethod: route.method,
    headers: lastValues(headers),
    multiValueHeaders: headers,
    queryStringParameters: searchParams.size === 0 ? null : lastValues(query),
    multiValueQueryStringParameters: searchParams.size === 0 ? null : query,
    pathParameters: Object.keys(parameters).length === 0 ? null : parameters,
    stageVariables: null,
    requestContext: {
      accountId: ACCOUNT,
      apiId: api.id,
      domainName: request.headers.host ?? "",
      domainPrefix: api.id,
      extendedRequestId: requestId,
      httpMethod: route.method,
      identity: {
        accessKey: signer?.accessKeyId ?? null,
        accountId: signer === undefined ? null : ACCOUNT,
        apiKey: null,
        apiKeyId: null,
        caller: signer?.accessKeyId ?? null,
        clientCert: null,
        cognitoAuthenticationProvider: null,
        cognitoAuthenticationType: null,
        cognitoIdentityId: null,
        cognitoIdentityPoolId: null,
        principalOrgId: null,
        sourceIp: request.socket.remoteAddress ?? "",
        user: signer?.accessKeyId ?? null,
        userAgent: request.headers["user-agent"] ?? null,
        userArn: signer?.userArn ?? null,
      },
      path: pathname,
      protocol: `HTTP/${request.httpVersion}`,
      requestId,
      requestTime: commonLogTime(arrivedAt),
      requestTimeEpoch: arrivedAt.getTime(),
      resourceId: route.resourceId,
      resourcePath: route.path,
      stage: api.stage,
    },
  };
}

/** The caller, from the route's authorizer or the signature. */
export interface Known {
  readonly caller: Caller | undefined;
  readonly signer: Signer | undefined;
}

export function proxyEvent(exchange: Exchange, api: Api, match: RouteMatch, { caller, signer }: Known): APIGatewayProxyEvent {
  const { requestContext, ...fields } = commonFields(exchange, api, match, signer);
  return {
    ...fields,
    requestContext: { ...requestContext, authorizer: caller as APIGatewayProxyEvent["requestContext"]["authorizer"] },
    body: exchange.body.length === 0 ? null : exchange.body.toString("utf8"),
    isBase64Encoded: false,
  };
}

/** A REQUEST authorizer's event: everything but the body. */
export function authorizerEvent(exchange: Exchange, api: Api, match: RouteMatch): APIGatewayRequestAuthorizerEvent {
  const { requestContext, ...fields } = commonFields(exchange, api, match);
  return {
    type: "REQUEST",
    methodArn: `arn:aws:execute-api:${REGION}:${ACCOUNT}:${api.id}/${api.stage}/${fields.httpMethod}${fields.path}`,
    ...fields,
    requestContext: { ...requestContext, authorizer: undefined },
  };
}

/** A path that is no valid URL matches no route. */
export function urlOf({ url }: IncomingMessage): URL {
  return new URL(`http://local${url?.startsWith("/") ? url : "/?"}`);
}

type Values = Record<string, string[]>;

/** The caller's own headers in their spelling, and those that the gateway adds. */
function headersOf({ rawHeaders, socket, headers }: IncomingMessage): Values {
  const pairs = rawHeaders.flatMap((name, index) => (index % 2 === 0 ? [[name, rawHeaders[index + 1] ?? ""] as const] : []));
  const kept = pairs.filter(([name]) => name.toLowerCase() !== "connection");
  return multiValues([
    ...kept,
    ["X-Forwarded-For", socket.remoteAddress ?? ""],
    ["X-Forwarded-Port", headers.host?.split(":")[1] ?? "80"],
    ["X-Forwarded-Proto", "http"],
  ]);
}

function multiValues(pairs: readonly (readonly [string, string])[]): Values {
  const values: Values = Object.create(null);
  for (const [name, value] of pairs) {
    values[name] ??= [];
    values[name].push(value);
  }
  return values;
}

function lastValues(values: Values): Record<string, string> {
  return Object.fromEntries(Object.entries(values).map(([name, all]) => [name, all.at(-1) ?? ""]));
}

/** `09/Apr/2026:12:34:56 +0000` */
function commonLogTime(time: Date): string {
  const [, day, month, year, clock] = time.toUTCString().split(" ");
  return `${day}/${month}/${year}:${clock} +0000`;
}
