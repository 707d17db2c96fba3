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
  /** Counts a call that does not come over HTTP, and does what comes before its answer. */
  begin(operation: string): Promise<void>;
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
  async function begin(operation: string): Promise<void> {
    seen.push(operation);
    if (ahead !== undefined && operation === ahead[0]) await ahead[1]();
  }
  const server = createServer(async (request, response) => {
    const target = request.headers["x-amz-target"];
    try {
      const body = await readBody(request, Number.POSITIVE_INFINITY);
      if (typeof target === "string") await begin(target.slice(target.indexOf(".") + 1));
      const reply = await answer(request, body);
      response.writeHead(reply.status, reply.headers).end(reply.body);
    } catch {
      response.destroy();
    }
  });
  return {
    endpoint: await listen(server),
    begin,
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
