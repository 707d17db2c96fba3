import { randomUUID } from "node:crypto";
import type { IncomingMessage } from "node:http";
import type { Service } from "../../adapters/aws/client";
import type { AccessKey } from "./access-key";
import type { Signer } from "./gateway/proxy-event";
import { type LocalServer, type OnRefused, readBody, serve } from "./server";
import { verifySignature, WRONG_SIGNATURE } from "./signature";

export interface SignedAccess {
  readonly key: AccessKey;
  readonly onRefused?: OnRefused;
}

export interface SignedService {
  readonly name: string;
  readonly contentType: string;
  readonly maxBodyBytes: number;
}

export interface SignedReply {
  readonly status: number;
  readonly body?: object;
  /** A body in place of `body`, for a service that does not speak JSON. */
  readonly text?: string;
  /** The value of the header x-amzn-ErrorType. */
  readonly error?: string;
}

/**
 * Serves callers who sign with this instance's key, on any free port.
 * @param answerAnybody answers requests that need no signature; undefined for all other requests
 */
export function serveSigned(
  { name: service, contentType, maxBodyBytes }: SignedService,
  { key, onRefused = () => undefined }: SignedAccess,
  answer: (request: IncomingMessage, body: Buffer, signer: Signer) => Promise<SignedReply> | SignedReply,
  answerAnybody: (request: IncomingMessage) => Promise<SignedReply | undefined> | undefined = () => undefined,
): Promise<LocalServer> {
  async function reply(request: IncomingMessage): Promise<SignedReply> {
    // By this request our client opens a connection. The client ignores the reply.
    if (request.method === "GET" && request.url === "/") return { status: 404 };
    const open = await answerAnybody(request);
    if (open !== undefined) return open;
    const body = await readBody(request, maxBodyBytes);
    const signer = await verifySignature(request, body, { service, key, now: new Date() });
    if (typeof signer === "object") return await answer(request, body, signer);
    onRefused(`its signature is ${signer}`);
    const error = signer === "missing" ? "MissingAuthenticationTokenException" : "InvalidSignatureException";
    const message = signer === "missing" ? "Request is missing Authentication Token" : WRONG_SIGNATURE;
    return { status: 403, error, body: { __type: error, message } };
  }

  return serve(
    0,
    async (request, response) => {
      const { status, body, text = body && JSON.stringify(body), error } = await reply(request);
      const headers = {
        "Content-Type": contentType,
        "x-amzn-RequestId": randomUUID(),
        ...(error !== undefined && { "x-amzn-ErrorType": error }),
      };
      response.writeHead(status, headers).end(text);
    },
    onRefused,
  );
}

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

type Operation = (input: object) => object;

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
