import { randomUUID } from "node:crypto";
import { secretVersion } from "../../../adapters/aws/secrets";
import type { DeploymentOptions } from "../../../cli/command";
import type { Deployment } from "../../../cli/deployment";
import type { SavedSecret, SavedSecrets } from "./format";

/** The output that names the secret with the key of people's hashes. */
export const PERSON_KEY = "PersonKeySecret";

export function personKeyPlace({ local, data }: Pick<DeploymentOptions, "local" | "data">): string {
  return local
    ? `secrets.json in npm start's data folder${data === undefined ? "" : ` ${data}`}`
    : `the secret of the output ${PERSON_KEY}`;
}

/** Leaves out secrets without text. */
export async function readSecrets({ secretsManager, secrets }: Deployment): Promise<SavedSecrets> {
  const savedSecrets: Record<string, SavedSecret> = {};
  for (const [name, arn] of Object.entries(secrets)) {
    const current = (await secretVersion(secretsManager, arn, "AWSCURRENT"))?.SecretString;
    // Rows from before a rotation of the key of hashes use the previous key.
    const previous = name === PERSON_KEY ? (await secretVersion(secretsManager, arn, "AWSPREVIOUS"))?.SecretString : undefined;
    if (current !== undefined) savedSecrets[name] = { current, previous };
  }
  return savedSecrets;
}

export async function differingSecrets(deployment: Deployment, savedSecrets: SavedSecrets): Promise<readonly string[]> {
  const current = await readSecrets(deployment);
  return Object.keys(savedSecrets).filter((name) => deployment.secrets[name] !== undefined && !isSame(savedSecrets[name], current[name]));
}

function isSame(savedSecret: SavedSecret | undefined, current: SavedSecret | undefined): boolean {
  return savedSecret?.current === current?.current && (savedSecret?.previous === undefined || savedSecret.previous === current?.previous);
}

/** A saved previous value is written first, so that it becomes the secret's previous version. */
export async function writeSecrets(
  { secretsManager, secrets }: Deployment,
  savedSecrets: SavedSecrets,
  names: readonly string[],
): Promise<void> {
  for (const name of names) {
    const { current, previous } = savedSecrets[name] as SavedSecret;
    for (const SecretString of previous === undefined ? [current] : [previous, current]) {
      await secretsManager.call("PutSecretValue", { SecretId: secrets[name], SecretString, ClientRequestToken: randomUUID() });
    }
  }
}
