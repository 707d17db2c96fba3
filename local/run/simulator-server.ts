import { getRequestListener } from "@hono/node-server";
import { BASE_STYLE } from "../../console/style/base-style";
import type { Step } from "../../engine/sign-up/sign-up";
import { simulatorApp } from "../../simulator/pages/app";
import { type LocalServer, type OnRefused, serveNear } from "../aws/server";

export interface SimulatorOptions {
  /** Of the API, without trailing slash. */
  readonly apiUrl: string;
  /** Those that the API has a route for. */
  readonly steps: readonly Step[];
  readonly username: string;
  readonly password: string;
  /** Any free one where it is taken, or 0. */
  readonly port: number;
  /** How long an answer is awaited. @default as long as Entra waits */
  readonly timeoutMs?: number;
  readonly onRefused?: OnRefused;
}

/** Serves the pages on which a person can be signed up without an Entra tenant. */
export async function serveSimulator({ apiUrl, port, onRefused, ...flow }: SimulatorOptions): Promise<LocalServer> {
  const app = simulatorApp({ url: (step) => `${apiUrl}/${step}`, ...flow }, BASE_STYLE);
  return await serveNear(port, getRequestListener(app.fetch), onRefused);
}
