import { createHash, timingSafeEqual } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { Hash } from "@smithy/hash-node";
import { HttpRequest } from "@smithy/protocol-http";
import { SignatureV4 } from "@smithy/signature-v4";
import type { AccessKey } from "./access-key";
import { parseUrl, type Signer } from "./gateway/proxy-event";
import { ACCOUNT } from "./template";

/** AWS's limit. */
const MAX_SKEW_MS = 5 * 60_000;

const form =
  /^AWS4-HMAC-SHA256 Credential=(?<id>\w{1,128})\/(?<scope>\d{8}\/[\w-]+\/[\w-]+\/aws4_request), ?SignedHeaders=(?<names>[^,\s]+), ?Signature=(?<signature>[0-9a-f]{64})$/;

class Sha256 extends Hash {
  constructor(secret?: ConstructorParameters<typeof Hash>[1]) {
    super("sha256", secret);
  }
}

interface ExpectedSignature {
  readonly service: string;
  readonly key: AccessKey;
  readonly now: Date;
}

export const WRONG_SIGNATURE = "The request signature we calculated does not match the signature you provided.";

/**
 * Verifies AWS's signature, version 4, made with this instance's secret. The access key's id can be any name.
 * @returns "missing" if the request has no complete signature; "wrong" if signature, scope, time or the body's hash does not fit
 */
export async function verifySignature(
  request: IncomingMessage,
  body: Buffer,
  { service, key, now }: ExpectedSignature,
): Promise<Signer | "missing" | "wrong"> {
  const { id, scope, names, signature } = form.exec(request.headers.authorization ?? "")?.groups ?? {};
  const date = signingDate(request);
  if (id === undefined || scope === undefined || names === undefined || signature === undefined || date === undefined) return "missing";
  const signedHeaders = names.split(";");
  const expectedScope = `${date.toISOString().slice(0, 10).replaceAll("-", "")}/${key.region}/${service}/aws4_request`;
  const inTime = Math.abs(now.getTime() - date.getTime()) <= MAX_SKEW_MS;
  const bodyHash = readHeader(request, "x-amz-content-sha256");
  const isOfBody = bodyHash === "" || bodyHash === createHash("sha256").update(body).digest("hex");
  const whole = signedHeaders.includes("host") && signedHeaders.includes("x-amz-date") && isOfBody;
  if (scope !== expectedScope || !inTime || !whole) return "wrong";
  const expected = await computeSignature(request, body, { id, signed: signedHeaders, date, service, key });
  if (signature.length !== expected.length || !timingSafeEqual(Buffer.from(signature), Buffer.from(expected))) return "wrong";
  return { accessKeyId: id, userArn: `arn:aws:iam::${ACCOUNT}:user/${id}` };
}

interface Claim {
  readonly id: string;
  readonly signed: readonly string[];
  readonly date: Date;
  readonly service: string;
  readonly key: AccessKey;
}

async function computeSignature(request: IncomingMessage, body: Buffer, { id, signed, date, service, key }: Claim): Promise<string> {
  const { pathname, searchParams, hostname } = parseUrl(request);
  const signer = new SignatureV4({
    service,
    region: key.region,
    credentials: { accessKeyId: id, secretAccessKey: key.secretAccessKey },
    sha256: Sha256,
    applyChecksum: false,
  });
  const names = [...new Set(searchParams.keys())];
  const { headers } = await signer.sign(
    new HttpRequest({
      method: request.method ?? "",
      hostname,
      path: pathname,
      query: Object.fromEntries(names.map((name) => [name, searchParams.getAll(name)])),
      headers: Object.fromEntries(signed.map((name) => [name, readHeader(request, name)])),
      body,
    }),
    { signingDate: date, signableHeaders: new Set(signed) },
  );
  return headers.authorization?.slice(-64) ?? "";
}

function readHeader(request: IncomingMessage, name: string): string {
  return (request.headersDistinct[name] ?? []).join(",");
}

/** Reads `20261120T100000Z` from the header X-Amz-Date. */
function signingDate(request: IncomingMessage): Date | undefined {
  const parts = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(readHeader(request, "x-amz-date"))?.slice(1).map(Number);
  if (parts === undefined) return undefined;
  const [year = 0, month = 0, ...rest] = parts;
  const date = new Date(Date.UTC(year, month - 1, ...rest));
  return Number.isNaN(date.getTime()) ? undefined : date;
}
