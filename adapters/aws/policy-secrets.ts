import type { Services } from "../../engine/sign-up/rule";
import { MS_PER_MINUTE } from "../../engine/sign-up/time";
import type { World } from "../world";
import { environment, requireVariable } from "./environment";
import { type KeptValue, keptValue, type SecretVersion } from "./secrets";

type SecretsWorld = Pick<World, "settings" | "secrets" | "clock" | "log">;

/** Returns a function that reads a secret by its name. The function caches each secret for a minute, or until its value is refused. */
export function policySecrets(world: SecretsWorld): Services["secret"] {
  const secretsByName = new Map<string, KeptValue<string>>();
  return async (name, _signal, refused) => {
    const secret = secretsByName.get(name) ?? policySecret(world, name);
    secretsByName.set(name, secret);
    return await secret(refused);
  };
}

function policySecret(world: SecretsWorld, name: string): KeptValue<string> {
  const { clock, log } = world;
  // Several callers may wait for one read, so one caller's abort signal must not end it.
  return keptValue(() => readPolicySecret(world, name), {
    clock,
    freshMs: MS_PER_MINUTE,
    onFailedReread(error) {
      log.warn("secret not read again", { secret: name, error: error instanceof Error ? error.name : "" });
      log.count("SecretsUnread");
    },
  });
}

async function readPolicySecret({ settings, secrets }: SecretsWorld, name: string): Promise<string> {
  const arns = JSON.parse(requireVariable(environment.secrets, settings)) as Record<string, string>;
  const SecretId = Object.hasOwn(arns, name) ? arns[name] : undefined;
  if (SecretId === undefined) throw new Error(`No rule of this step declares the secret "${name}" in its uses.`);
  const { SecretString } = await secrets.call<SecretVersion>("GetSecretValue", { SecretId });
  if (SecretString === undefined) throw new Error(`The secret "${name}" holds no text.`);
  return SecretString;
}
