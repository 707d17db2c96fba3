import { randomUUID } from "node:crypto";
import type { Received, StandInAnswer } from "../outside-system";
import { told } from "./request";

const TOKEN_LIFE_S = 3_599;
const ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/** The client credentials grant. A secret is taken as it is, a signed assertion by its claims: nothing is verified. */
export function grantToken(tokens: Set<string>, { method, url, body }: Received): StandInAnswer {
  const form = new URLSearchParams(body.toString("utf8"));
  const no = (status: number, error: string) => told(status, { error, error_description: "AADSTS" }, `${status}: ${error}`);
  if (method !== "POST") return no(400, "invalid_request");
  if (form.get("grant_type") !== "client_credentials") return no(400, "unsupported_grant_type");
  if (form.get("scope") !== "https://graph.microsoft.com/.default") return no(400, "invalid_scope");
  const proven = form.get("client_secret") || isAssertion(form, url.href);
  if (!form.get("client_id") || !proven) return no(401, "invalid_client");
  const access_token = randomUUID();
  tokens.add(access_token);
  return told(200, { token_type: "Bearer", expires_in: TOKEN_LIFE_S, ext_expires_in: TOKEN_LIFE_S, access_token }, "200: token");
}

/** A signed assertion with the header and claims that Entra wants of a certificate. */
function isAssertion(form: URLSearchParams, audience: string): boolean {
  if (form.get("client_assertion_type") !== ASSERTION_TYPE) return false;
  const [header, claims, signature] = (form.get("client_assertion") ?? "").split(".");
  const client = form.get("client_id");
  const { alg, typ, "x5t#S256": thumbprint } = partOf(header);
  const { aud, iss, sub, exp, jti } = partOf(claims);
  const named = iss === client && sub === client && aud === audience && typeof jti === "string";
  return alg === "PS256" && typ === "JWT" && typeof thumbprint === "string" && named && Number(exp) * 1_000 > Date.now() && !!signature;
}

function partOf(encoded = ""): Readonly<Record<string, unknown>> {
  try {
    return JSON.parse(Buffer.from(encoded, "base64url").toString("utf8")) ?? {};
  } catch {
    return {};
  }
}
