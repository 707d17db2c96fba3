import type { IncomingMessage } from "node:http";
import type { APIGatewayProxyEvent, APIGatewayProxyEventV2, APIGatewayRequestAuthorizerEvent } from "aws-lambda";
import type { JWTPayload } from "jose";
import { REGION } from "../access-key";
import { ACCOUNT } from "../template";
import { type Api, DEFAULT_ROUTE, type RouteMatch } from "./api";
import type { Caller } from "./authorizer";
import { claimTexts } from "./token-check";

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

function commonFields({ request, requestId, arrivedAt }: Exchange, api: Api, { route, parameters }: RouteMatch, signer?: Signer) {
  const { searchParams, pathname } = parseUrl(request);
  const headers = readHeaders(request);
  const query = multiValues([...searchParams]);
  return {
    ...(route.format !== "rest" && { version: route.format }),
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

export interface Known {
  readonly caller?: Caller | undefined;
  readonly claims?: JWTPayload;
  readonly signer?: Signer;
}

export function integrationEvent(exchange: Exchange, api: Api, match: RouteMatch, callerFacts: Known): object {
  return match.route.format === "2.0" ? eventV2(exchange, match, callerFacts) : proxyEvent(exchange, api, match, callerFacts);
}

function proxyEvent(exchange: Exchange, api: Api, match: RouteMatch, { caller, signer }: Known): APIGatewayProxyEvent {
  const { requestContext, ...fields } = commonFields(exchange, api, match, signer);
  return {
    ...fields,
    requestContext: { ...requestContext, authorizer: caller as APIGatewayProxyEvent["requestContext"]["authorizer"] },
    body: exchange.body.length === 0 ? null : exchange.body.toString("utf8"),
    isBase64Encoded: false,
  };
}

/** Media types of bodies that are sent as text in format 2.0; others are sent in base64. */
const plainText = /^(text\/|application\/(json|javascript|xml)\b)/i;

function eventV2({ request, requestId, arrivedAt, body }: Exchange, { route }: RouteMatch, { claims }: Known): APIGatewayProxyEventV2 {
  const { pathname, search } = parseUrl(request);
  const { cookie, ...others } = request.headers;
  const headers = Object.fromEntries(Object.entries(others).map(([name, value]) => [name, [value ?? ""].flat().join(",")]));
  const isText = plainText.test(headers["content-type"] ?? "");
  const routeKey = `${route.method} ${route.path}`.trim();
  const authorizer = claims && { jwt: { claims: claimTexts(claims), scopes: [] } };
  return {
    version: "2.0",
    routeKey,
    rawPath: pathname,
    rawQueryString: search.slice(1),
    ...(cookie !== undefined && { cookies: cookie.split(/;\s*/) }),
    headers,
    requestContext: {
      accountId: ACCOUNT,
      apiId: "local",
      ...(authorizer && { authorizer }),
      domainName: request.headers.host ?? "",
      domainPrefix: "local",
      http: {
        method: request.method ?? "GET",
        path: pathname,
        protocol: `HTTP/${request.httpVersion}`,
        sourceIp: request.socket.remoteAddress ?? "",
        userAgent: request.headers["user-agent"] ?? "",
      },
      requestId,
      routeKey,
      stage: DEFAULT_ROUTE,
      time: arrivedAt.toISOString(),
      timeEpoch: arrivedAt.getTime(),
    },
    ...(body.length > 0 && { body: body.toString(isText ? "utf8" : "base64") }),
    isBase64Encoded: body.length > 0 && !isText,
  };
}

export function authorizerEvent(exchange: Exchange, api: Api, match: RouteMatch): APIGatewayRequestAuthorizerEvent {
  const { requestContext, ...fields } = commonFields(exchange, api, match);
  return {
    type: "REQUEST",
    methodArn: `arn:aws:execute-api:${REGION}:${ACCOUNT}:${api.id}/${api.stage}/${fields.httpMethod}${fields.path}`,
    ...fields,
    requestContext: { ...requestContext, authorizer: undefined },
  };
}

/** If the request's target does not begin with a slash, as in `OPTIONS *`, the path is "/". */
export function parseUrl({ url }: IncomingMessage): URL {
  return new URL(`http://local${url?.startsWith("/") ? url : "/?"}`);
}

type Values = Record<string, string[]>;

/** The caller's headers except Connection, in the caller's spelling, and the headers that the gateway adds. */
function readHeaders({ rawHeaders, socket, headers }: IncomingMessage): Values {
  const pairs = rawHeaders.flatMap((name, index) => (index % 2 === 0 ? [[name, rawHeaders[index + 1] ?? ""] as const] : []));
  const keptPairs = pairs.filter(([name]) => name.toLowerCase() !== "connection");
  return multiValues([
    ...keptPairs,
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

/** Formats a time as `09/Apr/2026:12:34:56 +0000`. */
function commonLogTime(time: Date): string {
  const [, day, month, year, clock] = time.toUTCString().split(" ");
  return `${day}/${month}/${year}:${clock} +0000`;
}
