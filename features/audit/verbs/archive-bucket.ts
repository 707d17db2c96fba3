import {
  GetObjectCommand,
  GetObjectLockConfigurationCommand,
  ListObjectVersionsCommand,
  type ListObjectVersionsOutput,
} from "@aws-sdk/client-s3";
import { explainedAt, s3Client } from "../../../cli/aws/s3-client";
import type { DeploymentOptions } from "../../../cli/command";

/** An object of an archive, or one version of an object. */
export interface ArchiveObject {
  readonly name: string;
  text(): Promise<string>;
}

type BucketOptions = Pick<DeploymentOptions, "region" | "profile">;

/** The number of days for which the bucket locks objects. Undefined if it locks none. */
export async function bucketKeepDays(Bucket: string, options: BucketOptions): Promise<number | undefined> {
  try {
    const { ObjectLockConfiguration } = await s3Client(options).send(new GetObjectLockConfigurationCommand({ Bucket }));
    return ObjectLockConfiguration?.Rule?.DefaultRetention?.Days;
  } catch (error) {
    if ((error as Error).name === "ObjectLockConfigurationNotFoundError") return undefined;
    throw explainedAt(`s3://${Bucket}`, Bucket, "s3:GetBucketObjectLockConfiguration", error);
  }
}

/** Lists every version of every object under `entries/`, including overwritten and deleted ones. */
export async function listBucket(Bucket: string, folder: string, options: BucketOptions): Promise<readonly ArchiveObject[]> {
  const objects: ArchiveObject[] = [];
  const client = s3Client(options);
  const placeName = `s3://${Bucket}/${folder}entries/`;
  let next: { readonly KeyMarker?: string | undefined; readonly VersionIdMarker?: string | undefined } | undefined = {};
  while (next !== undefined) {
    const listing: ListObjectVersionsOutput = await client
      .send(new ListObjectVersionsCommand({ Bucket, Prefix: `${folder}entries/`, ...next }))
      .catch((error: unknown) => {
        throw explainedAt(placeName, Bucket, "s3:ListBucketVersions", error);
      });
    for (const { Key = "", VersionId } of listing.Versions ?? []) {
      const place = { Bucket, Key, VersionId };
      objects.push({
        name: Key,
        async text() {
          try {
            return (await (await client.send(new GetObjectCommand(place))).Body?.transformToString()) ?? "";
          } catch (error) {
            throw explainedAt(`s3://${Bucket}/${Key}`, Bucket, "s3:GetObject and s3:GetObjectVersion", error);
          }
        },
      });
    }
    next = listing.IsTruncated ? { KeyMarker: listing.NextKeyMarker, VersionIdMarker: listing.NextVersionIdMarker } : undefined;
  }
  return objects;
}
