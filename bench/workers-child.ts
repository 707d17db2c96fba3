// Arguments: the folder of a checkout, a reader of streams, the number of changes. Prints the reader's processor time in seconds, and its
// calls of DynamoDB.

import { join } from "node:path";
import type { DynamoDBRecord } from "aws-lambda";
import type { StreamReader } from "../engine/work";

// Only suites have Vitest's global `vi.fn`, which tests' shared modules call.
Object.assign(globalThis, { vi: { fn: () => async () => undefined } });

const [root = "", reader = "", size = "0"] = process.argv.slice(2);
const US_PER_S = 1_000_000;
const DOMAINS = 200;
const PEOPLE = 5_000;
/** The largest delivery that the stack asks for. */
const batches: Partial<Readonly<Record<StreamReader, number>>> = { "decision-counter": 1_000 };
const BATCH = 100;

const load = async <M>(path: string) => (await import(join(root, path))) as M;

async function measure(): Promise<void> {
  const { placeFor, rowKinds } = await load<typeof import("../test/handlers/stream-readers")>("test/handlers/stream-readers");
  const { toItem } = await load<typeof import("../adapters/tables/item")>("adapters/tables/item");
  const isOfDecisions = reader.startsWith("decision-");
  const kind = rowKinds.find(({ name }) => name === (isOfDecisions ? "decision" : "address of the list"));
  if (kind === undefined) throw new Error("There are no such rows.");
  const { world, handler, changes } = await placeFor(reader as StreamReader);
  const records: DynamoDBRecord[] = [];
  for (let index = 0; index < Number(size); index++) {
    const email = `p${index % PEOPLE}@company${index % DOMAINS}.example`;
    const row = isOfDecisions ? { ...kind.row(index), gate: "default", email, personId: `person-${index % PEOPLE}` } : kind.row(index);
    await world.tables.call("PutItem", { TableName: kind.table, Item: toItem(row as Parameters<typeof toItem>[0]) });
    records.push(...changes());
  }
  const calls = countCalls(world.tables);
  const batch = batches[reader as StreamReader] ?? BATCH;
  const before = process.cpuUsage();
  for (let start = 0; start < records.length; start += batch) {
    const { batchItemFailures } = await handler({ Records: records.slice(start, start + batch) });
    if (batchItemFailures.length > 0) throw new Error(`The ${reader} left changes unhandled.`);
  }
  const { user, system } = process.cpuUsage(before);
  process.stdout.write(`${JSON.stringify({ cpuSeconds: (user + system) / US_PER_S, calls: calls() })}\n`);
}

function countCalls(tables: { call: (...args: never[]) => unknown }): () => number {
  const { call } = tables;
  let count = 0;
  tables.call = (...args) => {
    count += 1;
    return call(...args);
  };
  return () => count;
}

measure().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
