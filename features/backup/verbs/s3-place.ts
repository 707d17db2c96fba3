import { Readable } from "node:stream";
import { AbortMultipartUploadCommand, GetObjectCommand, HeadObjectCommand } from "@aws-sdk/client-s3";
import { Upload } from "@aws-sdk/lib-storage";
import { getHttpStatus } from "../../../adapters/aws/sdk";
import { explainedAt, s3Client } from "../../../cli/aws/s3-client";
import type { DeploymentOptions } from "../../../cli/command";
import { CommandError } from "../../../cli/failure";

export interface BackupPlace {
  /** The place's name in messages. */
  readonly shown: string;
  /** Throws before any work if the backup cannot be stored in the place. Some faults show only later. */
  check(force: boolean): Promise<void>;
  /** Writes the backup and resolves to the number of bytes. After a failure, nothing is stored. */
  write(bytes: Readable, force: boolean, signal: AbortSignal): Promise<number>;
  /** Each read returns the same bytes, or throws if the object has changed. */
  read(): Promise<Readable>;
}

/** A place in S3 or a compatible store. The upload is in parts, so no disk has to hold the backup. */
export function s3Place(Bucket: string, Key: string, options: Pick<DeploymentOptions, "region" | "profile">): BackupPlace {
  const placeName = `s3://${Bucket}/${Key}`;
  const client = s3Client(options);
  let etag: string | undefined;
  return {
    shown: placeName,
    async check(force) {
      if (force) return;
      const objectHead = await client.send(new HeadObjectCommand({ Bucket, Key })).catch((error: unknown) => {
        // 404: no object. 403: no permission to read. If the object exists nevertheless, S3 refuses the upload.
        if (getHttpStatus(error) === 404 || getHttpStatus(error) === 403) return undefined;
        throw explainedAt(placeName, Bucket, "s3:GetObject", error);
      });
      if (objectHead !== undefined) throw new CommandError(`${placeName} exists: add --force to overwrite it.`);
    },
    async write(bytes, force, signal) {
      let size = 0;
      const counted = async function* () {
        for await (const chunk of bytes as AsyncIterable<Buffer>) {
          size += chunk.length;
          yield chunk;
        }
      };
      const Body = Readable.from(counted(), { objectMode: false });
      const params = { Bucket, Key, Body, ContentType: "application/octet-stream", ...(!force && { IfNoneMatch: "*" }) };
      const upload = new Upload({ client, params });
      const abort = () => void upload.abort();
      signal.addEventListener("abort", abort, { once: true });
      try {
        await upload.done();
        return size;
      } catch (error) {
        // After a failure at the upload's end, the library leaves the uploaded parts, which would cost money.
        const parts = { Bucket, Key, UploadId: upload.uploadId };
        if (upload.uploadId !== undefined) await client.send(new AbortMultipartUploadCommand(parts)).catch(() => undefined);
        throw explainedAt(placeName, Bucket, "s3:PutObject", signal.aborted ? signal.reason : error);
      } finally {
        signal.removeEventListener("abort", abort);
      }
    },
    async read() {
      try {
        const { Body, ETag } = await client.send(new GetObjectCommand({ Bucket, Key, IfMatch: etag }));
        etag ??= ETag;
        return Body as Readable;
      } catch (error) {
        if (getHttpStatus(error) === 412) throw new CommandError(`${placeName} has changed while it was read: repeat the command.`);
        throw explainedAt(placeName, Bucket, "s3:GetObject", error);
      }
    },
  };
}
