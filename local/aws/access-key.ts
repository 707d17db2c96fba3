import { randomBytes } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import * as v from "valibot";
import type { AwsCredentials } from "../../adapters/aws/client";
import { parseJson } from "../../engine/json";
import { writePrivately } from "../data/private-file";

/** Region of the stand-ins. It is not in template.ts, because commands use it and must not load the deployment's code. */
export const REGION = "us-east-1";

const schema = v.object({ accessKeyId: v.string(), secretAccessKey: v.string(), region: v.string() });

/** Signs calls to the AWS stand-ins only. */
export type AccessKey = Readonly<v.InferOutput<typeof schema>>;

const SECRET_BYTES = 30;

/** Returns the key in the file. If the file is missing or damaged, makes a new key and writes it there. */
export function accessKeyIn(file: string): AccessKey {
  const read = v.safeParse(schema, existsSync(file) ? parseJson(readFileSync(file, "utf8")) : undefined);
  if (read.success) return read.output;
  const accessKey = newAccessKey();
  writePrivately(file, `${JSON.stringify(accessKey, null, 2)}\n`);
  return accessKey;
}

export function newAccessKey(): AccessKey {
  return {
    accessKeyId: `LOCAL${randomBytes(8).toString("hex").toUpperCase()}`,
    secretAccessKey: randomBytes(SECRET_BYTES).toString("base64url"),
    region: REGION,
  };
}

export function createCredentials({ accessKeyId, secretAccessKey }: AccessKey): () => Promise<AwsCredentials> {
  return async () => ({ accessKeyId, secretAccessKey });
}
