import { createServer } from "node:http";
import { listen } from "../../support/dynamodb";

export interface Asked {
  readonly method: string;
  /** Decoded, with its query. */
  readonly path: string;
  readonly authorization: string | undefined;
  readonly body: string;
}

export interface Given {
  readonly status?: number;
  readonly body?: object | string;
  /** In place of the body: these very bytes. */
  readonly raw?: Buffer;
  readonly headers?: Record<string, string>;
}

/** What it does instead of answering: breaks the connection, or keeps silent. */
type Trouble = "reset" | "silence";

export interface GraphDouble {
  readonly endpoint: string;
  /** Requests for tokens, and all others, in order. */
  readonly tokens: readonly Asked[];
  readonly calls: readonly Asked[];
  /** Answers requests that begin with "METHOD /path" in this order; the last answer stays. */
  on(request: string, ...answers: (Given | Trouble)[]): void;
  reset(): void;
  close(): Promise<void>;
}

/** Stands in for Microsoft Graph and for the place that gives out its tokens. */
export async function startGraphDouble(): Promise<GraphDouble> {
  const tokens: Asked[] = [];
  const calls: Asked[] = [];
  const answers = new Map<string, (Given | Trouble)[]>();
  const server = createServer((request, response) => {
    let body = "";
    request.on("data", (chunk) => {
      body += chunk;
    });
    request.on("end", () => {
      const path = decodeURIComponent(request.url ?? "");
      const asked = { method: request.method ?? "", path, authorization: request.headers.authorization, body };
      const isToken = path.endsWith("/oauth2/v2.0/token");
      (isToken ? tokens : calls).push(asked);
      const [, queue] = [...answers].find(([start]) => `${asked.method} ${path}`.startsWith(start)) ?? [];
      const given = (queue !== undefined && queue.length > 1 ? queue.shift() : queue?.[0]) ?? { status: 599 };
      if (given === "silence") return;
      if (given === "reset") {
        request.socket.destroy();
        return;
      }
      const text = typeof given.body === "string" ? given.body : given.body === undefined ? "" : JSON.stringify(given.body);
      response.writeHead(given.status ?? 200, { "content-type": "application/json", ...given.headers }).end(given.raw ?? text);
    });
  });
  const endpoint = await listen(server);
  const double: GraphDouble = {
    endpoint,
    tokens,
    calls,
    on: (request, ...next) => void answers.set(request, next),
    reset() {
      tokens.length = 0;
      calls.length = 0;
      answers.clear();
      let count = 0;
      const life = { token_type: "Bearer", expires_in: 3_599 };
      double.on("POST /tenant", ...Array.from({ length: 9 }, () => ({ body: { access_token: `token-${++count}`, ...life } })));
    },
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
  double.reset();
  return double;
}
