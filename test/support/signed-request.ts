import { Hash } from "@smithy/hash-node";
import { HttpRequest } from "@smithy/protocol-http";
import { SignatureV4 } from "@smithy/signature-v4";
import type { AccessKey } from "../../local/aws/access-key";
import { testKey } from "./local-database";

class Sha256 extends Hash {
  constructor(secret?: ConstructorParameters<typeof Hash>[1]) {
    super("sha256", secret);
  }
}

export interface Signing {
  readonly service: string;
  readonly method?: string;
  readonly body?: string;
  /** @default testKey */
  readonly key?: AccessKey;
  readonly at?: Date;
}

/** A request with the signature that the AWS SDKs give it. */
export async function signedRequest(url: string, signing: Signing): Promise<RequestInit & { headers: Record<string, string> }> {
  const { service, method = "POST", body = "{}", key = testKey, at = new Date() } = signing;
  const { host, hostname, pathname, searchParams } = new URL(url);
  const signer = new SignatureV4({ service, region: key.region, credentials: key, sha256: Sha256 });
  const query = Object.fromEntries([...searchParams.keys()].map((name) => [name, searchParams.getAll(name)]));
  const request = new HttpRequest({ method, hostname, path: pathname, query, body, headers: { host, "content-type": "application/json" } });
  const { headers } = await signer.sign(request, { signingDate: at });
  const { host: _, ...sent } = headers;
  return { method, headers: sent, body: method === "GET" ? undefined : body };
}
