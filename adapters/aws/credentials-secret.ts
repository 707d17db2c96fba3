import { createHash, randomInt } from "node:crypto";
import * as v from "valibot";
import { type AwsClient, AwsError } from "./client";
import { KNOWN_AFTER_MS, type PasswordState, type SeenPasswords, type UserPassword } from "./credentials";
import { type SecretVersion, secretVersion } from "./secrets";

const PASSWORD_LENGTH = 40;
const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

/** The secret's content is not usable; the message quotes nothing of it. */
export class CredentialsSecretError extends Error {
  override readonly name = "CredentialsSecretError";
  readonly mayBeLogged = true;
}

export class RotatedMeanwhileError extends CredentialsSecretError {}

/** The secret's current value. Its `notSeenAt` contains paths: "before-create-user", "suppliers/before-create-user". */
export interface CurrentCredentials extends UserPassword, PasswordState {
  /**
   * The next version's id. Two rotations from one version get the same id, so AWS refuses the second. Without the refusal, a password that
   * connectors send could become invalid.
   */
  readonly nextVersion: string;
  readonly previousVersion?: string;
}

/** The secret with the password of the connectors. The authorizer compares callers' passwords with it. */
export interface CredentialsSecret {
  /** Reads the current password. Throws CredentialsSecretError. @param paths the paths that connectors call */
  read(paths: readonly string[]): Promise<CurrentCredentials>;
  /** Reads the previous password. Undefined if there is no previous version, or if its text is malformed. */
  previous(): Promise<UserPassword | undefined>;
  /** Makes the current password the previous one. Throws RotatedMeanwhileError if the secret was rotated since `from` was read. */
  rotate(from: CurrentCredentials): Promise<UserPassword>;
  /** Makes the previous password invalid. Throws RotatedMeanwhileError if another version has become the previous one since `read`. */
  revoke(read: Pick<CurrentCredentials, "previousVersion">): Promise<void>;
}

export function credentialsSecret(client: AwsClient, SecretId: string, seenPasswordStore: SeenPasswords): CredentialsSecret {
  return {
    async read(paths) {
      const [current, previous] = await Promise.all([
        secretVersion(client, SecretId, "AWSCURRENT"),
        secretVersion(client, SecretId, "AWSPREVIOUS"),
      ]);
      if (current === undefined) throw new CredentialsSecretError("The secret has no current version: deploy the stack again.");
      const hasPrevious = previous !== undefined;
      return {
        ...userPassword(current),
        madeAt: new Date((current.CreatedDate ?? 0) * 1_000),
        // The hash covers both ids, because a version that becomes current again may have another previous version. AWS requires 32 to 64
        // characters.
        nextVersion: createHash("sha256").update(`${current.VersionId} ${previous?.VersionId}`).digest("hex"),
        hasPrevious,
        previousVersion: previous?.VersionId,
        ...(hasPrevious ? await seenAt(seenPasswordStore, current.VersionId ?? "", paths) : { notSeenAt: [] }),
      };
    },
    async previous() {
      const { success, output } = v.safeParse(secretText, (await secretVersion(client, SecretId, "AWSPREVIOUS"))?.SecretString);
      return success ? output : undefined;
    },
    async rotate({ username, nextVersion: ClientRequestToken }) {
      const password = Array.from({ length: PASSWORD_LENGTH }, () => ALPHABET[randomInt(ALPHABET.length)]).join("");
      const SecretString = JSON.stringify({ username, password });
      try {
        await client.call("PutSecretValue", { SecretId, SecretString, ClientRequestToken });
      } catch (error) {
        throw rotatedMeanwhile(error, "ResourceExistsException");
      }
      return { username, password };
    },
    async revoke({ previousVersion: RemoveFromVersionId }) {
      if (RemoveFromVersionId === undefined) return;
      try {
        await client.call("UpdateSecretVersionStage", { SecretId, VersionStage: "AWSPREVIOUS", RemoveFromVersionId });
      } catch (error) {
        throw rotatedMeanwhile(error, "InvalidParameterException");
      }
    },
  };
}

function rotatedMeanwhile(error: unknown, name: string): unknown {
  if (!(error instanceof AwsError) || error.name !== name) return error;
  return new RotatedMeanwhileError("Somebody else has just rotated this password: the same command again goes on from there.");
}

/** Returns the milliseconds until all authorizers accept the new password. Until then, connectors must keep the old one. */
export function computeMsUntilKnown({ madeAt }: Pick<CurrentCredentials, "madeAt">, now: Date): number {
  return Math.max(madeAt.getTime() + KNOWN_AFTER_MS - now.getTime(), 0);
}

type Sightings = Pick<PasswordState, "notSeenAt" | "previousSeenAt">;

async function seenAt(seenPasswordStore: SeenPasswords, versionId: string, paths: readonly string[]): Promise<Sightings> {
  const seenFlags = await Promise.all(paths.map((path) => seenPasswordStore.has(versionId, path)));
  const previous = (await Promise.all(paths.map((path) => seenPasswordStore.previousAt(versionId, path)))).filter((at) => at !== undefined);
  const last = Math.max(...previous.map((at) => at.getTime()));
  return { notSeenAt: paths.filter((_, index) => !seenFlags[index]), ...(previous.length > 0 && { previousSeenAt: new Date(last) }) };
}

const secretValue = v.object({ username: v.pipe(v.string(), v.nonEmpty()), password: v.pipe(v.string(), v.nonEmpty()) });
const secretText = v.pipe(v.string(), v.parseJson(), secretValue);

function userPassword({ SecretString }: SecretVersion): UserPassword {
  const read = v.safeParse(secretText, SecretString);
  if (read.success) return read.output;
  throw new CredentialsSecretError(
    'The secret is not {"username":"…","password":"…"}, so every sign-up is refused: correct it in the Secrets Manager console.',
  );
}
