import type { UserPassword } from "../../adapters/aws/credentials";
import { type CredentialsSecret, CredentialsSecretError, credentialsSecret } from "../../adapters/aws/credentials-secret";
import { seenPasswords } from "../../adapters/tables/seen-passwords";
import { tables } from "../../adapters/tables/tables";
import { PREVIOUS_PASSES_MS, UNSEEN_PASSES_MS } from "../../engine/rotation/rotation";
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
  const seen = seenPasswords({ client: dynamodb, name: tableOf("ledger"), key: tables.ledger.key });
  const secret = credentialsSecret(secretsManager, secretId, seen);
  return {
    ...secret,
    async read(paths) {
      try {
        return await secret.read(paths);
      } catch (error) {
        if (error instanceof CredentialsSecretError) throw new CommandError(error.message, undefined, { cause: error });
        throw error;
      }
    },
  };
}

/** What a gate's connectors are to show, and what passes beside it. */
export async function readCredentials(deployment: Deployment, now: Date): Promise<Credentials> {
  const { steps, pathOf } = deployment;
  const { username, password, madeAt, hasPrevious, notSeenAt: paths } = await secretOf(deployment).read(steps.map(pathOf));
  const notSeenAt = steps.filter((step) => paths.includes(pathOf(step)));
  const previousPassesUntil = new Date(madeAt.getTime() + (notSeenAt.length === 0 ? PREVIOUS_PASSES_MS : UNSEEN_PASSES_MS));
  const passes = hasPrevious && previousPassesUntil > now;
  return { username, password, ...(passes && { previousPassesUntil, notSeenAt }) };
}
