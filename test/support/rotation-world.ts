import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { type AwsClient, AwsError } from "../../adapters/aws/client";
import type { SeenPasswords } from "../../adapters/aws/credentials";
import { credentialsCheck, type UserPassword } from "../../adapters/aws/credentials";
import { type CredentialsSecret, credentialsSecret } from "../../adapters/aws/credentials-secret";
import { graphPlaces } from "../../adapters/graph/clouds";
import { graphClient } from "../../adapters/graph/graph";
import { graphSignIn } from "../../adapters/graph/sign-in";
import { type ApiConnectors, apiConnectors, selectGateConnectors } from "../../features/entra/client/api-connectors";
import type { RotatedGate } from "../../features/rotation/verbs/gates";
import { SecretStore } from "../../local/aws/secrets";
import { RefusedError } from "../../local/aws/signed-server";
import type { KeptConnector } from "../../local/stand-ins/graph/directory";
import { type GraphStandIn, serveGraph } from "../../local/stand-ins/graph/graph";
import { runs } from "./runs";

export const SECRET = "arn:aws:secretsmanager:eu-west-1:111111111111:secret:CredentialsSecret-a1b2c3";
export const paths = ["after-sign-in", "before-create-user"] as const;
export const urls = new Map(paths.map((path) => [path, `https://gate.example.com/${path}`]));
/** Of one connector: 20 a second in all. */
const CALL_EVERY_MS = 100;
/** Somebody guesses: that makes an authorizer look again, and then not for a while. */
const GUESS_EVERY_MS = 1_000;
const AUTHORIZERS = 3;
const GATEWAY_CACHE_MS = 300_000;
/** One of Entra's servers of so many. */
const STALE_EVERY = 7;

/** One of Entra's servers, which calls a path now and then. */
export interface Server {
  readonly path: string;
  readonly everyMs: number;
  nextAt: number;
  /** How long it still shows the password that its connector had before. */
  readonly lagMs: number;
  /** Of so many calls, a limit of the gateway turns one away before anybody is asked. */
  readonly limitedEvery: number;
  calls: number;
}

/** A gate with its secret, its authorizers and its tenant, in which Entra calls while time passes. */
export interface World {
  readonly graph: GraphStandIn;
  readonly tenant: ApiConnectors;
  readonly secret: CredentialsSecret;
  readonly store: SecretStore;
  readonly clock: { now(): Date; sleep(ms: number): Promise<void> };
  /** What every sign-up got so far, by what the gate answered. */
  readonly calls: { passed: number; refused: number };
  /** How long some of Entra's servers still show the password that a connector had before. */
  lagMs: number;
  /** Call in place of people, who call all the time. */
  readonly servers: Server[];
  /** Paths at which people sign up. */
  readonly busy: Set<string>;
  /** Names of the calls of Secrets Manager so far. */
  readonly operations: string[];
  /** Comes between a rotation and what it calls, before and after each; may throw. */
  meddle: (call: string, when: "before" | "after") => void;
  gate(): Promise<RotatedGate>;
  /** How many new versions were asked for. */
  versions(): number;
  /** Moves the clock; nobody calls meanwhile. */
  skip(ms: number): void;
  /** Whether a call that shows a password passes the gateway now. */
  passes(path: string, shown: UserPassword): Promise<boolean>;
  close(): Promise<void>;
}

/** Three servers of Entra's for each of some rotations: another set each time, the same in each run. */
export function rotations() {
  const server = fc.record({
    path: fc.constantFrom(...paths),
    every: fc.integer({ min: 4, max: 290 }),
    lag: fc.integer({ min: 0, max: 2_700 }),
    limitedEvery: fc.constantFrom(2, 5, Number.POSITIVE_INFINITY),
  });
  const three = fc.tuple(...paths.map((path) => server.map((each) => ({ ...each, path }))), server);
  return fc.sample(three, { seed: 74, numRuns: runs(10, 50) }).map((drawn) => ({
    every: drawn.map(({ every }) => every),
    lag: drawn.map(({ lag }) => lag),
    servers: (from: Date): readonly Server[] =>
      drawn.map(({ every, lag, ...each }) => ({
        ...each,
        everyMs: every * 1_000,
        nextAt: from.getTime() + every * 1_000,
        lagMs: lag * 1_000,
        calls: 0,
      })),
  }));
}

