import { createHash, timingSafeEqual } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { Hash } from "@smithy/hash-node";
import { HttpRequest } from "@smithy/protocol-http";
import { SignatureV4 } from "@smithy/signature-v4";
import { GatewayError } from "./gateway/gateway-responses";
import { type Exchange, urlOf } from "./gateway/proxy-event";
import type { Signer } from "./signer";
import { ACCOUNT, REGION } from "./template";

/** The secret of every access key here: an access key's id is whatever the caller wants to be called. */
const SECRET = "local";
const SERVICE = "execute-api";
/** As in AWS, how far a caller's clock may be off. */
const MAX_SKEW_MS = 5 * 60_000;

const form =
  /^AWS4-HMAC-SHA256 Credential=(?<key>\w{1,128})\/(?<scope>\d{8}\/[\w-]+\/[\w-]+\/aws4_request), ?SignedHeaders=(?<names>[^,\s]+), ?Signature=(?<signature>[0-9a-f]{64})$/;

class Sha256 extends Hash {
  constructor(secret?: ConstructorParameters<typeof Hash>[1]) {
    super("sha256", secret);
  }
}

/** The signer of a request, its signature worked out anew and compared. Throws GatewayError as IAM's check would end. */
export async function signerOf({ request, body, arrivedAt }: Exchange): Promise<Signer> {
  const { key, scope, names, signature } = form.exec(request.headers.authorization ?? "")?.groups ?? {};
  const date = signingDate(request);
  if (key === undefined || scope === undefined || names === undefined || signature === undefined || date === undefined) {
    throw new GatewayError("MISSING_AUTHENTICATION_TOKEN", "Missing Authentication Token");
  }
  const signed = names.split(";");
  const expectedScope = `${day(date)}/${REGION}/${SERVICE}/aws4_request`;
  const inTime = Math.abs(arrivedAt.getTime() - date.getTime()) <= MAX_SKEW_MS;
  const whole = signed.includes("host") && signed.includes("x-amz-date") && isOfBody(request, body);
  if (scope !== expectedScope || !inTime || !whole || !equal(signature, await signatureOf(request, body, { key, signed, date }))) {
    throw new GatewayError("INVALID_SIGNATURE", "The request signature we calculated does not match the signature you provided.");
  }
  return { accessKeyId: key, userArn: `arn:aws:iam::${ACCOUNT}:user/${key}` };
}

interface Claim {
  readonly key: string;
  readonly signed: readonly string[];
  readonly date: Date;
}

async function signatureOf(request: IncomingMessage, body: Buffer, { key, signed, date }: Claim): Promise<string> {
  const { pathname, searchParams, hostname } = urlOf(request);
  const signer = new SignatureV4({
    service: SERVICE,
    region: REGION,
    credentials: { accessKeyId: key, secretAccessKey: SECRET },
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
      headers: Object.fromEntries(signed.map((name) => [name, headerOf(request, name)])),
      body,
    }),
    { signingDate: date, signableHeaders: new Set(signed) },
  );
  return headers.authorization?.slice(-64) ?? "";
}

function headerOf(request: IncomingMessage, name: string): string {
  return (request.headersDistinct[name] ?? []).join(",");
}

/** `20261120T100000Z` in the header X-Amz-Date. */
function signingDate(request: IncomingMessage): Date | undefined {
  const parts = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(headerOf(request, "x-amz-date"))?.slice(1).map(Number);
  if (parts === undefined) return undefined;
  const [year = 0, month = 0, ...rest] = parts;
  const date = new Date(Date.UTC(year, month - 1, ...rest));
  return Number.isNaN(date.getTime()) ? undefined : date;
}

function day(date: Date): string {
  return date.toISOString().slice(0, 10).replaceAll("-", "");
}

/** A hash of the body that the caller gives along has to be the body's. */
function isOfBody(request: IncomingMessage, body: Buffer): boolean {
  const given = headerOf(request, "x-amz-content-sha256");
  return given === "" || given === createHash("sha256").update(body).digest("hex");
}

function equal(one: string, other: string): boolean {
  return one.length === other.length && timingSafeEqual(Buffer.from(one), Buffer.from(other));
}
