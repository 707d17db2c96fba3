import { Hash } from "@smithy/hash-node";
import { HttpRequest } from "@smithy/protocol-http";
import { SignatureV4 } from "@smithy/signature-v4";
import type { SQSEvent } from "aws-lambda";
import type { ApprovalRequested } from "entra-gatehouse/cdk";

class Sha256 extends Hash {
  constructor(secret?: ConstructorParameters<typeof Hash>[1]) {
    super("sha256", secret);
  }
}

/** Signs with the function's own role. */
const signer = new SignatureV4({
  service: "execute-api",
  region: setting("AWS_REGION"),
  credentials: {
    accessKeyId: setting("AWS_ACCESS_KEY_ID"),
    secretAccessKey: setting("AWS_SECRET_ACCESS_KEY"),
    sessionToken: process.env.AWS_SESSION_TOKEN,
  },
  sha256: Sha256,
});

/** One event at a time: what throws is tried again. */
export async function handler({ Records }: SQSEvent): Promise<void> {
  for (const { body } of Records) await approvePartner((JSON.parse(body) as { detail: ApprovalRequested }).detail);
}

async function approvePartner({ requestId, reference, email, emailProven }: ApprovalRequested): Promise<void> {
  if (!emailProven || !email.endsWith(`@${setting("PARTNER_DOMAIN")}`)) return;
  const url = new URL(`${setting("APPROVALS_URL")}/${requestId}/approve`);
  const body = JSON.stringify({ note: "Everybody of this partner may come in.", reference });
  const { headers } = await signer.sign(
    new HttpRequest({
      method: "POST",
      hostname: url.hostname,
      path: url.pathname,
      headers: { host: url.host, "content-type": "application/json" },
      body,
    }),
  );
  const response = await fetch(url, { method: "POST", headers, body, signal: AbortSignal.timeout(10_000) });
  const answer = (await response.json()) as { readonly state?: string };
  // 409: decided by somebody else, or by an earlier try of ours. 404: erased meanwhile.
  if ((response.status === 200 && answer.state === "approved") || response.status === 409 || response.status === 404) return;
  throw new Error(`Not approved: the answer was ${response.status}.`);
}

function setting(name: string): string {
  const value = process.env[name];
  if (value === undefined) throw new Error(`The environment variable ${name} is missing.`);
  return value;
}
