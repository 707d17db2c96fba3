import { getRequestListener } from "@hono/node-server";
import { BASE_STYLE } from "../../console/style/style";
import type { UserFlow } from "../../simulator/client/flow";
import { simulatorApp } from "../../simulator/pages/app";
import type { Bench } from "../../simulator/pages/bench";
import type { PageKey } from "../aws/page-key";
import { type LocalServer, type OnRefused, serveNear } from "../aws/server";

export interface SimulatorOptions {
  /** What somebody can sign up by. */
  readonly flows: readonly UserFlow[];
  /** Any free one where it is taken, or 0. */
  readonly port: number;
  readonly pageKey: PageKey;
  /** What people should know before they try; undefined for nothing. */
  readonly trouble?: () => string | undefined;
  readonly bench?: Bench;
  readonly onRefused?: OnRefused;
}

/** Serves the pages on which a person can be signed up without an Entra tenant. */
export async function serveSimulator({ flows, port, pageKey, trouble, bench, onRefused }: SimulatorOptions): Promise<LocalServer> {
  const app = simulatorApp(flows, BASE_STYLE, { trouble, bench });
  return await serveNear(port, pageKey.guard(getRequestListener(app.fetch), onRefused), onRefused);
}
