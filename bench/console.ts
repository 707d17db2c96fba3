import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import database, { type Store } from "dynalite/db/index.js";
import { countStore } from "../adapters/tables/counts";
import { type Item, toItem } from "../adapters/tables/item";
import { indexed } from "../adapters/tables/list-indexes";
import { decisionCounts } from "../engine/sign-up/counts";
import { DEFAULT_GATE } from "../engine/sign-up/gate";
import { MS_PER_DAY } from "../engine/sign-up/time";
import type { TestConsole } from "../test/console/support";
import { loadRaw } from "./load-raw";
import { median, quantile, type Report, tellProgress } from "./report";

const DEFAULT_ROWS = 1_000_000;
const LOADS = 20;
const WARM_UP = 5;
const DAYS = 30;
/** Rows of a full page. */
const SHOWN = 100;
const MS_PER_HOUR = 3_600_000;
const DECISIONS_TABLE = "decisions-test";
const LEDGER_TABLE = "ledger-test";

/** A page, and how to get to it: the address, or the links to follow from there. */
interface MeasuredPage {
  readonly name: string;
  readonly path: string;
  /** How often "Next page" is followed first, if there is one. */
  readonly next?: number;
}

const pages: readonly MeasuredPage[] = [
  { name: "access list, first page", path: "/access-list" },
  { name: "access list, tenth page", path: "/access-list", next: 9 },
  { name: "access list, a beginning", path: "/access-list?q=person" },
  { name: "access list, a beginning, second page", path: "/access-list?q=person", next: 1 },
  { name: "access list, a whole entry", path: "/access-list?q=person7@company7.example" },
  { name: "access list, a word of many notes", path: "/access-list?note=buyer" },
  { name: "access list, what ends within 30 days", path: "/access-list?ends=30" },
  { name: "access list, what has a problem", path: "/access-list?problem=1" },
  { name: "one entry", path: "/access-list/entry?key=person7%40company7.example" },
  { name: "what would happen to somebody", path: "/access-list/check?email=person7%40company7.example" },
  { name: "decisions, first page", path: "/decisions" },
  { name: "decisions, tenth page", path: "/decisions", next: 9 },
  { name: "decisions of an address", path: "/decisions?email=person7%40company7.example" },
  { name: "decisions of a domain that nobody has", path: "/decisions?domain=nobody.example" },
  { name: "one decision", path: "/decisions/K7QD-9MXD" },
  { name: "a person", path: "/people?email=person7%40company7.example" },
  { name: "overview", path: "/" },
];

