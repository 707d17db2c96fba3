import { execFileSync } from "node:child_process";
import { createWriteStream, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import type { AwsClient } from "../adapters/aws/client";
import type { Item } from "../adapters/tables/item";
import { indexed } from "../features/access-list/store/list-indexes";
import { packageRoot } from "../lib/package-root";
import { type Instance, writeInstance } from "../local/data/instance";
import { batchWrite, MAX_WRITES } from "./batch-write";
import { BENCH_REGION, benchClient, createTable, startDatabase } from "./database";
import { type Report, tellProgress } from "./report";

const DEFAULT_ROWS = 100_000;
/** Parallel batches, as in the import. */
const BATCHES_AT_ONCE = 16;
/** A prime: the loop writes in no order, as the import does, because the embedded database is faster with rows in order. */
const STRIDE = 61_813;
const KIB_PER_MIB = 1_024;
const MS_PER_SECOND = 1_000;

/** Imports this many rows with `list import`, beside a bare loop of BatchWriteItem. */
export async function importRows(size = DEFAULT_ROWS): Promise<Report> {
  const folder = mkdtempSync(join(tmpdir(), "gatehouse-bench-"));
  try {
    const file = join(folder, "list.csv");
    await pipeline(csvOf(size), createWriteStream(file));
    tellProgress("import: compiling the command");
    execFileSync(process.execPath, [join(packageRoot, "scripts", "build.mjs")], { cwd: packageRoot, stdio: "ignore" });
    tellProgress(`import: a bare loop of BatchWriteItem, ${size} rows`);
    const bareSeconds = await withDatabase(join(folder, "bare"), ({ client }) => secondsOf(() => putAll(client, size)));
    tellProgress(`import: list import, ${size} rows`);
    const imported = await withDatabase(join(folder, "import"), ({ endpoint }) => importFile(file, folder, endpoint));
    return report(size, bareSeconds, imported);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function entryAt(index: number): string {
  return `person${index}@company${index % 5_000}.example`;
}

function* csvOf(size: number): Generator<string> {
  yield "entry,effect,note\n";
  for (let index = 0; index < size; index++) yield `${entryAt(index)},allow,agreed with the buyer team\n`;
}

interface Database {
  readonly endpoint: string;
  readonly client: AwsClient;
}

const TABLE = "access-list";
const CHANGES_TABLE = "list-changes";
const LEDGER_TABLE = "ledger";

async function withDatabase<T>(folder: string, use: (database: Database) => Promise<T>): Promise<T> {
  const { endpoint, end } = await startDatabase("import-worker.ts", folder);
  try {
    const client = benchClient(endpoint);
    await createTable(client, TABLE, "entry");
    await createTable(client, CHANGES_TABLE, "set", "part");
    await createTable(client, LEDGER_TABLE, "id");
    return await use({ endpoint, client });
  } finally {
    await end();
  }
}

async function secondsOf(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await work();
  return (performance.now() - started) / MS_PER_SECOND;
}

/** Only the client's calls: no file, no check, no comparison. */
async function putAll(client: AwsClient, size: number): Promise<void> {
  let next = 0;
  const worker = async () => {
    while (next < size) {
      const from = next;
      next = Math.min(size, next + MAX_WRITES);
      const puts = Array.from({ length: next - from }, (_, index) => ({ PutRequest: { Item: itemAt(((from + index) * STRIDE) % size) } }));
      await batchWrite(client, TABLE, puts);
    }
  };
  await Promise.all(Array.from({ length: BATCHES_AT_ONCE }, worker));
}

/** The same row as the import writes. */
function itemAt(index: number): Item {
  return indexed({ entry: { S: entryAt(index) }, effect: { S: "allow" }, note: { S: "agreed with the buyer team" } });
}

interface Imported {
  readonly seconds: number;
  readonly cpuSeconds: number;
  readonly peakKiB: number;
}

/** Runs the published command as a process, from start to end. */
async function importFile(file: string, folder: string, endpoint: string): Promise<Imported> {
  const instance = {
    pid: process.pid,
    dynamodbEndpoint: endpoint,
    secretsEndpoint: endpoint,
    aws: { accessKeyId: "bench", secretAccessKey: "bench", region: BENCH_REGION },
    tables: {
      accessList: TABLE,
      decisions: "",
      profiles: "",
      referenceData: "",
      ledger: LEDGER_TABLE,
      approvals: "",
      listChanges: CHANGES_TABLE,
    },
    apiUrl: endpoint,
    extension: { url: endpoint },
    consoleUrl: endpoint,
    personKeySecret: "",
    policy: "policy",
    data: folder,
  };
  writeInstance(instance as unknown as Instance, folder);
  const usageFile = join(folder, "usage");
  const program = ["--require", join(__dirname, "usage.cjs"), join(packageRoot, "dist", "node", "bin", "entra-gatehouse.js")];
  const seconds = await secondsOf(async () =>
    execFileSync(process.execPath, [...program, "list", "import", file, "--local", "--data", folder], {
      cwd: packageRoot,
      stdio: ["ignore", "ignore", "inherit"],
      env: { ...process.env, BENCH_USAGE_FILE: usageFile },
    }),
  );
  return { seconds, ...(JSON.parse(readFileSync(usageFile, "utf8")) as Omit<Imported, "seconds">) };
}

function report(size: number, bareSeconds: number, { seconds, cpuSeconds, peakKiB }: Imported): Report {
  const line = (name: string, took: number) => [name, took.toFixed(1), (size / took).toFixed(0), (bareSeconds / took).toFixed(2)];
  return {
    title: `Import: ${size.toLocaleString("en")} rows into an embedded DynamoDB, Node ${process.version}`,
    tables: [
      [
        ["", "seconds", "rows a second", "of the bare loop", "CPU s", "peak MiB"],
        [...line("bare loop of BatchWriteItem", bareSeconds), "", ""],
        [...line("list import", seconds), cpuSeconds.toFixed(1), (peakKiB / KIB_PER_MIB).toFixed(0)],
      ],
    ],
    notes: [
      "list import: the whole command as it ships, from its start to its end, with reading and checking the file, and its change set.",
      "bare loop: the same client, the same rows and batches and as many at once, rows made up on the way.",
      "Each writes into a database of its own, empty at first, in another thread on the same machine.",
    ],
  };
}
