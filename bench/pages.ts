import { type ChildProcess, execFile, fork } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { text } from "node:stream/consumers";
import { promisify } from "node:util";
import { environment, workerEnvironment } from "../adapters/aws/environment";
import { tables } from "../adapters/tables/tables";
import { consoleVariables } from "../console/app/ports";
import { ABSOLUTE_SECONDS, epochSeconds, seals } from "../console/session/session";
import { packageRoot } from "../lib/app-root";
import { type Instance, writeInstance } from "../local/data/instance";
import { lambdaNode, lambdaNodeVersion } from "../test/support/lambda-runtime";
import { listen } from "../test/support/listen";
import { lambdaEnvironment } from "./cold-start";
import { startDatabase } from "./database";
import type { PagesSize } from "./pages-worker";
import { median, quantile, type Report, tellProgress } from "./report";

const run = promisify(execFile);

const SIZE: PagesSize = { decisions: 650, requests: 90 };
const ROUNDS = 25;
const COLD_ROUNDS = 15;
const COMMAND_ROUNDS = 9;
const WARM_UP = 10;
const LIST = "access-list-test";
const SESSION_KEY = "a session key of the bench's own, long enough";
const US_PER_MS = 1_000;
const US_PER_S = 1_000_000;

const pages: Readonly<Record<string, string>> = {
  inbox: "/",
  "a domain": "/domains/contoso.com",
  "sign-ins": "/decisions",
  approvals: "/approvals",
};

interface Checkout {
  readonly name: string;
  readonly root: string;
  readonly bundle: string;
}

interface Answer {
  readonly statusCode: number;
  readonly body: string;
  /** Processor time, in microseconds. */
  readonly cpu: number;
}

