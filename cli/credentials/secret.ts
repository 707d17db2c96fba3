import { randomInt, randomUUID } from "node:crypto";
import * as v from "valibot";
import { PREVIOUS_PASSES_MS, UNSEEN_PASSES_MS, type UserPassword } from "../../adapters/aws/credentials";
import { type SecretVersion, secretVersion } from "../../adapters/aws/secret-version";
import { seenPasswords } from "../../adapters/tables/seen-passwords";
import { tables } from "../../adapters/tables/tables";
import type { Step } from "../../engine/sign-up/sign-up";
import type { Deployment } from "../deployment";
import { CommandError } from "../failure";

const PASSWORD_LENGTH = 40;
const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

interface Credentials extends UserPassword {
  /** Until when the password before this one passes at the latest; absent if none does. */
  readonly previousPassesUntil?: Date;
  /** Steps at which this password was not seen yet while another passes: connectors there may still show that one. */
  readonly notSeenAt?: readonly Step[];
}

/** The secret that the authorizer compares with. */
export interface CredentialsSecret {
  read(now: Date): Promise<Credentials>;
  /** Makes a new password current; the current one becomes the previous. */
  rotate(username: string): Promise<UserPassword>;
  /** Ends the previous password. */
  revoke(): Promise<void>;
}

export function credentialsSecret(deployment: Deployment): CredentialsSecret {
  const { secretsManager: client, credentialsSecret: SecretId } = deployment;
  return {
    async read(now) {
      const [current, previous] = await Promise.all([
        secretVersion(client, SecretId, "AWSCURRENT"),
        secretVersion(client, SecretId, "AWSPREVIOUS"),
      ]);
      if (current === undefined) throw new CommandError("The secret has no current version: deploy the stack again.");
      const shown = userPassword(current);
      const rotatedAt = (current.CreatedDate ?? 0) * 1_000;
      if (previous === undefined || now.getTime() >= rotatedAt + UNSEEN_PASSES_MS) return shown;
      const notSeenAt = await stepsNotSeen(deployment, current.VersionId ?? "");
      const previousPassesUntil = new Date(rotatedAt + (notSeenAt.length === 0 ? PREVIOUS_PASSES_MS : UNSEEN_PASSES_MS));
      return previousPassesUntil > now ? { ...shown, previousPassesUntil, notSeenAt } : shown;
    },
    async rotate(username) {
      const password = Array.from({ length: PASSWORD_LENGTH }, () => ALPHABET[randomInt(ALPHABET.length)]).join("");
      const SecretString = JSON.stringify({ username, password });
      // The token makes a repeated attempt the same request.
      await client.call("PutSecretValue", { SecretId, SecretString, ClientRequestToken: randomUUID() });
      return { username, password };
    },
    async revoke() {
      const previous = await secretVersion(client, SecretId, "AWSPREVIOUS");
      if (previous === undefined) return;
      await client.call("UpdateSecretVersionStage", { SecretId, VersionStage: "AWSPREVIOUS", RemoveFromVersionId: previous.VersionId });
    },
  };
}

async function stepsNotSeen({ dynamodb, tableOf, steps, pathOf }: Deployment, versionId: string): Promise<readonly Step[]> {
  const seen = seenPasswords({ client: dynamodb, name: tableOf("ledger"), key: tables.ledger.key });
  const found = await Promise.all(steps.map((step) => seen.has(versionId, pathOf(step))));
  return steps.filter((_, index) => !found[index]);
}

const secretValue = v.object({ username: v.pipe(v.string(), v.nonEmpty()), password: v.pipe(v.string(), v.nonEmpty()) });

function userPassword({ SecretString }: SecretVersion): UserPassword {
  const read = v.safeParse(v.pipe(v.string(), v.parseJson(), secretValue), SecretString);
  if (read.success) return read.output;
  throw new CommandError(
    'The secret is not {"username":"…","password":"…"}, so every sign-up is refused: correct it in the Secrets Manager console.',
  );
}
