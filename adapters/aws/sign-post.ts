import { createHash, createHmac } from "node:crypto";

const ALGORITHM = "AWS4-HMAC-SHA256";

export interface AwsCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/** A POST request without a query. */
interface Post {
  readonly path: string;
  /** Headers that the signature covers, among them `host`. Their names are in lower case, and their values have no double blanks. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

interface Signing {
  readonly service: string;
  readonly region: string;
  readonly credentials: AwsCredentials;
  readonly date: Date;
}

/**
 * Returns the request's headers with its signature: AWS Signature Version 4. `@smithy/signature-v4` would be a third of the authorizer's
 * bundle, because it also signs queries, streams and addresses. Tests compare both.
 */
export function signPost({ path, headers, body }: Post, { service, region, credentials, date }: Signing): Readonly<Record<string, string>> {
  const { accessKeyId, secretAccessKey, sessionToken } = credentials;
  const time = date.toISOString().replace(/[-:]|\.\d{3}/g, "");
  const day = time.slice(0, 8);
  const bodyHash = sha256(body);
  const covered: Readonly<Record<string, string>> = {
    ...headers,
    "x-amz-content-sha256": bodyHash,
    "x-amz-date": time,
    ...(sessionToken && { "x-amz-security-token": sessionToken }),
  };
  const names = Object.keys(covered).sort();
  const signedHeaders = names.join(";");
  // Every service but S3 encodes the path that is sent once more.
  const encodedPath = path.split("/").map(encodeURIComponent).join("/");
  const lines = names.map((name) => `${name}:${covered[name]}`);
  const request = ["POST", encodedPath, "", ...lines, "", signedHeaders, bodyHash].join("\n");
  const scope = [day, region, service, "aws4_request"];
  const key = scope.reduce<string | Buffer>(hmac, `AWS4${secretAccessKey}`);
  const signature = hmac(key, [ALGORITHM, time, scope.join("/"), sha256(request)].join("\n")).toString("hex");
  const credential = `${accessKeyId}/${scope.join("/")}`;
  return { ...covered, authorization: `${ALGORITHM} Credential=${credential}, SignedHeaders=${signedHeaders}, Signature=${signature}` };
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

function hmac(key: string | Buffer, text: string): Buffer {
  return createHmac("sha256", key).update(text).digest();
}
