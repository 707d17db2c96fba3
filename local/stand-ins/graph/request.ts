import * as v from "valibot";
import { mediaType, type Received, type StandInAnswer } from "../outside-system";
import { GraphErrorReply, invalid } from "./refusal";
import type { Tenant } from "./tenant";
import { boundedText } from "./texts";

const extensionName = /^extension_[0-9a-f]{32}_\w+$/;

const extensionSchema = v.union([boundedText(256), v.boolean(), v.pipe(v.number(), v.integer())]);

type Schemas = Readonly<Record<string, v.GenericSchema>>;

export function told(status: number, body: object, said: string): StandInAnswer {
  return { status, body: JSON.stringify(body), said };
}

/** The body, if it is JSON of that form; throws GraphRefusal otherwise. */
export function parsedBody<T extends v.GenericSchema>(received: Received, schema: T): v.InferOutput<T> {
  if (mediaType(received) !== "application/json") throw new GraphErrorReply(400, "RequestBodyRead");
  let body: unknown;
  try {
    body = JSON.parse(received.body.toString("utf8"));
  } catch {
    throw new GraphErrorReply(400, "BadRequest");
  }
  const read = v.safeParse(schema, body);
  if (!read.success) throw new GraphErrorReply(400, "Request_BadRequest");
  return read.output;
}

/** A body of these properties and well-formed custom attributes; refuses any other as Graph does. */
export function checked(
  { extensions }: Tenant,
  received: Received,
  required: Schemas,
  optional: Schemas,
): Readonly<Record<string, unknown>> {
  const body = parsedBody(received, v.record(v.string(), v.unknown()));
  for (const name of Object.keys(required)) if (body[name] === undefined) throw invalid(name);
  for (const [name, value] of Object.entries(body)) {
    const schema = extensionName.test(name) ? extensionSchema : { ...required, ...optional }[name];
    const unknown = schema === extensionSchema && extensions !== undefined && !extensions.includes(name);
    // Graph names neither in its details.
    if (schema === undefined || unknown) throw new GraphErrorReply(400, "Request_BadRequest");
    if (!v.is(schema, value)) throw invalid(name);
  }
  return body;
}
