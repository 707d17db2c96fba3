import { randomUUID } from "node:crypto";
import type { ServerResponse } from "node:http";
import type { LocalServer } from "../server";
import { type SignedAccess, serveSigned } from "../signed-server";
import type { Functions } from "./functions";

/** AWS's limit. */
const MAX_EVENT_BYTES = 1_024 * 1_024;
const CONTENT_TYPE = "application/json";

/** Serves Lambda's Invoke for callers that do not wait for the function. */
export function serveInvocations(access: SignedAccess, functions: () => Functions): Promise<LocalServer> {
  return serveSigned({ name: "lambda", contentType: CONTENT_TYPE, maxBodyBytes: MAX_EVENT_BYTES }, access, (request, body, response) => {
    const name = /^\/2015-03-31\/functions\/([^/]+)\/invocations$/.exec(request.url ?? "")?.[1];
    const called = [...functions()].find(([arn, each]) => name !== undefined && [arn, each.name].includes(decodeURIComponent(name)))?.[1];
    if (request.method !== "POST" || called === undefined) return refuse(response, 404, "ResourceNotFoundException");
    if (request.headers["x-amz-invocation-type"] !== "Event") return refuse(response, 400, "InvalidParameterValueException");
    const event = readEvent(body);
    if (event === undefined) return refuse(response, 400, "InvalidRequestContentException");
    response.writeHead(202, { "x-amzn-RequestId": randomUUID() }).end();
    // The function's log contains its failures.
    void called.invoke(event.value);
  });
}

function readEvent(body: Buffer): { readonly value: unknown } | undefined {
  try {
    return { value: JSON.parse(body.toString("utf8")) };
  } catch {
    return undefined;
  }
}

function refuse(response: ServerResponse, status: number, type: string): void {
  response.writeHead(status, { "Content-Type": CONTENT_TYPE, "x-amzn-ErrorType": type, "x-amzn-RequestId": randomUUID() });
  response.end(JSON.stringify({ Type: "User", message: type }));
}
