import { createHash } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { AwsClient } from "../adapters/aws/client";
import { toItem } from "../adapters/tables/item";
import { accessListStore } from "../features/access-list/store/access-list";
import { indexed } from "../features/access-list/store/list-indexes";
import { hygieneHandler } from "../features/access-list/worker";
import { type MemoryChange, memoryTables } from "../test/memory/tables";
import { createKeyTable } from "../test/support/key-table";
import { type Report, tellProgress } from "./report";

const IMPORTED = 20_000;
const TYPED = 200;
const CALL_MS = 30;
/** The capacity of a new table on demand. */
const WRITES_A_SECOND = 4_000;
const SHARDS = 4;
const BATCH = 100;

/** Measures how long typed rows wait for hygiene behind an import. @param size rows of the import */
export async function hygiene(size = IMPORTED): Promise<Report> {
  const changes: MemoryChange[] = [];
  const memory = memoryTables((change) => changes.push(change));
  await createKeyTable(memory, "list", "accessList");
  await createKeyTable(memory, "ledger", "ledger");
  for (let index = 0; index < size; index++) {
    const entry = `${createHash("sha256").update(String(index)).digest("hex").slice(0, 12)}.example`;
    await memory.call("PutItem", { TableName: "list", Item: indexed(toItem({ entry, effect: "allow" })) });
  }
  for (let index = 0; index < TYPED; index++) {
    const entry = `@Typed${index}.Example `;
    await memory.call("PutItem", { TableName: "list", Item: toItem({ entry, effect: index % 2 ? "allow" : "deny" }) });
  }
  const waiting = [...changes];
  const slow = slowed(memory);
  const handler = hygieneHandler({
    settings: { ACCESS_LIST_TABLE: "list", LEDGER_TABLE: "ledger" },
    tables: slow.client,
    clock: { now: Date.now, startTimer: () => () => undefined },
    log: { info: () => undefined, warn: console.error, error: console.error, count: () => undefined },
  } as never);
  tellProgress(`hygiene: ${TYPED} rows behind ${size}`);
  const started = performance.now();
  let runs = 0;
  async function read(shard: number): Promise<void> {
    const own = waiting.filter((_, index) => index % SHARDS === shard);
    for (let start = 0; start < own.length; start += BATCH) {
      const Records = own.slice(start, start + BATCH).map(({ keys, after }, index) => ({
        dynamodb: { Keys: keys, NewImage: after, SequenceNumber: String(start + index) },
      }));
      const { batchItemFailures } = await handler({ Records } as never);
      if (batchItemFailures.length > 0) throw new Error("Hygiene failed.");
      runs += 1;
    }
  }
  await Promise.all(Array.from({ length: SHARDS }, (_, shard) => read(shard)));
  const seconds = (performance.now() - started) / 1_000;
  const { rows } = await accessListStore(memory, "list").inOrder("entry", { prefix: "typed", perShard: TYPED });
  if (rows.length !== TYPED) throw new Error(`${rows.length} of ${TYPED} are listed.`);
  return {
    title: `Hygiene: ${TYPED} rows that somebody typed, behind an import of ${size} allowed domains`,
    tables: [
      [
        ["", "figure"],
        ["all of them are tidied and listed after", `${seconds.toFixed(1)} s`],
        ["calls of DynamoDB", String(slow.calls())],
        ["runs of the worker", String(runs)],
      ],
    ],
    notes: [`Tables in memory: a call takes ${CALL_MS} ms, a table ${WRITES_A_SECOND} writes a second; the stream has ${SHARDS} shards.`],
  };
}

function slowed(tables: AwsClient) {
  let calls = 0;
  let free = 0;
  const client: AwsClient = {
    warm: tables.warm,
    async call(operation, input: { readonly Statements?: readonly unknown[] }, signal) {
      calls += 1;
      const now = performance.now();
      const writes = /^(Put|Update|Delete)/.test(operation) ? 1 : (input.Statements?.length ?? 0);
      free = Math.max(free, now) + (writes * 1_000) / WRITES_A_SECOND;
      await sleep(CALL_MS + (writes > 0 ? free - now : 0), undefined, { signal });
      return await tables.call(operation, input, signal);
    },
  };
  return { client, calls: () => calls };
}
