import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { DynamoDBRecord } from "aws-lambda";
import { AwsError } from "../../adapters/aws/client";
import type { Item } from "../../adapters/tables/item";
import { skippedSince } from "../../adapters/tables/skipped-rows";
import { tables } from "../../adapters/tables/tables";
import { streamReaders } from "../../engine/work";
import { getRowKind, rowKinds as knownKinds } from "../../features/row-kinds";
import { packageRoot } from "../../lib/app-root";
import { NOW } from "../engine/sign-up/people";
import { brokenKinds, MARK } from "./broken-rows";
import { deployedMappings, itemOf, type Mapping, type Place, placeFor, type RowKind, readers, rowKinds } from "./stream-readers";

const mappings = deployedMappings();

describe("each deployed reader of a stream", () => {
  it.each(mappings.map((each) => [each.function, each] as const))(
    "%s is tested here, and its failed batches are halved and partly retried",
    (_, { reader, properties }) => {
      expect(streamReaders).toContain(reader);
      expect(properties).toMatchObject({ BisectBatchOnFunctionError: true, FunctionResponseTypes: ["ReportBatchItemFailures"] });
    },
  );

  it("is one of the readers tested here, all of which are deployed", () => {
    expect(new Set(mappings.map(({ reader }) => reader))).toEqual(new Set(streamReaders));
  });
});

it("every stream is read through readChanges, which takes only the readers tested here", () => {
  const sources = ["lib", "features"].flatMap((folder) =>
    readdirSync(join(packageRoot, folder), { recursive: true, encoding: "utf8" }).map((file) => join(folder, file)),
  );
  const reading = sources.filter(
    (file) =>
      file.endsWith(".ts") && /\bnew (DynamoEventSource|(Cfn)?EventSourceMapping)\b/.test(readFileSync(join(packageRoot, file), "utf8")),
  );
  expect(reading).toEqual([join("lib", "resources", "table-stream.ts")]);
});

it("the tests cover every kind of row of a table with readers", () => {
  const tried = new Set(rowKinds.map((kind) => getRowKind(kind.table, itemOf(kind, 0))));
  const read = new Set(mappings.map(({ table }) => table));
  expect(knownKinds.filter((kind) => read.has(kind.table) && !tried.has(kind))).toEqual([]);
});

/** A reader, and a kind of row that its table has and its filters let through. */
interface Pair {
  readonly name: string;
  readonly mapping: Mapping;
  readonly kind: RowKind;
}
const pairs = mappings.flatMap((mapping): Pair[] =>
  rowKinds.flatMap((kind) => {
    const item = itemOf(kind, 0);
    const added = { eventName: "INSERT", dynamodb: { Keys: keyOf(kind, item), NewImage: item } } as DynamoDBRecord;
    return kind.table === mapping.table && mapping.takes(added) ? [{ name: `${mapping.reader}: ${kind.name}`, mapping, kind }] : [];
  }),
);

it.each(mappings.map((each) => [`${each.reader}: ${each.table}`, each] as const))("%s has rows to test", (_, mapping) => {
  expect(pairs.some((pair) => pair.mapping === mapping)).toBe(true);
});

function keyOf({ table }: RowKind, item: Item): Item {
  return Object.fromEntries(tables[table].key.map((name) => [name, item[name] as Item[string]]));
}

/** Puts rows; those that DynamoDB itself refuses can be in no table. */
async function put({ world }: Place, kind: { readonly table: string }, item: Item): Promise<boolean> {
  try {
    await world.tables.call("PutItem", { TableName: kind.table, Item: item });
    return true;
  } catch (error) {
    if (error instanceof AwsError && error.name === "ValidationException") return false;
    throw error;
  }
}

/** What became of broken rows: how many each reader took all the same, and how many it named. */
const matrix = new Map<string, Map<string, string>>();
const FIRST_BROKEN = 2;
/** Rows that can be read, and only their events cannot be sent: their correction changes nothing that there would be an event about. */
const unpublishable = new Set(["a time far away", "390 KB"]);

