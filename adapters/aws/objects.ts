import { createHash } from "node:crypto";
import { PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { getHttpStatus, s3Style, sdkLimits } from "./sdk";

/** A bucket for objects that are never changed after they were added. */
export interface ObjectsKept {
  /** Stores a text under a name of letters, digits and `/-.`. Returns false if the name is taken. */
  add(name: string, text: string): Promise<boolean>;
}

/** Creates a client for a bucket of S3 or, if AWS_ENDPOINT_URL_S3 is set, of a store with S3's API. */
export function makeObjectStore(Bucket: string): ObjectsKept {
  const client = new S3Client({ ...sdkLimits, ...s3Style() });
  return {
    async add(Key, Body) {
      // S3 requires a checksum for locked objects.
      const ChecksumSHA256 = createHash("sha256").update(Body).digest("base64");
      // If two writes use the same name, the first one counts.
      const command = new PutObjectCommand({ Bucket, Key, Body, ContentType: "application/x-ndjson", ChecksumSHA256, IfNoneMatch: "*" });
      const send = () => client.send(command);
      try {
        // 409: another write of the same name was in progress. The second attempt shows whether that write succeeded.
        await send().catch((error: unknown) => (getHttpStatus(error) === 409 ? send() : Promise.reject(error)));
        return true;
      } catch (error) {
        if (getHttpStatus(error) === 412) return false;
        throw error;
      }
    },
  };
}

export const awsArchive = () => ({ archive: makeObjectStore });
