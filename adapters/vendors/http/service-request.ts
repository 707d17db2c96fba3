import { assertCurrentWords } from "../../../engine/sign-up/rule-options";
import type { ServiceRequest } from "../../../engine/sign-up/service";
import { parseDuration } from "../../../engine/sign-up/time";
import { replacedTimeLimit } from "../vendor-options";
import type { HttpRequest } from "./exchange";
import { encodeUrlValue, filledIn, leadsElsewhere, MAX_URL_LENGTH, PLACEHOLDER } from "./url-template";

const knownOptions = new Set(["method", "path", "params", "query", "json", "form", "schema", "absent", "idempotent", "timeout"]);
const idempotent = new Set(["GET", "PUT", "DELETE"]);

/** Throws TypeError for a malformed call, or for a value that its path cannot contain. */
export function outgoing(request: ServiceRequest, base: URL, what: string): HttpRequest {
  if (typeof GATEHOUSE_OPTIONS === "undefined") assertCurrentWords(what, request, replacedTimeLimit());
  try {
    const odd = Object.keys(request).find((name) => !knownOptions.has(name));
    if (odd !== undefined) throw new TypeError(`a call has no ${odd}. It has ${[...knownOptions].join(", ")}.`);
    if (request.timeout !== undefined && parseDuration(request.timeout) === undefined)
      throw new TypeError(`timeout is ${JSON.stringify(request.timeout)}; write it like "500ms" or "1.5s".`);
    const { method = "GET", idempotent: isRepeatable = idempotent.has(method) } = request;
    const content = encodeBody(request);
    if (content !== undefined && method === "GET") throw new TypeError('a GET has no body. Write method: "POST".');
    const url = serviceUrl(base, request);
    // A value that the path cannot contain is an error. It must not count as an absent object: a rule that asks a block list would let in
    // anybody who types "..".
    if (url === undefined) throw new TypeError(`a value cannot be part of the path ${request.path}: check it before the call.`);
    const typedContent = content && { headers: { "content-type": content.type }, body: content.body };
    return { url, method, ...typedContent, isRepeatable };
  } catch (error) {
    throw new TypeError(`${what}: ${(error as Error).message}`);
  }
}

function encodeBody({ json, form }: ServiceRequest): { readonly type: string; readonly body: string } | undefined {
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

/**
 * Returns a request's URL. Undefined if a value is empty, becomes a dot segment, contains half of a character pair, or makes the URL too
 * long. Throws TypeError for malformed parts.
 */
export function serviceUrl(base: URL, { path, params = {}, query = {} }: ServiceRequest): URL | undefined {
  assertPath(path);
  const queryFields = filledFields("query", query);
  const names = [...path.matchAll(PLACEHOLDER)].map(([, name = ""]) => name);
  assertParams(path, names, params);
  const values = new Map(names.map((name) => [name, String(params[name])]));
  if ([...values.values()].some((value) => value.trim() === "")) return undefined;
  if (path.split("/").some((segment) => leadsElsewhere(filledIn(segment, values)))) return undefined;
  try {
    const url = new URL(`${base.origin}${base.pathname.replace(/\/$/, "")}${filledIn(path, values, encodeUrlValue)}`);
    for (const [name, value] of queryFields) url.searchParams.append(name, value);
    return url.origin === base.origin && url.href.length <= MAX_URL_LENGTH ? url : undefined;
  } catch {
    // Encoding fails for half of a character pair, which no real data contains.
    return undefined;
  }
}

/** Throws for a malformed path. Values belong in `params`: typed text in a concatenated path could lead elsewhere. */
function assertPath(path: string): void {
  const wrong = (why: string) => new TypeError(`the path ${why}. It looks like "/partners/{number}", with a value for number in params.`);
  if (typeof path !== "string" || !path.startsWith("/")) throw wrong('begins with "/"');
  const fixedPath = path.replace(PLACEHOLDER, "x");
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
  if (/[\s\\?#\x00-\x1f]/.test(fixedPath)) throw wrong('holds neither a space, "\\", "?" nor "#": what is asked for goes into query');
  if (/[{}]/.test(fixedPath)) throw wrong("has a brace without its partner");
  if (fixedPath.split("/").some(leadsElsewhere)) throw wrong('holds no segment "." or ".."');
}

function assertParams(path: string, names: readonly string[], params: Readonly<Record<string, unknown>>): void {
  const missing = names.find((name) => !Object.hasOwn(params, name) || !isValue(params[name]));
  if (missing !== undefined) throw new TypeError(`params has no text, number or boolean for {${missing}} of the path ${path}.`);
  const unusedParam = Object.keys(params).find((name) => !names.includes(name));
  if (unusedParam !== undefined) throw new TypeError(`params has ${unusedParam}, and the path ${path} has no {${unusedParam}}.`);
}

/** Throws TypeError for an empty field, because a call without the field might find anybody. */
function filledFields(what: "query" | "form", fields: Readonly<Record<string, unknown>>): readonly (readonly [string, string])[] {
  return Object.entries(fields).map(([name, value]) => {
    if (isValue(value) && String(value).trim() !== "") return [name, String(value)] as const;
    throw new TypeError(`${what} has no value for ${name}: check it before the call, or leave it out.`);
  });
}

function isValue(value: unknown): boolean {
  return typeof value === "string" || typeof value === "boolean" || Number.isFinite(value);
}
