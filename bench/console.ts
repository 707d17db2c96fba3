import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Policy } from "../engine/sign-up/policy";
import { expiry } from "../features/expiry/rule";
import { startConsole, type TestConsole } from "../test/console/support";
import { DOMAIN_OF_MANY } from "./console-rows";
import { benchClient, type DatabaseThread, notWatched, startDatabase } from "./database";
import { median, quantile, type Report, tellProgress } from "./report";

const DEFAULT_ROWS = 1_000_000;
const LOADS = 60;
const WARM_UP = 5;

/** The page is at `path`, or is reached from there by `next` links. */
interface MeasuredPage {
  readonly name: string;
  readonly path: string;
  /** Number of "Next page" links to follow before the measurement. If a page has no such link, that page is measured. */
  readonly next?: number;
  /** The address of a visitor who may decide requests but is no operator. @default the visitor is an administrator */
  readonly decider?: string;
}

const pages: readonly MeasuredPage[] = [
  { name: "access list, first page", path: "/access-list" },
  { name: "access list, tenth page", path: "/access-list", next: 9 },
  { name: "access list, a beginning", path: "/access-list?q=person" },
  { name: "access list, a beginning, second page", path: "/access-list?q=person", next: 1 },
  { name: "access list, a whole entry", path: "/access-list?q=person7@company7.example" },
  { name: "access list, a word of many notes", path: "/access-list?note=buyer" },
  { name: "access list, with entries by incidents", path: "/access-list?marked=yes" },
  { name: "access list, what ends within 30 days", path: "/access-list?ends=30" },
  { name: "access list, what has a problem", path: "/access-list?problem=1" },
  { name: "one entry", path: "/access-list?open=person7%40company7.example" },
  { name: "decisions, first page", path: "/decisions" },
  { name: "decisions, a week by the day", path: "/decisions?last=7d" },
  { name: "decisions, one open beside", path: "/decisions?last=7d&open=K7QD-9MXD" },
  { name: "decisions, tenth page", path: "/decisions?last=30d", next: 9 },
  { name: "decisions of an address", path: "/decisions?q=person7%40company7.example" },
  { name: "decisions of a domain", path: "/decisions?domain=company7.example" },
  { name: "decisions of a domain of many", path: `/decisions?domain=${DOMAIN_OF_MANY}` },
  { name: "decisions of a domain that nobody has", path: "/decisions?domain=nobody.example" },
  { name: "decisions for a reason that no decision has", path: "/decisions?reason=none" },
  { name: "a domain", path: "/domains/company7.example" },
  { name: "a domain of many", path: `/domains/${DOMAIN_OF_MANY}` },
  { name: "one decision", path: "/decisions/K7QD-9MXD" },
  { name: "a person", path: "/people?email=person7%40company7.example" },
  { name: "people, invited", path: "/people?life=invited" },
  { name: "people, in", path: "/people?life=in" },
  { name: "people, in, tenth page", path: "/people?life=in", next: 9 },
  { name: "people, whose access ends", path: "/people?life=ending" },
  { name: "people, whose access ended", path: "/people?life=ended" },
  { name: "people, one open beside", path: "/people?open=person7%40company7.example" },
  { name: "people, a run that waits", path: "/people/ending-run" },
  { name: "guests of a sponsor", path: "/asked", decider: "sponsor7@contoso.com" },
  { name: "invitations", path: "/people/invite" },
  { name: "approvals", path: "/approvals" },
  { name: "approvals, the oldest first", path: "/approvals?sort=oldest" },
  { name: "approvals, those of a domain", path: "/approvals?domain=company7.example" },
  { name: "approvals, what was decided", path: "/approvals?view=decided" },
  { name: "approvals, read again", path: "/approvals/live" },
  { name: "inbox", path: "/" },
];

