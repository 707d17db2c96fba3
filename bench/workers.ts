import { execFileSync } from "node:child_process";
import { join } from "node:path";
import type { StreamReader } from "../engine/work";
import { packageRoot } from "../lib/app-root";
import type { Calls } from "./acts-calls";
import { compareMedians, type Report, tellProgress } from "./report";

const DEFAULT_CHANGES = 20_000;
const ROUNDS = 3;
const readers: Partial<Readonly<Record<StreamReader, string>>> = {
  "decision-counter": "counts, of decisions",
  "decision-publisher": "events, of decisions",
  "audit-trail": "audit log, of entries written elsewhere",
  "access-list-hygiene": "hygiene, of entries typed elsewhere",
};

/** Measures readers of streams. @param size the number of changes that each reader gets */
export async function workerTimes(size = DEFAULT_CHANGES, older?: string): Promise<Report> {
  const roots = older === undefined ? [packageRoot] : [packageRoot, older];
  const calls: string[] = [];
  const rows = Object.entries(readers).map(([reader, name]) => {
    tellProgress(`workers: ${reader}`);
    const runs = roots.map((): number[] => []);
    for (let round = 0; round < ROUNDS; round++)
      for (const [index, root] of roots.entries()) {
        const { cpuSeconds, calls: count } = runChild(root, "workers-child.ts", [reader, String(size)]) as WorkerRun;
        runs[index]?.push(cpuSeconds);
        if (round === 0 && index === 0) calls.push(`${name}: ${count} calls of DynamoDB.`);
      }
    return [name, runs] as const;
  });
  return {
    title: `Readers of streams: processor seconds for ${size} changes, in deliveries as the stack asks for them, Node ${process.version}`,
    tables: [compareMedians(rows, 2)],
    notes: [`Medians of ${ROUNDS} runs, with the tables in memory, which take part of the time.`, ...calls],
  };
}

interface WorkerRun {
  readonly cpuSeconds: number;
  readonly calls: number;
}

/** Runs a script of this folder with the modules of a checkout. @returns what its last line says, as JSON */
export function runChild(root: string, script: string, args: readonly string[]): unknown {
  const loader = join(root, "bin", "typescript.mjs");
  const child = [process.execPath, ["--import", loader, join(__dirname, script), root, ...args]] as const;
  const lines = execFileSync(...child, {
    cwd: root,
    encoding: "utf8",
    maxBuffer: Number.MAX_SAFE_INTEGER,
    stdio: ["ignore", "pipe", "inherit"],
  });
  return JSON.parse(lines.trimEnd().split("\n").at(-1) ?? "");
}

const DEFAULT_ROWS = 100;

/** Counts the calls of acts on many rows. @param size the number of rows */
export async function actCalls(size = DEFAULT_ROWS, older?: string): Promise<Report> {
  tellProgress("acts: counting calls");
  const counted = (older === undefined ? [packageRoot] : [packageRoot, older]).map(
    (root) => runChild(root, "acts-child.ts", [String(size)]) as Readonly<Record<string, Calls | null>>,
  );
  const hasOther = counted.length > 1;
  const heading = ["", "reads", "writes", ...(hasOther ? ["other reads", "other writes"] : [])];
  const lines = Object.keys(counted[0] ?? {}).map((name) => [name, ...counted.flatMap((calls) => describeCalls(calls[name]))]);
  return {
    title: `Acts on many rows: calls of DynamoDB for ${size} rows`,
    tables: [[heading, ...lines]],
    notes: ["With the page that answers. An edit of the list has 100 rows more, because a shorter one is a single transaction."],
  };
}

function describeCalls(calls: Calls | null | undefined): readonly string[] {
  if (!calls) return ["-", "-"];
  const isRead = ([operation]: readonly [string, number]) => /^(BatchGet|Get|Query|Scan)/.test(operation);
  const sum = (entries: readonly (readonly [string, number])[]) => String(entries.reduce((total, [, count]) => total + count, 0));
  const entries = Object.entries(calls);
  return [sum(entries.filter(isRead)), sum(entries.filter((each) => !isRead(each)))];
}
