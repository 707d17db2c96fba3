import { generateKeyPairSync } from "node:crypto";
import { decodeJwt, importJWK, type JWK, type JWTPayload, jwtVerify, SignJWT } from "jose";
import type { Step } from "../../engine/sign-up/sign-up";
import { customExtension } from "../../features/external-tenant/extension";
import { type ActionKind, actionName, eventWords } from "../../simulator/contract/extension-answer";
import type { Answer, Received, Reply } from "./endpoint";

export const TENANT_ID = "7a1d4f0e-52c3-4d8b-9a6f-31be0c9d2e45";
export const AUDIENCE = "5b2c7a90-6d1e-4f83-a4b7-2c9e0d1f3a58";
const ISSUER = `https://${TENANT_ID}.ciamlogin.com/${TENANT_ID}/v2.0`;
const CALLER = "99045fe1-7639-4a75-9d4a-577b6ca3810f";
const KEY_ID = "entra";

/** What the endpoint's tokens are signed with. */
export const signingKey = generateKeyPairSync("rsa", { modulusLength: 2_048 }).privateKey.export({ format: "jwk" }) as JWK;

/** A token as Entra's own. */
export async function entraToken(): Promise<string> {
  return await new SignJWT({ azp: CALLER, tid: TENANT_ID, ver: "2.0" })
    .setProtectedHeader({ alg: "RS256", typ: "JWT", kid: KEY_ID })
    .setIssuer(ISSUER)
    .setAudience(AUDIENCE)
    .setIssuedAt()
    .setNotBefore("0s")
    .setExpirationTime("1h")
    .sign(await importJWK(signingKey, "RS256"));
}

/** Takes a token, or rejects. */
export type TokenCheck = (token: string) => Promise<void>;

/** The claims that are checked, each by its name. */
const claimChecks: Readonly<Record<string, (claims: JWTPayload) => boolean>> = {
  exp: ({ exp = 0 }) => exp * 1_000 > Date.now(),
  nbf: ({ nbf = 0 }) => nbf * 1_000 <= Date.now(),
  aud: ({ aud }) => aud === AUDIENCE,
  iss: ({ iss }) => iss === ISSUER,
  tid: ({ tid }) => tid === TENANT_ID,
  azp: ({ azp }) => azp === CALLER,
};

/** Every check but those left out. */
export function checkWithout(...left: readonly string[]): TokenCheck {
  return async (token) => {
    if (!left.includes("signature")) {
      const key = await importJWK({ ...signingKey, d: undefined } as JWK, "RS256");
      await jwtVerify(token, ({ kid }) => (kid === KEY_ID ? key : Promise.reject(new Error("unknown key"))), {
        algorithms: ["RS256"],
        clockTolerance: "1 year",
      });
    }
    const claims = decodeJwt(token);
    for (const [name, holds] of Object.entries(claimChecks)) {
      if (!left.includes(name) && !holds(claims)) throw new Error(name);
    }
  };
}

/** The one action of an answer. */
export const acting = (step: Step, kind: ActionKind, members: object = {}): Reply =>
  answering(step, [{ "@odata.type": actionName(step, kind), ...members }]);

/** An answer with these actions. */
export const answering = (step: Step, actions: readonly object[]): Reply => ({
  body: { data: { "@odata.type": eventWords[step].responseData, actions } },
});

export const letThrough = (step: Step): Reply =>
  step === "before-sending-token"
    ? acting(step, "provideClaimsForToken", { claims: { tier: "gold", roles: ["buyer", "reader"] } })
    : acting(step, "continueWithDefaultBehavior");

const refusal = (step: Step): Reply =>
  step === "before-sending-token" ? acting(step, "provideClaimsForToken", { claims: {} }) : acting(step, "showBlockPage");

/** An extension as it should be, but for the checks given and for what `decide` answers to an event that can be read. */
export function wellKeptExtension(
  step: Step,
  decide: (body: string) => Answer | Promise<Answer> = () => letThrough(step),
  check = checkWithout(),
) {
  return async ({ method, headers, body }: Received): Promise<Answer> => {
    try {
      await check((headers.authorization ?? "").replace(/^Bearer /, ""));
    } catch {
      return { status: 401, body: {} };
    }
    if (method !== "POST") return { status: 405, body: {} };
    const contentType = headers["content-type"];
    const parsed = customExtension({ tenantId: TENANT_ID }).parse({ contentType, body }, step);
    return parsed.ok ? await decide(body) : refusal(step);
  };
}
