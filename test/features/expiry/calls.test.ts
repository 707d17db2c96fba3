import { graphClient } from "../../../adapters/graph/graph";
import { graphSignIn } from "../../../adapters/graph/sign-in";
import { arrive } from "../../../features/accounts/change";
import { accountStore } from "../../../features/accounts/store/accounts";
import type { GateExpiry } from "../../../features/expiry/expiry";
import { accessRunStore } from "../../../features/expiry/store/access-runs";
import { accessHandler } from "../../../features/expiry/worker/access";
import type { GraphAccount } from "../../../local/stand-ins/graph/directory";
import { type GraphStandIn, serveGraph } from "../../../local/stand-ins/graph/graph";
import { memoryWorld } from "../../memory/world";
import { createDecisionsTable } from "../../support/decisions-table";
import { createKeyTable } from "../../support/key-table";
import { day, expiry, iso, newcomer } from "../accounts/accounts";
import { accountSettings, idOf } from "./life";

// Counts how often a day's run asks Graph. A larger tenant, with minutes: RUN_GUESTS=20000 npx vitest run test/features/expiry/calls.test.ts

const guests = Number(process.env.RUN_GUESTS ?? 200);
/** The time that one call of Graph takes. */
const LATENCY_MS = 150;
const CALL_MS = 900_000;
const HOUR_MS = 3_600_000;
/** The next day's run begins after 20 hours. */
const CALLS_A_DAY = 20;
/** Of a hundred guests, so many have not signed in for 60 days, so that the first reminder may be due, and so many for 90. */
const [AWAY, GONE] = [10, 1];
const gate: GateExpiry = { ...expiry, days: 1_000, idle: 90, asksGraph: true };

function cpuSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

let graph: GraphStandIn;
beforeAll(async () => {
  graph = await serveGraph({ searchLagMs: 0 });
});
afterAll(() => graph.close());

async function start() {
  let time = day(100).getTime();
  const calls = new Map<string, number>();
  let inStandIn = 0;
  const send: typeof fetch = async (input, { method = "GET", headers, body = "" } = {}) => {
    time += LATENCY_MS;
    const url = new URL(String(input));
    const call = `${method} ${url.pathname.replace(/\/[0-9a-f-]{36}/g, "/ID")}${url.searchParams.get("$select")?.includes("signInActivity") ? " signInActivity" : ""}`;
    calls.set(call, (calls.get(call) ?? 0) + 1);
    const began = cpuSeconds();
    const {
      said: _,
      about: __,
      ...answer
    } = await graph.answer({ method, url, headers: Object.fromEntries(new Headers(headers)), body: Buffer.from(String(body)) });
    inStandIn += cpuSeconds() - began;
    return new Response(answer.body || null, { status: answer.status, headers: { "content-type": "application/json", ...answer.headers } });
  };
  const clock = { now: () => time, startTimer: () => () => undefined };
  const signIn = (signal: AbortSignal) =>
    graphSignIn({
      tenantId: "t",
      clientId: "c",
      credential: { clientSecret: "s" },
      login: graph.url,
      scope: "https://graph.microsoft.com/.default",
      signal,
    });
  const sleep = async (ms: number) => {
    time += ms;
  };
  const settings = {
    ...{ ACCOUNTS_TABLE: "accounts", LEDGER_TABLE: "ledger", ACCESS_LIST_TABLE: "list", DECISIONS_TABLE: "decisions" },
    ...{ ASKED_LISTS: JSON.stringify({ default: [{ classes: [] }] }), APPROVALS_SECRET: "settings", PERSON_KEY_SECRET: "person-key" },
    EXPIRY: JSON.stringify({ default: gate }),
  };
  const secrets = { settings: accountSettings, "person-key": "k".repeat(64) };
  const { world } = memoryWorld({
    settings,
    secrets,
    clock,
    directory: () => graphClient({ endpoint: graph.url, signIn, fetch: send, sleep }),
  });
  for (const [name, kind] of [
    ["accounts", "accounts"],
    ["ledger", "ledger"],
    ["list", "accessList"],
  ] as const)
    await createKeyTable(world.tables, name, kind);
  await createDecisionsTable(world.tables, "decisions");
  const accounts = accountStore(world.tables, "accounts");
  for (let index = 1; index <= guests; index++) {
    const [id, email] = [idOf(index), `p${index}@partner.com`];
    const row = { ...newcomer, id, email, personId: `person-${index}`, until: iso(1_000), sponsor: `mina${index % 40}@contoso.com` };
    await accounts.change(id, () => arrive(undefined, row, day(0)));
    const last = index % 100 < GONE ? 5 : index % 100 < AWAY ? 35 : 95;
    const account = {
      id,
      createdDateTime: iso(0),
      mail: email,
      userPrincipalName: email,
      userType: "Guest",
      identities: [],
      accountEnabled: true,
    };
    const signInActivity = { lastSuccessfulSignInDateTime: iso(last), lastSignInDateTime: iso(last) };
    (graph.accounts() as GraphAccount[]).push({ ...account, externalUserState: "Accepted", signInActivity });
  }
  const runs = accessRunStore(world.tables, "ledger");
  const handle = accessHandler(world);
  return {
    runs,
    /** The calls of the worker until a day's run is done: so many, so long, with so many calls of Graph. */
    async workThrough() {
      calls.clear();
      const [began, cpu, standIn] = [time, cpuSeconds(), inStandIn];
      let workerCalls = 0;
      let worked = 0;
      do {
        const from = time;
        await handle({}, { getRemainingTimeInMillis: () => CALL_MS - (time - from) });
        worked += time - from;
        workerCalls += 1;
        time = Math.max(time, from + HOUR_MS);
      } while ((await runs.read()).runs[0]?.state === "running" || workerCalls < CALLS_A_DAY);
      return {
        calls: Object.fromEntries([...calls].sort()),
        all: [...calls.values()].reduce((sum, each) => sum + each, 0),
        workerCalls,
        hours: (time - began) / HOUR_MS,
        minutesOfWork: worked / 60_000,
        cpu: cpuSeconds() - cpu - (inStandIn - standIn),
      };
    },
    nextDay() {
      time = day(Math.ceil((time - day(0).getTime()) / 86_400_000)).getTime();
    },
  };
}

it("asks Graph for sign-ins once for fifteen accounts, and otherwise only about accounts that are due", async () => {
  const tenant = await start();
  const first = await tenant.workThrough();
  tenant.nextDay();
  const second = await tenant.workThrough();
  if (process.env.RUN_GUESTS !== undefined) console.log(JSON.stringify({ guests, first, second }, undefined, 1));
  const [run] = (await tenant.runs.read()).runs;
  expect(run?.state).toBe("done");
  // Pages of 100 rows are asked about in seven calls. Who is asked about again for the next run comes after 18 hours.
  const asked = first.calls["GET /v1.0/users signInActivity"] ?? 0;
  const pages = Math.ceil(guests / 100) * 7;
  expect(asked).toBeGreaterThanOrEqual(pages);
  expect(asked).toBeLessThanOrEqual(pages + Math.ceil(guests / 50));
}, 3_600_000);
