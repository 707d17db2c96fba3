import { type IncomingMessage, request as send } from "node:http";
import { text } from "node:stream/consumers";

interface Reply {
  readonly status: number;
  readonly body: string;
}

/** Stands for an empty string, which AWS takes since May 2020 and the engine, a little older, does not. */
const EMPTY = '"S":"\\u0000"';

interface Asked {
  readonly TableName: string;
  readonly KeySchema?: readonly { readonly AttributeName: string }[];
  readonly Item?: Readonly<Record<string, unknown>>;
  readonly Key?: Readonly<Record<string, unknown>>;
  readonly ReturnValuesOnConditionCheckFailure?: string;
}

/**
 * Hands calls to DynamoDB Local under another access key, by which it keeps tables apart; it checks no signature. What AWS
 * has learnt since the engine was made is put in: empty strings, and the row that a failed condition met.
 */
export function passage(engine: URL, key: string): (request: IncomingMessage, body: string) => Promise<Reply> {
  const keys = new Map<string, readonly string[]>();

  async function ask({ method = "POST", url = "/", headers }: IncomingMessage, body: string, target?: string): Promise<Reply> {
    const sent = Buffer.from(body.replaceAll('"S":""', EMPTY));
    const { "content-length": _, ...others } = headers;
    const call = send(new URL(url, engine), {
      method,
      headers: {
        ...others,
        ...(target !== undefined && { "x-amz-target": target }),
        host: engine.host,
        "content-length": sent.length,
        authorization: headers.authorization?.replace(/Credential=[^/]+/, `Credential=${key}`),
      },
    });
    call.end(sent);
    const reply = await new Promise<IncomingMessage>((resolve, reject) => call.on("response", resolve).on("error", reject));
    return { status: reply.statusCode ?? 500, body: (await text(reply)).replaceAll(EMPTY, '"S":""') };
  }

  return async (request, body) => {
    const asked = JSON.parse(body) as Asked;
    if (asked.KeySchema !== undefined)
      keys.set(
        asked.TableName,
        asked.KeySchema.map(({ AttributeName }) => AttributeName),
      );
    const reply = await ask(request, body);
    const isAsked = asked.ReturnValuesOnConditionCheckFailure === "ALL_OLD" && reply.body.includes("ConditionalCheckFailedException");
    if (!isAsked) return reply;
    const names = keys.get(asked.TableName) ?? [];
    const Key = asked.Key ?? Object.fromEntries(names.map((name) => [name, asked.Item?.[name]]));
    const found = await ask(
      request,
      JSON.stringify({ TableName: asked.TableName, Key, ConsistentRead: true }),
      "DynamoDB_20120810.GetItem",
    );
    const { Item } = JSON.parse(found.body) as { Item?: object };
    return { ...reply, body: JSON.stringify({ ...(JSON.parse(reply.body) as object), ...(Item && { Item }) }) };
  };
}
