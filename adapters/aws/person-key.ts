import { type HashOf, keyedHash } from "../../engine/sign-up/person";
import type { AwsClient } from "./client";
import { secretVersion } from "./secret-version";

/** A shorter key was not made by the stack, and could be guessed. */
const keyForm = /^[\x21-\x7e]{32,}$/;

/**
 * The hash that stands for people, keyed by a secret's value: read once a process, and again only after a failure. Rejects
 * where the secret cannot be read, is missing, or does not look like a key: nobody is to stand under another hash for a while.
 */
export function personHash(client: AwsClient, secretId: string): () => Promise<HashOf> {
  let reading: Promise<HashOf> | undefined;
  return async () => {
    reading ??= hashUnder(client, secretId, "AWSCURRENT").then((hashOf) => {
      if (hashOf === undefined) throw new Error("The secret that keys the hashes of people has no value.");
      return hashOf;
    });
    try {
      return await reading;
    } catch (error) {
      reading = undefined;
      throw error;
    }
  };
}

/** The hashes under which a person may stand: by the key, and by the one before it if the secret was rotated. */
export async function personHashes(client: AwsClient, secretId: string): Promise<readonly HashOf[]> {
  const [current, previous] = await Promise.all([
    personHash(client, secretId)(),
    hashUnder(client, secretId, "AWSPREVIOUS").catch(() => undefined),
  ]);
  return previous === undefined ? [current] : [current, previous];
}

async function hashUnder(client: AwsClient, secretId: string, stage: "AWSCURRENT" | "AWSPREVIOUS"): Promise<HashOf | undefined> {
  const key = (await secretVersion(client, secretId, stage))?.SecretString;
  if (key === undefined) return undefined;
  if (!keyForm.test(key)) throw new Error("The secret that keys the hashes of people is malformed.");
  return keyedHash(key);
}
