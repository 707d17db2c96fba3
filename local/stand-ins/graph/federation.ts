import { createLocalJWKSet, decodeJwt, errors, type JSONWebKeySet, jwtVerify } from "jose";
import type { EntraCloud } from "../../../adapters/graph/clouds";
import type { Tenant } from "./directory";
import type { KeptFederatedCredential } from "./external/stored-objects";
import { isSeen } from "./objects";

/** A refusal by the token endpoint: Entra's error number, and the sentence that explains the error. */
export interface TokenRefusal {
  readonly number: number;
  readonly words: string;
}

/** Number of seconds by which the clocks of Entra and the issuer may differ. */
const SKEW_S = 300;

interface Presented {
  readonly assertion: string;
  readonly clientId: string;
  readonly cloud: EntraCloud;
}

interface Claims {
  readonly iss?: unknown;
  readonly sub?: unknown;
  readonly aud?: unknown;
}

/**
 * Returns the reason to refuse a token. Undefined if the application can sign in with it. Source: Microsoft's page on workload identity
 * federation.
 */
export async function refuseFederatedToken(tenant: Tenant, { assertion, clientId, cloud }: Presented): Promise<TokenRefusal | undefined> {
  const application = tenant.directory.external.applications.find((each) => each.appId === clientId);
  if (application === undefined) {
    return { number: 700_016, words: `Application with identifier '${clientId}' was not found in the directory.` };
  }
  const claims = readClaims(assertion);
  if (claims === undefined) return { number: 50_027, words: "JWT token is invalid or malformed." };
  const trusted = (application.federatedIdentityCredentials ?? []).filter(isSeen);
  return findMismatch(claims, trusted, cloud) ?? (await checkSignature(tenant, assertion, String(claims.iss)));
}

export function isOfKnownIssuer(tenant: Tenant, assertion: string): boolean {
  const { iss } = readClaims(assertion) ?? {};
  return typeof iss === "string" && findAddress(tenant, iss) !== undefined;
}

function readClaims(assertion: string): Claims | undefined {
  try {
    return decodeJwt(assertion);
  } catch {
    return undefined;
  }
}

function findMismatch({ iss, sub, aud }: Claims, trusted: readonly KeptFederatedCredential[], cloud: EntraCloud): TokenRefusal | undefined {
  const ofIssuer = trusted.filter(({ issuer }) => issuer === iss);
  if (ofIssuer.length === 0) return makeMismatch(700_211, "issuer", iss);
  const ofSubject = ofIssuer.filter(({ subject }) => subject === sub);
  if (ofSubject.length === 0) {
    const isOtherCase = ofIssuer.some(({ subject }) => subject.toLowerCase() === String(sub).toLowerCase());
    if (!isOtherCase) return makeMismatch(700_213, "subject", sub);
    const more = " The subject matches with case-insensitive comparison, but not with case-sensitive comparison.";
    return makeMismatch(7_002_138, "subject", sub, more);
  }
  const presented = [aud].flat();
  const isExpected =
    presented.includes(cloud.audience) && ofSubject.some(({ audiences }) => audiences.some((each) => presented.includes(each)));
  return isExpected ? undefined : makeMismatch(700_212, "audience", presented[0]);
}

function makeMismatch(number: number, part: string, value: unknown, more = ""): TokenRefusal {
  const check = "Check your federated identity credential Subject, Audience and Issuer against the presented assertion.";
  return { number, words: `No matching federated identity record found for presented assertion ${part} '${value}'.${more} ${check}` };
}

async function checkSignature(tenant: Tenant, assertion: string, issuer: string): Promise<TokenRefusal | undefined> {
  const keys = await publishedKeys(tenant, issuer);
  if (keys === undefined) return { number: 50_166, words: "Request to External OIDC endpoint failed." };
  const currentDate = new Date(tenant.now?.() ?? Date.now());
  try {
    const { payload } = await jwtVerify(assertion, createLocalJWKSet(keys), {
      algorithms: ["RS256"],
      clockTolerance: SKEW_S,
      currentDate,
      requiredClaims: ["exp"],
    });
    // The library checks `iat`, the time of issue, only if a maximum age is set.
    return (payload.iat ?? 0) * 1_000 > currentDate.getTime() + SKEW_S * 1_000 ? OUT_OF_TIME : undefined;
  } catch (error) {
    const isTime = error instanceof errors.JWTExpired || (error instanceof errors.JWTClaimValidationFailed && error.claim === "nbf");
    return isTime ? OUT_OF_TIME : { number: 50_013, words: "Assertion failed signature validation." };
  }
}

const OUT_OF_TIME: TokenRefusal = { number: 700_024, words: "Client assertion is not within its valid time range." };

/** Fetches an issuer's keys for each token, so that a new key is accepted at once. Undefined if the issuer cannot be read. */
async function publishedKeys(tenant: Tenant, issuer: string): Promise<JSONWebKeySet | undefined> {
  const address = findAddress(tenant, issuer);
  if (address === undefined) return undefined;
  try {
    const discovered = (await (await fetch(`${address}/.well-known/openid-configuration`)).json()) as Readonly<Record<string, unknown>>;
    if (discovered.issuer !== issuer) return undefined;
    const keysUrl = String(discovered.jwks_uri).replace(issuer, address);
    return (await (await fetch(keysUrl)).json()) as JSONWebKeySet;
  } catch {
    return undefined;
  }
}

/** Returns the issuer's address. Undefined for an issuer that does not answer on this machine: the stand-in sends it no request. */
function findAddress({ issuerAddress }: Tenant, issuer: string): string | undefined {
  return issuerAddress?.(issuer) ?? (/^http:\/\/127\.0\.0\.1:\d+$/.test(issuer) ? issuer : undefined);
}
