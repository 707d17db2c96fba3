import * as v from "valibot";
import { parseJson } from "../../../engine/json";
import { mediaType, type Received } from "../outside-system";

/** @param longest in UTF-16 units */
export const boundedText = (longest: number) => v.pipe(v.string(), v.minLength(1), v.maxLength(longest));

export const mailAddress = v.pipe(v.string(), v.regex(/^[^@\s]+@[^@\s]+$/));

export function parsedBody<T extends v.GenericSchema>(receivedRequest: Received, schema: T): v.InferOutput<T> {
  if (mediaType(receivedRequest) !== "application/json") throw new GraphErrorReply(400, "RequestBodyRead");
  const body = parseJson(receivedRequest.body.toString("utf8"));
  if (body === undefined) throw new GraphErrorReply(400, "BadRequest");
  const read = v.safeParse(schema, body);
  if (!read.success) throw new GraphErrorReply(400, "Request_BadRequest");
  return read.output;
}

export class GraphErrorReply extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    readonly details: readonly { readonly code: string; readonly message: string; readonly target: string }[] = [],
    override readonly message = details[0]?.message ?? code,
    readonly headers: Readonly<Record<string, string>> = {},
  ) {
    super(message);
  }
}

export function invalidProperty(target: string): GraphErrorReply {
  const message = `Invalid value specified for property '${target}' of resource 'User'.`;
  return new GraphErrorReply(400, "Request_BadRequest", [{ code: "InvalidValue", message, target }]);
}

export function conflict(target: string): GraphErrorReply {
  const message = `Another object with the same value for property ${target} already exists.`;
  return new GraphErrorReply(400, "Request_BadRequest", [{ code: "ObjectConflict", message, target }]);
}
