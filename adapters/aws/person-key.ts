import { type HashOf, keyedHash, type PersonHashes } from "../../engine/sign-up/person";
import { type Clock, MS_PER_MINUTE } from "../../engine/sign-up/time";
import { systemClock } from "../system";
import type { AwsClient } from "./client";
import { keptValue, type SecretVersion, secretVersion } from "./secrets";

/** The form of a key that the stack made. A shorter key could be guessed. */
const keyForm = /^[\x21-\x7e]{32,}$/;
const FRESH_MS = 5 * MS_PER_MINUTE;
/**
 * Time after a rotation until every process has read the new key. Until then all processes write under the previous key, and look under
 * both.
 */
const SETTLED_MS = 2 * FRESH_MS;

/** The secret holds no key that the stack made. */
class UnusableKeyError extends Error {
  override readonly name = "UnusableKeyError";
}

interface Keys {
  readonly current: HashOf;
  readonly previous?: HashOf;
  /** Epoch milliseconds from which every process knows `current`. */
  readonly settledAt: number;
}

/**
 * Reads the functions that hash people. Their keys are a secret's value and, if the secret was rotated, its previous value. Rejects if the
 * secret cannot be read, is missing, or does not look like a key: a person's rows must never be written under another hash. A process that
 * has read the secret keeps using its value while Secrets Manager does not answer.
 */
export function personHash(client: AwsClient, secretId: string, clock: Clock = systemClock): () => Promise<PersonHashes> {
  const keys = keptValue(() => keysIn(client, secretId), {
    clock,
    freshMs: FRESH_MS,
    // A cached key has no age limit: it remains valid until the next rotation, so nobody is denied because of its age.
    staleMs: Number.POSITIVE_INFINITY,
    isFinal: (error) => error instanceof UnusableKeyError,
  });
  return async () => hashesAt(await keys(), clock.now());
}

function hashesAt({ current, previous, settledAt }: Keys, now: number): PersonHashes {
  if (previous === undefined) return { hashOf: current };
  return now < settledAt ? { hashOf: previous, otherHashOf: current } : { hashOf: current, otherHashOf: previous };
}

/** Reads both versions at the same time, because somebody waits while a process starts. */
async function keysIn(client: AwsClient, secretId: string): Promise<Keys> {
  const [current, previous] = await Promise.all([
    secretVersion(client, secretId, "AWSCURRENT"),
    secretVersion(client, secretId, "AWSPREVIOUS"),
  ]);
  if (!isKey(current)) throw new UnusableKeyError("The secret that keys the hashes of people is missing or malformed.");
  // A malformed previous value was never used as a key.
  const isOther = isKey(previous) && previous.SecretString !== current.SecretString;
  return {
    current: keyedHash(current.SecretString),
    ...(isOther && { previous: keyedHash(previous.SecretString) }),
    settledAt: (current.CreatedDate ?? 0) * 1_000 + SETTLED_MS,
  };
}

function isKey(version: SecretVersion | undefined): version is SecretVersion & { readonly SecretString: string } {
  return keyForm.test(version?.SecretString ?? "");
}
