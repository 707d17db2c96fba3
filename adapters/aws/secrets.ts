import { apart } from "../loose-ends";
import type { World } from "../world";
import { environment, required } from "./environment";
import type { SecretVersion } from "./secret-version";

/** A change of a secret counts within that time. */
const FRESH_MS = 60_000;

type SecretsWorld = Pick<World, "settings" | "secrets" | "clock">;

/** Secrets of the policy's own rules, read when first asked for and again after a minute. */
export function policySecrets(world: SecretsWorld): (name: string) => Promise<string> {
  const cache = new Map<string, { readonly readAt: number; readonly value: Promise<string> }>();
  return async (name) => {
    const cached = cache.get(name);
    if (cached !== undefined && world.clock.now() - cached.readAt < FRESH_MS) return await cached.value;
    // Others may wait for it too.
    const value = apart(() => read(world, name));
    cache.set(name, { readAt: world.clock.now(), value });
    value.catch(() => cache.delete(name));
    return await value;
  };
}

async function read({ settings, secrets }: SecretsWorld, name: string): Promise<string> {
  const arns = JSON.parse(required(environment.secrets, settings)) as Record<string, string>;
  const SecretId = Object.hasOwn(arns, name) ? arns[name] : undefined;
  if (SecretId === undefined) throw new Error(`No rule of this step declares the secret "${name}" in its uses.`);
  const { SecretString } = await secrets.call<SecretVersion>("GetSecretValue", { SecretId });
  if (SecretString === undefined) throw new Error(`The secret "${name}" holds no text.`);
  return SecretString;
}