describe.each(pairs)("$name", ({ name, mapping, kind }) => {
  const reader = mapping.reader as NonNullable<Mapping["reader"]>;

  it.each(Object.entries(brokenKinds))("handles good rows despite broken ones: %s", async (broken, rowsOf) => {
    const place = await placeFor(reader);
    const { world, observed, handler } = place;
    const [first, last] = [itemOf(kind, 0), itemOf(kind, 1)];
    const keys = Object.keys(keyOf(kind, first));
    const cellsOf = (item: Item) => Object.fromEntries(Object.entries(item).filter(([column]) => !keys.includes(column)));
    const isLeft = readers[reader].leaves?.includes(kind.name);
    const isGood = async (number: number) => isLeft || (await readers[reader].handled(place, kind, number));
    const names = () =>
      observed.lines.flatMap(({ message, facts }) =>
        message === "row skipped" ? [(facts as { sequenceNumber: string }).sequenceNumber] : [],
      );

    /** Delivers what has changed. Nothing of it may wait. @returns the keys of those that were skipped */
    async function deliver(): Promise<readonly string[]> {
      const before = names().length;
      const Records = place.changes().filter(mapping.takes);
      const waiting = await handler({ Records });
      expect(observed.lines.filter(({ message }) => message === "rows wait")).toEqual([]);
      expect(waiting).toEqual({ batchItemFailures: [] });
      place.changes();
      const skipped = names().slice(before);
      const known = (await skippedSince(world.tables, "ledger", new Date(0))).get(reader) ?? [];
      expect(known.map(({ sequenceNumber }) => sequenceNumber)).toEqual(expect.arrayContaining(skipped.slice(-20)));
      expect(observed.counts.get("RowsSkipped") ?? 0).toBe(names().length);
      return Records.flatMap(({ dynamodb }) => (skipped.includes(dynamodb?.SequenceNumber ?? "") ? [JSON.stringify(dynamodb?.Keys)] : []));
    }

    const { before } = kind;
    const numbers = Array.from({ length: rowsOf(cellsOf(first)).length + FIRST_BROKEN }, (_, number) => number);
    if (before !== undefined) for (const number of numbers) await put(place, kind, itemOf({ row: before }, number));
    place.changes();

    // Some that can be handled, before and behind some that cannot.
    await put(place, kind, first);
    const stored: number[] = [];
    for (const [index, { cells }] of rowsOf(cellsOf(first)).entries()) {
      const number = index + FIRST_BROKEN;
      if (await put(place, kind, { ...cells, ...keyOf(kind, itemOf(kind, number)) })) stored.push(number);
    }
    await put(place, kind, last);
    const delivered = await deliver();
    expect(await isGood(0)).toBe(true);
    expect(await isGood(1)).toBe(true);
    const line = matrix.get(name) ?? new Map<string, string>();
    matrix.set(name, line.set(broken, stored.length === 0 ? "-" : `${stored.length - delivered.length}/${delivered.length}`));

    // Somebody corrects them, and breaks the others.
    for (const number of stored) await put(place, kind, itemOf(kind, number));
    expect(await deliver()).toEqual([]);
    const again = stored.filter((number) => delivered.includes(JSON.stringify(keyOf(kind, itemOf(kind, number)))));
    // The counter counts new rows alone.
    if (before === undefined && kind.isNewsOnce === undefined && reader !== "decision-counter" && !unpublishable.has(broken))
      for (const number of again) expect([number, await isGood(number)]).toEqual([number, true]);
    const [{ cells } = { cells: {} }] = rowsOf(cellsOf(first)).slice(-1);
    await put(place, kind, { ...cells, ...keyOf(kind, first) });
    await put(place, kind, { ...itemOf(kind, 1), note: { S: "changed" } });
    await deliver();

    // And removes them.
    for (const number of stored) await world.tables.call("DeleteItem", { TableName: kind.table, Key: keyOf(kind, itemOf(kind, number)) });
    await deliver();
    const logged = JSON.stringify(observed.lines);
    expect(logged).not.toContain(MARK);
    expect(logged).not.toMatch(/@(?:contoso|example)\.com/);
    expect(JSON.stringify([...(await skippedSince(world.tables, "ledger", new Date(NOW.getTime() - 1)))])).not.toContain("@");
  });
});

/** Broken in these ways, a row stands for all. */
const fewKinds = ["a number", "a text", "a map", "a set of texts", "bytes", "a huge number", "nothing but its key", "a future version"];
/** Two of them for each pair, other ones for the next, so that each reader meets most and all readers meet each. */
const kindsBeside = pairs.map((pair, index) => {
  const first = (2 * index) % fewKinds.length;
  return { ...pair, kinds: process.env.TEST_RUNS === undefined ? fewKinds.slice(first, first + 2) : fewKinds };
});

describe.each(kindsBeside)("$name with broken rows in other tables", ({ mapping, kind, kinds }) => {
  const reader = mapping.reader as NonNullable<Mapping["reader"]>;

  it.each(kinds)("handles good rows despite broken ones: %s", async (broken) => {
    const breakRow = brokenKinds[broken] as (typeof brokenKinds)[string];
    for (let variant = 0, variants = 1; variant < variants; variant++) {
      const place = await placeFor(reader);
      const deliver = async (number: number) => {
        if (kind.before !== undefined) await put(place, kind, itemOf({ row: kind.before }, number));
        place.changes();
        await put(place, kind, itemOf(kind, number));
        return await place.handler({ Records: place.changes().filter(mapping.takes) });
      };
      await deliver(0);
      for (const { eventSourceARN, dynamodb } of place.changes()) {
        const table = eventSourceARN?.split("/")[1] ?? "";
        const { Keys, NewImage } = dynamodb as { Keys: Item; NewImage?: Item };
        if (table === kind.table || NewImage === undefined) continue;
        const rows = breakRow(Object.fromEntries(Object.entries(NewImage).filter(([column]) => !(column in Keys))));
        variants = Math.max(variants, rows.length);
        const cells = rows[variant]?.cells;
        if (cells !== undefined) await put(place, { table }, { ...cells, ...Keys });
      }
      place.changes();
      const waiting = await deliver(1);
      expect(place.observed.lines.filter(({ message }) => message === "rows wait")).toEqual([]);
      expect(waiting).toEqual({ batchItemFailures: [] });
      const isHandled = readers[reader].leaves?.includes(kind.name) || (await readers[reader].handled(place, kind, 1));
      expect([variant, isHandled]).toEqual([variant, true]);
    }
  });
});

/** Broken rows taken as they are, and those that were skipped and named: 12/3. A dash: DynamoDB takes no such row. */
it("each reader takes and skips broken rows as the snapshot matrix says", async () => {
  const columns = pairs.map(({ name }) => name);
  const lines = Object.keys(brokenKinds).map((broken) => [broken, ...columns.map((name) => matrix.get(name)?.get(broken) ?? "?")]);
  const text = [["broken row", ...columns], columns.map(() => "---").concat("---"), ...lines]
    .map((line) => `| ${line.join(" | ")} |`)
    .join("\n");
  await expect(`${text}\n`).toMatchFileSnapshot("stream-readers.matrix.md");
});
