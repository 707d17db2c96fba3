import { createHmac } from "node:crypto";
import type { AwsClient } from "./client";

/** Hex digits: enough to tell a tenant's people apart. */
const LENGTH = 16;

/** Stands for a person in a log: the same for the same person, and nobody without the key can tell whose it is. */
export type Pseudonymise = (email: string) => Promise<string>;

/** Keyed by a secret's value, which is read when first needed. Rejects if it cannot be read. */
export function pseudonymiser(client: () => AwsClient, secretId: string): Pseudonymise {
  let key: string | undefined;
  return async (email) => {
    key ??= (await client().call<{ SecretString?: string }>("GetSecretValue", { SecretId: secretId })).SecretString;
    if (!key) throw new Error("The secret that keys pseudonyms is empty.");
    return createHmac("sha256", key).update(email).digest("hex").slice(0, LENGTH);
  };
}
