import { randomUUID } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from "aws-lambda";
import type { LocalFunction } from "../functions/function-thread";
import type { Functions } from "../functions/functions";
import { BodyTooLargeError, type LocalServer, type OnRefused, readBody, serveNear } from "../server";
import { ACCOUNT, type Template, TemplateError } from "../template";
import { urlOf } from "./proxy-event";

/** API Gateway's own limit. */
const MAX_BODY_BYTES = 10 * 1_024 * 1_024;
const ROUTE = "$default";

/** The console's address is known before its function is made: other functions link to it. */
export interface ConsoleServer extends LocalServer {
  /** Throws TemplateError where the template's HTTP API cannot be served here. Nobody is answered before. */
  answerWith(functions: Functions): void;
}

/** Serves the template's HTTP API, which is the console: one $default route to one function. @param port another free one if it is taken */
export async function serveConsole(template: Template, port: number, onRefused?: OnRefused): Promise<ConsoleServer> {
  let pages: LocalFunction | undefined;
  const server = await serveNear(port, handle, onRefused);
  return {
    ...server,
    answerWith(functions) {
      pages = readHttpApi(template, functions);
    },
  };

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await readBody(request, MAX_BODY_BYTES).catch((error: unknown) => {
      if (error instanceof BodyTooLargeError) return undefined;
      throw error;
    });
    if (body === undefined) {
      response.writeHead(413, { "Content-Type": "application/json", Connection: "close" }).end('{"message":"Request Entity Too Large"}');
      return;
    }
    const outcome = (await pages?.invoke(eventOf(request, body)))?.outcome;
    const result = outcome?.ok ? (outcome.value as APIGatewayProxyStructuredResultV2) : undefined;
    if (result?.statusCode === undefined) {
      response.writeHead(500, { "Content-Type": "application/json" }).end('{"message":"Internal Server Error"}');
      return;
    }
    const headers = Object.fromEntries(Object.entries(result.headers ?? {}).map(([name, value]) => [name, String(value)]));
    response.writeHead(result.statusCode, { ...headers, ...(result.cookies && { "Set-Cookie": result.cookies }) });
    response.end(Buffer.from(result.body ?? "", result.isBase64Encoded ? "base64" : "utf8"));
  }
}

function readHttpApi(template: Template, functions: Functions): LocalFunction {
  const [route, ...others] = template.ofType("AWS::ApiGatewayV2::Route");
  const [integration] = template.ofType("AWS::ApiGatewayV2::Integration");
  const target = functions.get(integration?.property<string>("IntegrationUri") ?? "");
  if (target === undefined || others.length > 0 || route?.property<string>("RouteKey") !== ROUTE) {
    throw new TemplateError("The HTTP API has to have one $default route to one function to be served locally.");
  }
  return target;
}

/** A request as an HTTP API hands it on, payload format 2.0. */
function eventOf(request: IncomingMessage, body: Buffer): APIGatewayProxyEventV2 {
  const { pathname, search } = urlOf(request);
  const { cookie, ...others } = request.headers;
  const headers = Object.fromEntries(Object.entries(others).map(([name, value]) => [name, [value ?? ""].flat().join(",")]));
  const now = new Date();
  return {
    version: "2.0",
    routeKey: ROUTE,
    rawPath: pathname,
    rawQueryString: search.slice(1),
    ...(cookie !== undefined && { cookies: cookie.split(/;\s*/) }),
    headers,
    requestContext: {
      accountId: ACCOUNT,
      apiId: "local",
      domainName: request.headers.host ?? "",
      domainPrefix: "local",
      http: {
        method: request.method ?? "GET",
        path: pathname,
        protocol: `HTTP/${request.httpVersion}`,
        sourceIp: request.socket.remoteAddress ?? "",
        userAgent: request.headers["user-agent"] ?? "",
      },
      requestId: randomUUID(),
      routeKey: ROUTE,
      stage: ROUTE,
      time: now.toISOString(),
      timeEpoch: now.getTime(),
    },
    // As API Gateway does with whatever is not plain text.
    ...(body.length > 0 && { body: body.toString("base64") }),
    isBase64Encoded: body.length > 0,
  };
}
