import type { Service } from "../../adapters/aws/client";
import type { LocalServer } from "../aws/server";
import { type SignedAccess, type SignedReply, serveSigned } from "../aws/signed-server";

const MAX_BODY_BYTES = 4 * 1_024 * 1_024;

export class RefusedError extends Error {
  /** @param name the service's error code */
  constructor(
    override readonly name: string,
    message: string,
  ) {
    super(message);
  }
}

/** Takes an operation's input and returns its output, or throws RefusedError. */
export type Operation = (input: object) => object;

export function serveStandIn(
  service: Omit<Service, "endpointVariable">,
  access: SignedAccess,
  operations: Readonly<Record<string, Operation>>,
): Promise<LocalServer> {
  function answer(target: string, body: string): SignedReply {
    const [prefix, name = ""] = target.split(".", 2);
    const operation = prefix === service.target ? operations[name] : undefined;
    if (operation === undefined) return { status: 400, body: { __type: "UnknownOperationException" } };
    try {
      return { status: 200, body: operation(JSON.parse(body) as object) };
    } catch (error) {
      if (error instanceof RefusedError) return { status: 400, body: { __type: error.name, message: error.message } };
      if (error instanceof SyntaxError) return { status: 400, body: { __type: "SerializationException" } };
      return { status: 500, body: { __type: "InternalServiceError" } };
    }
  }

  return serveSigned({ ...service, maxBodyBytes: MAX_BODY_BYTES }, access, (request, body) =>
    answer(String(request.headers["x-amz-target"]), body.toString("utf8")),
  );
}
