import { type AwsClient, AwsError } from "../../adapters/aws/client";
import { replaceEach } from "../../adapters/tables/conditional-batch";
import { absent, asRead } from "../../adapters/tables/expressions";
import { toItem } from "../../adapters/tables/item";
import { rows } from "../../adapters/tables/rows";
import { batchGet, deleteItem, getItem, putItem } from "../../adapters/tables/table";
import { tableShapes } from "../../adapters/tables/table-shapes";
import { type AnyTableName, EXPIRY_ATTRIBUTE } from "../../adapters/tables/tables";
import { MAX_PARTITION_KEY_BYTES } from "../../engine/sign-up/records";
import type { ProbedId } from "./assumptions";
import { type AssumptionProbe, NotTriedError, type ProbeContext, type RowsAside, rowsAside, unless } from "./probe";

const S = (text: string) => ({ S: text });

interface Statement {
  readonly Statement: string;
  readonly Parameters: readonly object[];
}

/** The error code of each statement of one batch; "none" for those that were done. */
async function codesOf({ table }: RowsAside, ...statements: readonly Statement[]): Promise<string> {
  type Answer = { readonly Responses?: readonly { readonly Error?: { readonly Code?: string } }[] };
  const { Responses = [] } = await table.client.call<Answer>("BatchExecuteStatement", { Statements: statements });
  return Responses.map((each) => each.Error?.Code ?? "none").join(", ");
}

function change(aside: RowsAside, name: string, clauses: string, condition: string, ...values: readonly string[]): Statement {
  const inClauses = clauses.split("?").length - 1;
  return {
    Statement: `${clauses.replace("TABLE", `"${aside.table.name}"`)} WHERE "id"=?${condition}`,
    Parameters: [...values.slice(0, inClauses).map(S), S(aside.id(name)), ...values.slice(inClauses).map(S)],
  };
}

/** A batch of statements as imports write it. */
const batch: AssumptionProbe = async (context) => {
  const aside = rowsAside(context);
  const { table, item } = aside;
  const [changed, gone] = [item("changed", { note: S("old") }), item("gone", { note: S("old") })];
  for (const each of [changed, gone]) await putItem(table, each);
  const wanted = [
    { after: item("added", { note: S("new") }) },
    { before: changed, after: { ...changed, note: S("new") } },
    { before: gone },
  ];
  let refusal: string | undefined;
  const done = await replaceEach(table, wanted, { columns: ["note"], ignored: [] }, (why) => {
    refusal = why;
  });
  if (refusal !== undefined) return `the batch is refused: ${refusal}`;
  const names = ["added", "changed", "gone"];
  const found = await Promise.all(names.map(async (name) => (await getItem(table, { id: aside.id(name) }))?.note?.S ?? "no row"));
  return unless(done.every(Boolean) && found.join() === "new,new,no row", `the rows are ${found.join(", ")} after it`);
};

const isMissing: AssumptionProbe = async (context) => {
  const aside = rowsAside(context);
  await putItem(aside.table, aside.item("lacks", { note: S("old") }));
  await putItem(aside.table, aside.item("has", { note: S("old"), more: S("x") }));
  const ask = (name: string) => change(aside, name, 'UPDATE TABLE SET "note"=?', ' AND "note"=? AND "more" IS MISSING', "new", "old");
  const codes = await codesOf(aside, ask("lacks"), ask("has"));
  return unless(codes === "none, ConditionalCheckFailed", `without and with the column: ${codes}`);
};

const updateAbsent: AssumptionProbe = async (context) => {
  const aside = rowsAside(context);
  const codes = await codesOf(aside, change(aside, "absent", 'UPDATE TABLE SET "note"=?', ' AND "note"=?', "new", "old"));
  const made = await getItem(aside.table, { id: aside.id("absent") });
  return unless(
    codes === "ConditionalCheckFailed" && made === undefined,
    `${codes}, and ${made === undefined ? "no row" : "a row"} is made`,
  );
};

const falseCondition: AssumptionProbe = async (context) => {
  const aside = rowsAside(context);
  const kept = [aside.item("updated", { note: S("theirs") }), aside.item("deleted", { note: S("theirs") })];
  for (const each of kept) await putItem(aside.table, each);
  const codes = await codesOf(
    aside,
    change(aside, "updated", 'UPDATE TABLE SET "note"=?', ' AND "note"=?', "new", "old"),
    change(aside, "deleted", "DELETE FROM TABLE", ' AND "note"=?', "old"),
  );
  return unless(codes === "ConditionalCheckFailed, ConditionalCheckFailed", `UPDATE and DELETE: ${codes}`);
};