/** The console's pages over few rows and decisions and over many, side by side. A list of 100 rows is read whole, longer ones by their indexes. */
export async function consolePages(size = DEFAULT_ROWS): Promise<Report> {
  const folder = mkdtempSync(join(tmpdir(), "gatehouse-bench-"));
  const sizes = [100, 1_000, size];
  try {
    const consoles: TestConsole[] = [];
    for (const [index, each] of sizes.entries()) consoles.push(await consoleOver(join(folder, String(index)), each));
    const rows: (readonly string[])[] = [];
    for (const page of pages) {
      tellProgress(`console: ${page.name}`);
      const times = await timesOf(consoles, page);
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
        "Pages and embedded DynamoDBs share one process: queries side by side cost it the work of each, and DynamoDB's partitions nothing.",
      ],
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const ms = (time: number) => time.toFixed(1);

/** A console over a database on disk. */
async function consoleOver(path: string, size: number): Promise<TestConsole> {
  // What stands in for others in tests is jest's.
  Object.assign(globalThis, { jest: { fn: () => async () => undefined } });
  const { startConsole } = await import("../test/console/support");
  const { create } = database;
  let store: Store | undefined;
  database.create = (options) => {
    store = create({ ...options, path });
    return store;
  };
  const started = await startConsole().finally(() => {
    database.create = create;
  });
  tellProgress(`console: loading ${size} rows and decisions`);
  await loadRaw(store as Store, started.database.tableName, listRows(size));
  await loadRaw(store as Store, DECISIONS_TABLE, await decisionRows(started, size));
  await count(started, size);
  return started;
}

function* listRows(size: number): Generator<Item> {
  for (let index = 0; index < size; index++) {
    const row = {
      entry: `person${index}@company${index % 5_000}.example`,
      effect: index % 7 === 0 ? "deny" : "allow",
      note: "agreed with the buyer team",
    };
    // Few rows of a long list, and a page full of them in the shortest.
    const isNamed = (every: number) => index < SHOWN || index % every === 0;
    const ends = isNamed(20) && { expiresAt: new Date(Date.now() + (1 + (index % 25)) * MS_PER_DAY).toISOString().slice(0, 10) };
    yield indexed(
      toItem({ ...row, ...ends, ...(isNamed(50) && { effect: "alow", problem: "effect is neither allow nor deny: it denies" }) }),
    );
  }
}

/** One that the store itself has written, again and again: with another code, time and person. */
async function decisionRows({ world, database }: TestConsole, size: number): Promise<Iterable<Item>> {
  const { record } = await import("../test/console/support");
  await world.decisions.keep(record({ email: "person7@company7.example" }), DAYS);
  const { Items } = await database.client.call<{ Items: readonly [Item] }>("Scan", { TableName: DECISIONS_TABLE });
  const [kept] = Items;
  const now = Date.now();
  return (function* () {
    for (let index = 1; index < size; index++) {
      const at = new Date(now - (index / size) * DAYS * MS_PER_DAY).toISOString();
      const person = index % 50_000;
      const email = `person${person}@company${person % 5_000}.example`;
      const key = index.toString(36).toUpperCase().padStart(8, "2");
      yield {
        ...kept,
        ...toItem({ reference: `${key.slice(0, 4)}-${key.slice(4)}`, id: `id-${key}`, at, day: at.slice(0, 10), email, mailbox: email }),
      };
    }
  })();
}

/** As the worker has counted them, hour by hour. */
async function count({ database }: TestConsole, size: number): Promise<void> {
  const { record } = await import("../test/console/support");
  const counts = countStore(database.client, LEDGER_TABLE);
  const one = decisionCounts([record({ email: "person7@company7.example" })]);
  const each = Object.fromEntries(Object.entries(one).map(([name, amount]) => [name, Math.ceil((amount * size) / (DAYS * 24))]));
  const now = Date.now();
  await counts.begin(new Date(now - DAYS * MS_PER_DAY));
  for (let hour = 0; hour < DAYS * 24; hour++) {
    const place = { hour: new Date(now - hour * MS_PER_HOUR).toISOString().slice(0, 13), gate: DEFAULT_GATE };
    await counts.add(place, each, String(hour), Math.floor((now + DAYS * MS_PER_DAY) / 1_000));
  }
}

/** The times of a page at each console, a load of each in turn. */
async function timesOf(consoles: readonly TestConsole[], { path, next = 0 }: MeasuredPage): Promise<readonly (readonly number[])[]> {
  const addresses = await Promise.all(
    consoles.map(async (each) => {
      let address = path;
      for (let page = 0; page < next; page++) {
        address = /href="([^"]+)" rel="next"/.exec(await htmlOf(each, address))?.[1]?.replaceAll("&amp;", "&") ?? address;
      }
      return address;
    }),
  );
  const times = consoles.map((): number[] => []);
  for (let load = 0; load < WARM_UP + LOADS; load++) {
    for (const [index, each] of consoles.entries()) {
      const begun = performance.now();
      await htmlOf(each, addresses[index] ?? path);
      if (load >= WARM_UP) times[index]?.push(performance.now() - begun);
    }
  }
  return times;
}

async function htmlOf(started: TestConsole, address: string): Promise<string> {
  const response = await started.get(address, "Administrator");
  const html = await response.text();
  if (response.status !== 200) throw new Error(`${address} answered ${response.status}.`);
  return html;
}
