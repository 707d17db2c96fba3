import { type HashOf, keyedHash, type PersonHashes } from "../../engine/sign-up/person";
import { type Clock, MS_PER_MINUTE } from "../../engine/sign-up/time";
import { systemClock } from "../system";
import type { AwsClient } from "./client";
import { keptValue, type SecretVersion, secretVersion } from "./secrets";

/** A key of 32 or more characters, as the stack makes it. A shorter key could be guessed. */
const keyForm = /^[\x21-\x7e]{32,}$/;
const FRESH_MS = 5 * MS_PER_MINUTE;
/** Time after a rotation until every process reads the new key. Until then, all write under the previous key and look under both. */
const SETTLED_MS = 2 * FRESH_MS;

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
 * Returns a function that reads the hashes. The function rejects if the secret is missing or holds no key, or if the first read fails. No
 * row may get another hash of a person.
 */
export function personHash(client: AwsClient, secretId: string, clock: Clock = systemClock): () => Promise<PersonHashes> {
  const keys = keptValue(() => keysIn(client, secretId), {
    clock,
    freshMs: FRESH_MS,
    // While Secrets Manager does not answer, a cached key may be used at any age. Otherwise people would be denied.
    staleMs: Number.POSITIVE_INFINITY,
    isFinal: (error) => error instanceof UnusableKeyError,
  });
  return async () => {
    const { current, previous, settledAt } = await keys();
    if (previous === undefined) return { hashOf: current };
    return clock.now() < settledAt ? { hashOf: previous, otherHashOf: current } : { hashOf: current, otherHashOf: previous };
  };
}

/** Reads both versions at the same time, because somebody waits while a process starts. */
async function keysIn(client: AwsClient, secretId: string): Promise<Keys> {
  const [current, previous] = await Promise.all([
    secretVersion(client, secretId, "AWSCURRENT"),
    secretVersion(client, secretId, "AWSPREVIOUS"),
  ]);
  if (!isKey(current)) throw new UnusableKeyError("The secret that keys the hashes of people is missing or malformed.");
  // A previous value that is no key was never used for hashing, so it is ignored.
  const isOther = isKey(previous) && previous.SecretString !== current.SecretString;
  return {
    current: keyedHash(current.SecretString),
    previous: isOther ? keyedHash(previous.SecretString) : undefined,
    settledAt: (current.CreatedDate ?? 0) * 1_000 + SETTLED_MS,
  };
}

function isKey(version: SecretVersion | undefined): version is SecretVersion & { readonly SecretString: string } {
  return keyForm.test(version?.SecretString ?? "");
}
