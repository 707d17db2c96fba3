import { randomUUID } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { AccessKey } from "./access-key";
import { type LocalServer, type OnRefused, readBody, serve } from "./server";
import { verifySignature, WRONG_SIGNATURE } from "./signature";

/** The key that callers need, and a function that receives refusals. */
export interface SignedAccess {
  readonly key: AccessKey;
  readonly onRefused?: OnRefused;
}

export interface SignedService {
  /** As in signatures. */
  readonly name: string;
  readonly contentType: string;
  readonly maxBodyBytes: number;
}

/** Serves an AWS service on any free port, to callers that sign with this instance's key. */
export function serveSigned(
  { name: service, contentType, maxBodyBytes }: SignedService,
  { key, onRefused = () => undefined }: SignedAccess,
  handle: (request: IncomingMessage, body: Buffer, response: ServerResponse) => Promise<void> | void,
): Promise<LocalServer> {
  return serve(
    0,
    async (request, response) => {
      if (isGreeting(request)) {
        response.writeHead(404).end();
        return;
      }
      const body = await readBody(request, maxBodyBytes);
      const signed = await verifySignature(request, body, { service, key, now: new Date() });
      if (typeof signed === "object") return await handle(request, body, response);
      onRefused(`its signature is ${signed}`);
      const type = signed === "missing" ? "MissingAuthenticationTokenException" : "InvalidSignatureException";
      const message = signed === "missing" ? "Request is missing Authentication Token" : WRONG_SIGNATURE;
      response.writeHead(403, { "Content-Type": contentType, "x-amzn-ErrorType": type, "x-amzn-RequestId": randomUUID() });
      response.end(JSON.stringify({ __type: type, message }));
    },
    onRefused,
  );
}

/** The request by which our client opens a connection. It reads nothing of the reply. */
function isGreeting({ method, url }: IncomingMessage): boolean {
  return method === "GET" && url === "/";
}
