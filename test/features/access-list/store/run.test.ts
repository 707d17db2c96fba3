import type { AwsClient } from "../../../../adapters/aws/client";
import { toItem } from "../../../../adapters/tables/item";
import type { ChangeSet } from "../../../../features/access-list/change-set";
import type { Phases } from "../../../../features/access-list/files/plan";
import { changeSetStore } from "../../../../features/access-list/store/change-sets";
import type { RowChange } from "../../../../features/access-list/store/row-changes";
import { recordEdit, resumeEdit } from "../../../../features/access-list/store/run";
import { startDynamoDb, type TestDynamoDb } from "../../../support/dynamodb";
import { createKeyTable } from "../../../support/key-table";

let database: TestDynamoDb;
beforeAll(async () => {
  database = await startDynamoDb();
  await createKeyTable(database.client, "changes", "listChanges");
});
afterAll(() => database.close());

const rowsOf = (phase: Phases, count: number): readonly RowChange[] =>
  Array.from({ length: count }, (_, index) => {
    const entry = `${phase.replace(" ", "-")}-${index}.example`;
    const row = toItem({ entry, effect: phase === "allows" ? "allow" : "deny" });
    return { entry, ...(phase === "denies out" ? { before: row } : { after: row }) };
  });

/** Writes rows as a job, and calls `begin` for each batch: the phase of its rows, and how many batches are in progress. */
async function write(rows: readonly RowChange[], begin: (phase: string, open: number, size: number) => void) {
  let open = 0;
  const call: AwsClient["call"] = async (operation, input, signal) => {
    const { Statements } = input as { readonly Statements: readonly object[] };
    const phases = new Set(Statements.map((each) => /(denies-in|allows|denies-out)-/.exec(JSON.stringify(each))?.[1]));
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
  const recorded = (await recordEdit(ports, draft, rows, new Date(), {})) as ChangeSet;
  const error = await resumeEdit(ports, recorded).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  const [set] = (await changes.page(undefined, 1)).sets;
  return { error, open, state: set?.state };
}

it("an edit's run ends each phase before it begins the next, and fills all batches except the last", async () => {
  const batches: (readonly [string, number])[] = [];
  const rows = [...rowsOf("denies in", 60), ...rowsOf("allows", 3), ...rowsOf("denies out", 25)];
  const ended = await write(rows, (phase, open, size) => {
    if (batches.at(-1)?.[0] !== phase) expect(open).toBe(1);
    batches.push([phase, size]);
  });
  expect(ended).toEqual({ error: undefined, open: 0, state: "done" });
  expect(batches).toEqual([
    ["denies-in", 25],
    ["denies-in", 25],
    ["denies-in", 10],
    ["allows", 3],
    ["denies-out", 25],
  ]);
});

it("an edit's run has at most twenty batches in progress; after a failure it finishes them and begins no other", async () => {
  let [begun, most] = [0, 0];
  const failure = new Error("no more writes");
  const ended = await write(rowsOf("allows", 1_100), (_, open) => {
    begun += 1;
    most = Math.max(most, open);
    if (begun === 3) throw failure;
  });
  expect(ended).toEqual({ error: failure, open: 0, state: "stopped" });
  expect({ begun, most }).toEqual({ begun: 20, most: 19 });
});
