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
  const headers = readHeaders(request, route.format);
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
  const isText = match.route.format === "rest" || plainText.test(exchange.request.headers["content-type"] ?? "");
  // A REST API passes each value of the authorizer's context as a text.
  const context = caller && Object.fromEntries(Object.entries(caller).map(([name, value]) => [name, String(value)]));
  return {
    ...fields,
    requestContext: { ...requestContext, authorizer: context },
    body: exchange.body.length === 0 ? null : exchange.body.toString(isText ? "utf8" : "base64"),
    isBase64Encoded: exchange.body.length > 0 && !isText,
  };
}

/** An HTTP API sends bodies of these media types as text, and others in base64. */
const plainText = /^(text\/|application\/(json|javascript|xml)\b)/i;

function eventV2(exchange: Exchange, { route, parameters }: RouteMatch, { claims }: Known): APIGatewayProxyEventV2 {
  const { request, requestId, arrivedAt, body } = exchange;
  const { pathname, search, searchParams } = parseUrl(request);
  const { cookie = [], ...others } = readHeaders(request, route.format);
  const headers = joinValues(others);
  const isText = plainText.test(headers["content-type"] ?? "");
  const routeKey = `${route.method} ${route.path}`.trim();
  const authorizer = claims && { jwt: { claims: claimTexts(claims), scopes: [] } };
  return {
    version: "2.0",
    routeKey,
    rawPath: pathname,
    rawQueryString: search.slice(1),
    ...(cookie.length > 0 && { cookies: cookie.flatMap((line) => line.split(/;\s*/)) }),
    headers,
    ...(searchParams.size > 0 && { queryStringParameters: joinValues(multiValues([...searchParams])) }),
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
      time: commonLogTime(arrivedAt),
      timeEpoch: arrivedAt.getTime(),
    },
    ...(Object.keys(parameters).length > 0 && { pathParameters: parameters }),
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
    // An authorizer gets objects without members where a function gets null.
    queryStringParameters: fields.queryStringParameters ?? {},
    multiValueQueryStringParameters: fields.multiValueQueryStringParameters ?? {},
    pathParameters: fields.pathParameters ?? {},
    stageVariables: {},
    requestContext: { ...requestContext, authorizer: undefined },
  };
}

/** If the request's target does not begin with a slash, as in `OPTIONS *`, the path is "/". */
export function parseUrl({ url }: IncomingMessage): URL {
  return new URL(`http://local${url?.startsWith("/") ? url : "/?"}`);
}

type Values = Record<string, string[]>;

/** The caller's headers except Connection, and the headers that the gateway adds. A REST API keeps the spelling of their names. */
function readHeaders({ rawHeaders, socket, headers }: IncomingMessage, format: RouteMatch["route"]["format"]): Values {
  const pairs = rawHeaders.flatMap((name, index) => (index % 2 === 0 ? [[name, rawHeaders[index + 1] ?? ""] as const] : []));
  const keptPairs = pairs.filter(([name]) => name.toLowerCase() !== "connection");
  const pairsWithOrigin = [
    ...keptPairs,
    ["X-Forwarded-For", socket.remoteAddress ?? ""],
    ["X-Forwarded-Port", headers.host?.split(":")[1] ?? "80"],
    ["X-Forwarded-Proto", "http"],
  ] as const;
  return multiValues(pairsWithOrigin.map(([name, value]) => [format === "rest" ? name : name.toLowerCase(), value]));
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

function joinValues(values: Values): Record<string, string> {
  return Object.fromEntries(Object.entries(values).map(([name, all]) => [name, all.join(",")]));
}

/** Formats a time as `09/Apr/2026:12:34:56 +0000`. */
function commonLogTime(time: Date): string {
  const [, day, month, year, clock] = time.toUTCString().split(" ");
  return `${day}/${month}/${year}:${clock} +0000`;
}
