import { createHash, timingSafeEqual } from "node:crypto";
import { MS_PER_DAY, MS_PER_MINUTE } from "../../engine/sign-up/time";
import type { AwsClient } from "./client";
import { FAILED_REREAD_MS, type SecretVersion, STALE_MS, secretVersion } from "./secrets";

/** The previous password is valid for at least this time. */
export const PREVIOUS_PASSES_MS = MS_PER_DAY;
/** Longest validity of the previous password: at a step that has not received the current password yet. */
export const UNSEEN_PASSES_MS = 7 * MS_PER_DAY;

/**
 * Longest time for which an authorizer may not note uses of the previous password: after a note, or while that password is cached as the
 * current one.
 */
export const UNNOTED_MS = MS_PER_MINUTE;

/** State of the connectors' password. Graph does not show which password a connector holds. */
export interface PasswordState {
  /** The time when the current password was made. */
  readonly madeAt: Date;
  /** True if the previous password is stored: it may still be valid. */
  readonly hasPrevious: boolean;
  /** Steps whose connector has not sent the current password yet. Only meaningful while the previous password is stored. */
  readonly notSeenAt: readonly string[];
  /** The last use of the previous password at a step of `notSeenAt`. Absent if there was none after `madeAt`. */
  readonly previousSeenAt?: Date;
}

/** The gateway caches an authorized header for this long. The authorizer does not see calls with a cached header. */
export const GATEWAY_CACHE_MS = 5 * MS_PER_MINUTE;

export interface UserPassword {
  readonly username: string;
  readonly password: string;
}

/** A change of the secret takes effect within this time. */
const FRESH_MS = UNNOTED_MS;
/** If a caller's credentials do not match, the secret is read again, at most once in this time. */
const MISS_REREAD_MS = 5_000;
/**
 * Time after a rotation until every authorizer accepts the new password. If a wrong password made an authorizer read the secret just before
 * the rotation, the authorizer does not read the secret again for MISS_REREAD_MS.
 */
export const KNOWN_AFTER_MS = FRESH_MS + MISS_REREAD_MS;

/** Digests of the accepted credentials, for comparison. The credentials themselves are not stored. */
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

/** Which password was accepted. `overdue`: the previous password, more than a day after the rotation. */
export type PassedAs = "current" | "previous" | "overdue";

interface CredentialsCheck {
  /** Returns which of the passwords that the step accepts matches; undefined if none does. Rejects if the secret cannot be read. */
  check(credentials: UserPassword, step: string): Promise<PassedAs | undefined>;
  /** Reads the secret ahead of the first check. Rejects on failure. */
  read(): Promise<unknown>;
}

/** Records where each version of the connectors' password was used. A version is named by its id in Secrets Manager. */
export interface SeenPasswords {
  has(versionId: string, step: string): Promise<boolean>;
  add(versionId: string, step: string, now: Date): Promise<void>;
  /** Returns the last noted use of the previous password at a step. @param versionId the current version */
  previousAt(versionId: string, step: string): Promise<Date | undefined>;
  addPrevious(versionId: string, step: string, now: Date): Promise<void>;
}

interface CredentialsCheckOptions {
  /** The secret that holds `{"username","password"}`. */
  readonly secretId: string;
  readonly seen: SeenPasswords;
  /** @default Date.now */
  readonly now?: () => number;
}

/** After a rotation, accepts the previous password for a day; for seven at a step that has not received the current one yet. */
export function credentialsCheck(client: AwsClient, { secretId, seen, now = Date.now }: CredentialsCheckOptions): CredentialsCheck {
  const notes = passwordNotes(seen, now);
  let read: Read | undefined;
  let missedAt = Number.NEGATIVE_INFINITY;
  let failedAt = Number.NEGATIVE_INFINITY;

  /**
   * Reads the secret and returns true. If the read fails, returns false while the last value may still be used. After that time, throws the
   * error.
   */
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
        previous: previous && digestsIfAny(previous),
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
    // Unknown credentials may be new: the secret is read again, at most once in MISS_REREAD_MS, unless this call has just tried to read it.
    const looksAgain = fresh && now() - missedAt >= MISS_REREAD_MS;
    if (looksAgain) missedAt = now();
    const isUpToDate = looksAgain ? await reread() : upToDate;
    const passedNow = looksAgain ? await passedAs(credentials, step) : undefined;
    if (passedNow === undefined && !isUpToDate) throw new Error("Secrets Manager did not say whether these credentials are new.");
    return passedNow;
  }

  return { check, read: reread };
}

function passwordNotes(passwordUses: SeenPasswords, now: () => number) {
  const notedKeys = new Set<string>();
  const previousNotedAt = new Map<string, number>();
  return {
    /** Notes a use of the previous password at a step. So the operator learns that a connector still sends it. */
    async previous(versionId: string, step: string): Promise<void> {
      const what = `${versionId}/${step}`;
      if (now() - (previousNotedAt.get(what) ?? Number.NEGATIVE_INFINITY) < UNNOTED_MS) return;
      try {
        await passwordUses.addPrevious(versionId, step, new Date(now()));
        previousNotedAt.set(what, now());
      } catch {
        // The call passes even if the note could not be written.
      }
    },
    /**
     * Notes that the current password was used at a step. As long as nothing is noted, the previous password passes at the step, for at
     * most seven days.
     */
    async current(versionId: string, step: string): Promise<void> {
      const what = `${versionId}/${step}`;
      if (notedKeys.has(what)) return;
      try {
        await passwordUses.add(versionId, step, new Date(now()));
        notedKeys.add(what);
      } catch {
        // The correct password passes even if the note could not be written.
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

/** Returns undefined if the previous version is malformed. Then no caller passes with the previous password. */
function digestsIfAny(version: SecretVersion): Digests | undefined {
  try {
    return digests(userPassword(version));
  } catch {
    return undefined;
  }
}

/** Returns an empty object if the text is no JSON. The parser's own error is not thrown, because it would quote the secret. */
function parseUserPassword(text: string | undefined): Partial<UserPassword> {
  try {
    return (JSON.parse(text ?? "null") as Partial<UserPassword> | null) ?? {};
  } catch {
    return {};
  }
}

/** Compares in constant time, so that the duration reveals nothing about the credentials. */
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

/** This value in place of a subject stands for every certificate that the trust store accepts. No certificate has the subject `*`. */
export const ANY_CERTIFICATE = "*";

interface ShownCertificate {
  /** "CN=entra-gatehouse,O=Contoso" */
  readonly subjectDN?: string;
}

/** @param allowedSubject a subject, or ANY_CERTIFICATE. If it is undefined or empty, no certificate passes */
export function certificatePasses(certificate: ShownCertificate | null | undefined, allowedSubject: string | undefined): boolean {
  if (allowedSubject === undefined || allowedSubject === "" || !certificate?.subjectDN) return false;
  return allowedSubject === ANY_CERTIFICATE || certificate.subjectDN === allowedSubject;
}
