import { createHmac, hkdfSync, randomBytes, timingSafeEqual } from "node:crypto";
import type { Context } from "hono";
import { deleteCookie, getCookie, setCookie } from "hono/cookie";
import type { CookieOptions } from "hono/utils/cookie";
import { EncryptJWT, jwtDecrypt } from "jose";
import * as v from "valibot";
import { roles } from "./roles";

/** A session ends after this time without a request. */
export const IDLE_SECONDS = 30 * 60;
/** A session ends after this time even if it is used. */
export const ABSOLUTE_SECONDS = 8 * 60 * 60;
/** A role older than this is read from Entra again. */
export const ROLE_SECONDS = 5 * 60;
/** If Entra cannot be asked, a role ends after this time. */
export const ROLE_LONGEST_SECONDS = 15 * 60;
/** The scope with which Entra issues a refresh token. With this token, the console reads the role again. */
export const REFRESH_SCOPE = "offline_access";
/** Time limit for Entra's sign-in pages. */
export const SIGN_IN_SECONDS = 10 * 60;

const names = v.optional(v.pipe(v.array(v.string()), v.readonly()));

const session = v.object({
  /** A random id, new at each sign-in. The tokens of forms are bound to it. */
  id: v.string(),
  subject: v.string(),
  name: v.string(),
  /** The user name and addresses from Entra. With them, the console prevents people from deciding on their own requests. */
  userNames: names,
  /** Undefined if the account has none of our roles. */
  role: v.fallback(v.optional(v.picklist(roles)), undefined),
  /** True if the account has the role of those who may ask for a guest. */
  isRequester: v.fallback(v.optional(v.boolean()), undefined),
  /** App roles from Entra, and in `groups` the object ids of groups. Stages of requests may name these as approvers. */
  appRoles: names,
  groups: names,
  /** Epoch seconds. `issuedAt`: the session began. `seenAt`: it was last used. `roleAt`: Entra returned the role. */
  issuedAt: v.number(),
  seenAt: v.number(),
  roleAt: v.number(),
});
export type Session = Readonly<v.InferOutput<typeof session>>;
/** The person who signed in, according to the provider. */
export type SessionPerson = Omit<Session, "id" | "issuedAt" | "seenAt" | "roleAt">;

const signInState = v.object({
  state: v.string(),
  nonce: v.string(),
  verifier: v.string(),
  returnTo: v.string(),
});
export type SignInState = Readonly<v.InferOutput<typeof signInState>>;

const SESSION = "gatehouse-session";
const SIGN_IN = "gatehouse-sign-in";
const RENEWAL = "gatehouse-renewal";
const CURSOR = "gatehouse-cursor";

function createTokenCipher(encryption: ReturnType<typeof deriveKey>) {
  return {
    seal: (audience: string, claims: Record<string, unknown>, expires: number) =>
      new EncryptJWT(claims)
        .setProtectedHeader({ alg: "dir", enc: "A256GCM" })
        .setAudience(audience)
        .setExpirationTime(expires)
        .encrypt(encryption),
    async open(token: string, audience: string, now: Date): Promise<Record<string, unknown> | undefined> {
      const options = {
        audience,
        currentDate: now,
        keyManagementAlgorithms: ["dir"],
        contentEncryptionAlgorithms: ["A256GCM"],
        requiredClaims: ["exp"],
      };
      return await jwtDecrypt(token, encryption, options).then(
        ({ payload }) => payload,
        () => undefined,
      );
    },
  };
}

export type Seals = ReturnType<typeof seals>;

/** All keys are derived from one secret. Values sealed with another secret do not open. @param secret any long random text */
export function seals(secret: string) {
  const { seal, open } = createTokenCipher(deriveKey(secret, "cookies"));
  const forms = deriveKey(secret, "forms");
  const formToken = ({ id }: Session) => createHmac("sha256", forms).update(id).digest("base64url");

  return {
    sealSession: (sessionBegun: Session) =>
      seal(SESSION, { ...sessionBegun }, Math.min(sessionBegun.seenAt + IDLE_SECONDS, sessionBegun.issuedAt + ABSOLUTE_SECONDS)),
    /** Undefined for a session that is forged, expired, idle, or sealed with another key. */
    openSession: async (token: string, now: Date) => readAs(session, await open(token, SESSION, now)),
    sealSignIn: (state: SignInState, now: Date) => seal(SIGN_IN, { ...state }, epochSeconds(now) + SIGN_IN_SECONDS),
    openSignIn: async (token: string, now: Date) => readAs(signInState, await open(token, SIGN_IN, now)),
    /**
     * Returns a sign-in's mark: its JWE's random initialization vector. Decodes and encodes the vector, so that all its base64url spellings
     * give one mark.
     */
    signInMark: (token: string) => Buffer.from(token.split(".")[2] ?? "", "base64url").toString("base64url"),
    sealRenewal: ({ id, issuedAt }: Session, renewal: string) => seal(RENEWAL, { id, renewal }, issuedAt + ABSOLUTE_SECONDS),
    /** Returns the sealed refresh token. Undefined if the text was sealed for another session, has expired or is forged. */
    async openRenewal({ id }: Session, sealedText: string, now: Date) {
      const claims = await open(sealedText, RENEWAL, now);
      return claims?.id === id && typeof claims.renewal === "string" ? claims.renewal : undefined;
    },
    /**
     * Seals the position in a list for the page's address, because the position may contain names. @param list the list, with its search
     */
    sealCursor: (list: string, position: unknown, now: Date) => seal(CURSOR, { list, position }, epochSeconds(now) + ABSOLUTE_SECONDS),
    /** Returns the cursor's position. Undefined for any text that is not our cursor for this list. */
    async openCursor(list: string, cursor: string, now: Date): Promise<unknown> {
      const claims = await open(cursor, CURSOR, now);
      return claims?.list === list ? claims.position : undefined;
    },
    formToken,
    isFormToken(shownSession: Session, token: string): boolean {
      const [expected, given] = [Buffer.from(formToken(shownSession)), Buffer.from(token)];
      return expected.length === given.length && timingSafeEqual(expected, given);
    },
  };
}

