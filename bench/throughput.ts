import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, openSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { packageRoot } from "../lib/package-root";
import { firstLine } from "./database-process";
import { type Report, tellProgress } from "./report";
import request from "./request.json";

const run = promisify(execFile);

const CONNECTIONS = 10;
const WARM_UP_S = 3;
const MEASURED_S = 10;
/** Characters of a failed run's last output. */
const LOG_SHOWN = 500;

/** Measures answers a second of `npm start`, and of a bare server under the same load. */
export async function throughput(): Promise<Report> {
  const folder = mkdtempSync(join(tmpdir(), "gatehouse-bench-"));
  const log = join(folder, "stderr.log");
  const children: ChildProcess[] = [];
  /** stderr has a line for each request: kept apart from the report. */
  const start = (command: string, args: readonly string[]) => {
    const child = spawn(command, args, { cwd: packageRoot, stdio: ["ignore", "pipe", openSync(log, "a")] });
    children.push(child);
    return firstLine(child);
  };
  try {
    tellProgress("throughput: npm start");
    const { apiUrl, username, password } = JSON.parse(
      await start(process.execPath, [join("scripts", "start.mjs"), "--json", "--ephemeral", "--port", "0"]),
    );
    const authorization = `Basic ${Buffer.from(`${username}:${password}`).toString("base64")}`;
    const ours: Target = { url: `${apiUrl}/before-create-user`, authorization };
    const answer = await answerOf(ours);
    const port = await start(process.execPath, [join(__dirname, "constant-server.cjs"), answer]);
    const theirs: Target = { url: `http://127.0.0.1:${port}/`, authorization };
    return report(await load("npm start", ours, answer), await load("bare server", theirs, answer));
  } catch (error) {
    throw new Error(`${error instanceof Error ? error.message : error}\n${readFileSync(log, "utf8").slice(-LOG_SHOWN)}`);
  } finally {
    await Promise.all(children.map(ended));
    rmSync(folder, { recursive: true, force: true });
  }
}

interface Target {
  readonly url: string;
  readonly authorization: string;
}

/** In autocannon's form; latencies in milliseconds. */
interface Load {
  readonly requests: { readonly average: number };
  readonly latency: { readonly p50: number; readonly p97_5: number; readonly p99: number };
  readonly errors: number;
  readonly non2xx: number;
  readonly mismatches: number;
}

async function answerOf({ url, authorization }: Target): Promise<string> {
  const headers = { authorization, "content-type": "application/json" };
  const response = await fetch(url, { method: "POST", headers, body: JSON.stringify(request) });
  const answer = await response.text();
  if (response.status !== 200 || JSON.parse(answer).action !== "Continue") throw new Error(`${url} answered ${response.status} ${answer}`);
  return answer;
}

async function load(name: string, target: Target, answer: string): Promise<Load> {
  tellProgress(`throughput: ${name}, ${WARM_UP_S} s unmeasured, then ${MEASURED_S} s`);
  await fire(target, answer, WARM_UP_S);
  const result = await fire(target, answer, MEASURED_S);
  const { errors, non2xx, mismatches } = result;
  // Error pages are fast: a run with errors would measure nothing.
  if (errors + non2xx + mismatches > 0) {
    throw new Error(`${name}: ${errors} errors, ${non2xx} statuses other than 200, ${mismatches} other answers than ${answer}`);
  }
  return result;
}

async function fire({ url, authorization }: Target, answer: string, seconds: number): Promise<Load> {
  const autocannon = join(packageRoot, "node_modules", "autocannon", "autocannon.js");
  const how = ["--json", "--connections", `${CONNECTIONS}`, "--duration", `${seconds}`, "--expectBody", answer];
  const what = ["--method", "POST", "--headers", "content-type=application/json", "--body", JSON.stringify(request)];
  const { stdout } = await run(process.execPath, [autocannon, ...how, ...what, "--headers", `authorization=${authorization}`, url]);
  return JSON.parse(stdout) as Load;
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill("SIGTERM");
  await once(child, "exit");
}

function report(ours: Load, bare: Load): Report {
  const rows = [
    { name: "npm start", of: ours },
    { name: "bare node:http server", of: bare },
  ].map(({ name, of: { requests, latency } }) => [
    name,
    requests.average.toFixed(0),
    ...[latency.p50, latency.p97_5, latency.p99].map((ms) => (ms < 1 ? "<1" : ms.toFixed(0))),
    (requests.average / bare.requests.average).toFixed(3),
  ]);
  return {
    title: `Throughput: POST /before-create-user, ${CONNECTIONS} connections, ${MEASURED_S} s, Node ${process.version}`,
    tables: [[["", "answers a second", "p50 ms", "p97.5 ms", "p99 ms", "of the bare server"], ...rows]],
    notes: [
      "npm start: the whole local run, from gateway and authorizer through the bundled function to the embedded DynamoDB.",
      "bare node:http server: the same load on a server that answers the same text and does nothing else.",
      "This says what the local run can take. It says nothing of AWS, where every call gets a function of its own.",
    ],
  };
}
