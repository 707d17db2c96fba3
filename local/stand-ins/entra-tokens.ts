import { createPrivateKey, generateKeyPairSync, randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import type { IncomingMessage, ServerResponse } from "node:http";
import { calculateJwkThumbprint, importJWK, type JSONWebKeySet, type JWK, SignJWT } from "jose";
import { type Handle, type LocalServer, type OnRefused, readBody, serve } from "../aws/server";
import { writePrivately } from "../data/private-file";

/** The tenant that issues the tokens. */
export interface TokenIssuer {
  readonly tenantId: string;
  /** As in tokens. */
  readonly issuer: string;
}

export interface TokenServer extends LocalServer {
  /** Accepts client credentials, form-encoded, and returns an access token. */
  readonly tokenUrl: string;
  /** The published keys. */
  readonly keysUrl: string;
}

const MAX_FORM_BYTES = 10_000;
/** Entra's value. */
const LIFETIME_S = 3_599;
const DEFAULT_SCOPE = "/.default";

/**
 * Entra's token endpoint for one tenant. Every client gets a token, whatever its secret. `client_id` becomes `azp`, the scope `aud`.
 * @param keyFile keeps the key, so that tokens stay valid after a restart
 */
export async function serveTokens(tenant: TokenIssuer, keyFile: string, onRefused?: OnRefused): Promise<TokenServer> {
  const key = signingKey(keyFile);
  const kid = await calculateJwkThumbprint(key);
  const tokenPath = `/${tenant.tenantId}/oauth2/v2.0/token`;
  const keysPath = `/${tenant.tenantId}/discovery/v2.0/keys`;
  const handle: Handle = async (request, response) => {
    const call = `${request.method} ${request.url}`;
    if (call === `GET ${keysPath}`) return answer(response, 200, published(key, kid));
    if (call === `POST ${tokenPath}`) return await issue(request, response);
    answer(response, 404, { error: "not_found" });
  };

  async function issue(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const form = new URLSearchParams((await readBody(request, MAX_FORM_BYTES)).toString("utf8"));
    const client = form.get("client_id") ?? "";
    const scope = form.get("scope") ?? "";
    const problem = problemOf(form.get("grant_type"), client, scope);
    if (problem !== undefined) return answer(response, 400, problem);
    const now = Math.floor(Date.now() / 1_000);
    const token = await new SignJWT({ azp: client, azpacr: "1", tid: tenant.tenantId, uti: randomUUID(), ver: "2.0" })
      .setProtectedHeader({ typ: "JWT", alg: "RS256", kid })
      .setIssuer(tenant.issuer)
      .setAudience(scope.slice(0, -DEFAULT_SCOPE.length))
      .setIssuedAt(now)
      .setNotBefore(now)
      .setExpirationTime(now + LIFETIME_S)
      .sign(await importJWK(key, "RS256"));
    answer(response, 200, { token_type: "Bearer", expires_in: LIFETIME_S, access_token: token });
  }

  const server = await serve(0, handle, onRefused);
  return { ...server, tokenUrl: `${server.url}${tokenPath}`, keysUrl: `${server.url}${keysPath}` };
}

/** Entra's error for a request that it refuses. */
function problemOf(grant: string | null, client: string, scope: string): object | undefined {
  if (grant !== "client_credentials")
    return { error: "unsupported_grant_type", error_description: "grant_type is client_credentials here." };
  if (client === "") return { error: "invalid_request", error_description: "client_id is missing." };
  if (!scope.endsWith(DEFAULT_SCOPE) || scope === DEFAULT_SCOPE) {
    return { error: "invalid_scope", error_description: "scope is the audience, followed by /.default." };
  }
  return undefined;
}

function answer(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { "Content-Type": "application/json", "Cache-Control": "no-store" }).end(JSON.stringify(body));
}

/** Returns the key in the file; creates one if it holds none. */
function signingKey(file: string): JWK {
  const existing = readKey(file);
  if (existing !== undefined) return existing;
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2_048 });
  const made = privateKey.export({ format: "jwk" }) as JWK;
  writePrivately(file, JSON.stringify(made));
  return made;
}

/** Undefined for a missing or damaged file. */
function readKey(file: string): JWK | undefined {
  try {
    const key = JSON.parse(readFileSync(file, "utf8")) as JWK;
    return createPrivateKey({ key, format: "jwk" }).asymmetricKeyType === "rsa" ? key : undefined;
  } catch {
    return undefined;
  }
}

/** The public half. Entra's keys name no algorithm. */
function published({ kty, n, e }: JWK, kid: string): JSONWebKeySet {
  return { keys: [{ kty: kty as string, use: "sig", kid, n, e }] };
}
