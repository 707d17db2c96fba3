import { errors, importJWK, type JSONWebKeySet, type JWK, type JWTPayload, jwtVerify } from "jose";

export interface JwtSettings {
  readonly issuer: string;
  readonly audience: readonly string[];
}

/** The message is the reason in the reply's WWW-Authenticate header. */
export class TokenRefusedError extends Error {
  override readonly name = "TokenRefusedError";
}

/** Resolves to the token's claims. Rejects with TokenRefusedError. */
export type TokenCheck = (authorization: string) => Promise<JWTPayload>;

/** Returns the issuer's key with an id. Undefined if the issuer has no such key, or cannot be reached. */
type KeyOf = (id: string) => Promise<JWK | undefined>;

/** API Gateway accepts other RSA algorithms too; Entra signs with this one. */
const ALGORITHM = "RS256";
const REFETCH_MS = 5 * 60_000;

/** Known keys remain in use if the issuer cannot be reached. */
export function issuerKeys(fetchKeys: () => Promise<JSONWebKeySet>, now: () => number = Date.now): KeyOf {
  let keysById = new Map<string | undefined, JWK>();
  let askedAt = Number.NEGATIVE_INFINITY;
  return async (id) => {
    const mayAsk = keysById.size === 0 || now() - askedAt >= REFETCH_MS;
    if (!keysById.has(id) && mayAsk) {
      askedAt = now();
      keysById = await fetchKeys().then(
        ({ keys }) => new Map(keys.map((key) => [key.kid, key])),
        () => keysById,
      );
    }
    return keysById.get(id);
  };
}

/** Checks a token as an HTTP API's JWT authorizer does: signature, issuer, audience and times, without leeway. */
export function tokenCheck({ issuer, audience }: JwtSettings, keyOf: KeyOf, now: () => number = Date.now): TokenCheck {
  return async (authorization) => {
    const currentDate = new Date(now());
    try {
      const { payload } = await jwtVerify(
        authorization.replace(/^bearer +/i, ""),
        async ({ kid = "" }) => await importJWK((await keyOf(kid)) ?? refuse("the key is unknown"), ALGORITHM),
        { algorithms: [ALGORITHM], issuer, requiredClaims: ["exp"], currentDate },
      );
      if (![payload.aud ?? payload.client_id].flat().some((each) => audience.includes(String(each))))
        refuse("the token does not have a valid audience");
      if ((payload.iat ?? 0) * 1_000 > currentDate.getTime()) refuse("the token is used before issued");
      return payload;
    } catch (error) {
      if (error instanceof TokenRefusedError) throw error;
      return refuse(error instanceof errors.JWTExpired ? "the token has expired" : "the token is invalid");
    }
  };
}

function refuse(why: string): never {
  throw new TokenRefusedError(why);
}

/** A list becomes a string with its items in brackets. */
export function claimTexts(claims: JWTPayload): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(claims).map(([name, value]) => [name, Array.isArray(value) ? `[${value.join(" ")}]` : String(value)]),
  );
}
