import { getRequestListener } from "@hono/node-server";
import { Icon, MARK } from "../../console/parts/icon";
import { BASE_STYLE } from "../../console/style/base-style";
import { ENTRA_APP_ID } from "../../features/external-tenant/extension-caller";
import { extensionRoutes } from "../../features/external-tenant/extension-events";
import { basicAuthorization, bearerTokens } from "../../simulator/client/authorization";
import type { DecisionPlaces, UserFlow } from "../../simulator/client/flow";
import { simulatorApp } from "../../simulator/pages/app";
import type { Bench } from "../../simulator/pages/bench";
import type { Look } from "../../simulator/pages/layout";
import type { PageKey } from "../aws/page-key";
import { type Handle, type LocalServer, type OnRefused, serveNear } from "../aws/server";
import { DEFAULT_DATA } from "../data/instance";
import { quoted } from "../terminal/quoted";
import type { Called, ServePages } from "./start-pages";

declare module "./start-pages" {
  interface StartParts {
    /** What the pages look up, keep and compare. */
    readonly bench?: Bench;
  }
}

/** What people can sign up by: each gate, as each kind of tenant calls it. */
export function userFlows({ gates = {}, extension, consoleUrl, data, ...unnamed }: Called): readonly UserFlow[] {
  const records: DecisionPlaces = {
    url: (reference) => `${consoleUrl}/decisions/${reference}`,
    command: (reference) => `npm run gate -- why ${reference} --local${data === DEFAULT_DATA ? "" : ` --data ${quoted(data)}`}`,
  };
  const tokens = bearerTokens({ ...extension, clientId: ENTRA_APP_ID });
  return [[undefined, unnamed] as const, ...Object.entries(gates)].flatMap(([gate, { apiUrl, steps, ...credentials }]): UserFlow[] => {
    const extensionUrl = gate === undefined ? extension.url : `${extension.url}/${gate}`;
    const common = { steps, records, ...(gate !== undefined && { gate }) };
    const connector = { ...common, url: (step: string) => `${apiUrl}/${step}`, authorization: async () => basicAuthorization(credentials) };
    return [
      { ...connector, tenant: { kind: "workforce" }, steps: steps.filter((step) => step !== "before-sending-token") },
      { ...connector, tenant: { kind: "b2c" } },
      {
        ...common,
        tenant: { kind: "external-tenant", id: extension.tenantId },
        url: (step) => `${extensionUrl}/${extensionRoutes[step]}`,
        authorization: tokens,
      },
    ];
  });
}

/** Where the simulator answers is known before what it shows: the console links to it. */
interface SimulatorServer extends LocalServer {
  /** Nobody is answered before. */
  answerWith(shown: SimulatorOptions): void;
}

interface SimulatorOptions {
  /** What somebody can sign up by. */
  readonly flows: readonly UserFlow[];
  /** What people should know before they try; undefined for nothing. */
  readonly trouble?: () => string | undefined;
  readonly bench?: Bench;
}

/** The console's own look. */
const look: Look = { style: BASE_STYLE, mark: MARK, icon: (name) => String(Icon({ name })) };

/**
 * Serves the pages on which a person can be signed up without an Entra tenant.
 * @param port any free one where it is taken, or 0
 */
export async function serveSimulator(port: number, pageKey: PageKey, onRefused?: OnRefused): Promise<SimulatorServer> {
  let answer: Handle = async (_, response) => void response.writeHead(503).end();
  const handle: Handle = (request, response) => answer(request, response);
  const server = await serveNear(port, pageKey.guard(handle, onRefused), onRefused);
  return {
    ...server,
    answerWith({ flows, ...around }) {
      answer = getRequestListener(simulatorApp(flows, look, around).fetch);
    },
  };
}

export const simulatorPages: ServePages = async (port, pageKey, onRefused) => {
  const server = await serveSimulator(port, pageKey, onRefused);
  return {
    ...server,
    show: (called, { trouble, bench }) => server.answerWith({ flows: userFlows(called), trouble, ...(bench && { bench }) }),
  };
};
