import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { packageRoot } from "../lib/app-root";
import { compareMedians, type Report, tellProgress } from "./report";
import { type Started, startCheckout, treeMemory } from "./started";

const DEFAULT_ROUNDS = 3;
const SETTLED_MS = 60_000;
const SIGN_UPS = 20;
const PAGES = ["/", "/decisions", "/access-list", "/approvals", "/audit"];

const figures = ["MiB after a minute", "MiB after use", "ms to ready", "ms of the first sign-up", "ms of the first page"] as const;
type Figures = Readonly<Record<(typeof figures)[number], number>>;

/** Measures `npm start`: memory of the server and what it starts, without npm, and waits. @param rounds starts of each checkout */
export async function startTimes(rounds = DEFAULT_ROUNDS, older?: string): Promise<Report> {
  const roots = older === undefined ? [packageRoot] : [packageRoot, older];
  const measured = roots.map((): Figures[] => []);
  // The first start of a checkout builds what later ones use.
  for (const root of roots) await withCheckout(root, () => Promise.resolve());
  for (let round = 0; round < rounds; round += 1) {
    tellProgress(`start: round ${round + 1} of ${rounds}`);
    for (const [index, root] of roots.entries()) measured[index]?.push(await withCheckout(root, measureStart));
  }
  const rows = figures.map((figure) => [figure, measured.map((each) => each.map((one) => one[figure]))] as const);
  return {
    title: `Start: npm start, ${rounds} rounds, Node ${process.version}`,
    tables: [compareMedians(rows, 0)],
    notes: [
      "Medians. Memory is that of all processes, without npm and without a forced collection.",
      `Use: ${SIGN_UPS} sign-ups and ${PAGES.length} pages.`,
    ],
  };
}

async function withCheckout<T>(root: string, use: (started: Started) => Promise<T>): Promise<T> {
  const data = mkdtempSync(join(tmpdir(), "gatehouse-bench-"));
  const started = await startCheckout(root, data);
  try {
    return await use(started);
  } finally {
    await started.end();
    rmSync(data, { recursive: true, force: true });
  }
}

async function measureStart(started: Started): Promise<Figures> {
  await sleep(SETTLED_MS);
  const settled = treeMemory(started.pid);
  const [firstSignUp = Number.NaN] = await signUpMany(started);
  const [firstPage = Number.NaN] = await visitPages(started);
  return {
    "MiB after a minute": settled,
    "MiB after use": treeMemory(started.pid),
    "ms to ready": started.readyMs,
    "ms of the first sign-up": firstSignUp,
    "ms of the first page": firstPage,
  };
}

async function takeTime(use: () => Promise<Response>): Promise<number> {
  const begunAt = performance.now();
  const response = await use();
  await response.text();
  if (response.status !== 200) throw new Error(`${response.url} answers with ${response.status}.`);
  return performance.now() - begunAt;
}

async function signUpMany({ apiUrl, username, password }: Started): Promise<readonly number[]> {
  const headers = { authorization: `Basic ${btoa(`${username}:${password}`)}`, "content-type": "application/json" };
  const times: number[] = [];
  for (let index = 0; index < SIGN_UPS; index += 1) {
    const body = JSON.stringify({ email: `person${index}@company${index}.example` });
    times.push(await takeTime(() => fetch(`${apiUrl}/before-create-user`, { method: "POST", headers, body })));
  }
  return times;
}

async function visitPages({ consoleUrl }: Started): Promise<readonly number[]> {
  const cookies = new Map<string, string>();
  const visit = async (url: URL): Promise<Response> => {
    const cookie = [...cookies].map((each) => each.join("=")).join("; ");
    const response = await fetch(url, { redirect: "manual", headers: { cookie } });
    for (const each of response.headers.getSetCookie()) {
      const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(each) ?? [];
      cookies.set(name, value);
    }
    const location = response.headers.get("location");
    return location === null ? response : await visit(new URL(location, url));
  };
  const times: number[] = [];
  for (const page of PAGES) {
    const url = new URL(consoleUrl);
    url.pathname = page;
    times.push(await takeTime(() => visit(url)));
  }
  return times;
}
