import { type GraphToken, graphSignIn } from "../../../adapters/graph/sign-in";
import type { PassingTime } from "../../../cli/command";
import { steps as allSteps } from "../../../engine/sign-up/sign-up";
import { LOCAL_EXTERNAL_TENANT } from "../../../lib/stage";
import { emptyExternalTenant } from "../../../local/stand-ins/graph/external/stored-objects";
import { type GraphOptions, type GraphStandIn, serveGraph } from "../../../local/stand-ins/graph/graph";
import type { GraphVersion } from "../../../local/stand-ins/graph/model";
import { modelDifferences } from "../../../local/stand-ins/graph/model";
import { json, misbehaviourIn } from "../../../local/stand-ins/misbehaviours";
import { record } from "../../cli/records";
import { gatehouseAt, type Ran, startInstance, type TestInstance } from "../../cli/support";

/** The custom attribute that the policy sets, by the name that Graph has for it. */
export const PARTNER_TIER = "extension_0123456789abcdef0123456789abcdef_PartnerTier";

const NOWHERE = { url: "http://127.0.0.1:1", tokenUrl: "http://127.0.0.1:1" };

/** An external tenant's calls to a Gatehouse that takes tokens for this application. */
export const extensionFor = (audience: string) => ({ ...NOWHERE, ...LOCAL_EXTERNAL_TENANT, audience });

/** One call of Graph. */
export interface Call {
  readonly method: string;
  /** With the version and the query. */
  readonly path: string;
  readonly body?: unknown;
}

/** What HTTP would bring. `graph.test.ts` asks over HTTP. */
async function answerOf(graph: GraphStandIn, url: string, { method = "GET", headers, body = "" }: RequestInit = {}): Promise<Response> {
  const request = { method, url: new URL(url), headers: Object.fromEntries(new Headers(headers)), body: Buffer.from(String(body)) };
  const { said: _, about = [], ...whole } = await graph.answer(request);
  const [, version, path] = /^\/(v1\.0|beta)(\/.+)$/.exec(request.url.pathname) ?? [];
  if (path !== undefined && whole.status < 300 && whole.body) {
    expect(modelDifferences(version as GraphVersion, path, JSON.parse(String(whole.body)))).toEqual([]);
  }
  if (misbehaviourIn(about) !== undefined) throw new Error("How it misbehaves shows over HTTP alone.");
  return new Response(whole.body || null, { status: whole.status, headers: { "content-type": json.contentType, ...whole.headers } });
}

/** What becomes of a call instead: asks the stand-in by `send`, or not. */
export type Meddle = (index: number, call: Call, send: () => Promise<Response>) => Promise<Response>;

/** An empty tenant, and a Gatehouse with both steps that shall be linked to its flow. */
export interface TestTenant {
  readonly graph: GraphStandIn;
  readonly instance: TestInstance;
  /** Since the last `run`, in order, without those for tokens. */
  calls(): readonly Call[];
  writes(): readonly Call[];
  /**
   * Runs `entra VERB` on it, on one flow unless there is a --setup. Tokens are fetched over HTTP, all else is asked in this
   * process. @param meddle comes between the command and the stand-in
   */
  run(args: readonly string[], meddle?: Meddle): Promise<Ran>;
  /** What somebody else does in the tenant. @param path without the version @param status what Graph answers: 204 by default */
  change(path: string, method: string, body?: object, status?: number): Promise<void>;
  close(): Promise<void>;
}

interface TestFlow {
  /** The options that name it. */
  readonly flow?: readonly string[];
  readonly policy?: string;
  /** Whether Entra's connectors have called. @default true */
  readonly called?: boolean;
}

/** The applications that the tenant's developers did not bring. */
export function registered({ graph }: Pick<TestTenant, "graph">) {
  const brought = emptyExternalTenant().applications.map(({ appId }) => appId);
  return graph.external().applications.filter(({ appId }) => !brought.includes(appId));
}

export async function startTenant(
  options: GraphOptions = {},
  steps: Parameters<typeof startInstance>[2] = {},
  { flow: named = ["--user-flow", "B2X_1_Partner"], policy = "test/cli/policies/assigning", called = true }: TestFlow = {},
): Promise<TestTenant> {
  const graph = await serveGraph({ extensions: [PARTNER_TIER], ...options });
  const endpoints = { graph: graph.url, login: graph.url };
  const versions = [{ password: "s3cret", stages: ["AWSCURRENT"], hoursAgo: 1 }];
  const instance = await startInstance(versions, policy, { endpoints, extension: extensionFor(LOCAL_EXTERNAL_TENANT.audience), ...steps });
  // Every step has been called with the password.
  const { gates = [] } = steps ?? {};
  for (const gate of called ? [undefined, ...gates] : []) {
    for (const step of allSteps) {
      await instance.decisions.keep(record(`${gate} ${step}`, 0, { step, ...(gate !== undefined && { gate }) }), 90);
    }
  }
  const untouched = globalThis.fetch;
  // Waiting takes no time here, and time goes by for what Graph does not show yet.
  const time: PassingTime = { now: () => new Date(), sleep: async (ms) => graph.elapse(ms) };
  let calls: Call[] = [];
  return {
    graph,
    instance,
    calls: () => calls,
    writes: () => calls.filter(({ method, path }) => method !== "GET" && !path.endsWith("/validateAuthenticationConfiguration")),
    async run([verb = "", ...args], meddle = (_, __, send) => send()) {
      calls = [];
      globalThis.fetch = async (input, init) => {
        const path = String(input).replace(graph.url, "");
        if (path === String(input) || path.includes("/oauth2/")) return await untouched(input, init);
        const send = () => answerOf(graph, String(input), init);
        const body = typeof init?.body === "string" ? { body: JSON.parse(init.body) as unknown } : {};
        const call = { method: init?.method ?? "GET", path, ...body };
        return await meddle(calls.push(call) - 1, call, send);
      };
      try {
        const flow = args.includes("--setup") ? [] : named;
        return await gatehouseAt(time, "entra", verb, ...flow, ...instance.local, ...args);
      } finally {
        globalThis.fetch = untouched;
      }
    },
    async change(path, method, body, status = 204) {
      const credential = { clientSecret: "theirs" };
      const signIn = (signal: AbortSignal) =>
        graphSignIn({ tenantId: "t", clientId: "c", credential, login: graph.url, scope: "https://graph.microsoft.com/.default", signal });
      const { value } = (await signIn(AbortSignal.timeout(5_000))) as GraphToken;
      const headers = { authorization: `Bearer ${value}`, "content-type": "application/json" };
      const answer = await untouched(`${graph.url}/v1.0${path}`, { method, headers, ...(body && { body: JSON.stringify(body) }) });
      expect(answer.status).toBe(status);
    },
    async close() {
      await Promise.all([graph.close(), instance.close()]);
    },
  };
}
