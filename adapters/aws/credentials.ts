import { createHash, timingSafeEqual } from "node:crypto";
import { PREVIOUS_PASSES_MS, UNNOTED_MS, UNSEEN_PASSES_MS } from "../../engine/password-times";
import type { AwsClient } from "./client";
import { FAILED_REREAD_MS, type SecretVersion, STALE_MS, secretVersion } from "./secrets";

export interface UserPassword {
  readonly username: string;
  readonly password: string;
}

/** Hits are answered from memory that long; a change of the secret counts within it. */
const FRESH_MS = UNNOTED_MS;
/** A caller unknown to us makes us look again, but not more often than that. */
const MISS_REREAD_MS = 5_000;
/**
 * So long after a rotation every authorizer takes the new password. Sooner, one that has just looked again because of a
 * stranger's guess refuses it: the connectors are to hold the old one until then.
 */
export const KNOWN_AFTER_MS = FRESH_MS + MISS_REREAD_MS;

/** Digests to compare credentials with. The credentials themselves are not kept. */
interface Digests {
  readonly username: Buffer;
  readonly password: Buffer;
}

interface Read {
  readonly at: number;
  readonly current: Digests;
  readonly versionId: string;
  readonly previous?: Digests | undefined;
  /** Epoch milliseconds. */
  readonly rotatedAt: number;
}

/** `overdue`: the previous password, more than a day after the rotation. */
export type PassedAs = "current" | "previous" | "overdue";

/** Checks what callers show. */
export interface CredentialsCheck {
  /** Says as what credentials pass at a step; undefined if they do not. Rejects if that cannot be known. */
  check(credentials: UserPassword, step: string): Promise<PassedAs | undefined>;
  /** Reads the secret ahead of the first check. Rejects if it cannot be read. */
  read(): Promise<unknown>;
}

/** Where each version of the connectors' password was seen. A version is named by its id in Secrets Manager. */
export interface SeenPasswords {
  has(versionId: string, step: string): Promise<boolean>;
  add(versionId: string, step: string, now: Date): Promise<void>;
  /** When the password before a version was last noted at a step. */
  previousAt(versionId: string, step: string): Promise<Date | undefined>;
  addPrevious(versionId: string, step: string, now: Date): Promise<void>;
}

export interface CredentialsCheckOptions {
  /** The secret `{"username","password"}`. */
  readonly secretId: string;
  readonly seen: SeenPasswords;
  /** @default Date.now */
  readonly now?: () => number;
}

/**
 * Checks against a secret: its current version, and the one before for a day after a rotation, or at steps where the
 * current one was not seen yet for seven.
 */
export function credentialsCheck(client: AwsClient, { secretId, seen, now = Date.now }: CredentialsCheckOptions): CredentialsCheck {
  const notes = passwordNotes(seen, now);
  let read: Read | undefined;
  let missedAt = Number.NEGATIVE_INFINITY;
  let failedAt = Number.NEGATIVE_INFINITY;

  /** False if what was read before has to do. */
  async function reread(): Promise<boolean> {
    try {
      const [current, previous] = await Promise.all([
        secretVersion(client, secretId, "AWSCURRENT"),
        secretVersion(client, secretId, "AWSPREVIOUS"),
      ]);
      if (current === undefined) throw new Error("The credentials' secret, or its current version, is missing.");
      read = {
        at: now(),
        current: digests(userPassword(current)),
        versionId: current.VersionId ?? "",
        ...(previous && { previous: digestsIfAny(previous) }),
        rotatedAt: (current.CreatedDate ?? 0) * 1_000,
      };
      return true;
    } catch (error) {
      if (read === undefined || now() - read.at > STALE_MS) throw error;
      failedAt = now();
      return false;
    }
  }

  async function passedAs(credentials: UserPassword, step: string): Promise<PassedAs | undefined> {
    if (read === undefined) return undefined;
    const { current, previous, versionId, rotatedAt } = read;
    const shownDigests = digests(credentials);
    const isCurrent = sameCredentials(shownDigests, current);
    const isPrevious = previous !== undefined && sameCredentials(shownDigests, previous);
    const age = now() - rotatedAt;
    if (isCurrent && previous !== undefined && age < UNSEEN_PASSES_MS) await notes.current(versionId, step);
    if (isCurrent) return "current";
    if (!isPrevious || age >= UNSEEN_PASSES_MS) return undefined;
    if (age >= PREVIOUS_PASSES_MS && (await seen.has(versionId, step))) return undefined;
    await notes.previous(versionId, step);
    return age < PREVIOUS_PASSES_MS ? "previous" : "overdue";
  }

  async function check(credentials: UserPassword, step: string): Promise<PassedAs | undefined> {
    const age = now() - (read?.at ?? Number.NEGATIVE_INFINITY);
    const fresh = age < FRESH_MS || (age <= STALE_MS && now() - failedAt < FAILED_REREAD_MS);
    const upToDate = fresh || (await reread());
    const match = await passedAs(credentials, step);
    if (match !== undefined) return match;
    // A value read just now cannot have changed. Otherwise the first miss always reads again.
    const looksAgain = fresh && now() - missedAt >= MISS_REREAD_MS;
    if (looksAgain) missedAt = now();
    const isUpToDate = looksAgain ? await reread() : upToDate;
    const passedNow = looksAgain ? await passedAs(credentials, step) : undefined;
    if (passedNow === undefined && !isUpToDate) throw new Error("Secrets Manager did not say whether these credentials are new.");
    return passedNow;
  }

  return { check, read: reread };
}

