import { createHash } from "node:crypto";
import { PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { getHttpStatus, s3Style, sdkLimits } from "./sdk";

/** A bucket to which objects are only added. */
export interface ObjectsKept {
  /** Keeps a text under a name of letters, digits and `/-.`: false where something is kept under it already. */
  add(name: string, text: string): Promise<boolean>;
}

/** A bucket of S3's, or of a store that speaks as S3 does where AWS_ENDPOINT_URL_S3 names one. */
export function objectsKept(Bucket: string): ObjectsKept {
  const client = new S3Client({ ...sdkLimits, ...s3Style() });
  return {
    async add(Key, Body) {
      // S3 asks for a checksum where objects are locked.
      const ChecksumSHA256 = createHash("sha256").update(Body).digest("base64");
      // Of two writes of one name, the first counts.
      const command = new PutObjectCommand({ Bucket, Key, Body, ContentType: "application/x-ndjson", ChecksumSHA256, IfNoneMatch: "*" });
      const send = () => client.send(command);
      try {
        // 409: another write of the same name was under way.
        await send().catch((error: unknown) => (getHttpStatus(error) === 409 ? send() : Promise.reject(error)));
        return true;
      } catch (error) {
        if (getHttpStatus(error) === 412) return false;
        throw error;
      }
    },
  };
}

export const awsArchive = () => ({ archive: objectsKept });