/** @param base an older checkout's folder: its function is measured side by side */
export async function pageTimes(base?: string): Promise<Report> {
  const folder = mkdtempSync(join(tmpdir(), "gatehouse-bench-"));
  const secrets = createServer(answerSecret);
  const id = "bench-session";
  const expires = epochSeconds(new Date()) + ABSOLUTE_SECONDS;
  tellProgress(`pages: writing ${SIZE.decisions} decisions and ${SIZE.requests} requests`);
  const database = await startDatabase("pages-worker.ts", { ...SIZE, tableName: LIST, session: { id: `console-session/${id}`, expires } });
  try {
    tellProgress("pages: bundling");
    const folders = [...(base === undefined ? [] : [{ name: "before", root: resolve(base) }]), { name: "now", root: packageRoot }];
    const checkouts: Checkout[] = [];
    for (const { name, root } of folders) {
      const out = join(folder, name);
      await run(process.execPath, ["--import", "tsx", join(__dirname, "console-bundle.ts"), root, out], { cwd: root });
      checkouts.push({ name, root, bundle: join(out, "index.js") });
    }
    const variables = buildEnvironment(database.endpoint, await listen(secrets), folder);
    const cookie = await buildCookie(id);
    const secretsEndpoint = variables.AWS_ENDPOINT_URL_SECRETS_MANAGER;
    const rows = [
      ...(await measureWarm(checkouts, variables, cookie)),
      await measureCold(checkouts, variables, cookie),
      await measureCommand(checkouts, buildInstance({ dynamodbEndpoint: database.endpoint, secretsEndpoint, data: folder })),
    ];
    return report(rows, checkouts);
  } finally {
    await database.end();
    secrets.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function answerSecret(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { SecretId } = JSON.parse((await text(request)) || "{}") as { SecretId?: string };
  const SecretString = SecretId === "session-key" ? SESSION_KEY : "k".repeat(64);
  response.end(JSON.stringify({ SecretString, VersionId: "bench", CreatedDate: 1_700_000_000 }));
}

async function buildCookie(id: string): Promise<string> {
  const at = epochSeconds(new Date());
  // The session's times are an hour ahead, so that the console neither reads the role again nor renews the cookie.
  const ahead = at + 3_600;
  const times = { issuedAt: at, seenAt: ahead, roleAt: ahead };
  return `__Host-gatehouse=${await seals(SESSION_KEY).sealSession({ id, subject: "oid", name: "Kim", role: "Administrator", ...times })}`;
}

/** Leaves out every variable of this process. */
function buildEnvironment(endpoint: string, secrets: string, home: string) {
  const names = Object.fromEntries(
    Object.entries(tables).map(([table, { variable }]) => [variable, table === "accessList" ? LIST : tableName(table)]),
  );
  return {
    ...names,
    ...lambdaEnvironment(endpoint, secrets, home),
    POWERTOOLS_SERVICE_NAME: "bench",
    [environment.personKeySecret]: "person-key",
    [environment.decisionDays]: "90",
    [workerEnvironment.eventBus]: "bench",
    [workerEnvironment.personErasureFunction]: "erasures",
    [workerEnvironment.incidentWorkerFunction]: "incidents",
    [consoleVariables.consoleIssuer]: "https://login.example/v2.0",
    [consoleVariables.consoleClientId]: "bench",
    [consoleVariables.consoleClientSecret]: "client-secret",
    [consoleVariables.consoleSessionKey]: "session-key",
  };
}

function tableName(table: string): string {
  return `${table.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}-test`;
}

type Row = readonly [string, ...(readonly number[])[]];

/** Measures processes that have already answered pages. The processes of the checkouts take turns. */
async function measureWarm(checkouts: readonly Checkout[], env: NodeJS.ProcessEnv, cookie: string): Promise<readonly Row[]> {
  const children = checkouts.map(({ bundle }) => startChild(bundle, env));
  try {
    for (let round = 0; round < WARM_UP; round++) {
      for (const path of Object.values(pages)) for (const child of children) await ask(child, path, cookie);
    }
    const rows: Row[] = [];
    for (const [name, path] of Object.entries(pages)) {
      tellProgress(`pages: ${name}`);
      const times = children.map((): number[] => []);
      for (let round = 0; round < ROUNDS; round++) {
        for (const [index, child] of children.entries()) times[index]?.push((await ask(child, path, cookie)).cpu);
      }
      rows.push([name, ...times]);
    }
    return rows;
  } finally {
    for (const child of children) child.kill();
  }
}

/** The checkouts take turns. */
async function measureCold(checkouts: readonly Checkout[], env: NodeJS.ProcessEnv, cookie: string): Promise<Row> {
  const times = checkouts.map((): number[] => []);
  tellProgress("pages: the first of a cold function");
  for (let round = 0; round <= COLD_ROUNDS; round++) {
    for (const [index, { bundle }] of checkouts.entries()) {
      const child = startChild(bundle, env);
      const { cpu } = await ask(child, pages.inbox as string, cookie);
      child.kill();
      if (round > 0) times[index]?.push(cpu);
    }
  }
  return ["first page of a cold function", ...times];
}

/** Lets a command with `--local` work on the benchmark's database. Only the addresses of DynamoDB and Secrets Manager answer. */
function buildInstance(place: Pick<Instance, "dynamodbEndpoint" | "secretsEndpoint" | "data">): Instance {
  const nowhere = "http://127.0.0.1:9";
  const names = Object.fromEntries(Object.keys(tables).map((table) => [table, table === "accessList" ? LIST : tableName(table)]));
  return {
    ...place,
    pid: process.pid,
    apiUrl: nowhere,
    steps: ["before-create-user"],
    extension: { url: nowhere, tokenUrl: nowhere, tenantId: "bench", audience: "bench" },
    username: "bench",
    password: "bench",
    consoleUrl: nowhere,
    aws: { accessKeyId: "bench", secretAccessKey: "bench", region: "us-east-1" },
    tables: names as Instance["tables"],
    eventsFile: join(place.data, "events.jsonl"),
    outboxDir: join(place.data, "outbox"),
    credentialsSecret: "bench",
    personKeySecret: "person-key",
    policySecrets: {},
    endpoints: {},
    policy: "policy",
  };
}

/** The checkouts take turns. The first run is not measured, because it transpiles the sources. */
async function measureCommand(checkouts: readonly Checkout[], instance: Instance): Promise<Row> {
  tellProgress("pages: list show");
  writeInstance(instance, instance.data);
  const usage = join(instance.data, "usage.json");
  const env = { ...process.env, BENCH_USAGE_FILE: usage };
  const command = [
    "--require",
    join(__dirname, "usage.cjs"),
    "bin/entra-gatehouse.mjs",
    "list",
    "show",
    "--local",
    "--data",
    instance.data,
  ];
  const times = checkouts.map((): number[] => []);
  for (let round = 0; round <= COMMAND_ROUNDS; round++) {
    for (const [index, { root }] of checkouts.entries()) {
      await run(process.execPath, command, { cwd: root, env });
      const { cpuSeconds } = JSON.parse(readFileSync(usage, "utf8")) as { readonly cpuSeconds: number };
      if (round > 0) times[index]?.push(cpuSeconds * US_PER_S);
    }
  }
  return ["list show", ...times];
}

function startChild(bundle: string, env: NodeJS.ProcessEnv): ChildProcess {
  return fork(join(__dirname, "pages-child.cjs"), [bundle], {
    env,
    execPath: lambdaNode,
    execArgv: [],
    stdio: ["ignore", "ignore", "inherit", "ipc"],
  });
}

async function ask(child: ChildProcess, path: string, cookie: string): Promise<Answer> {
  child.send({ path, cookie });
  const [answer] = (await once(child, "message")) as [Answer];
  if (answer.statusCode !== 200) throw new Error(`${path} answered ${answer.statusCode}: ${answer.body}`);
  return answer;
}

function report(rows: readonly Row[], checkouts: readonly Checkout[]): Report {
  const ms = (time: number) => (time / US_PER_MS).toFixed(1);
  const heading = ["", ...checkouts.flatMap(({ name }) => [`${name} ms`, "quartiles"]), ...(checkouts.length > 1 ? ["now / before"] : [])];
  const lines = rows.map(([name, ...times]) => {
    const medians = times.map(median);
    const ratio = medians.length > 1 ? [((medians.at(-1) ?? Number.NaN) / (medians[0] ?? Number.NaN)).toFixed(2)] : [];
    return [name, ...times.flatMap((each) => [ms(median(each)), `${ms(quantile(each, 0.25))}-${ms(quantile(each, 0.75))}`]), ...ratio];
  });
  return {
    title: `Pages of the console over ${SIZE.decisions} decisions and ${SIZE.requests} requests, Node ${lambdaNodeVersion()}`,
    tables: [[heading, ...lines]],
    notes: [
      `Processor time of the console's function alone: medians of ${ROUNDS} pages, of a first page of ${COLD_ROUNDS} fresh`,
      `processes, of list show of ${COMMAND_ROUNDS}, in turn.`,
      "The database runs in another process. before: the checkout of --against.",
    ],
  };
}