const insertPresent: AssumptionProbe = async (context) => {
  const aside = rowsAside(context);
  await putItem(aside.table, aside.item("present"));
  const insert = (name: string) => ({
    Statement: `INSERT INTO "${aside.table.name}" VALUE {'id':?,'${EXPIRY_ATTRIBUTE}':?}`,
    Parameters: [S(aside.id(name)), aside.item(name)[EXPIRY_ATTRIBUTE] as object],
  });
  const codes = await codesOf(aside, insert("present"), insert("added"));
  return unless(codes === "DuplicateItem, none", `a row that is there, and one that is not: ${codes}`);
};

const severalClauses: AssumptionProbe = async (context) => {
  const aside = rowsAside(context);
  await putItem(aside.table, aside.item("row", { note: S("old"), more: S("x"), most: S("y") }));
  const clauses = 'UPDATE TABLE SET "note"=? SET "new"=? REMOVE "more" REMOVE "most"';
  const codes = await codesOf(
    aside,
    change(aside, "row", clauses, ' AND "note"=?', "new", "new", "old"),
    change(aside, "other", "DELETE FROM TABLE", ' AND "note"=?', "old"),
  );
  const { expires: _, id: __, ...cells } = (await getItem(aside.table, { id: aside.id("row") })) ?? {};
  const found = `${codes}; columns ${Object.keys(cells).sort().join(", ")}`;
  return unless(codes.startsWith("none") && found.endsWith("columns new, note"), found);
};

const failedCondition: AssumptionProbe = async (context) => {
  const { table, item } = rowsAside(context);
  await putItem(table, item("row", { note: S("theirs") }));
  const result = await putItem(table, item("row", { note: S("ours") }), absent("id"));
  if (result.written) return "the write was made";
  return unless(result.current?.note?.S === "theirs", "the refusal brings no row");
};

const leftOut: AssumptionProbe = async (context) => {
  const { table, item, id } = rowsAside(context);
  await putItem(table, item("row"));
  const Keys = ["row", "absent"].map((name) => ({ id: S(id(name)) }));
  type Answer = { readonly Responses?: Readonly<Record<string, readonly object[]>>; readonly UnprocessedKeys?: object };
  const { Responses, UnprocessedKeys = {} } = await table.client.call<Answer>("BatchGetItem", {
    RequestItems: { [table.name]: { Keys, ConsistentRead: true } },
  });
  const [read, left] = [Responses?.[table.name]?.length, Object.keys(UnprocessedKeys).length];
  return unless(read === 1 && left === 0, `${read} of 1 row, and ${left} unprocessed`);
};

const WRITES = 10;

const readYourWrite: AssumptionProbe = async (context) => {
  const { table, item } = rowsAside(context);
  for (let count = 0; count < WRITES; count++) {
    await putItem(table, item("row", { note: S(`${count}`) }));
    const [[, row] = []] = await batchGet(table.client, [{ tableName: table.name, key: { id: item("row").id as object } as never }]);
    if (row?.note?.S !== `${count}`) return `read ${count + 1} of ${WRITES} had an older row`;
  }
  return undefined;
};

const slots: AssumptionProbe = async (context) => {
  const { table, item, id } = rowsAside(context);
  await putItem(table, item("row"));
  const { write } = rows(table.client, () => table.name);
  const given: boolean[] = [];
  for (const holder of ["kim", "lee", "park", "kim"]) {
    given.push(await write({ table: "ledger", key: { id: id("row") }, slots: "slots", holder, atMost: 2 }));
  }
  return unless(given.join() === "true,true,false,true", `two places went to ${given.join(", ")}`);
};

const wholeLists: AssumptionProbe = async (context) => {
  const { table, item } = rowsAside(context);
  const row = item("row", toItem({ list: ["a", { b: [1, true] }], map: { c: "d" } }));
  await putItem(table, row);
  const other = await deleteItem(table, row, asRead({ ...row, ...toItem({ list: ["a", { b: [1, false] }] }) }));
  if (other.written) return "another list counts as equal";
  return unless((await deleteItem(table, row, asRead(row))).written, "the same list does not count as equal");
};

const keyLength: AssumptionProbe = async (context) => {
  const { table, id, item } = rowsAside(context);
  const longest = "x".repeat(MAX_PARTITION_KEY_BYTES - id("").length);
  await putItem(table, item(longest));
  const refused = async (key: string) => {
    try {
      await table.client.call("PutItem", { TableName: table.name, Item: { ...item("key"), id: S(key) } });
      return false;
    } catch (error) {
      return error instanceof AwsError && error.name === "ValidationException";
    }
  };
  if (!(await refused(""))) return "an empty key is taken";
  return unless(await refused(id(`${longest}x`)), `a key of ${MAX_PARTITION_KEY_BYTES + 1} bytes is taken`);
};

