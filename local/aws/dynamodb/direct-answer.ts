import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from "node:http";
import { Readable } from "node:stream";

/** A database call as its thread receives it. */
export interface DirectCall {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface DirectReply {
  readonly status: number;
  /** Names are in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/**
 * Calls an HTTP handler without a connection and returns its reply: writing and reading HTTP at both ends took longer than the database.
 * The handler uses no more of a response than this provides.
 */
export function directAnswer(
  handler: (request: IncomingMessage, response: ServerResponse) => void,
  { method, path: url, headers, body }: DirectCall,
): Promise<DirectReply> {
  return new Promise((resolve, reject) => {
    const given: Record<string, string> = {};
    const response = {
      statusCode: 200,
      setHeader(name: string, value: unknown) {
        given[name.toLowerCase()] = String(value);
      },
      writeHead(status: number, more: Readonly<Record<string, unknown>> = {}) {
        response.statusCode = status;
        for (const [name, value] of Object.entries(more)) response.setHeader(name, value);
        return response;
      },
      end: (text = "") => resolve({ status: response.statusCode, headers: given, body: text }),
      destroy: () => reject(new Error("The answer was broken off.")),
    };
    const request = Object.assign(Readable.from(Buffer.from(body)), { method, url, headers });
    handler(request as unknown as IncomingMessage, response as unknown as ServerResponse);
  });
}
