import { randomUUID } from "node:crypto";
import type { IncomingHttpHeaders, OutgoingHttpHeaders } from "node:http";
import { dynamodb } from "../../../adapters/aws/client";
import type { LocalServer } from "../server";
import { type SignedAccess, serveSigned } from "../signed-server";
import type { DynamodbCall } from "./embedded";

/** DynamoDB's limit. */
const MAX_BODY_BYTES = 16 * 1_024 * 1_024;

/** The DynamoDB that every caller uses, the AWS command line included. */
export function serveDynamodb(access: SignedAccess, call: DynamodbCall): Promise<LocalServer> {
  return serveSigned({ ...dynamodb, maxBodyBytes: MAX_BODY_BYTES }, access, async ({ headers }, body, response) => {
    const reply = await replyTo(call, headers, body);
    response.writeHead(reply.status, reply.headers).end(reply.body);
  });
}

/** The reply to a call over HTTP. */
export async function replyTo(
  call: DynamodbCall,
  { "x-amz-target": target }: IncomingHttpHeaders,
  body: Buffer,
): Promise<{ readonly status: number; readonly headers: OutgoingHttpHeaders; readonly body: string }> {
  const [prefix, operation = ""] = String(target).split(".");
  const reply = await Promise.resolve()
    .then(() => call(prefix === dynamodb.target ? operation : "", JSON.parse(body.toString("utf8"))))
    .catch((error: unknown) => (error instanceof SyntaxError ? notJson : internalError));
  const status = reply === internalError ? 500 : "__type" in reply ? 400 : 200;
  return { status, headers: { "Content-Type": dynamodb.contentType, "x-amzn-RequestId": randomUUID() }, body: JSON.stringify(reply) };
}

const notJson = { __type: "com.amazon.coral.service#SerializationException" };
const internalError = { __type: "com.amazonaws.dynamodb.v20120810#InternalServerError", message: "The database failed." };
