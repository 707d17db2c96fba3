import { PREVIOUS_PASSES_MS, UNSEEN_PASSES_MS, type UserPassword } from "../../adapters/aws/credentials";
import {
  type CredentialsSecret,
  CredentialsSecretError,
  type CurrentCredentials,
  credentialsSecret,
} from "../../adapters/aws/credentials-secret";
import { seenPasswords } from "../../adapters/tables/seen-passwords";
import { tables } from "../../adapters/tables/tables";
import type { Step } from "../../engine/sign-up/sign-up";
import type { Deployment } from "../deployment";
import { CommandError } from "../failure";

interface Credentials extends UserPassword {
  /** Absent if no previous password passes. */
  readonly previousPassesUntil?: Date;
  /**
   * The steps at which nobody has used the current password yet: the connectors there may still send the previous password. Absent if no
   * previous password passes.
   */
  readonly notSeenAt?: readonly Step[];
}

export function createCredentialsSecret({ secretsManager, credentialsSecret: secretId, dynamodb, tableOf }: Deployment): CredentialsSecret {
  const seenPasswordStore = seenPasswords({
    client: dynamodb,
    // A getter, because `tableOf` throws for an older stack. Such a stack needs no usage table while only one password passes.
    get name() {
      return tableOf("ledger");
    },
    key: tables.ledger.key,
  });
  const { read, rotate, revoke, ...rest } = credentialsSecret(secretsManager, secretId, seenPasswordStore);
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

export async function readCredentials(deployment: Deployment, now: Date): Promise<Credentials> {
  return passing(deployment, await readCurrent(deployment), now);
}

export async function readCurrent(deployment: Deployment): Promise<CurrentCredentials> {
  return await createCredentialsSecret(deployment).read(deployment.steps.map(deployment.pathOf));
}

export function passing({ steps, pathOf }: Deployment, current: CurrentCredentials, now: Date): Credentials {
  const { username, password, madeAt, hasPrevious, notSeenAt: paths } = current;
  const notSeenAt = steps.filter((step) => paths.includes(pathOf(step)));
  const previousPassesUntil = new Date(madeAt.getTime() + (notSeenAt.length === 0 ? PREVIOUS_PASSES_MS : UNSEEN_PASSES_MS));
  const passes = hasPrevious && previousPassesUntil > now;
  return { username, password, ...(passes && { previousPassesUntil, notSeenAt }) };
}
