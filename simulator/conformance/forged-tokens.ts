import { createHmac, createPublicKey, generateKeyPairSync, type JsonWebKey } from "node:crypto";
import { decodeJwt, decodeProtectedHeader, importJWK, type JSONWebKeySet, type JWK, type JWTHeaderParameters, SignJWT } from "jose";
import type { ExtensionTarget, Skipped } from "./probe";

type Forged = string | Skipped;

export interface Forgery {
  readonly id: string;
  readonly says: string;
  make(target: Pick<ExtensionTarget, "token" | "signingKey">): Forged | Promise<Forged>;
}

type Claims = Readonly<Record<string, unknown>>;

const OTHER_ID = "5e2b9c14-7a3d-4f60-8b1e-c6d90f2a7384";
/** Number of seconds that exceeds every verifier's tolerance for differing clocks. */
const FAR_S = 3_600;
const TIMEOUT_MS = 5_000;

/** Tokens without a valid signature. Anyone can make such a token. */
const unsignedForgeries: readonly Forgery[] = [
  { id: "garbage", says: "no token at all", make: () => "garbage" },
  {
    id: "changed-claims",
    says: "claims changed after signing",
    make: ({ token }) => {
      const [header, , signature] = token.split(".");
      return `${header}.${encodePart({ ...decodeJwt(token), azp: OTHER_ID })}.${signature}`;
    },
  },
  {
    id: "forged-signature",
    says: "signed with another key, under the id of Entra's",
    make: ({ token }) => signClaims(decodeJwt(token), strangerKey(), readTokenHeader(token)),
  },
  {
    id: "unknown-kid",
    says: "signed with a key whose id nobody knows",
    make: ({ token }) => signClaims(decodeJwt(token), strangerKey(), { alg: "RS256", typ: "JWT", kid: "unknown" }),
  },
  { id: "alg-none", says: "alg: none, without a signature", make: ({ token }) => `${withHeader(token, { alg: "none", typ: "JWT" })}.` },
  { id: "hs256-public-key", says: "signed by HS256 with Entra's public key as the secret", make: signedWithPublicKey },
];

/** Tokens with a valid signature. Only the owner of the issuer's key can make such a token. */
const wellSigned: readonly Forgery[] = [
  createSignedForgery("expired", "expired an hour ago", () => ({ exp: now() - FAR_S, nbf: now() - 2 * FAR_S, iat: now() - 2 * FAR_S })),
  createSignedForgery("not-yet-valid", "valid from an hour from now on", () => ({ nbf: now() + FAR_S, exp: now() + 2 * FAR_S })),
  createSignedForgery("wrong-audience", "made for another API", () => ({ aud: OTHER_ID })),
  createSignedForgery("wrong-issuer", "issued by another tenant", ({ iss, tid }) => ({
    iss: String(iss).replaceAll(String(tid), OTHER_ID),
    tid: OTHER_ID,
  })),
  createSignedForgery("wrong-tid", "with another tenant's id", () => ({ tid: OTHER_ID })),
  createSignedForgery("wrong-azp", "of another application of the tenant", () => ({ azp: OTHER_ID })),
  createSignedForgery("no-azp", "without the calling application", () => ({ azp: undefined })),
  createSignedForgery("v1-token", "of version 1, where version 2 is due", ({ azp, tid }) => ({
    ver: "1.0",
    iss: `https://sts.windows.net/${tid}/`,
    azp: undefined,
    appid: azp,
  })),
  createSignedForgery("v2-appid", "of version 2, with version 1's claim for the application", ({ azp }) => ({
    azp: undefined,
    appid: azp,
  })),
];

export const forgeries: readonly Forgery[] = [...unsignedForgeries, ...wellSigned];

/** @param changes returns the changed claims; a claim that is undefined is removed */
function createSignedForgery(id: string, says: string, changes: (claims: Claims) => Claims): Forgery {
  return {
    id,
    says,
    make({ token, signingKey }) {
      if (signingKey === undefined) return { skipped: "needs the issuer's key, which only the stand-in of npm start gives: use --local" };
      const claims = decodeJwt(token);
      return signClaims({ ...claims, ...changes(claims) }, signingKey, readTokenHeader(token));
    },
  };
}

/** Returns the good token's header, with the only algorithm that Entra uses. */
function readTokenHeader(token: string): JWTHeaderParameters {
  return { ...decodeProtectedHeader(token), alg: "RS256" };
}

async function signClaims(claims: Claims, key: JWK, header: JWTHeaderParameters): Promise<string> {
  return await new SignJWT({ ...claims }).setProtectedHeader(header).sign(await importJWK(key, "RS256"));
}

/** Only a verifier that trusts the algorithm in a token's header accepts this token. */
async function signedWithPublicKey({ token, signingKey }: Pick<ExtensionTarget, "token" | "signingKey">): Promise<Forged> {
  const key = signingKey ?? (await publishedKey(token));
  if (key === undefined) return { skipped: "the issuer's public keys cannot be read" };
  const pem = createPublicKey({ key: key as JsonWebKey, format: "jwk" }).export({ type: "spki", format: "pem" });
  const content = withHeader(token, { ...decodeProtectedHeader(token), alg: "HS256" });
  return `${content}.${createHmac("sha256", pem).update(content).digest("base64url")}`;
}

async function publishedKey(token: string): Promise<JWK | undefined> {
  const { iss = "" } = decodeJwt(token);
  const { kid } = decodeProtectedHeader(token);
  if (!iss.startsWith("https://")) return undefined;
  try {
    const { jwks_uri } = (await fetchJson(`${iss}/.well-known/openid-configuration`)) as { jwks_uri: string };
    return ((await fetchJson(jwks_uri)) as JSONWebKeySet).keys.find((key) => key.kid === kid);
  } catch {
    return undefined;
  }
}

async function fetchJson(url: string): Promise<unknown> {
  return await (await fetch(url, { signal: AbortSignal.timeout(TIMEOUT_MS) })).json();
}

let strangersKey: JWK | undefined;

function strangerKey(): JWK {
  strangersKey ??= generateKeyPairSync("rsa", { modulusLength: 2_048 }).privateKey.export({ format: "jwk" }) as JWK;
  return strangersKey;
}

function withHeader(token: string, header: object): string {
  return `${encodePart(header)}.${token.split(".")[1]}`;
}

function encodePart(part: object): string {
  return Buffer.from(JSON.stringify(part)).toString("base64url");
}

function now(): number {
  return Math.floor(Date.now() / 1_000);
}
