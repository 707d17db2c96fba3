import { getRequestListener } from "@hono/node-server";
import { BASE_STYLE } from "../console/style/base-style";
import type { Step } from "../engine/sign-up/sign-up";
import { simulatorApp } from "../simulator/pages/app";
import { type LocalServer, serve } from "./aws/server";

export interface SimulatorOptions {
  /** Of the API, without trailing slash. */
  readonly apiUrl: string;
  /** Those that the API has a route for. */
  readonly steps: readonly Step[];
  readonly username: string;
  readonly password: string;
  /** 0 takes any free one. */
  readonly port: number;
  /** How long an answer is awaited. @default as long as Entra waits */
  readonly timeoutMs?: number;
}

/** Serves the pages on which a person can be signed up without an Entra tenant. */
export async function serveSimulator({ apiUrl, port, ...flow }: SimulatorOptions): Promise<LocalServer> {
  const app = simulatorApp({ url: (step) => `${apiUrl}/${step}`, ...flow }, BASE_STYLE);
  return await serve(port, getRequestListener(app.fetch));
}
