import type { IncomingHttpHeaders } from "node:http";
import { dynamodb } from "../../../adapters/aws/client";
import type { LocalServer } from "../server";
import { type SignedAccess, type SignedReply, serveSigned } from "../signed-server";
import type { DynamodbCall } from "./embedded";

/** DynamoDB's limit. */
const MAX_BODY_BYTES = 16 * 1_024 * 1_024;

export function serveDynamodb(access: SignedAccess, call: DynamodbCall): Promise<LocalServer> {
  return serveSigned({ ...dynamodb, maxBodyBytes: MAX_BODY_BYTES }, access, ({ headers }, body) => replyTo(call, headers, body));
}

export async function replyTo(
  call: DynamodbCall,
  { "x-amz-target": target }: IncomingHttpHeaders,
  text: Buffer,
): Promise<SignedReply & { readonly body: object }> {
  const [prefix, operation = ""] = String(target).split(".");
  const body = await Promise.resolve()
    .then(() => call(prefix === dynamodb.target ? operation : "", JSON.parse(text.toString("utf8"))))
    .catch((error: unknown) => (error instanceof SyntaxError ? notJson : internalError));
  return { status: body === internalError ? 500 : "__type" in body ? 400 : 200, body };
}

const notJson = { __type: "com.amazon.coral.service#SerializationException" };
const internalError = { __type: "com.amazonaws.dynamodb.v20120810#InternalServerError", message: "The database failed." };
