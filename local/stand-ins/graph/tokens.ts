import { randomUUID } from "node:crypto";
import { applicationScope, type EntraCloud, entraClouds } from "../../../adapters/graph/clouds";
import { parseJsonObject } from "../../../engine/json";
import { LOCAL_EXTERNAL_TENANT } from "../../../lib/stage";
import { jsonAnswer, type Received, type StandInAnswer } from "../outside-system";
import type { Tenant } from "./directory";
import { isOfKnownIssuer, refuseFederatedToken } from "./federation";

const TOKEN_LIFE_S = 3_599;
const DEVICE_GRANT = "urn:ietf:params:oauth:grant-type:device_code";
/** Prefix of a device code until the first request for its token. Contains a space, so no bearer token begins with it. */
const WAITING = "waiting ";
const SIGNED_IN = "signed-in ";
const ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/**
 * Accepts any client secret, and a certificate's assertion with any signature. If the directory has the application, or another issuer's
 * token is of an issuer on this machine, verifies the token as Entra does. Otherwise, accepts it with any signature.
 */
export async function grantToken(tenant: Tenant, tokens: Set<string>, { method, url, body }: Received): Promise<StandInAnswer> {
  const form = new URLSearchParams(body.toString("utf8"));
  const no = (status: number, error: string) => jsonAnswer(status, { error, error_description: "AADSTS" }, `${status}: ${error}`);
  if (method !== "POST") return no(400, "invalid_request");
  if (form.get("grant_type") === DEVICE_GRANT) return grantDeviceToken(tokens, form);
  if (form.get("grant_type") !== "client_credentials") return no(400, "unsupported_grant_type");
  const cloud = cloudOfScope(form.get("scope") ?? "");
  if (cloud === undefined || form.get("scope") !== applicationScope(cloud)) return no(400, "invalid_scope");
  const [clientId, assertion] = [form.get("client_id") ?? "", form.get("client_assertion") ?? ""];
  if (isVerifiable(tenant, clientId, assertion)) {
    const refusal = await refuseFederatedToken(tenant, { assertion, clientId, cloud });
    if (refusal === undefined) return issueToken(tokens);
    const { number, words } = refusal;
    const error = number === 700_016 ? "unauthorized_client" : "invalid_client";
    const error_description = `AADSTS${number}: ${words} Trace ID: ${randomUUID()}`;
    return jsonAnswer(401, { error, error_codes: [number], error_description }, `401: AADSTS${number}`);
  }
  const isProven = form.get("client_secret") || isAssertion(form, url.href, cloud);
  return clientId !== "" && isProven ? issueToken(tokens) : no(401, "invalid_client");
}

function isVerifiable(tenant: Tenant, clientId: string, assertion: string): boolean {
  if (assertion === "" || decodeTokenPart(assertion.split(".")[1]).iss === clientId) return false;
  return isOfKnownIssuer(tenant, assertion) || tenant.directory.external.applications.some(({ appId }) => appId === clientId);
}

/** Returns the cloud whose Graph the scope names: this stand-in plays the Graph of every cloud. Undefined if the scope names none. */
function cloudOfScope(scope: string): EntraCloud | undefined {
  return Object.values(entraClouds).find(({ graph }) => scope.startsWith(`${graph}/`));
}

function issueToken(tokens: Set<string>): StandInAnswer {
  const access_token = randomUUID();
  tokens.add(access_token);
  return jsonAnswer(200, { token_type: "Bearer", expires_in: TOKEN_LIFE_S, ext_expires_in: TOKEN_LIFE_S, access_token }, "200: token");
}

/** Tells only the issuer, because this project reads no more. */
export function tellIssuer(tenantId: string): StandInAnswer {
  if (tenantId !== LOCAL_EXTERNAL_TENANT.tenantId) return jsonAnswer(400, { error: "invalid_tenant" }, "400: invalid_tenant");
  return jsonAnswer(200, { issuer: `https://${tenantId}.ciamlogin.com/${tenantId}/v2.0` }, "200: metadata");
}

/** Returns a device code that needs no sign-in: RFC 8628 §3.2. */
export function startDeviceCode(tokens: Set<string>, { url, body }: Received): StandInAnswer {
  const form = new URLSearchParams(body.toString("utf8"));
  const scopes = (form.get("scope") ?? "").split(" ");
  if (!form.get("client_id") || new Set(scopes.map(cloudOfScope)).size !== 1 || !scopes.every(cloudOfScope))
    return jsonAnswer(400, { error: "invalid_scope", error_description: "AADSTS" }, "400: invalid_scope");
  const device_code = randomUUID();
  tokens.add(`${WAITING}${device_code}`);
  const verification_uri = new URL("/device", url).href;
  return jsonAnswer(200, { device_code, user_code: "LOCALCODE", verification_uri, expires_in: 900, interval: 1 }, "200: device code");
}

/** Answers the first request for a token with `authorization_pending`, as if the person signed in before the second request. */
function grantDeviceToken(tokens: Set<string>, form: URLSearchParams): StandInAnswer {
  const code = `${form.get("device_code")}`;
  const no = (error: string) => jsonAnswer(400, { error, error_description: "AADSTS" }, `400: ${error}`);
  if (tokens.delete(`${WAITING}${code}`)) {
    tokens.add(`${SIGNED_IN}${code}`);
    return no("authorization_pending");
  }
  return tokens.delete(`${SIGNED_IN}${code}`) ? issueToken(tokens) : no("expired_token");
}

/** True if the assertion has the header and claims that Entra requires, either for a certificate or for another issuer's token. */
function isAssertion(form: URLSearchParams, audience: string, cloud: EntraCloud): boolean {
  if (form.get("client_assertion_type") !== ASSERTION_TYPE) return false;
  const [header, claims, signature] = (form.get("client_assertion") ?? "").split(".");
  const client = form.get("client_id");
  const { alg, typ, "x5t#S256": thumbprint } = decodeTokenPart(header);
  const { aud, iss, sub, exp, jti } = decodeTokenPart(claims);
  // If the audience is Entra's own, the assertion is the token that another issuer made for a workload identity.
  if (aud === cloud.audience) return typeof iss === "string" && typeof sub === "string" && !!signature;
  const namesClient = iss === client && sub === client && aud === audience && typeof jti === "string";
  return (
    alg === "PS256" && typ === "JWT" && typeof thumbprint === "string" && namesClient && Number(exp) * 1_000 > Date.now() && !!signature
  );
}

function decodeTokenPart(encodedPart = ""): Readonly<Record<string, unknown>> {
  return parseJsonObject(Buffer.from(encodedPart, "base64url").toString("utf8")) ?? {};
}
