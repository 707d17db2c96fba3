import type { LocalServer } from "../server";
import { type SignedAccess, type SignedReply, serveSigned } from "../signed-server";
import type { Functions } from "./functions";

/** AWS's limit. */
const MAX_EVENT_BYTES = 1_024 * 1_024;

/** Serves only callers that do not wait for the function. */
export function serveInvocations(access: SignedAccess, functions: () => Functions): Promise<LocalServer> {
  const service = { name: "lambda", contentType: "application/json", maxBodyBytes: MAX_EVENT_BYTES };
  return serveSigned(service, access, (request, body) => {
    const name = /^\/2015-03-31\/functions\/([^/]+)\/invocations$/.exec(request.url ?? "")?.[1];
    const lambda = [...functions()].find(([arn, each]) => name !== undefined && [arn, each.name].includes(decodeURIComponent(name)))?.[1];
    if (request.method !== "POST" || lambda === undefined) return refusal(404, "ResourceNotFoundException");
    if (request.headers["x-amz-invocation-type"] !== "Event") return refusal(400, "InvalidParameterValueException");
    try {
      // The caller does not wait for the result. The function's log contains the failures.
      void lambda.invoke(JSON.parse(body.toString("utf8")));
      return { status: 202 };
    } catch {
      return refusal(400, "InvalidRequestContentException");
    }
  });
}

function refusal(status: number, error: string): SignedReply {
  return { status, error, body: { Type: "User", message: error } };
}
