/** What Graph says instead. */
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

export function invalid(target: string): GraphErrorReply {
  const message = `Invalid value specified for property '${target}' of resource 'User'.`;
  return new GraphErrorReply(400, "Request_BadRequest", [{ code: "InvalidValue", message, target }]);
}

export function conflict(target: string): GraphErrorReply {
  const message = `Another object with the same value for property ${target} already exists.`;
  return new GraphErrorReply(400, "Request_BadRequest", [{ code: "ObjectConflict", message, target }]);
}
