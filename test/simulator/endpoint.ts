import type { IncomingMessage } from "node:http";
import { type LocalServer, readBody, serve } from "../../local/aws/server";
import { basicAuthorization } from "../../simulator/client/authorization";
import type { UserFlow } from "../../simulator/client/visit";

export interface Reply {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer | object;
}

/** `hang` leaves a call without answer, `reset` breaks it off. */
export type Answer = Reply | "hang" | "reset";

export interface Received {
  readonly method: string | undefined;
  readonly path: string | undefined;
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
}

export const CONTINUE = { version: "1.0.0", action: "Continue" };
export const USER = { username: "entra", password: "päss:word" };

/** A user flow whose connectors stand at that address, each under its step's name. */
export function connectorFlow(url: string, given: Partial<UserFlow> = {}): UserFlow {
  return {
    tenant: { kind: "workforce" },
    steps: ["after-sign-in", "before-create-user"],
    url: (step) => `${url}/${step}`,
    authorization: async () => basicAuthorization(USER),
    ...given,
  };
}
const AUTHORIZATION = `Basic ${Buffer.from(`${USER.username}:${USER.password}`).toString("base64")}`;

/** An endpoint that answers whatever a test likes. */
export async function serveEndpoint(
  answer: (request: Received) => Answer | Promise<Answer>,
): Promise<LocalServer & { received: Received[] }> {
  const received: Received[] = [];
  const server = await serve(0, async (request, response) => {
    const body = (await readBody(request, 8 * 1_024 * 1_024)).toString("utf8");
    const one = { method: request.method, path: request.url, headers: request.headers, body };
    received.push(one);
    const reply = await answer(one);
    if (reply === "hang") return;
    if (reply === "reset") {
      response.socket?.destroy();
      return;
    }
    const { status = 200, headers = {}, body: given = "" } = reply;
    const text = typeof given === "string" || Buffer.isBuffer(given) ? given : JSON.stringify(given);
    response.writeHead(status, { "Content-Type": "application/json", ...headers }).end(text);
  });
  return { ...server, received };
}

/** An endpoint as it should be, but for what `decide` answers to a request that can be read. */
export function wellKept(decide: (claims: Record<string, unknown>) => Reply) {
  return ({ method, headers, body }: Received): Reply => {
    if (headers.authorization !== AUTHORIZATION) return { status: 401, headers: { "WWW-Authenticate": "Basic" }, body: {} };
    if (method !== "POST") return { status: 405, body: {} };
    const claims = parsed(body);
    const isReadable = claims !== undefined && String(claims.email ?? "").split("@").length <= 2;
    return !isReadable ? { body: { version: "1", action: "ShowBlockPage", userMessage: "Unreadable." } } : decide(claims);
  };
}

function parsed(body: string): Record<string, unknown> | undefined {
  try {
    const claims = JSON.parse(body);
    return typeof claims === "object" && claims !== null && !Array.isArray(claims) ? claims : undefined;
  } catch {
    return undefined;
  }
}

/** An address of this machine where nobody listens. */
export async function vacantUrl(): Promise<string> {
  const { url, close } = await serve(0, async () => undefined);
  await close();
  return url;
}
