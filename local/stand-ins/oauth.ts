import { randomUUID } from "node:crypto";
import type { LocalServer } from "../aws/server";
import { isTokenRequest } from "../cases/outside";
import { json } from "./misbehaviours";
import { type Received, type StandInAnswer, serveSystem, type Watch } from "./outside-system";

const TOKEN_LIFE_S = 3_600;

/** A stand-in for every `tokenUrl` of `oauth`: a client-credentials grant (RFC 6749 §4.4) gets a token, whatever the client. */
export function serveOAuth(watch: Watch = {}): Promise<LocalServer> {
  return serveSystem(json, token, watch);
}

function token({ method, headers, body }: Received): StandInAnswer {
  const text = body.toString("utf8");
  const form = new URLSearchParams(text);
  if (!isTokenRequest(method, text)) return told(400, { error: "unsupported_grant_type" }, "400: grant_type");
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