/** Compares few rows with many. The pages read a list of 100 rows entirely, and a longer list by its indexes. */
export async function consolePages(size = DEFAULT_ROWS): Promise<Report> {
  const folder = mkdtempSync(join(tmpdir(), "gatehouse-bench-"));
  const sizes = [100, 1_000, size];
  const databases: DatabaseThread[] = [];
  try {
    const consoles: TestConsole[] = [];
    for (const [index, each] of sizes.entries()) {
      tellProgress(`console: loading ${each} rows and decisions`);
      const database = await startDatabase("console-worker.ts", { path: join(folder, String(index)), size: each });
      databases.push(database);
      consoles.push(await consoleOver(database.endpoint));
    }
    const rows: (readonly string[])[] = [];
    for (const page of pages) {
      tellProgress(`console: ${page.name}`);
      const times = await measureTimes(consoles, page);
      const p95 = times.map((each) => quantile(each, 0.95));
      const ratios = p95.slice(0, -1).map((each) => ((p95.at(-1) ?? Number.NaN) / each).toFixed(2));
      rows.push([page.name, ...times.map((each) => ms(median(each))), ...p95.map(ms), ...ratios]);
    }
    const counts = sizes.map((each) => each.toLocaleString("en"));
    const [few, some] = counts;
    const heading = ["", ...counts.map((count) => `p50 ${count}`), ...counts.map((count) => `p95 ${count}`), `to ${few}`, `to ${some}`];
    return {
      title: `Console: pages over so many rows of the list and so many decisions, ${LOADS} loads of each in turn, in ms, Node ${process.version}`,
      tables: [[heading, ...rows]],
      notes: [
        "to 100, to 1,000: the last p95 over that one.",
        "Each embedded DynamoDB is one thread: queries side by side cost it the work of each, and DynamoDB's partitions nothing.",
      ],
    };
  } finally {
    for (const database of databases) await database.end();
    rmSync(folder, { recursive: true, force: true });
  }
}

const ms = (time: number) => time.toFixed(1);

async function consoleOver(endpoint: string): Promise<TestConsole> {
  const testConsole = await startConsole({}, { ...notWatched, endpoint, client: benchClient(endpoint), tableName: "access-list-test" });
  const { policiesAt } = testConsole.world;
  // The shipped policy has no rule by which access ends.
  const withAccess = (policy: Policy): Policy =>
    policy.step === "before-create-user" ? { ...policy, rules: [...policy.rules, expiry({ lasts: "180d" })] } : policy;
  Object.assign(testConsole.world, { policiesAt: (gate: string) => policiesAt(gate).map(withAccess) });
  return testConsole;
}

/** The consoles take turns. */
async function measureTimes(
  consoles: readonly TestConsole[],
  { path, next = 0, decider }: MeasuredPage,
): Promise<readonly (readonly number[])[]> {
  const addresses = await Promise.all(
    consoles.map(async (each) => {
      let address = path;
      for (let page = 0; page < next; page++) {
        address = /href="([^"]+)" rel="next"/.exec(await fetchHtml(each, address, decider))?.[1]?.replaceAll("&amp;", "&") ?? address;
      }
      return address;
    }),
  );
  const times = consoles.map((): number[] => []);
  for (let load = 0; load < WARM_UP + LOADS; load++) {
    for (const [index, each] of consoles.entries()) {
      const startTime = performance.now();
      await fetchHtml(each, addresses[index] ?? path, decider);
      if (load >= WARM_UP) times[index]?.push(performance.now() - startTime);
    }
  }
  return times;
}

async function fetchHtml(testConsole: TestConsole, address: string, decider: string | undefined): Promise<string> {
  const response =
    decider === undefined
      ? await testConsole.get(address, "Administrator")
      : await testConsole.get(address, undefined, { Cookie: await testConsole.cookie("Decider", { userNames: [decider] }) });
  const html = await response.text();
  if (response.status !== 200) throw new Error(`${address} answered ${response.status}.`);
  return html;
}
