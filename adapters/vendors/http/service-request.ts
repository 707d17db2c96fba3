import type { ServiceRequest } from "../../../engine/sign-up/service";
import type { HttpRequest } from "./exchange";
import { filledFields, serviceUrl } from "./service-url";

const known = new Set(["method", "path", "params", "query", "json", "form", "schema", "absent", "idempotent", "timeoutMs"]);
const idempotent = new Set(["GET", "PUT", "DELETE"]);

/** A call as it goes out. Throws TypeError for one that is written wrong, or with a value that its path cannot hold. */
export function outgoing(request: ServiceRequest, base: URL, what: string): HttpRequest {
  try {
    const odd = Object.keys(request).find((name) => !known.has(name));
    if (odd !== undefined) throw new TypeError(`a call has no ${odd}. It has ${[...known].join(", ")}.`);
    const { method = "GET", idempotent: isRepeatable = idempotent.has(method) } = request;
    const content = contentOf(request);
    if (content !== undefined && method === "GET") throw new TypeError('a GET has no body. Write method: "POST".');
    const url = serviceUrl(base, request);
    // Not taken for absent: a rule that asks a block list would let in whoever types "..".
    if (url === undefined) throw new TypeError(`a value cannot stand in the path ${request.path}: check it before the call.`);
    const typed = content && { headers: { "content-type": content.type }, body: content.body };
    return { url, method, ...typed, isRepeatable };
  } catch (error) {
    throw new TypeError(`${what}: ${(error as Error).message}`);
  }
}

function contentOf({ json, form }: ServiceRequest): { readonly type: string; readonly body: string } | undefined {
  if (json !== undefined && form !== undefined) throw new TypeError("a call has one body: json or form.");
  if (json !== undefined) {
    const body = JSON.stringify(json) as string | undefined;
    if (body === undefined) throw new TypeError("json holds nothing that JSON can carry.");
    return { type: "application/json", body };
  }
  if (form === undefined) return undefined;
  const fields = new URLSearchParams();
  for (const [name, value] of filledFields("form", form)) fields.append(name, value);
  return { type: "application/x-www-form-urlencoded", body: fields.toString() };
}
