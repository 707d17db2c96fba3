import { createHmac, hkdfSync, randomBytes, timingSafeEqual } from "node:crypto";
import { EncryptJWT, jwtDecrypt } from "jose";
import { type Role, roles } from "./roles";

/** A session ends after this time without a request. */
export const IDLE_SECONDS = 30 * 60;
/** A session ends after this time in any case. */
export const ABSOLUTE_SECONDS = 8 * 60 * 60;
/** A role older than this is read from Entra again. */
export const ROLE_SECONDS = 5 * 60;
/** If Entra cannot be asked, a role ends after this time. */
export const ROLE_LONGEST_SECONDS = 15 * 60;
/** The scope for the refresh token that reads the role again. */
export const REFRESH_SCOPE = "offline_access";
/** How long somebody may take at Entra's sign-in pages. */
export const SIGN_IN_SECONDS = 10 * 60;

/** The signed-in user. */
export interface Session {
  /** The id of this sign-in. Forms are bound to it. */
  readonly id: string;
  /** The account's id at the tenant. */
  readonly subject: string;
  readonly name: string;
  /** User name and addresses from Entra, so that nobody decides on their own request. */
  readonly userNames?: readonly string[] | undefined;
  /** Undefined if the account has none of our roles. */
  readonly role?: Role | undefined;
  /** Every app role from Entra, and groups by object id: stages of requests may ask these. */
  readonly appRoles?: readonly string[] | undefined;
  readonly groups?: readonly string[] | undefined;
  /** Epoch seconds: when it began, when it was last used, and when Entra gave the role. */
  readonly issuedAt: number;
  readonly seenAt: number;
  readonly roleAt: number;
}

/** What has to be remembered between leaving for Entra and coming back. */
export interface SignInState {
  readonly state: string;
  readonly nonce: string;
  readonly verifier: string;
  /** Where to go afterwards: a path of ours. */
  readonly returnTo: string;
}

/** Seals and opens what cookies hold. Keys are derived from one secret; another secret opens nothing. */
export interface Seals {
  sealSession(session: Session): Promise<string>;
  /** Undefined for a session that is forged, expired, idle, or sealed with another key. */
  openSession(token: string, now: Date): Promise<Session | undefined>;
  sealSignIn(state: SignInState, now: Date): Promise<string>;
  openSignIn(token: string, now: Date): Promise<SignInState | undefined>;
  /** Identifies a sealed sign-in, however its text is spelled. */
  signInMark(token: string): string;
  /** For the session's row: the refresh token that asks for its role again. */
  sealRenewal(session: Session, renewal: string): Promise<string>;
  /** Undefined for another session's. */
  openRenewal(session: Session, sealed: string, now: Date): Promise<string | undefined>;
  /** Where a page of a list begins, for its address: it may name people. @param list what is looked for, and where */
  sealCursor(list: string, position: unknown, now: Date): Promise<string>;
  /** The position; undefined for whatever is no cursor of ours, or another list's. */
  openCursor(list: string, cursor: string, now: Date): Promise<unknown>;
  /** The token that every form of a session carries. */
  formToken(session: Session): string;
  isFormToken(session: Session, token: string): boolean;
}

const SESSION = "gatehouse-session";
const SIGN_IN = "gatehouse-sign-in";
const RENEWAL = "gatehouse-renewal";
const CURSOR = "gatehouse-cursor";

/** Claims in an encrypted token, each for an audience and a time. */
function encrypted(encryption: ReturnType<typeof derived>) {
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

/** @param secret any long random text */
export function seals(secret: string): Seals {
  const { seal, open } = encrypted(derived(secret, "cookies"));
  const forms = derived(secret, "forms");
  const formToken = ({ id }: Session) => createHmac("sha256", forms).update(id).digest("base64url");

  return {
    sealSession: ({ id, subject, name, userNames, role, appRoles, groups, issuedAt, seenAt, roleAt }) =>
      seal(
        SESSION,
        { id, subject, name, userNames, role, appRoles, groups, issuedAt, seenAt, roleAt },
        Math.min(seenAt + IDLE_SECONDS, issuedAt + ABSOLUTE_SECONDS),
      ),
    async openSession(token, now) {
      const claims = await open(token, SESSION, now);
      return claims && readSession(claims);
    },
    sealSignIn: (state, now) => seal(SIGN_IN, { ...state }, epochSeconds(now) + SIGN_IN_SECONDS),
    async openSignIn(token, now) {
      const claims = await open(token, SIGN_IN, now);
      return claims && readSignIn(claims);
    },
    // The initialization vector of a JWE: random, and with another one it does not open.
    signInMark: (token) => Buffer.from(token.split(".")[2] ?? "", "base64url").toString("base64url"),
    sealRenewal: ({ id, issuedAt }, renewal) => seal(RENEWAL, { id, renewal }, issuedAt + ABSOLUTE_SECONDS),
    async openRenewal({ id }, sealed, now) {
      const claims = await open(sealed, RENEWAL, now);
      return claims?.id === id && typeof claims.renewal === "string" ? claims.renewal : undefined;
    },
    sealCursor: (list, position, now) => seal(CURSOR, { list, position }, epochSeconds(now) + ABSOLUTE_SECONDS),
    async openCursor(list, cursor, now) {
      const claims = await open(cursor, CURSOR, now);
      return claims?.list === list ? claims.position : undefined;
    },
    formToken,
    isFormToken(session, token) {
      const [expected, given] = [Buffer.from(formToken(session)), Buffer.from(token)];
      return expected.length === given.length && timingSafeEqual(expected, given);
    },
  };
}

/** A session that begins now. */
export function newSession(who: Pick<Session, "subject" | "name" | "userNames" | "role" | "appRoles" | "groups">, now: Date): Session {
  const at = epochSeconds(now);
  return { ...who, id: randomBytes(18).toString("base64url"), issuedAt: at, seenAt: at, roleAt: at };
}

export function epochSeconds(now: Date): number {
  return Math.floor(now.getTime() / 1_000);
}

function derived(secret: string, purpose: string): Uint8Array {
  return new Uint8Array(hkdfSync("sha256", secret, "", `gatehouse console ${purpose}`, 32));
}

function readSession(claims: Record<string, unknown>): Session | undefined {
  const { id, subject, name, role, issuedAt, seenAt, roleAt } = claims;
  if (typeof id !== "string" || typeof subject !== "string" || typeof name !== "string") return undefined;
  if (typeof issuedAt !== "number" || typeof seenAt !== "number" || typeof roleAt !== "number") return undefined;
  // Sessions of earlier versions have no user names. They get them when the role is read again.
  const lists = (["userNames", "appRoles", "groups"] as const).flatMap((list) => {
    const texts = claims[list];
    return Array.isArray(texts) ? [[list, texts.filter((each) => typeof each === "string")] as const] : [];
  });
  return { id, subject, name, ...Object.fromEntries(lists), role: roles.find((each) => each === role), issuedAt, seenAt, roleAt };
}

function readSignIn({ state, nonce, verifier, returnTo }: Record<string, unknown>): SignInState | undefined {
  if (typeof state !== "string" || typeof nonce !== "string" || typeof verifier !== "string" || typeof returnTo !== "string")
    return undefined;
  return { state, nonce, verifier, returnTo };
}