interface DescribedTable {
  readonly GlobalSecondaryIndexes?: readonly {
    readonly IndexName: string;
    readonly IndexStatus?: string;
    readonly Backfilling?: boolean;
  }[];
  readonly StreamSpecification?: { readonly StreamEnabled?: boolean; readonly StreamViewType?: string };
  readonly SSEDescription?: { readonly SSEType?: string; readonly Status?: string };
}

/** What is wrong with the deployed tables for which something is said; undefined where nothing is. */
async function faultsOf(
  { deployment }: ProbeContext,
  fault: (client: AwsClient, table: AnyTableName, name: string) => Promise<readonly string[]>,
) {
  const named = Object.entries(deployment.tables) as (readonly [AnyTableName, string])[];
  const found = await Promise.all(named.map(([table, name]) => fault(deployment.dynamodb, table, name)));
  return found.flat().join("; ") || undefined;
}

/** The same of what npm start does beside its database. */
async function inAws(context: ProbeContext, fault: Parameters<typeof faultsOf>[1]) {
  if (context.isLocal) throw new NotTriedError("npm start does this beside its database");
  return await faultsOf(context, fault);
}

async function described(client: AwsClient, TableName: string): Promise<DescribedTable> {
  return (await client.call<{ Table: DescribedTable }>("DescribeTable", { TableName })).Table;
}

const timeToLive: AssumptionProbe = (context) =>
  inAws(context, async (client, table, TableName) => {
    if (!tableShapes[table].ages) return [];
    type Answer = { readonly TimeToLiveDescription?: { readonly TimeToLiveStatus?: string; readonly AttributeName?: string } };
    const { TimeToLiveDescription: ages = {} } = await client.call<Answer>("DescribeTimeToLive", { TableName });
    const isOn = ages.TimeToLiveStatus?.startsWith("ENABL") === true && ages.AttributeName === EXPIRY_ATTRIBUTE;
    return isOn ? [] : [`${table}: ${ages.TimeToLiveStatus ?? "no TTL"} by ${ages.AttributeName ?? "nothing"}`];
  });

const indexes: AssumptionProbe = (context) =>
  faultsOf(context, async (client, table, name) => {
    const wanted = tableShapes[table].indexes;
    if (wanted.length === 0) return [];
    const { GlobalSecondaryIndexes: found = [] } = await described(client, name);
    return wanted.flatMap((index) => {
      const { IndexStatus = "missing", Backfilling = false } = found.find(({ IndexName }) => IndexName === index.name) ?? {};
      return IndexStatus === "ACTIVE" && !Backfilling ? [] : [`${table}: ${index.name} is ${Backfilling ? "back-filling" : IndexStatus}`];
    });
  });

const images: AssumptionProbe = (context) =>
  inAws(context, async (client, table, name) => {
    if (tableShapes[table].streamed !== "needed") return [];
    const { StreamSpecification: { StreamEnabled = false, StreamViewType = "no stream" } = {} } = await described(client, name);
    return StreamEnabled && StreamViewType === "NEW_AND_OLD_IMAGES" ? [] : [`${table}: ${StreamViewType}`];
  });

const ownKey: AssumptionProbe = async (context) => {
  const { table, item, id } = rowsAside(context);
  const { SSEDescription } = await described(table.client, table.name);
  if (SSEDescription?.SSEType !== "KMS") throw new NotTriedError("the tables have no key of yours (encryptionKey)");
  await putItem(table, item("row"));
  if ((await getItem(table, { id: id("row") })) === undefined) return "a row that was written is not there";
  return unless(SSEDescription.Status === "ENABLED", `the key is ${SSEDescription.Status}`);
};

/** Of the database: they hold on npm start's too. */
export const tableProbes = {
  "partiql.batch": batch,
  "partiql.is-missing": isMissing,
  "partiql.update-absent": updateAbsent,
  "partiql.false-condition": falseCondition,
  "partiql.insert-present": insertPresent,
  "partiql.several-clauses": severalClauses,
  "dynamodb.failed-condition": failedCondition,
  "dynamodb.batch-get": leftOut,
  "dynamodb.read-your-write": readYourWrite,
  "dynamodb.slots": slots,
  "dynamodb.whole-lists": wholeLists,
  "dynamodb.key-length": keyLength,
  "dynamodb.time-to-live": timeToLive,
  "dynamodb.indexes": indexes,
  "streams.images": images,
  "kms.tables": ownKey,
} satisfies Partial<Record<ProbedId, AssumptionProbe>>;