/** Notes where each version was seen, and when the one before it was: once, or now and then. */
function passwordNotes(passwordUses: SeenPasswords, now: () => number) {
  const notedKeys = new Set<string>();
  const previousNotedAt = new Map<string, number>();
  return {
    /** Tells the operator of a rotation that somebody still uses the old password. */
    async previous(versionId: string, step: string): Promise<void> {
      const what = `${versionId}/${step}`;
      if (now() - (previousNotedAt.get(what) ?? Number.NEGATIVE_INFINITY) < UNNOTED_MS) return;
      try {
        await passwordUses.addPrevious(versionId, step, new Date(now()));
        previousNotedAt.set(what, now());
      } catch {
        // It passes all the same.
      }
    },
    /** If that fails, the next call tries again: until then the previous password lives on, at most for its seven days. */
    async current(versionId: string, step: string): Promise<void> {
      const what = `${versionId}/${step}`;
      if (notedKeys.has(what)) return;
      try {
        await passwordUses.add(versionId, step, new Date(now()));
        notedKeys.add(what);
      } catch {
        // The right password passes all the same.
      }
    },
  };
}

function userPassword({ SecretString }: SecretVersion): UserPassword {
  const { username, password } = parseUserPassword(SecretString);
  if (typeof username !== "string" || username === "" || typeof password !== "string" || password === "") {
    throw new Error('The credentials\' secret is not JSON of the form {"username":"…","password":"…"}.');
  }
  return { username, password };
}

/** The previous version may be a faulty one: then it lets nobody pass. */
function digestsIfAny(version: SecretVersion): Digests | undefined {
  try {
    return digests(userPassword(version));
  } catch {
    return undefined;
  }
}

/** An unreadable text gives nothing: the parser's own error would quote the secret. */
function parseUserPassword(text: string | undefined): Partial<UserPassword> {
  try {
    return (JSON.parse(text ?? "null") as Partial<UserPassword> | null) ?? {};
  } catch {
    return {};
  }
}

/** Compares in a time that tells nothing of either side. */
function sameCredentials(a: Digests, b: Digests): boolean {
  const username = timingSafeEqual(a.username, b.username);
  const password = timingSafeEqual(a.password, b.password);
  return username && password;
}

function digests({ username, password }: UserPassword): Digests {
  return { username: digest(username), password: digest(password) };
}

function digest(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}

/** In place of a subject: every certificate that the trust store vouches for. No subject reads so. */
export const ANY_CERTIFICATE = "*";

/** A client certificate that API Gateway verified in a TLS handshake. */
export interface ShownCertificate {
  /** "CN=entra-gatehouse,O=Contoso" */
  readonly subjectDN?: string;
}

/**
 * Says whether a certificate opens the API by itself.
 * @param allowedSubject a subject, or ANY_CERTIFICATE; undefined where callers show none, and then nothing passes
 */
export function certificatePasses(certificate: ShownCertificate | null | undefined, allowedSubject: string | undefined): boolean {
  if (allowedSubject === undefined || allowedSubject === "" || !certificate?.subjectDN) return false;
  return allowedSubject === ANY_CERTIFICATE || certificate.subjectDN === allowedSubject;
}
