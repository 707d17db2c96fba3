import { type AwsClient, AwsError } from "./client";

/** A person waits meanwhile: all attempts together take no longer. */
const READ_MS = 5_000;

/** One version of a secret, as GetSecretValue gives it. */
export interface SecretVersion {
  readonly VersionId?: string;
  /** Absent from a secret that holds bytes. */
  readonly SecretString?: string;
  /** Epoch seconds. */
  readonly CreatedDate?: number;
}

/** The version under a staging label; undefined if the secret, or a version of that label, does not exist. */
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
