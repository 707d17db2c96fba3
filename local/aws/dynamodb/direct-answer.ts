import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from "node:http";
import { Readable } from "node:stream";

/** A call of the database as its thread gets it. */
export interface DirectCall {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface DirectReply {
  readonly status: number;
  /** By their names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/**
 * What a handler of HTTP requests answers to a call that came without a connection. To write and to read HTTP at both ends took
 * more time than the database. It uses of a response no more than is here.
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