/** @param callEveryMs how often each connector calls */
export async function startWorld(hoursOld = 1_000, callEveryMs = CALL_EVERY_MS): Promise<World> {
  let time = Date.parse("2026-11-20T12:00:00Z");
  const spy = vi.spyOn(Date, "now").mockImplementation(() => time);
  const folder = mkdtempSync(join(tmpdir(), "gatehouse-test-"));
  const store = storeIn(join(folder, "secrets.json"), time - hoursOld * 3_600_000);
  const graph = await serveGraph();
  const operations: string[] = [];
  const noted = new Set<string>();
  const previousAt = new Map<string, Date>();
  /** What the gateway let pass: until when. */
  const cache = new Map<string, number>();
  /** What connectors showed before, and when that was changed: some of Entra's servers still show it for a while. */
  const stale = new Map<string, { readonly shown: UserPassword; readonly at: number }>();
  const seen: SeenPasswords = {
    has: async (version, step) => noted.has(`${version}/${step}`),
    add: async (version, step) => void noted.add(`${version}/${step}`),
    previousAt: async (version, step) => previousAt.get(`${version}/${step}`),
    addPrevious: async (version, step, at) => void previousAt.set(`${version}/${step}`, at),
  };
  async function meddled<T>(call: string, work: () => Promise<T>): Promise<T> {
    operations.push(call);
    world.meddle(call, "before");
    try {
      return await work();
    } finally {
      world.meddle(call, "after");
    }
  }
  const authorizers = Array.from(
    { length: AUTHORIZERS },
    () =>
      credentialsCheck(
        clientOf(store, (_, work) => work()),
        { secretId: SECRET, seen, now: () => time },
      ).check,
  );
  const signIn = (signal: AbortSignal) =>
    graphSignIn({ tenantId: "t", clientId: "c", credential: { clientSecret: "s" }, login: graph.url, scope: graphPlaces().scope, signal });
  const connectors = apiConnectors(graphClient({ endpoint: graph.url, signIn }));
  const tenant: ApiConnectors = {
    ...connectors,
    async updateConnector(id, changed) {
      const before = graph.connectors().find((each) => each.id === id)?.authenticationConfiguration as UserPassword;
      await meddled("UpdateConnector", () => connectors.updateConnector(id, changed));
      if (before.password !== changed.credential?.password) stale.set(id, { shown: before, at: time });
    },
  };
  let turn = 0;
  async function passes(path: string, shown: UserPassword): Promise<boolean> {
    const key = `${path} ${shown.password}`;
    if ((cache.get(key) ?? 0) > time) return true;
    const passed = (await authorizers[turn % AUTHORIZERS]?.(shown, path)) !== undefined;
    if (passed) cache.set(key, time + GATEWAY_CACHE_MS);
    return passed;
  }
  async function count(path: string, { id, authenticationConfiguration: held }: KeptConnector, isStale: boolean): Promise<void> {
    turn++;
    const shown = (isStale && stale.get(id)?.shown) || held;
    world.calls[(await passes(path, shown as UserPassword)) ? "passed" : "refused"]++;
  }
  /** Each connector at a busy path calls, and each server whose turn it is. */
  async function call(): Promise<void> {
    for (const connector of graph.connectors()) {
      const path = [...urls].find(([, url]) => url === connector.targetUrl)?.[0] ?? "";
      const isLagging = (lagMs: number) => time < (stale.get(connector.id)?.at ?? Number.NEGATIVE_INFINITY) + lagMs;
      if (world.busy.has(path)) await count(path, connector, isLagging(world.lagMs) && turn % STALE_EVERY === 0);
      for (const server of world.servers) {
        if (server.path !== path || time < server.nextAt) continue;
        server.nextAt += server.everyMs;
        server.calls++;
        if (server.calls % server.limitedEvery !== 0) await count(path, connector, isLagging(server.lagMs));
      }
    }
  }
  const world: World = {
    graph,
    tenant,
    store,
    secret: credentialsSecret(clientOf(store, meddled), SECRET, seen),
    calls: { passed: 0, refused: 0 },
    lagMs: 0,
    servers: [],
    busy: new Set(paths),
    operations,
    meddle: () => {},
    clock: {
      now: () => new Date(time),
      async sleep(ms) {
        const end = time + ms;
        while (time < end) {
          const isTick = world.servers.length === 0;
          if (isTick && time % GUESS_EVERY_MS === 0)
            for (const check of authorizers) await check({ username: "entra", password: "guess" }, paths[0]);
          await call();
          time = isTick ? time + callEveryMs : Math.min(end, ...world.servers.map(({ nextAt }) => nextAt));
        }
      },
    },
    async gate() {
      const found = selectGateConnectors(await tenant.connectors(), urls);
      return { gate: "default", secret: world.secret, connectors: found.map((each) => ({ ...each, tenant })) };
    },
    passes,
    versions: () => operations.filter((each) => each === "PutSecretValue").length,
    skip(ms) {
      time += ms;
    },
    async close() {
      spy.mockRestore();
      await graph.close();
      rmSync(folder, { recursive: true });
    },
  };
  for (const [path, url] of urls) await connectors.createConnector(`Gatehouse ${path}`, url, { username: "entra", password: "first" });
  await world.clock.sleep(1_000);
  return world;
}

function storeIn(file: string, madeAt: number): SecretStore {
  const store = new SecretStore(file);
  const versions = {
    first: { SecretString: '{"username":"entra","password":"first"}', CreatedDate: madeAt / 1_000, stages: ["AWSCURRENT"] },
  };
  Object.assign(store, { secrets: { [SECRET]: { ARN: SECRET, Name: "CredentialsSecret", versions } } });
  return store;
}

function clientOf(store: SecretStore, around: (operation: string, work: () => Promise<object>) => Promise<object>): AwsClient {
  const operations: Readonly<Record<string, (input: object) => object>> = {
    GetSecretValue: (input) => store.getSecretValue(input),
    PutSecretValue: (input) => store.putSecretValue(input),
    UpdateSecretVersionStage: (input) => store.updateSecretVersionStage(input),
  };
  return {
    warm: () => undefined,
    async call<T>(operation: string, input: object) {
      const work = async () => {
        try {
          return operations[operation]?.(input) ?? {};
        } catch (error) {
          if (error instanceof RefusedError) throw new AwsError(error.name, error.message, 400, {});
          throw error;
        }
      };
      return (await around(operation, work)) as T;
    },
  };
}
