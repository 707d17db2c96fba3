import type { AwsClient } from "../../../../adapters/aws/client";
import { toItem } from "../../../../adapters/tables/item";
import { changeSetStore } from "../../../../features/access-list/store/change-sets";
import { givenRows } from "../../../../features/access-list/store/parts";
import type { PhasedRow } from "../../../../features/access-list/store/row-changes";
import { writeJob } from "../../../../features/access-list/store/run";
import { startDynamoDb, type TestDynamoDb } from "../../../support/dynamodb";
import { createKeyTable } from "../../../support/key-table";

let database: TestDynamoDb;
beforeAll(async () => {
  database = await startDynamoDb();
  await createKeyTable(database.client, "changes", "listChanges");
});
afterAll(() => database.close());

const rowsOf = (phase: PhasedRow["phase"], count: number): readonly PhasedRow[] =>
  Array.from({ length: count }, (_, index) => {
    const entry = `${phase.replace(" ", "-")}-${index}.example`;
    return { entry, phase, after: toItem({ entry, effect: phase.startsWith("allows") ? "allow" : "deny" }) };
  });

/** Writes rows as a job, and calls `begin` for each batch: the phase of its rows, and how many batches are in progress. */
async function write(rows: readonly PhasedRow[], begin: (phase: string, open: number, size: number) => void) {
  let open = 0;
  const call: AwsClient["call"] = async (operation, input, signal) => {
    const { Statements } = input as { readonly Statements: readonly { readonly Parameters: readonly [{ readonly S: string }] }[] };
    const phases = new Set(Statements.map(({ Parameters: [entry] }) => entry.S.replace(/-\d+\.example$/, "")));
    expect(phases.size).toBe(1);
    open += 1;
    try {
      begin([...phases].join(), open, Statements.length);
      return await database.client.call(operation, input, signal);
    } finally {
      open -= 1;
    }
  };
  const changes = changeSetStore(database.client, "changes");
  const ports = { changes, client: { ...database.client, call }, list: database.tableName };
  const draft = { by: "kim", means: "list import", added: rows.length, changed: 0, removed: 0, writes: rows.length } as const;
  const error = await writeJob(ports, draft, givenRows(rows), new Date(), {}).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  const [set] = (await changes.page(undefined, 1)).sets;
  return { error, open, state: set?.state };
}

it("ends each phase before the next, in batches that are full but for the last", async () => {
  const batches: (readonly [string, number])[] = [];
  const rows = [...rowsOf("denies in", 60), ...rowsOf("allows in", 3), ...rowsOf("denies out", 25)];
  const ended = await write(rows, (phase, open, size) => {
    if (batches.at(-1)?.[0] !== phase) expect(open).toBe(1);
    batches.push([phase, size]);
  });
  expect(ended).toEqual({ error: undefined, open: 0, state: "done" });
  expect(batches).toEqual([
    ["denies-in", 25],
    ["denies-in", 25],
    ["denies-in", 10],
    ["allows-in", 3],
    ["denies-out", 25],
  ]);
});

it("has twenty batches in progress at most, lets those end when one fails, and begins no other", async () => {
  let [begun, most] = [0, 0];
  const failure = new Error("no more writes");
  const ended = await write(rowsOf("allows in", 1_100), (_, open) => {
    begun += 1;
    most = Math.max(most, open);
    if (begun === 3) throw failure;
  });
  expect(ended).toEqual({ error: failure, open: 0, state: "stopped" });
  expect({ begun, most }).toEqual({ begun: 20, most: 19 });
});
