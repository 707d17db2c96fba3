// `workerData` contains the numbers of decisions and requests, the access list's table, and a session.

import { parentPort, workerData } from "node:worker_threads";
import { type Item, toItem } from "../adapters/tables/item";
import { groupBy } from "../engine/collections";
import { referenceFor } from "../engine/sign-up/call";
import type { DecisionRecord } from "../engine/sign-up/record";
import { MS_PER_DAY, MS_PER_HOUR } from "../engine/sign-up/time";
import { addIndexes } from "../features/access-list/store/list-indexes";
import { countedAt } from "../features/counts/counts";
import { countStore } from "../features/counts/store/counts";
import { domainCountStore } from "../features/counts/store/domain-counts";
import { embeddedDatabase } from "../local/aws/dynamodb/embedded";
import { madeUpDecisions } from "../scripts/made-up-decisions";
import { asked, startConsole, startTables, type TestConsole } from "../test/console/support";
import { createKeyTable } from "../test/support/key-table";
import { listen } from "../test/support/listen";
import { putAll } from "./batch-write";
import { consoleTables } from "./console-rows";
import { benchClient, databaseServer, notWatched } from "./database";

const KEPT_DAYS = 90;
/** Number of days that the generated decisions are spread over. So many days give more decisions than a benchmark needs. */
const DAYS = 30;
/** One in this many requests is decided. */
const DECIDED = 3;

const list = [
  { entry: "contoso.com", effect: "allow" },
  { entry: "*.contoso.com", effect: "allow", note: "All of EMEA" },
  { entry: "fabrikam.com", effect: "allow" },
  { entry: "northwind.example", effect: "allow", note: "Partner since May" },
  { entry: "blocked@contoso.com", effect: "deny", note: "Left the company" },
  { entry: "issuer:facebook.com", effect: "deny" },
];

export interface PagesSize {
  readonly decisions: number;
  readonly requests: number;
}

interface Filling extends PagesSize {
  readonly tableName: string;
  readonly session: { readonly id: string; readonly expires: number };
}

async function start({ decisions, requests, tableName, session }: Filling): Promise<string> {
  const endpoint = await listen(databaseServer(embeddedDatabase()));
  const client = benchClient(endpoint);
  await createKeyTable(client, tableName, "accessList");
  const started = await startConsole({}, await startTables({ ...notWatched, endpoint, client, tableName }));
  const rows = list.map((row) => addIndexes(toItem(row)));
  await putAll(client, tableName, rows);
  await putAll(client, consoleTables.ledger, [toItem(session)]);
  await decide(started, madeUpDecisions(new Date(), DAYS).slice(0, decisions));
  await ask(started, requests);
  return endpoint;
}

/** Counts the decisions as the workers do. */
async function decide({ world, database }: TestConsole, records: readonly DecisionRecord[]): Promise<void> {
  const { client } = database;
  const expires = (at: string) => Math.floor(Date.parse(at) / 1_000) + KEPT_DAYS * 86_400;
  const counts = countStore(client, consoleTables.ledger);
  await counts.begin(new Date(Date.now() - DAYS * MS_PER_DAY));
  for (const record of records) await world.decisions.keep(record, KEPT_DAYS);
  const streamed = records.map((record) => ({ sequenceNumber: record.id, record }));
  for (const some of groupBy(streamed, ({ record }) => JSON.stringify(countedAt(record))).values()) {
    const [{ record }] = some as [(typeof streamed)[number]];
    await counts.add(countedAt(record), some, expires(record.at));
  }
  await domainCountStore(client, consoleTables.ledger).add(streamed, expires);
}

/** The store writes the first request. Its copies are dated one hour apart, the last copy earliest. */
async function ask(started: TestConsole, count: number): Promise<void> {
  const { client } = started.database;
  await asked(started, "person0@tailspin.example");
  const { Items } = await client.call<{ Items: readonly [Item] }>("Scan", { TableName: consoleTables.approvals });
  const copies = Array.from({ length: count - 1 }, (_, index) => {
    const id = `${index}`.padStart(22, "x");
    const at = new Date(Date.now() - (index + 1) * MS_PER_HOUR).toISOString();
    const email = `person${index + 1}@${index % 2 === 0 ? "tailspin" : `company${index % 20}`}.example`;
    const state = index % DECIDED === 0 ? "provisioned" : "pending";
    return {
      ...Items[0],
      ...toItem({ id, email, state, changedAt: at, requestedAt: at, personId: `person-${id}`, reference: referenceFor(id) }),
    };
  });
  await putAll(client, consoleTables.approvals, copies);
}

void start(workerData as Filling).then((endpoint) => parentPort?.postMessage(endpoint));
