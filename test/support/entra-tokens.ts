import { createHmac, createPublicKey, generateKeyPairSync, type JsonWebKey } from "node:crypto";
import { calculateJwkThumbprint, importJWK, type JWK, SignJWT } from "jose";
import { ENTRA_APP_ID } from "../../features/external-tenant/extension-caller";

/** What tokens are about. */
export interface TokenSubject {
  readonly tenantId: string;
  readonly audience: string;
  readonly issuer: string;
}

/** Changes of a token's claims and header; undefined takes one away. */
export interface Forgery {
  readonly claims?: Readonly<Record<string, unknown>>;
  readonly header?: Readonly<Record<string, unknown>>;
  /** Signs in place of the issuer's key. */
  readonly key?: JWK;
}

export function newKey(): JWK {
  return generateKeyPairSync("rsa", { modulusLength: 2_048 }).privateKey.export({ format: "jwk" }) as JWK;
}

const nowSeconds = () => Math.floor(Date.now() / 1_000);

/** A token as Entra makes it, but for what is forged. */
export async function entraToken(key: JWK, { tenantId, audience, issuer }: TokenSubject, forged: Forgery = {}): Promise<string> {
  const now = nowSeconds();
  const times = { iat: now, nbf: now, exp: now + 3_599 };
  const claims = { aud: audience, iss: issuer, ...times, azp: ENTRA_APP_ID, tid: tenantId, ver: "2.0", ...forged.claims };
  const header = { typ: "JWT", alg: "RS256", kid: await calculateJwkThumbprint(key), ...forged.header };
  return await new SignJWT(claims).setProtectedHeader(header).sign(await importJWK(forged.key ?? key, header.alg));
}

const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");

/** The token unsigned, as `alg: none` has it. */
export function unsigned(token: string): string {
  return `${part({ typ: "JWT", alg: "none" })}.${token.split(".")[1]}.`;
}

/** The token signed by HS256 with the issuer's public key for the secret: a verifier that trusts `alg` takes it. */
export function signedWithPublicKey(token: string, key: JWK): string {
  const [header = "", claims = ""] = token.split(".");
  const { kid } = JSON.parse(Buffer.from(header, "base64url").toString()) as { kid: string };
  const content = `${part({ typ: "JWT", alg: "HS256", kid })}.${claims}`;
  const pem = createPublicKey({ key: key as JsonWebKey, format: "jwk" }).export({ type: "spki", format: "pem" });
  return `${content}.${createHmac("sha256", pem).update(content).digest("base64url")}`;
}

/** Every way to get a token wrong that the gateway or the function has to see. */
export async function wrongTokens(key: JWK, subject: TokenSubject): Promise<readonly (readonly [string, string | undefined])[]> {
  const good = await entraToken(key, subject);
  const other = "99999999-2222-4333-8444-555555555555";
  const forged = async (forgery: Forgery) => `Bearer ${await entraToken(key, subject, forgery)}`;
  const [header, claims, signature = ""] = good.split(".");
  return [
    ["no token", undefined],
    ["an empty one", ""],
    ["garbage", "Bearer garbage"],
    ["another scheme", `Basic ${Buffer.from("entra:password").toString("base64")}`],
    [
      "one whose claims were changed",
      `Bearer ${header}.${part({ ...JSON.parse(Buffer.from(claims ?? "", "base64url").toString()), azp: other })}.${signature}`,
    ],
    ["alg none", `Bearer ${unsigned(good)}`],
    ["HS256 with the public key", `Bearer ${signedWithPublicKey(good, key)}`],
    ["PS256 with the right key", await forged({ header: { alg: "PS256" } })],
    ["another key under the right id", await forged({ key: newKey() })],
    ["an unknown key", await forged({ key: newKey(), header: { kid: "unknown" } })],
    ["no key id", await forged({ header: { kid: undefined } })],
    ["an expired one", await forged({ claims: { exp: nowSeconds() - 1 } })],
    ["one without an end", await forged({ claims: { exp: undefined } })],
    ["one that is not valid yet", await forged({ claims: { nbf: nowSeconds() + 60 } })],
    ["one from the future", await forged({ claims: { iat: nowSeconds() + 60 } })],
    ["another issuer", await forged({ claims: { iss: subject.issuer.replaceAll(subject.tenantId, other) } })],
    ["another audience", await forged({ claims: { aud: other } })],
    ["no audience", await forged({ claims: { aud: undefined } })],
  ];
}

/** Those that are signed as they should be, and that only the function can see through. */
export async function wrongCallers(key: JWK, subject: TokenSubject): Promise<readonly (readonly [string, string])[]> {
  const other = "99999999-2222-4333-8444-555555555555";
  const forged = async (claims: Forgery["claims"]) => `Bearer ${await entraToken(key, subject, { claims })}`;
  return [
    ["another application", await forged({ azp: other })],
    ["no application", await forged({ azp: undefined })],
    ["another tenant", await forged({ tid: other })],
    ["no tenant", await forged({ tid: undefined })],
    ["version 1 for version 2", await forged({ ver: "1.0" })],
    ["version 2 with the claim of version 1", await forged({ azp: undefined, appid: ENTRA_APP_ID })],
    ["the audience as client_id alone", await forged({ aud: undefined, client_id: subject.audience })],
  ];
}
