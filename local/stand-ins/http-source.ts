import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { packageRoot } from "../../lib/package-root";
import type { LocalServer } from "../aws/server";
import { json, misbehaviourIn } from "./misbehaviours";
import { type Received, type StandInAnswer, serveSystem, type Watch } from "./outside-system";

/** What it knows: the value asked about, in lower case -> the answer. Read at each request, so that an edit counts at once. */
const KNOWN = join(packageRoot, "samples", "http-source.json");

/** Answers under this path only who shows credentials, whichever. */
const PROTECTED = /^\/protected(\/|$)/;
const TOKEN_LIFE_S = 3_600;

/**
 * A stand-in for a system with an HTTP interface, such as a CRM: GET of any address answers what it knows of the first of
 * its query's values or its last path segment that it knows anything of. A client-credentials grant gets a token.
 */
export function serveHttpSource(watch: Watch = {}): Promise<LocalServer> {
  function answer(received: Received): StandInAnswer {
    if (received.method === "POST") return token(received);
    if (received.method !== "GET") return told(405, {}, "405: neither GET nor POST");
    if (PROTECTED.test(received.url.pathname) && !hasCredentials(received)) return told(401, {}, "401: no credentials");
    const values = askedAbout(received.url);
    const about = values.map(nameIn);
    const found = known(values, misbehaviourIn(about) !== undefined);
    return found === undefined ? told(404, {}, "404: not known") : { ...told(200, found, "200: known"), about };
  }

  return serveSystem(json, answer, watch);
}

/** @param anybody for whoever it misbehaves at: there has to be an answer to spoil */
function known(values: readonly string[], anybody: boolean): unknown {
  const entries = new Map(Object.entries(JSON.parse(readFileSync(KNOWN, "utf8")) as Record<string, unknown>));
  return anybody ? [...entries.values()][0] : values.map((value) => entries.get(value)).find((each) => each !== undefined);
}

function askedAbout(url: URL): readonly string[] {
  const segment = url.pathname.split("/").at(-1) ?? "";
  return [...url.searchParams.values(), decoded(segment)].map((value) => value.trim().toLowerCase());
}

/** The text as it is where it is not percent-encoded as it should be. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** Of an address the part before the @: slow@contoso.com is slow. */
function nameIn(value: string): string {
  return value.split("@", 1)[0] ?? "";
}

function hasCredentials({ headers, url }: Received): boolean {
  return headers.authorization !== undefined || headers["x-api-key"] !== undefined || url.searchParams.has("api_key");
}

/** RFC 6749 §4.4. */
function token({ headers, body }: Received): StandInAnswer {
  const form = new URLSearchParams(body.toString("utf8"));
  if (form.get("grant_type") !== "client_credentials") return told(400, { error: "unsupported_grant_type" }, "400: grant_type");
  const hasClient = headers.authorization?.startsWith("Basic ") || (form.has("client_id") && form.has("client_secret"));
  if (!hasClient) return told(401, { error: "invalid_client" }, "401: no client");
  return {
    ...told(200, { access_token: randomUUID(), token_type: "Bearer", expires_in: TOKEN_LIFE_S }, "200: token"),
    headers: { "Cache-Control": "no-store" },
  };
}

function told(status: number, body: unknown, said: string): StandInAnswer {
  return { status, body: JSON.stringify(body), said };
}