export function newSession(who: SessionPerson, now: Date): Session {
  const at = epochSeconds(now);
  return { ...who, id: randomBytes(18).toString("base64url"), issuedAt: at, seenAt: at, roleAt: at };
}

export function epochSeconds(now: Date): number {
  return Math.floor(now.getTime() / 1_000);
}

function deriveKey(secret: string, purpose: string): Uint8Array {
  return new Uint8Array(hkdfSync("sha256", secret, "", `gatehouse console ${purpose}`, 32));
}

function readAs<S extends v.GenericSchema>(schema: S, claims: unknown): v.InferOutput<S> | undefined {
  const read = v.safeParse(schema, claims);
  return read.success ? read.output : undefined;
}

const SESSION_COOKIE = "gatehouse";
const SIGN_IN_COOKIE = "gatehouse-sign-in";
const LANGUAGE = "gatehouse-language";
/** The cookie with the browser's time zone. The browser's script writes it (browser/adapt.ts). */
const ZONE = "gatehouse-zone";
const RETURN = "gatehouse-return";
const RETURN_SECONDS = 3_600;
const YEAR_SECONDS = 365 * 86_400;
/** Limit of unfinished sign-ins in one browser. Each has a cookie of some 500 bytes, and a gateway accepts 10 KB of headers. */
const MOST_SIGN_INS = 6;

export type Cookies = ReturnType<typeof cookies>;

/** Reads and writes the console's cookies. Over https, the prefix `__Host-` binds the cookies of sessions and sign-ins to this host. */
export function cookies(scheme: "https" | "http") {
  const secure = scheme === "https";
  const options: CookieOptions = { path: "/", httpOnly: true, sameSite: "Lax", secure };
  const prefix = secure ? "__Host-" : "";
  const session = `${prefix}${SESSION_COOKIE}`;
  /** Each sign-in has its own cookie: two tabs may sign in at once. */
  const signIn = (state: string) => `${prefix}${SIGN_IN_COOKIE}-${state}`;
  const forget = (context: Context, name: string) => deleteCookie(context, name, options);
  return {
    readSession: (context: Context) => getCookie(context, session),
    writeSession: (context: Context, value: string) => setCookie(context, session, value, options),
    clearSession: (context: Context) => forget(context, session),
    /** @param state from the callback's address: the provider's state, or any text that a stranger made up */
    readSignIn: (context: Context, state: string) => (isState(state) ? getCookie(context, signIn(state)) : undefined),
    writeSignIn(context: Context, state: string, value: string) {
      const underWay = Object.keys(getCookie(context)).filter((name) => name.startsWith(signIn("")));
      if (underWay.length >= MOST_SIGN_INS) for (const name of underWay) forget(context, name);
      setCookie(context, signIn(state), value, { ...options, maxAge: SIGN_IN_SECONDS });
    },
    clearSignIn(context: Context, state: string) {
      if (isState(state)) forget(context, signIn(state));
    },
    readReturn: (context: Context) => getCookie(context, RETURN),
    writeReturn: (context: Context, path: string) => setCookie(context, RETURN, path, { ...options, maxAge: RETURN_SECONDS }),
    clearReturn: (context: Context) => forget(context, RETURN),
    readLanguage: (context: Context) => getCookie(context, LANGUAGE),
    readZone: (context: Context) => getCookie(context, ZONE),
    writeLanguage: (context: Context, language: string) => setCookie(context, LANGUAGE, language, { ...options, maxAge: YEAR_SECONDS }),
  };
}

/** True if a text can be the last part of the name of a sign-in's cookie: 1 to 64 letters of base64url. Our states have 43 letters. */
function isState(text: string): boolean {
  return /^[\w-]{1,64}$/.test(text);
}
