import { createServer, type IncomingMessage, type OutgoingHttpHeaders } from "node:http";
import { readBody } from "../../local/aws/server";
import { listen } from "./listen";

/** What a suite sees of its database, and does to it, from outside. */
export interface DatabaseFront {
  readonly endpoint: string;
  /** Operations received since the last call of this. */
  operations(): readonly string[];
  /** Does something before each call of an operation is answered; until the next call of this. */
  before(operation: string, work: () => Promise<void>): void;
  close(): Promise<void>;
}

interface Reply {
  readonly status: number;
  readonly headers: OutgoingHttpHeaders;
  readonly body: Buffer | string;
}

/** A server that stands before a suite's database, and has its calls answered. */
export async function databaseFront(answer: (request: IncomingMessage, body: Buffer) => Promise<Reply>): Promise<DatabaseFront> {
  let seen: string[] = [];
  let ahead: readonly [string, () => Promise<void>] | undefined;
  const server = createServer(async (request, response) => {
    const target = request.headers["x-amz-target"];
    if (typeof target === "string") seen.push(target.slice(target.indexOf(".") + 1));
    try {
      const body = await readBody(request, Number.POSITIVE_INFINITY);
      if (ahead !== undefined && String(target).endsWith(`.${ahead[0]}`)) await ahead[1]();
      const reply = await answer(request, body);
      response.writeHead(reply.status, reply.headers).end(reply.body);
    } catch {
      response.destroy();
    }
  });
  return {
    endpoint: await listen(server),
    operations: () => {
      const operations = seen;
      seen = [];
      return operations;
    },
    before(operation, work) {
      ahead = [operation, work];
    },
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}
