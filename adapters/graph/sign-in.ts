import { createHash, createPrivateKey, type KeyObject, webcrypto, X509Certificate } from "node:crypto";
import type { ClientAuth } from "oauth4webapi";
import { parseJsonObject } from "../../engine/json";
import { boundedFetch } from "../http/bounded-fetch";

export type GraphCredential =
  | { readonly clientSecret: string }
  /** A token signed for the application by another party that the tenant trusts: RFC 7523 §2.2. */
  | { readonly assertion: string }
  /** Certificate and key in PEM; the key is an unencrypted RSA key. */
  | { readonly certificate: string; readonly privateKey: string };

/** The application's secret cannot be used; the message explains the problem, and quotes nothing of the secret. */
export class CredentialError extends Error {
  override readonly name = "CredentialError";
  readonly mayBeLogged = true;
}

/** Entra's answer that refuses a sign-in: its codes in order, and the value in the presented token that matches nothing. */
export interface SignInRefusal {
  readonly codes: readonly string[];
  readonly quoted?: string | undefined;
}

/** Parses the token endpoint's `error_codes` and `error_description`. */
export function readRefusal(numbers: unknown, description: unknown): SignInRefusal {
  const text = typeof description === "string" ? description : "";
  const all: readonly unknown[] = Array.isArray(numbers) ? numbers : [];
  const listedCodes = all.flatMap((number) => (Number.isSafeInteger(number) ? [`AADSTS${number}`] : []));
  const [first] = /^AADSTS\d+/.exec(text) ?? [];
  // Only a quoted issuer, subject or audience is taken, because it names no person. Other quoted values may.
  const [, quoted] = /presented assertion (?:issuer|subject|audience) '([\x21-\x7e]{1,300}?)'/.exec(text) ?? [];
  return { codes: [...new Set([...listedCodes, ...(first === undefined ? [] : [first])])], quoted };
}

export interface GraphToken {
  readonly value: string;
  readonly expiresInSeconds: number;
}

export interface SignInRequest {
  readonly tenantId: string;
  readonly clientId: string;
  readonly credential: GraphCredential;
  /** The token endpoint's origin, without path. */
  readonly login: string;
  readonly scope: string;
  readonly signal: AbortSignal;
  /** @default Node's own */
  readonly fetch?: typeof fetch;
}

const SHAPES = '{"clientSecret":"…"}, {"certificate":"PEM","privateKey":"PEM"}, or the client secret alone';

/** Reads the text that an operator stored in Secrets Manager. Ignores other members, and empty ones. Throws CredentialError. */
export function readCredential(text: string): GraphCredential {
  const trimmedText = text.trim();
  if (trimmedText === "") throw new CredentialError(`The application's secret is empty; it must hold ${SHAPES}.`);
  if (!trimmedText.startsWith("{")) return { clientSecret: trimmedText };
  const members = parseJsonObject(trimmedText);
  if (members === undefined) throw new CredentialError(`The application's secret begins like JSON and is none; it must hold ${SHAPES}.`);
  const { clientSecret, certificate, privateKey } = members;
  if (isText(clientSecret) && !isText(certificate) && !isText(privateKey)) return { clientSecret: clientSecret.trim() };
  if (isText(certificate) && isText(privateKey) && !isText(clientSecret)) return { certificate, privateKey };
  throw new CredentialError(`The application's secret is JSON of another form; it must hold ${SHAPES}.`);
}

function isText(value: unknown): value is string {
  return typeof value === "string" && value.trim() !== "";
}

/**
 * Requests a token by RFC 6749 §4.4; with a certificate, by RFC 7523 §2.2. Returns the response if it contains no token. Throws
 * CredentialError for an unusable certificate or key.
 */
export async function graphSignIn({
  tenantId,
  clientId,
  credential,
  login,
  scope,
  signal,
  fetch: fetchWith = fetch,
}: SignInRequest): Promise<GraphToken | Response> {
  // The library is loaded only when a token is requested. The stack imports graph.ts only for names, and so never loads the library.
  const oauth = await import("oauth4webapi");
  const token_endpoint = `${login}/${encodeURIComponent(tenantId)}/oauth2/v2.0/token`;
  const server = { issuer: `${login}/${tenantId}/v2.0`, token_endpoint };
  const client = { client_id: clientId };
  const response = await oauth.clientCredentialsGrantRequest(
    server,
    client,
    await createClientAuth(oauth, credential, token_endpoint),
    { scope },
    { signal, [oauth.allowInsecureRequests]: login.startsWith("http:"), [oauth.customFetch]: boundedFetch(fetchWith) },
  );
  if (response.status !== 200 || !(await givesToken(response.clone()))) return response;
  const { access_token, expires_in = 0 } = await oauth.processClientCredentialsResponse(server, client, response);
  return { value: access_token, expiresInSeconds: expires_in };
}

/** True if the response contains a token. The status alone does not show this: a proxy's page may have status 200, too. */
async function givesToken(response: Response): Promise<boolean> {
  const body = (await response.json().catch(() => undefined)) as { readonly access_token?: unknown } | null | undefined;
  return typeof body?.access_token === "string";
}

async function createClientAuth(oauth: typeof import("oauth4webapi"), credential: GraphCredential, audience: string): Promise<ClientAuth> {
  if ("clientSecret" in credential) return oauth.ClientSecretPost(credential.clientSecret);
  if ("assertion" in credential) return showAssertion(credential.assertion);
  const { thumbprint, key } = readCertificate(credential);
  const signingKey = await webcrypto.subtle.importKey(
    "pkcs8",
    key.export({ type: "pkcs8", format: "der" }),
    { name: "RSA-PSS", hash: "SHA-256" },
    false,
    ["sign"],
  );
  // Entra identifies the certificate by its thumbprint, and expects the token endpoint as audience.
  return oauth.PrivateKeyJwt(signingKey, {
    [oauth.modifyAssertion]: (header, payload) => {
      Object.assign(header, { typ: "JWT", "x5t#S256": thumbprint });
      payload.aud = audience;
    },
  });
}

function readCertificate(pem: { readonly certificate: string; readonly privateKey: string }): {
  readonly thumbprint: string;
  readonly key: KeyObject;
} {
  const certificate = attempt(() => new X509Certificate(pem.certificate), 'The secret\'s "certificate" is no certificate in PEM.');
  const key = attempt(() => createPrivateKey(pem.privateKey), 'The secret\'s "privateKey" is no unencrypted private key in PEM.');
  if (key.asymmetricKeyType !== "rsa") throw new CredentialError('The secret\'s "privateKey" is no RSA key; Entra takes no other.');
  if (!certificate.checkPrivateKey(key)) throw new CredentialError("The secret's \"privateKey\" is not the certificate's.");
  return { thumbprint: createHash("sha256").update(certificate.raw).digest("base64url"), key };
}

/** Throws a CredentialError instead of a parser's own error, because that error may quote the secret. */
function attempt<T>(read: () => T, problem: string): T {
  try {
    return read();
  } catch {
    throw new CredentialError(problem);
  }
}

/** Authenticates the client by a token that another party has signed for it: RFC 7523 §2.2. */
export function showAssertion(assertion: string): ClientAuth {
  return (_server, { client_id }, body) => {
    body.set("client_id", client_id);
    body.set("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer");
    body.set("client_assertion", assertion);
  };
}
