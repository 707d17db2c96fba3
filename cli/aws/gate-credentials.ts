import type { UserPassword } from "../../adapters/aws/credentials";
import {
  type CredentialsSecret,
  CredentialsSecretError,
  type CurrentCredentials,
  credentialsSecret,
} from "../../adapters/aws/credentials-secret";
import { seenPasswords } from "../../adapters/tables/seen-passwords";
import { tables } from "../../adapters/tables/tables";
import { PREVIOUS_PASSES_MS, UNSEEN_PASSES_MS } from "../../engine/password-times";
import type { Step } from "../../engine/sign-up/sign-up";
import type { Deployment } from "../deployment";
import { CommandError } from "../failure";

interface Credentials extends UserPassword {
  /** Until when the password before this one passes at the latest; absent if none does. */
  readonly previousPassesUntil?: Date;
  /** Steps at which this password was not seen yet while another passes: connectors there may still show that one. */
  readonly notSeenAt?: readonly Step[];
}

/** The secret of the gate that a command works on. */
export function secretOf({ secretsManager, credentialsSecret: secretId, dynamodb, tableOf }: Deployment): CredentialsSecret {
  const seen = seenPasswords({
    client: dynamodb,
    // Asked for with the first look: an older stack has none, and needs none while one password passes.
    get name() {
      return tableOf("ledger");
    },
    key: tables.ledger.key,
  });
  const { read, rotate, revoke, ...rest } = credentialsSecret(secretsManager, secretId, seen);
  return {
    read: (paths) => explainedError(read(paths)),
    rotate: (from) => explainedError(rotate(from)),
    revoke: (from) => explainedError(revoke(from)),
    ...rest,
  };
}

async function explainedError<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof CredentialsSecretError) throw new CommandError(error.message, undefined, { cause: error });
    throw error;
  }
}

/** Reads a gate's password, and the previous one if it still passes. */
export async function readCredentials(deployment: Deployment, now: Date): Promise<Credentials> {
  return passing(deployment, await readCurrent(deployment), now);
}

/** As the secret has it, seen or not at all the gate's steps. */
export async function readCurrent(deployment: Deployment): Promise<CurrentCredentials> {
  return await secretOf(deployment).read(deployment.steps.map(deployment.pathOf));
}

export function passing({ steps, pathOf }: Deployment, current: CurrentCredentials, now: Date): Credentials {
  const { username, password, madeAt, hasPrevious, notSeenAt: paths } = current;
  const notSeenAt = steps.filter((step) => paths.includes(pathOf(step)));
  const previousPassesUntil = new Date(madeAt.getTime() + (notSeenAt.length === 0 ? PREVIOUS_PASSES_MS : UNSEEN_PASSES_MS));
  const passes = hasPrevious && previousPassesUntil > now;
  return { username, password, ...(passes && { previousPassesUntil, notSeenAt }) };
}
