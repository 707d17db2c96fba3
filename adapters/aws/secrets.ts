import type { Services } from "../../engine/sign-up/rule";
import { type Clock, MS_PER_MINUTE, within } from "../../engine/sign-up/time";
import type { World } from "../world";
import { type AwsClient, AwsError } from "./client";
import { environment, requireVariable } from "./environment";

/** Time limit for all attempts of a read together. It is short, because a person waits. */
const READ_MS = 5_000;

export interface SecretVersion {
  readonly VersionId?: string;
  /** Absent if the secret holds bytes. */
  readonly SecretString?: string;
  /** Epoch seconds. */
  readonly CreatedDate?: number;
}

/** Reads the version with a staging label; undefined if the secret, or a version with that label, does not exist. */
export async function secretVersion(
  client: AwsClient,
  SecretId: string,
  VersionStage: "AWSCURRENT" | "AWSPREVIOUS",
): Promise<SecretVersion | undefined> {
  try {
    return await client.call<SecretVersion>("GetSecretValue", { SecretId, VersionStage }, AbortSignal.timeout(READ_MS));
  } catch (error) {
    if (error instanceof AwsError && error.name === "ResourceNotFoundException") return undefined;
    throw error;
  }
}

/** While a secret cannot be read again, its last value is used for at most this time. API Gateway caches a password for the same time. */
export const STALE_MS = 5 * MS_PER_MINUTE;
/** Minimum time between a failed re-read and the next one. A re-read may take seconds. */
export const FAILED_REREAD_MS = 5_000;
/** Time limit of a re-read. After this time, the caller gets the last value. */
const REREAD_MS = 500;

export interface Keeping {
  readonly clock: Clock;
  /** Milliseconds within which a change takes effect. */
  readonly freshMs: number;
  /** Milliseconds for which the last value is used while re-reads fail. @default STALE_MS */
  readonly staleMs?: number;
  /** True if the secret now holds an unusable value: then the last value must not be used. @default false for every error */
  readonly isFinal?: (error: unknown) => boolean;
  readonly onFailedReread?: (error: unknown) => void;
}

/** @param refused the value that the other side refused. It is read again, but not within REFUSED_REREAD_MS of the last read. */
export type KeptValue<T> = (refused?: T) => Promise<T>;

/** Minimum time between two reads because of a refused value. */
const REFUSED_REREAD_MS = 5_000;

/**
 * Caches a value. Callers at the same time share one read. If a read fails, returns the last value. Rejects if the last value is missing or
 * too old, or if `isFinal` is true for the error.
 */
export function keptValue<T>(
  read: () => Promise<T>,
  { clock, freshMs, staleMs = STALE_MS, isFinal = () => false, onFailedReread = () => undefined }: Keeping,
): KeptValue<T> {
  let keptRead: { readonly value: T; readonly readAt: number } | undefined;
  let goodUntil = 0;
  let triedAt = 0;
  let reading: Promise<T> | undefined;

  async function readAgain(): Promise<T> {
    const last = keptRead;
    try {
      const value = await (last === undefined ? read() : within(REREAD_MS, clock, read));
      keptRead = { value, readAt: clock.now() };
      goodUntil = clock.now() + freshMs;
      return value;
    } catch (error) {
      if (last !== undefined) onFailedReread(error);
      if (last === undefined || isFinal(error) || clock.now() - last.readAt > staleMs) throw error;
      goodUntil = Math.min(clock.now() + FAILED_REREAD_MS, last.readAt + staleMs);
      return last.value;
    } finally {
      triedAt = clock.now();
      reading = undefined;
    }
  }

  return async (refused) => {
    const isRefused = refused !== undefined && refused === keptRead?.value && clock.now() - triedAt > REFUSED_REREAD_MS;
    if (keptRead !== undefined && clock.now() < goodUntil && !isRefused) return keptRead.value;
    reading ??= readAgain();
    return await reading;
  };
}

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
