import { execFile, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { promisify } from "node:util";
import { environment, workerEnvironment } from "../adapters/aws/environment";
import { extensionVariables } from "../features/external-tenant/extension-caller";
import { packageRoot } from "../lib/app-root";
import { LOCAL_EXTERNAL_TENANT } from "../lib/stage";
import { embeddedDatabase } from "../local/aws/dynamodb/embedded";
import { createDecisionsTable } from "../test/support/decisions-table";
import { lambdaNode, lambdaNodeVersion } from "../test/support/lambda-runtime";
import { listen } from "../test/support/listen";
import type { Bundle, Variant } from "./bundles";
import { benchClient, createTable, databaseServer } from "./database";
import { median, quantile, type Report, tellProgress } from "./report";

const run = promisify(execFile);

/** The number of measured processes for each bundle. One more process runs first and is not measured. */
const ROUNDS = 21;
const LIST = "bench-access-list";
const DECISIONS = "bench-decisions";
const LEDGER = "bench-ledger";
const CREDENTIALS = "bench-credentials";
const labels: Readonly<Record<Variant | "older", string>> = {
  gatehouse: "as the stack makes it",
  older: "as the older checkout's stack makes it",
  sdk: "the same bundling, the AWS SDK",
};

interface ColdStart {
  readonly importMs: number;
  readonly firstCallMs: number;
  /** Loading and first call together. Other processes on the machine affect processor time less than elapsed time. */
  readonly cpuMs: number;
}

type MeasuredBundle = Omit<Bundle, "variant"> & { readonly variant: keyof typeof labels };

interface Measured {
  readonly bundle: MeasuredBundle;
  readonly starts: ColdStart[];
}

/**
 * Measures fresh processes. The first call of a step reads once and writes once.
 * @param older another checkout with its packages installed, measured side by side with this one
 */
export async function coldStart(older?: string): Promise<Report> {
  const folder = mkdtempSync(join(tmpdir(), "gatehouse-bench-"));
  const database = embeddedDatabase();
  const server = databaseServer(database);
  const secrets = createServer(answerSecret);
  try {
    const version = lambdaNodeVersion();
    tellProgress("cold-start: bundling");
    const bundles: readonly MeasuredBundle[] = [...(await makeBundles(packageRoot, folder)), ...(await makeOlderBundles(older, folder))];
    const measurements = bundles.map((bundle): Measured => ({ bundle, starts: [] }));

    const functionEnvironment = buildEnvironment(await listen(server), await listen(secrets), folder);
    await makeTables(functionEnvironment.AWS_ENDPOINT_URL_DYNAMODB);
    // Bundles take turns, so that other load on the machine affects all of them alike.
    for (let round = 0; round <= ROUNDS; round++) {
      if (round % 7 === 0) tellProgress(`cold-start: round ${round} of ${ROUNDS}`);
      for (const { bundle, starts } of measurements) {
        const start = await startOnce(bundle, functionEnvironment);
        if (round > 0) starts.push(start);
      }
    }
    return report(measurements, version);
  } finally {
    server.close();
    await database.close();
    secrets.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Runs the checkout's own `bundles.ts`, so that its functions are bundled with its own settings. */
async function makeBundles(checkout: string, folder: string): Promise<readonly Bundle[]> {
  const script = join(checkout, "bench", "bundles.ts");
  const { stdout } = await run(process.execPath, ["--import", "tsx", script, folder], { cwd: checkout, maxBuffer: 64 * 1_024 * 1_024 });
  return JSON.parse(stdout) as Bundle[];
}

/** Leaves out the variants with the AWS SDK. */
async function makeOlderBundles(older: string | undefined, folder: string): Promise<readonly MeasuredBundle[]> {
  if (older === undefined) return [];
  tellProgress(`cold-start: bundling ${older}`);
  const bundles = await makeBundles(resolve(older), join(folder, "older"));
  return bundles.filter(({ variant }) => variant === "gatehouse").map((bundle) => ({ ...bundle, variant: "older" }));
}

/** Gives both versions of a secret the same value, so that the functions find no previous key. */
async function answerSecret(request: IncomingMessage, response: ServerResponse): Promise<void> {
  // A request without a body only opens a connection.
  const { SecretId } = JSON.parse((await text(request)) || "{}") as { SecretId?: string };
  const SecretString = SecretId === CREDENTIALS ? JSON.stringify({ username: "entra", password: "bench" }) : "k".repeat(64);
  response.end(JSON.stringify({ SecretString, VersionId: "bench", CreatedDate: 1_700_000_000 }));
}

/** Leaves out every variable of this process. */
function buildEnvironment(endpoint: string, secrets: string, home: string) {
  return {
    ...lambdaEnvironment(endpoint, secrets, home),
    [environment.accessListTable]: LIST,
    [environment.decisionsTable]: DECISIONS,
    [environment.decisionDays]: "90",
    [environment.policyVersion]: "bench",
    [environment.personKeySecret]: "bench",
    [extensionVariables.externalTenant]: LOCAL_EXTERNAL_TENANT.tenantId,
    [extensionVariables.extensionAudience]: LOCAL_EXTERNAL_TENANT.audience,
    [workerEnvironment.credentialsSecret]: CREDENTIALS,
    [environment.ledgerTable]: LEDGER,
    [workerEnvironment.callerKey]: "bench",
  };
}

async function makeTables(endpoint: string): Promise<void> {
  const client = benchClient(endpoint);
  await createTable(client, LIST, "entry");
  await createTable(client, LEDGER, "id");
  await createDecisionsTable(client, DECISIONS);
  await client.call("PutItem", { TableName: LIST, Item: { entry: { S: "contoso.com" }, effect: { S: "allow" } } });
}

async function startOnce({ file, name }: MeasuredBundle, env: NodeJS.ProcessEnv): Promise<ColdStart> {
  const child = spawn(lambdaNode, [join(__dirname, "cold-child.cjs"), file, name], { env, stdio: ["ignore", "ignore", "pipe", "pipe"] });
  const [, , complaints, figures] = child.stdio as unknown as readonly Readable[];
  const [complaint, measured] = await Promise.all([text(complaints as Readable), text(figures as Readable)]);
  if (measured === "") throw new Error(`A cold start of ${file} failed:\n${complaint}`);
  return JSON.parse(measured) as ColdStart;
}

function cpuTimes(starts: readonly ColdStart[]): readonly number[] {
  return starts.map(({ cpuMs }) => cpuMs);
}

function formatRatio(ours: readonly number[], others: readonly number[]): string {
  return (median(ours) / median(others)).toFixed(2);
}

function report(measuredFunctions: readonly Measured[], version: string): Report {
  const sums = (starts: readonly ColdStart[]) => starts.map(({ importMs, firstCallMs }) => importMs + firstCallMs);
  const names = [...new Set(measuredFunctions.map(({ bundle }) => bundle.name))];
  const tables = names.map((name) => {
    const ofFunction = measuredFunctions.filter(({ bundle }) => bundle.name === name);
    const ours = ofFunction.find(({ bundle }) => bundle.variant === "gatehouse")?.starts ?? [];
    const rows = ofFunction.map(({ bundle, starts }) => {
      const all = sums(starts);
      return [
        labels[bundle.variant],
        `${(bundle.bytes / 1_024).toFixed(0)}`,
        median(starts.map(({ importMs }) => importMs)).toFixed(1),
        median(starts.map(({ firstCallMs }) => firstCallMs)).toFixed(1),
        median(all).toFixed(1),
        `${quantile(all, 0.25).toFixed(1)}-${quantile(all, 0.75).toFixed(1)}`,
        median(starts.map(({ cpuMs }) => cpuMs)).toFixed(1),
        ...(bundle.variant === "gatehouse" ? ["", ""] : [formatRatio(sums(ours), all), formatRatio(cpuTimes(ours), cpuTimes(starts))]),
      ];
    });
    return [[name, "KiB", "import ms", "first call ms", "sum ms", "quartiles", "cpu ms", "ours / this", "by cpu"], ...rows];
  });
  return {
    title: `Cold start: Node ${version}, medians of ${ROUNDS} fresh processes a bundle, taken in turn`,
    tables,
    notes: [
      "import: loading the bundle. first call: one sign-up through the handler, with its one read and one write of a DynamoDB",
      "and two of a secret, all on this machine. sum: both, as one process had them. ours / this: our sum over this row's; below 1 ours is faster.",
      "cpu: processor time of both. by cpu: the ratio of that, which holds on a busy machine too.",
      "the same bundling, the AWS SDK: as the stack makes it, with the SDK's clients in place of ours.",
    ],
  };
}

/** Leaves out every variable of this process. @param endpoint DynamoDB's address @param secrets the address of Secrets Manager */
export function lambdaEnvironment(endpoint: string, secrets: string, home: string) {
  return {
    HOME: home,
    TZ: "UTC",
    AWS_REGION: "us-east-1",
    AWS_ACCESS_KEY_ID: "bench",
    AWS_SECRET_ACCESS_KEY: "bench",
    AWS_SESSION_TOKEN: "bench",
    AWS_LAMBDA_FUNCTION_NAME: "bench",
    AWS_ENDPOINT_URL_DYNAMODB: endpoint,
    AWS_ENDPOINT_URL_SECRETS_MANAGER: secrets,
  };
}
