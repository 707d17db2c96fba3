import { createPrivateKey, generateKeyPairSync, randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { calculateJwkThumbprint, importJWK, type JWK, SignJWT } from "jose";
import type { LocalServer, OnRefused } from "../aws/server";
import { writePrivately } from "../data/private-file";
import { json } from "./misbehaviours";
import { jsonAnswer, type Received, type StandInAnswer, serveSystem } from "./outside-system";

export interface TokenIssuer {
  readonly tenantId: string;
  readonly issuer: string;
}

export interface TokenServer extends LocalServer {
  readonly tokenUrl: string;
  readonly keysUrl: string;
}

/** The lifetime of a token, as Entra states it. */
const LIFETIME_S = 3_599;
const DEFAULT_SCOPE = "/.default";

/**
 * Gives every client a token, whatever its secret. `azp` is the `client_id`, `aud` is the scope without `/.default`.
 * @param keyFile keeps the key, so that tokens stay valid after a restart
 */
export async function serveTokens(tenant: TokenIssuer, keyFile: string, onRefused?: OnRefused): Promise<TokenServer> {
  const key = signingKey(keyFile);
  const kid = await calculateJwkThumbprint(key);
  const tokenPath = `/${tenant.tenantId}/oauth2/v2.0/token`;
  const keysPath = `/${tenant.tenantId}/discovery/v2.0/keys`;
  async function answer({ method, url, body }: Received): Promise<StandInAnswer> {
    const call = `${method} ${url.pathname}`;
    if (call === `GET ${keysPath}`) {
      // The key names no algorithm, because Entra's keys name none.
      const keys = [{ kty: key.kty as string, use: "sig", kid, n: key.n, e: key.e }];
      return jsonAnswer(200, { keys }, "200: keys");
    }
    if (call !== `POST ${tokenPath}`) return jsonAnswer(404, { error: "not_found" }, "404: not found");
    const form = new URLSearchParams(body.toString("utf8"));
    const client = form.get("client_id") ?? "";
    const scope = form.get("scope") ?? "";
    const problem = checkTokenRequest(form.get("grant_type"), client, scope);
    if (problem !== undefined) return jsonAnswer(400, problem, "400: no token");
    const now = Math.floor(Date.now() / 1_000);
    const token = await new SignJWT({ azp: client, azpacr: "1", tid: tenant.tenantId, uti: randomUUID(), ver: "2.0" })
      .setProtectedHeader({ typ: "JWT", alg: "RS256", kid })
      .setIssuer(tenant.issuer)
      .setAudience(scope.slice(0, -DEFAULT_SCOPE.length))
      .setIssuedAt(now)
      .setNotBefore(now)
      .setExpirationTime(now + LIFETIME_S)
      .sign(await importJWK(key, "RS256"));
    return jsonAnswer(200, { token_type: "Bearer", expires_in: LIFETIME_S, access_token: token }, "200: token");
  }

  const server = await serveSystem(json, answer, onRefused === undefined ? {} : { onRefused });
  return { ...server, tokenUrl: `${server.url}${tokenPath}`, keysUrl: `${server.url}${keysPath}` };
}

function checkTokenRequest(grant: string | null, client: string, scope: string): object | undefined {
  if (grant !== "client_credentials")
    return { error: "unsupported_grant_type", error_description: "grant_type is client_credentials here." };
  if (client === "") return { error: "invalid_request", error_description: "client_id is missing." };
  if (!scope.endsWith(DEFAULT_SCOPE) || scope === DEFAULT_SCOPE) {
    return { error: "invalid_scope", error_description: "scope is the audience, followed by /.default." };
  }
  return undefined;
}

function signingKey(file: string): JWK {
  const existing = readKey(file);
  if (existing !== undefined) return existing;
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2_048 });
  const jwk = privateKey.export({ format: "jwk" }) as JWK;
  writePrivately(file, JSON.stringify(jwk));
  return jwk;
}

function readKey(file: string): JWK | undefined {
  try {
    const key = JSON.parse(readFileSync(file, "utf8")) as JWK;
    return createPrivateKey({ key, format: "jwk" }).asymmetricKeyType === "rsa" ? key : undefined;
  } catch {
    return undefined;
  }
}
