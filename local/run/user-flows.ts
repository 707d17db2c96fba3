import { getRequestListener } from "@hono/node-server";
import { assets } from "../../console/style/style";
import { runInLanguage } from "../../console/texts/languages";
import { quoteShellWord } from "../../engine/characters";
import { ENTRA_APP_ID, extensionRoutes } from "../../features/external-tenant/extension-caller";
import { basicAuthorization, bearerTokens } from "../../simulator/client/authorization";
import type { DecisionPlaces, UserFlow } from "../../simulator/client/visit";
import { parseUrl } from "../aws/gateway/proxy-event";
import { type PageKey, plainPage } from "../aws/page-key";
import { type Handle, type LocalServer, type OnRefused, serveNear } from "../aws/server";
import { DEFAULT_DATA } from "../data/instance";
import { simulatorApp } from "../pages/app";
import { simulatorStyle } from "../pages/layout";
import { simulatorTexts } from "../pages/texts";
import type { Bench } from "../workbench/bench";
import type { Called } from "./start-pages";

export function userFlows({ gates = {}, extension, consoleUrl, data, ...unnamed }: Called): readonly UserFlow[] {
  const records: DecisionPlaces = {
    url: consoleUrl === undefined ? undefined : (reference) => `${consoleUrl}/decisions/${reference}`,
    command: (reference) => `npm run gate -- why ${reference} --local${data === DEFAULT_DATA ? "" : ` --data ${quoteShellWord(data)}`}`,
  };
  const tokens = extension && bearerTokens({ ...extension, clientId: ENTRA_APP_ID });
  return [[undefined, unnamed] as const, ...Object.entries(gates)].flatMap(([gate, { apiUrl, steps, ...credentials }]): UserFlow[] => {
    const common = { steps, records, gate };
    const connector = { ...common, url: (step: string) => `${apiUrl}/${step}`, authorization: async () => basicAuthorization(credentials) };
    const workforce: UserFlow = {
      ...connector,
      tenant: { kind: "workforce" },
      steps: steps.filter((step) => step !== "before-sending-token"),
    };
    const b2c: UserFlow = { ...connector, tenant: { kind: "b2c" } };
    if (extension === undefined || tokens === undefined) return [workforce, b2c];
    const extensionUrl = gate === undefined ? extension.url : `${extension.url}/${gate}`;
    return [
      workforce,
      b2c,
      {
        ...common,
        tenant: { kind: "external-tenant", id: extension.tenantId },
        url: (step) => `${extensionUrl}/${extensionRoutes[step]}`,
        authorization: tokens,
      },
    ];
  });
}

/** Started before its pages are ready, because the console's links need its address. */
export interface SimulatorServer extends LocalServer {
  /** Serves the pages. Until this call, visitors see a page that says that the start takes a moment. */
  answerWith(options: SimulatorOptions): void;
  wait(): void;
}

interface SimulatorOptions {
  readonly flows: readonly UserFlow[];
  readonly trouble?: () => string | undefined;
  readonly bench?: Bench;
}

const looks: readonly string[] = [assets.style, assets.icon, simulatorStyle].map(({ path }) => path);

/**
 * A GET gets a reloading page, with status 200: a browser would report an error status at each reload. A submitted form gets 503 and is not
 * sent again.
 */
const wait: Handle = async (request, response) => {
  const { searchParams } = parseUrl(request);
  const language = searchParams.get("lang") ?? request.headers["accept-language"] ?? "";
  const t = runInLanguage(/^ko\b/i.test(language) ? "ko" : "en", () => simulatorTexts.waiting);
  response.writeHead(request.method === "GET" ? 200 : 503, {
    "Content-Type": "text/html; charset=utf-8",
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
    ...(request.method === "GET" && { Refresh: "1" }),
  });
  response.end(plainPage(t.heading, `<h1>${t.heading}</h1><div role="status"><p>${t.text}</p></div>`));
};

/** @param port if it is taken, another free one is used; 0 for any free one */
export async function serveSimulator(port: number, pageKey: PageKey, onRefused?: OnRefused): Promise<SimulatorServer> {
  let simulator: Handle | undefined;
  let answer: Handle = wait;
  const handle: Handle = (request, response) => answer(request, response);
  const server = await serveNear(port, pageKey.guard(handle, onRefused), onRefused);
  return {
    ...server,
    answerWith({ flows, ...around }) {
      simulator = getRequestListener(simulatorApp(flows, around).fetch);
      answer = simulator;
    },
    wait() {
      const before = simulator;
      // A page from before this call may still load its style, so the previous simulator still serves style and icon.
      answer = (request, response) => {
        const isLook = request.method === "GET" && looks.includes(parseUrl(request).pathname);
        return before !== undefined && isLook ? before(request, response) : wait(request, response);
      };
    },
  };
}
