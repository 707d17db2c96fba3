import { type HashOf, keyedHash, type PersonHashes } from "../../engine/sign-up/person";
import { type Clock, MS_PER_MINUTE } from "../../engine/sign-up/time";
import { systemClock } from "../system";
import type { AwsClient } from "./client";
import { keptValue, type SecretVersion, secretVersion } from "./secrets";

/** A shorter key was not made by the stack, and could be guessed. */
const keyForm = /^[\x21-\x7e]{32,}$/;
const FRESH_MS = 5 * MS_PER_MINUTE;
/** A new key is written under once every process has read it. Until then all write under the one before, and look under both. */
const SETTLED_MS = 2 * FRESH_MS;

/** The secret holds no key that the stack made. */
class UnusableKeyError extends Error {
  override readonly name = "UnusableKeyError";
}

interface Keys {
  readonly current: HashOf;
  readonly previous?: HashOf;
  /** Milliseconds since the epoch: from then on every process knows `current`. */
  readonly settledAt: number;
}

/**
 * The hashes that stand for people, keyed by a secret's value and, if it was rotated, by the value before it. Rejects if
 * the secret cannot be read, is missing, or does not look like a key: a person's rows must never be written under another hash. A process
 * that has read the secret keeps using its value while Secrets Manager does not answer.
 */
export function personHash(client: AwsClient, secretId: string, clock: Clock = systemClock): () => Promise<PersonHashes> {
  const keys = keptValue(() => keysIn(client, secretId), {
    clock,
    freshMs: FRESH_MS,
    // A stale key denies nobody wrongly: it holds until the next rotation.
    staleMs: Number.POSITIVE_INFINITY,
    isFinal: (error) => error instanceof UnusableKeyError,
  });
  return async () => hashesAt(await keys(), clock.now());
}

function hashesAt({ current, previous, settledAt }: Keys, now: number): PersonHashes {
  if (previous === undefined) return { hashOf: current };
  return now < settledAt ? { hashOf: previous, otherHashOf: current } : { hashOf: current, otherHashOf: previous };
}

/** Both at a time, as a process that starts has somebody waiting. */
async function keysIn(client: AwsClient, secretId: string): Promise<Keys> {
  const [current, previous] = await Promise.all([
    secretVersion(client, secretId, "AWSCURRENT"),
    secretVersion(client, secretId, "AWSPREVIOUS"),
  ]);
  if (!isKey(current)) throw new UnusableKeyError("The secret that keys the hashes of people is missing or malformed.");
  // A previous value that is not a key never hashed anything.
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
