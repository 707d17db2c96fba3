import { createHash, timingSafeEqual } from "node:crypto";
import type { AwsClient } from "./client";
import { type SecretVersion, secretVersion } from "./secret-version";

export interface UserPassword {
  readonly username: string;
  readonly password: string;
}

/** Hits are answered from memory that long; a change of the secret counts within it. */
const FRESH_MS = 60_000;
/** A caller unknown to us makes us look again, but not more often than that. */
const MISS_REREAD_MS = 5_000;
/** How long the password before the last rotation still passes. */
export const PREVIOUS_PASSES_MS = 24 * 3_600_000;
/** If Secrets Manager does not answer, what was read counts that long: as long as the gateway's own cache. */
const STALE_MS = 300_000;
/** Nor is it asked more often than that then: each time may cost seconds. */
const FAILED_REREAD_MS = 5_000;

interface Read {
  readonly at: number;
  readonly current: UserPassword;
  readonly previous?: UserPassword | undefined;
  /** Epoch milliseconds. */
  readonly rotatedAt: number;
}

/** Says whether credentials pass. Rejects if that cannot be known. */
export type CredentialsCheck = (shown: UserPassword) => Promise<boolean>;

/** Checks against a secret `{"username","password"}`: its current version, and for a day after a rotation the one before. */
export function credentialsCheck(client: AwsClient, secretId: string, now: () => number = Date.now): CredentialsCheck {
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
        current: userPassword(current),
        ...(previous && { previous: userPasswordIfAny(previous) }),
        rotatedAt: (current.CreatedDate ?? 0) * 1_000,
      };
      return true;
    } catch (error) {
      if (read === undefined || now() - read.at > STALE_MS) throw error;
      failedAt = now();
      return false;
    }
  }

  function passes(shown: UserPassword): boolean {
    if (read === undefined) return false;
    const previousPasses = read.previous !== undefined && now() - read.rotatedAt < PREVIOUS_PASSES_MS;
    const isCurrent = sameCredentials(shown, read.current);
    return previousPasses ? sameCredentials(shown, read.previous as UserPassword) || isCurrent : isCurrent;
  }

  return async (shown) => {
    const age = now() - (read?.at ?? Number.NEGATIVE_INFINITY);
    const fresh = age < FRESH_MS || (age <= STALE_MS && now() - failedAt < FAILED_REREAD_MS);
    const upToDate = fresh || (await reread());
    if (passes(shown)) return true;
    // What was read just now cannot have changed; otherwise the first miss always looks again.
    const looksAgain = fresh && now() - missedAt >= MISS_REREAD_MS;
    if (looksAgain) missedAt = now();
    const known = looksAgain ? await reread() : upToDate;
    if (passes(shown)) return true;
    if (!known) throw new Error("Secrets Manager did not say whether these credentials are new.");
    return false;
  };
}

function userPassword({ SecretString }: SecretVersion): UserPassword {
  const { username, password } = parsed(SecretString);
  if (typeof username !== "string" || username === "" || typeof password !== "string" || password === "") {
    throw new Error('The credentials\' secret is not JSON of the form {"username":"…","password":"…"}.');
  }
  return { username, password };
}

/** The version before may be one that had to be put right: then nobody passes with it. */
function userPasswordIfAny(version: SecretVersion): UserPassword | undefined {
  try {
    return userPassword(version);
  } catch {
    return undefined;
  }
}

/** An unreadable text gives nothing: the parser's own error would quote the secret. */
function parsed(text: string | undefined): Partial<UserPassword> {
  try {
    return (JSON.parse(text ?? "null") as Partial<UserPassword> | null) ?? {};
  } catch {
    return {};
  }
}

/** Compares in a time that tells nothing of either side. */
function sameCredentials(a: UserPassword, b: UserPassword): boolean {
  const username = timingSafeEqual(digest(a.username), digest(b.username));
  const password = timingSafeEqual(digest(a.password), digest(b.password));
  return username && password;
}

function digest(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}
