import { S3Client } from "@aws-sdk/client-s3";
import { getHttpStatus, s3Style } from "../../adapters/aws/sdk";
import type { DeploymentOptions } from "../command";
import { CommandError } from "../failure";
import { assertProfile, requestHandler } from "./account";

/** Creates a client of S3, or of a store with S3's API. */
export function s3Client({ region, profile }: Pick<DeploymentOptions, "region" | "profile">): S3Client {
  assertProfile(profile);
  return new S3Client({
    region: region || undefined,
    profile: profile || undefined,
    followRegionRedirects: true,
    ...s3Style(),
    requestHandler: requestHandler(),
  });
}

/** Explains S3's error in a CommandError. Returns any other error unchanged. */
export function explainedAt(placeName: string, bucket: string, right: string, error: unknown): unknown {
  const { name } = error as Error;
  if (name === "NoSuchBucket") return new CommandError(`There is no bucket ${bucket}: create it, or correct the name.`);
  if (name === "NoSuchKey" || name === "NotFound") return new CommandError(`There is no object ${placeName}.`);
  if (name === "PreconditionFailed") return new CommandError(`${placeName} exists: add --force to overwrite it.`);
  if (getHttpStatus(error) === 403) {
    return new CommandError(
      `S3 refuses ${placeName}: these credentials need ${right} there, and the bucket's key policy has to let them use its key.`,
    );
  }
  return error;
}
