import { AwsError } from "../../adapters/aws/client";
import { buildReadCondition } from "../../adapters/tables/conditions";
import { type Item, toItem } from "../../adapters/tables/item";
import {
  absent,
  changing,
  type DynamoTable,
  deleting,
  equal,
  getItem,
  putItem,
  putting,
  type TableWrite,
} from "../../adapters/tables/table";
import { MAX_TRANSACTED, transact } from "../../adapters/tables/transaction";
import { startDynamoDb as startMemory, type TestDynamoDb } from "../support/dynamodb";
import { startDynamoDb as startEngine } from "../support/embedded-dynamodb";
import { createKeyTable } from "../support/key-table";

// `npm run test:aws` runs the suite with DynamoDB Local in place of both.

const failureOf = (work: Promise<unknown>) =>
  work.then(
    () => "none",
    (error) => (error instanceof AwsError ? error.name : String(error)),
  );

describe.each([
  { world: "memory", start: startMemory },
  { world: "the embedded engine", start: startEngine },
])("transactions in $world", ({ start }) => {
  let database: TestDynamoDb;
  let list: DynamoTable;
  let codes: DynamoTable;
  beforeAll(async () => {
    database = await start();
    const { client } = database;
    await createKeyTable(client, "codes", "referenceData");
    list = { client, name: database.tableName, key: ["entry"] };
    codes = { client, name: "codes", key: ["list", "value"] };
  });
  afterAll(() => database.close());

  let count = 0;
  let own = "";
  beforeEach(() => {
    own = `row${count++}`;
  });
  const row = (more: object = {}, name = own): Item => toItem({ entry: name, effect: "allow", ...more });
  const code = (more: object = {}): Item => toItem({ list: "l", value: own, ...more });
  const found = async () => [await getItem(list, { entry: own }), await getItem(codes, { list: "l", value: own })];
  const changesOf = async (table: DynamoTable) =>
    (await database.changes(table.name))
      .filter(({ keys }) => [keys.entry?.S, keys.value?.S].includes(own))
      .map(({ before, after }) => [before, after]);

  it("make every write, and a stream record for each", async () => {
    await putItem(codes, code({ used: 1 }));
    await putItem(list, row({ n: 1 }, `${own}-gone`));
    const writes = [
      putting(list, row(), absent("entry")),
      changing(codes, code(), { set: toItem({ used: 2 }), remove: ["note"] }, equal(toItem({ used: 1 }))),
      deleting(list, row({}, `${own}-gone`), equal(toItem({ n: 1 }))),
    ];
    expect(await transact(database.client, writes)).toEqual({ written: true });
    expect(await found()).toEqual([row(), code({ used: 2 })]);
    expect(await getItem(list, { entry: `${own}-gone` })).toBeUndefined();
    expect(await changesOf(list)).toEqual([[undefined, row()]]);
    expect(await changesOf(codes)).toEqual([
      [undefined, code({ used: 1 })],
      [code({ used: 1 }), code({ used: 2 })],
    ]);
  });

  it.each<[string, () => readonly TableWrite[], () => ReadonlyMap<number, Item | undefined>]>([
    ["a row that is there", () => [putting(codes, code()), putting(list, row({ more: 1 }), absent("entry"))], () => new Map([[1, row()]])],
    [
      "a row that is gone",
      () => [changing(codes, code(), { set: toItem({ a: 1 }) }, equal(code())), putting(list, row({ more: 1 }))],
      () => new Map([[0, undefined]]),
    ],
    [
      "several",
      () => [deleting(list, row(), equal(toItem({ effect: "deny" }))), putting(codes, code(), equal(toItem({ used: 3 })))],
      () =>
        new Map([
          [0, row()],
          [1, undefined],
        ]),
    ],
    [
      "a list that differs",
      () => [putting(codes, code()), putting(list, row(), buildReadCondition(row({ gates: ["a"] })))],
      () => new Map([[1, row()]]),
    ],
  ])("write nothing if a condition fails, and name the condition: %s", async (_, writes, refused) => {
    await putItem(list, row());
    expect(await transact(database.client, writes())).toEqual({ written: false, refused: refused() });
    expect(await found()).toEqual([row(), undefined]);
    expect(await changesOf(list)).toEqual([[undefined, row()]]);
    expect(await changesOf(codes)).toEqual([]);
  });

  it("compare lists and maps as DynamoDB does", async () => {
    const before = row({ gates: ["a", { b: 1 }] });
    await putItem(list, before);
    expect(
      await transact(database.client, [
        putting(codes, code()),
        changing(list, before, { set: toItem({ a: 1 }) }, buildReadCondition(before)),
      ]),
    ).toEqual({ written: true });
    expect((await found())[0]).toEqual({ ...before, a: { N: "1" } });
  });

  it("let one of two writers win if both read the same row", async () => {
    await putItem(list, row({ n: 0 }));
    const both = [1, 2].map((n) =>
      transact(database.client, [changing(list, row(), { set: toItem({ n }) }, equal(toItem({ n: 0 }))), putting(codes, code({ n }))]),
    );
    const results = await Promise.all(both);
    expect(results.filter(({ written }) => written)).toHaveLength(1);
    const n = results[0]?.written ? 1 : 2;
    expect(await found()).toEqual([row({ n }), code({ n })]);
  });

  it("accept at most a hundred writes, and one for each row", async () => {
    const many = (size: number) => Array.from({ length: size }, (_, index) => putting(list, row({}, `${own}-${index}`), absent("entry")));
    expect(await failureOf(transact(database.client, many(MAX_TRANSACTED + 1)))).toBe("ValidationException");
    expect(await failureOf(transact(database.client, [putting(list, row()), deleting(list, row())]))).toBe("ValidationException");
    expect(await transact(database.client, many(MAX_TRANSACTED))).toEqual({ written: true });
    expect(await getItem(list, { entry: `${own}-99` })).toBeDefined();
  });

  it("accept at most 4 MB of rows, and write nothing beyond", async () => {
    const note = "x".repeat(380 * 1_024);
    const writes = (count: number) => Array.from({ length: count }, (_, index) => putting(list, row({ note }, `${own}-${index}`)));
    expect(await failureOf(transact(database.client, writes(11)))).not.toBe("none");
    expect(await getItem(list, { entry: `${own}-0` })).toBeUndefined();
    expect(await transact(database.client, writes(10))).toEqual({ written: true });
  });

  it.each<[string, () => TableWrite]>([
    ["without its key", () => putting(list, toItem({ effect: "allow" }))],
    ["of a table that is not there", () => putting({ ...list, name: "nowhere" }, row())],
  ])("write nothing if one write is impossible: %s", async (_, write) => {
    expect(await failureOf(transact(database.client, [putting(codes, code()), write()]))).not.toBe("none");
    expect(await found()).toEqual([undefined, undefined]);
  });
});
