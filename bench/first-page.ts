import { request } from "node:http";
import { decisionStore } from "../features/decisions/store/decisions";
import { madeUpDecisions } from "../scripts/made-up-decisions";
import { startGate } from "../test/support/gate";
import { median, quantile, type Report, tellProgress } from "./report";

const RUNS = 50;
const KEPT_DAYS = 90;

interface Load {
  readonly firstByteMs: number;
  readonly bytes: number;
  readonly status: number;
  readonly location: string | undefined;
  readonly cookies: readonly string[];
  readonly body: string;
}

/** Sends one request on its own connection. The bytes include headers. */
function load(url: string, cookie = "", form?: string): Promise<Load> {
  return new Promise((resolve, reject) => {
    const started = performance.now();
    const headers = { cookie, ...(form !== undefined && { "content-type": "application/x-www-form-urlencoded" }) };
    const sent = request(url, { method: form === undefined ? "GET" : "POST", headers, agent: false }, (response) => {
      const firstByteMs = performance.now() - started;
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("error", reject);
      response.on("end", () => {
        const head = response.rawHeaders.reduce((sum, each) => sum + each.length + 2, 0);
        resolve({
          firstByteMs,
          bytes: head + chunks.reduce((sum, chunk) => sum + chunk.length, 0),
          status: response.statusCode ?? 0,
          location: response.headers.location,
          cookies: (response.headers["set-cookie"] ?? []).map((each) => each.split(";")[0] ?? ""),
          body: Buffer.concat(chunks).toString("utf8"),
        });
      });
    });
    sent.on("error", reject).end(form);
  });
}

/** Follows the local provider's pages as a browser does; resolves to the cookies of the start and of the session. */
async function signIn(consoleUrl: string): Promise<string> {
  const jar = new Map<string, string>();
  let [url, form]: [string, string | undefined] = [consoleUrl, undefined];
  for (let hops = 0; hops < 12; hops++) {
    const { status, location, cookies, body } = await load(url, [...jar].map((pair) => pair.join("=")).join("; "), form);
    for (const each of cookies) jar.set(each.slice(0, each.indexOf("=")), each.slice(each.indexOf("=") + 1));
    if (status === 200 && url === new URL("/", consoleUrl).href) return [...jar].map((pair) => pair.join("=")).join("; ");
    form = status === 200 && body.includes('name="person"') ? "person=administrator" : undefined;
    if (form === undefined) url = new URL(location ?? "", url).href;
  }
  throw new Error("Signing in at the console led nowhere.");
}

/** Paths of the files that a page loads. */
function partsOf(url: string, body: string): readonly string[] {
  return [...body.matchAll(/<(?:link|script)[^>]+(?:href|src)="([^"]+)"/g)].map(([, path]) => new URL(path ?? "", url).href);
}

async function measured(name: string, url: string, cookie: string): Promise<readonly string[]> {
  const first = await load(url, cookie);
  if (first.status !== 200) throw new Error(`${url} answered ${first.status}.`);
  const parts = await Promise.all(partsOf(url, first.body).map((part) => load(part, cookie)));
  const again: number[] = [];
  for (let runs = 0; runs < RUNS; runs++) again.push((await load(url, cookie)).firstByteMs);
  const total = parts.reduce((sum, { bytes }) => sum + bytes, first.bytes);
  return [name, first.firstByteMs, median(again), quantile(again, 0.95)]
    .map((each) => (typeof each === "number" ? each.toFixed(1) : each))
    .concat(String(first.bytes), String(total), String(1 + parts.length));
}

/** Measures the time to first byte, and the bytes, of the first pages of `npm start`. */
export async function firstPage(): Promise<Report> {
  tellProgress("first-page: npm start");
  const gate = await startGate();
  try {
    const { consoleUrl, simulatorUrl, tables } = gate.info;
    const decisions = decisionStore(gate.database, tables.decisions);
    for (const record of madeUpDecisions(new Date())) await decisions.keep(record, KEPT_DAYS);
    const cookie = await signIn(consoleUrl);
    const rows = [
      await measured("simulator, start page", new URL("/", simulatorUrl).href, cookie),
      await measured("console, inbox", new URL("/", consoleUrl).href, cookie),
    ];
    const heading = ["", "first ms", "p50 ms", "p95 ms", "page bytes", "total bytes", "requests"];
    return {
      title: `First page: time to first byte, ${RUNS} loads after the first, Node ${process.version}`,
      tables: [[heading, ...rows]],
      notes: [
        "first: the first load after the start. p50, p95: of those after it. Each on a connection of its own.",
        "total: with style, script and icon, uncompressed, headers included. They are kept by the browser, the page is not.",
        "The inbox reads two weeks of made-up decisions, some 400, from the embedded DynamoDB at each load.",
      ],
    };
  } finally {
    await gate.stop();
  }
}
