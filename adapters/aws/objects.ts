import { createHash } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { AwsError, type AwsReply, awsConnection, backoff, type ClientOptions } from "./client";
import { isPassing } from "./retries";

const MAX_ATTEMPTS = 4;

/** A bucket to which objects are only added. */
export interface ObjectsKept {
  /** Keeps a text under a name of letters, digits and `/-.`: false where something is kept under it already. */
  add(name: string, text: string): Promise<boolean>;
}

/** A bucket of S3's, or of a store that speaks as S3 does where AWS_ENDPOINT_URL_S3 names one. */
export function objectsKept(bucket: string, options: ClientOptions = {}): ObjectsKept {
  const endpointVariable = "AWS_ENDPOINT_URL_S3";
  // A store of another maker has its buckets in the path; their names are in no domain.
  const elsewhere = options.endpoint ?? process.env[endpointVariable] ?? process.env.AWS_ENDPOINT_URL;
  const connection = awsConnection({ name: "s3", host: `${bucket}.s3`, endpointVariable }, options);
  const folder = elsewhere === undefined ? "" : `/${bucket}`;
  return {
    async add(name, text) {
      const headers = {
        "content-type": "application/x-ndjson",
        // Of two writes of one name, the first counts.
        "if-none-match": "*",
        // S3 asks for it where objects are locked.
        "x-amz-checksum-sha256": createHash("sha256").update(text).digest("base64"),
      };
      for (let count = 1; ; count++) {
        const reply = await connection.put(`${folder}/${name}`, headers, text).catch((error: unknown) => {
          if (count >= MAX_ATTEMPTS) throw error;
          return undefined;
        });
        if (reply?.status === 200) return true;
        if (reply?.status === 412) return false;
        if (reply !== undefined && (count >= MAX_ATTEMPTS || !canHelp(reply))) throw refusal(reply);
        await sleep(backoff(count));
      }
    },
  };
}

export const awsArchive = (): { readonly archive: typeof objectsKept } => ({ archive: objectsKept });

/** Whether it helps to try again. 409: another write of the same name is under way. */
function canHelp(reply: AwsReply): boolean {
  return reply.status === 409 || isPassing(reply.status, refusal(reply).name);
}

function refusal({ status, text }: AwsReply): AwsError {
  return new AwsError(/<Code>(\w{1,60})<\/Code>/.exec(text)?.[1] ?? `Http${status}`, "", status, {});
}
