import type { DeploymentOptions } from "../command";
import { CommandError } from "../failure";
import type { BackupPlace } from "./backup-place";
import { filePlace } from "./file-place";

/** A file, or `s3://bucket/key`. */
export async function backupPlaceAt(text: string, options: Pick<DeploymentOptions, "region" | "profile">): Promise<BackupPlace> {
  if (!/^[a-z][a-z0-9+.-]+:\/\//i.test(text)) return filePlace(text);
  const [, bucket, key] = /^s3:\/\/([^/]+)\/(.*[^/])$/.exec(text) ?? [];
  if (bucket === undefined || key === undefined) {
    throw new CommandError(`${text} is no place for a backup: name a file, or an object as s3://bucket/key.`);
  }
  const { s3Place } = await import("./s3-place");
  return s3Place(bucket, key, options);
}
