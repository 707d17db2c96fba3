import { apart } from "../loose-ends";
import type { AwsClient } from "./client";
import { environment, required } from "./environment";
import type { SecretVersion } from "./secret-version";

/** A change of a secret counts within that time. */
const FRESH_MS = 60_000;

/** Secrets of the policy's own rules, read when first asked for and again after a minute. */
export function secretReader(client: () => AwsClient): (name: string) => Promise<string> {
  const cache = new Map<string, { readonly readAt: number; readonly value: Promise<string> }>();
  return async (name) => {
    const cached = cache.get(name);
    if (cached !== undefined && Date.now() - cached.readAt < FRESH_MS) return await cached.value;
    // Others may wait for it too.
    const value = apart(() => read(client(), name));
    cache.set(name, { readAt: Date.now(), value });
    value.catch(() => cache.delete(name));
    return await value;
  };
}

async function read(client: AwsClient, name: string): Promise<string> {
  const arns = JSON.parse(required(environment.secrets)) as Record<string, string>;
  const SecretId = Object.hasOwn(arns, name) ? arns[name] : undefined;
  if (SecretId === undefined) throw new Error(`No rule of this step declares the secret "${name}" in its uses.`);
  const { SecretString } = await client.call<SecretVersion>("GetSecretValue", { SecretId });
  if (SecretString === undefined) throw new Error(`The secret "${name}" holds no text.`);
  return SecretString;
}
