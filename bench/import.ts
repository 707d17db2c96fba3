import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { createWriteStream, existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import type { AwsClient } from "../adapters/aws/client";
import type { Item } from "../adapters/tables/item";
import { rows } from "../adapters/tables/rows";
import { recordId } from "../engine/sign-up/records";
import type { RecordKey } from "../engine/sign-up/rule";
import { candidates, match } from "../features/access-list/match";
import { indexed } from "../features/access-list/store/list-indexes";
import { packageRoot } from "../lib/package-root";
import { writeInstance } from "../local/data/instance";
import { batchWrite, MAX_WRITES } from "./batch-write";
import { BENCH_REGION, benchClient, cpuSeconds, createTable, startDatabase } from "./database-process";
import { median, type Report, tellProgress } from "./report";

const DEFAULT_ROWS = 100_000;
/** Parallel batches, as in the import. */
const BATCHES_AT_ONCE = 16;
/** A prime: the loop writes in no order, as the import does, because the embedded database is faster with rows in order. */
const STRIDE = 61_813;
const SMALL_LIST = 10;
const READS = 4_000;
const WARM_UP_READS = 500;
const KIB_PER_MIB = 1_024;
const MS_PER_SECOND = 1_000;

/** Imports this many rows with `list import`, beside a bare loop of BatchWriteItem, and measures a sign-up's read of the list. */
export async function importRows(size = DEFAULT_ROWS): Promise<Report> {
  const folder = mkdtempSync(join(tmpdir(), "gatehouse-bench-"));
  try {
    const file = join(folder, "list.csv");
    await pipeline(csvOf(size), createWriteStream(file));
    tellProgress("import: compiling the command");
    execFileSync(process.execPath, [join(packageRoot, "scripts", "build.mjs")], { cwd: packageRoot, stdio: "ignore" });
    tellProgress(`import: a bare loop of BatchWriteItem, ${size} rows`);
    const put = await withDatabase(join(folder, "bare"), (database) => measured(database, () => putAll(database.client, size, TABLE)));
    tellProgress(`import: list import, ${size} rows`);
    const [imported, reads] = await withDatabase(join(folder, "import"), async (database) => {
      const done = await importFile(file, folder, database);
      tellProgress("import: reads of the list");
      return [done, await readTimes(database.client, size)] as const;
    });
    return report(size, { put, imported }, reads);
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
  readonly cpuSeconds: () => Promise<number>;
}

const TABLE = "access-list";
const SMALL_TABLE = "access-list-small";
const CHANGES_TABLE = "list-changes";
const LEDGER_TABLE = "ledger";

async function withDatabase<T>(folder: string, use: (database: Database) => Promise<T>): Promise<T> {
  const { place: port, cpuSeconds: ofDatabase, end } = await startDatabase("database-child.ts", folder);
  try {
    const endpoint = `http://127.0.0.1:${port}`;
    const client = benchClient(endpoint);
    await createTable(client, TABLE, "entry");
    await createTable(client, SMALL_TABLE, "entry");
    await createTable(client, CHANGES_TABLE, "set", "part");
    await createTable(client, LEDGER_TABLE, "id");
    return await use({ endpoint, client, cpuSeconds: ofDatabase });
  } finally {
    await end();
  }
}

/** Durations in seconds. */
interface Measured {
  readonly seconds: number;
  /** Processor time of the writer and of the database. */
  readonly own: number;
  readonly database: number;
}

/** @param ownSeconds the processor time so far of the process that does the work */
async function measured(database: Database, work: () => Promise<unknown>, ownSeconds = cpuSeconds): Promise<Measured> {
  const [own, ofDatabase, started] = [ownSeconds(), await database.cpuSeconds(), performance.now()];
  await work();
  const seconds = (performance.now() - started) / MS_PER_SECOND;
  return { seconds, own: ownSeconds() - own, database: (await database.cpuSeconds()) - ofDatabase };
}

/** Only the client's calls: no file, no check, no comparison. */
async function putAll(client: AwsClient, size: number, table: string): Promise<void> {
  let next = 0;
  const worker = async () => {
    while (next < size) {
      const from = next;
      next = Math.min(size, next + MAX_WRITES);
      const puts = Array.from({ length: next - from }, (_, index) => ({ PutRequest: { Item: itemAt(((from + index) * STRIDE) % size) } }));
      await batchWrite(client, table, puts);
    }
  };
  await Promise.all(Array.from({ length: BATCHES_AT_ONCE }, worker));
}

/** The same row as the import writes. */
function itemAt(index: number): Item {
  return indexed({ entry: { S: entryAt(index) }, effect: { S: "allow" }, note: { S: "agreed with the buyer team" } });
}

interface Imported extends Measured {
  readonly peakMiB: number;
}

/** Runs the published command as a process, from start to end. */
async function importFile(file: string, folder: string, database: Database): Promise<Imported> {
  const { endpoint } = database;
  writeInstance(
    {
      steps: [],
      pid: process.pid,
      apiUrl: "http://127.0.0.1:1",
      extension: { url: "http://127.0.0.1:1", tokenUrl: "", tenantId: "", audience: "" },
      username: "",
      password: "",
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
      eventsFile: "",
      outboxDir: "",
      consoleUrl: "http://127.0.0.1:1",
      simulatorUrl: "",
      policySecrets: {},
      endpoints: {},
      credentialsSecret: "",
      personKeySecret: "",
      policy: "policy",
      data: folder,
    },
    folder,
  );
  const usageFile = join(folder, "usage");
  const loaded = ["--require", join(__dirname, "usage.cjs"), join(packageRoot, "dist", "node", "bin", "entra-gatehouse.js")];
  const usage = () => JSON.parse(readFileSync(usageFile, "utf8")) as { readonly peakKiB: number; readonly cpuSeconds: number };
  const run = async () => {
    const child = spawn(process.execPath, [...loaded, "list", "import", file, "--local", "--data", folder], {
      cwd: packageRoot,
      stdio: ["ignore", "ignore", "inherit"],
      env: { ...process.env, BENCH_USAGE_FILE: usageFile },
    });
    const [code] = await once(child, "exit");
    if (code !== 0) throw new Error(`list import ended with ${code}.`);
  };
  const took = await measured(database, run, () => (existsSync(usageFile) ? usage().cpuSeconds : 0));
  return { ...took, peakMiB: usage().peakKiB / KIB_PER_MIB };
}

interface ReadTimes {
  readonly smallMs: number;
  readonly largeMs: number;
}

/** Measures a sign-up's read and match, alternating between the small list and the large one. */
async function readTimes(client: AwsClient, size: number): Promise<ReadTimes> {
  await putAll(client, SMALL_LIST, SMALL_TABLE);
  const small: number[] = [];
  const large: number[] = [];
  for (let count = 0; count < WARM_UP_READS + READS; count++) {
    const smallMs = await signUpMs(client, SMALL_TABLE, entryAt(count % SMALL_LIST));
    const largeMs = await signUpMs(client, TABLE, entryAt(Math.floor((count * size) / (WARM_UP_READS + READS))));
    if (count < WARM_UP_READS) continue;
    small.push(smallMs);
    large.push(largeMs);
  }
  return { smallMs: median(small), largeMs: median(large) };
}

async function signUpMs(client: AwsClient, table: string, email: string): Promise<number> {
  const person = { email, identities: [] };
  const started = performance.now();
  const needs = candidates(person, []).map(({ key }) => keyOf(key));
  const found = await rows(client, () => table).read(needs);
  const { listed } = match(person, [], (key) => found.get(recordId(keyOf(key))), new Date());
  const ms = performance.now() - started;
  if (listed !== "allow") throw new Error(`The list says ${listed} of somebody that it allows.`);
  return ms;
}

function keyOf(entry: string): RecordKey {
  return { table: "accessList", key: { entry } };
}

interface Compared {
  readonly put: Measured;
  readonly imported: Imported;
}

function report(size: number, { put, imported }: Compared, { smallMs, largeMs }: ReadTimes): Report {
  const line = (name: string, { seconds, own, database }: Measured) => [
    name,
    seconds.toFixed(1),
    (size / seconds).toFixed(0),
    (put.seconds / seconds).toFixed(2),
    own.toFixed(1),
    database.toFixed(1),
  ];
  const entries = (count: number) => `a list of ${count.toLocaleString("en")}`;
  return {
    title: `Import: ${size.toLocaleString("en")} rows into an embedded DynamoDB, Node ${process.version}`,
    tables: [
      [
        ["", "seconds", "rows a second", "of the bare loop", "CPU s", "CPU s of the database", "peak MiB"],
        [...line("bare loop of BatchWriteItem", put), ""],
        [...line("list import", imported), imported.peakMiB.toFixed(0)],
      ],
      [
        ["a sign-up's read and match", "p50 ms", "of the small list"],
        [entries(SMALL_LIST), smallMs.toFixed(3), "1.00"],
        [entries(size), largeMs.toFixed(3), (largeMs / smallMs).toFixed(2)],
      ],
    ],
    notes: [
      "list import: the whole command as it ships, from its start to its end, with reading and checking the file, and its change set.",
      "bare loop: the same client, the same rows and batches and as many at once, rows made up on the way.",
      "Each writes into a database of its own, empty at first, in another process on the same machine.",
    ],
  };
}
