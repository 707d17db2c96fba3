import { execFileSync } from "node:child_process";
import { createWriteStream, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { packageRoot } from "../lib/app-root";
import { type Instance, writeInstance } from "../local/data/instance";
import { BENCH_REGION, benchClient, createTable, startDatabase } from "./database";
import { type Report, tellProgress } from "./report";

const DEFAULT_ROWS = 100_000;
const KIB_PER_MIB = 1_024;
const MS_PER_SECOND = 1_000;

export async function importRows(size = DEFAULT_ROWS): Promise<Report> {
  const folder = mkdtempSync(join(tmpdir(), "gatehouse-bench-"));
  try {
    const file = join(folder, "list.csv");
    await pipeline(generateCsv(size), createWriteStream(file));
    tellProgress("import: compiling the command");
    execFileSync(process.execPath, [join(packageRoot, "scripts", "build.mjs")], { cwd: packageRoot, stdio: "ignore" });
    tellProgress(`import: list import, ${size} rows`);
    return report(size, await withDatabase(join(folder, "import"), (endpoint) => importFile(file, folder, endpoint)));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function* generateCsv(size: number): Generator<string> {
  yield "entry,effect,note\n";
  for (let index = 0; index < size; index++) yield `person${index}@company${index % 5_000}.example,allow,agreed with the buyer team\n`;
}

const TABLE = "access-list";
const CHANGES_TABLE = "list-changes";
const LEDGER_TABLE = "ledger";

async function withDatabase<T>(folder: string, use: (endpoint: string) => Promise<T>): Promise<T> {
  const { endpoint, end } = await startDatabase("import-worker.ts", folder);
  try {
    const client = benchClient(endpoint);
    await createTable(client, TABLE, "entry");
    await createTable(client, CHANGES_TABLE, "set", "part");
    await createTable(client, LEDGER_TABLE, "id");
    return await use(endpoint);
  } finally {
    await end();
  }
}

interface Imported {
  readonly seconds: number;
  readonly cpuSeconds: number;
  readonly peakKiB: number;
}

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
  const startTime = performance.now();
  execFileSync(process.execPath, [...program, "list", "import", file, "--local", "--data", folder], {
    cwd: packageRoot,
    stdio: ["ignore", "ignore", "inherit"],
    env: { ...process.env, BENCH_USAGE_FILE: usageFile },
  });
  const seconds = (performance.now() - startTime) / MS_PER_SECOND;
  return { seconds, ...(JSON.parse(readFileSync(usageFile, "utf8")) as Omit<Imported, "seconds">) };
}

function report(size: number, { seconds, cpuSeconds, peakKiB }: Imported): Report {
  return {
    title: `Import: ${size.toLocaleString("en")} rows into an embedded DynamoDB, Node ${process.version}`,
    tables: [
      [
        ["", "seconds", "rows a second", "CPU s", "peak MiB"],
        ["list import", seconds.toFixed(1), (size / seconds).toFixed(0), cpuSeconds.toFixed(1), (peakKiB / KIB_PER_MIB).toFixed(0)],
      ],
    ],
    notes: [
      "The whole command as it ships, from its start to its end, with reading and checking the file, and its change set.",
      "The database is empty at first, in another thread on the same machine.",
    ],
  };
}
