// `workerData` contains the database's folder and the number of rows.

import { parentPort, workerData } from "node:worker_threads";
import { embeddedDatabase } from "../local/aws/dynamodb/embedded";
import { startConsole, startTables, type TestConsole } from "../test/console/support";
import { createKeyTable } from "../test/support/key-table";
import { listen } from "../test/support/listen";
import { putAll } from "./batch-write";
import { accountRows, waitingRun } from "./console-accounts";
import { consoleTables, countAll, decisionRows, listRows, requestRows } from "./console-rows";
import { benchClient, databaseServer, notWatched } from "./database";

async function start(path: string, size: number): Promise<TestConsole> {
  const endpoint = await listen(databaseServer(embeddedDatabase(path)));
  const client = benchClient(endpoint);
  const tableName = "access-list-test";
  await createKeyTable(client, tableName, "accessList");
  const testConsole = await startConsole({}, await startTables({ ...notWatched, endpoint, client, tableName }));
  await putAll(client, testConsole.database.tableName, listRows(size));
  await putAll(client, consoleTables.decisions, await decisionRows(testConsole, size));
  await putAll(client, consoleTables.approvals, await requestRows(testConsole, size));
  await putAll(client, consoleTables.accounts, accountRows(size));
  await waitingRun(testConsole);
  await countAll(testConsole, size);
  return testConsole;
}

const { path, size } = workerData as { readonly path: string; readonly size: number };
void start(path, size).then((testConsole) => parentPort?.postMessage(testConsole.database.endpoint));
