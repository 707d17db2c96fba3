import { setTimeout as sleep } from "node:timers/promises";
import { isDeepStrictEqual } from "node:util";
import { type AwsClient, AwsError, backoff } from "../aws/client";
import { buildReadCondition } from "./conditions";
import type { Item } from "./item";
import { absent, type DynamoTable, deleteItem, getItem, putItem } from "./table";

/** Absent `before`: the write adds the row. Absent `after`: the write deletes it. */
export type Replacement = { readonly before?: Item; readonly after: Item } | { readonly before: Item; readonly after?: undefined };

export interface Sameness {
  /** Columns that must not have been added since the read. */
  readonly columns: readonly string[];
  /** Columns that are not compared. */
  readonly ignored: readonly string[];
}

/** The limit of BatchExecuteStatement. */
export const MAX_STATEMENTS = 25;
/** The batch fails after this many consecutive tries that write no row: about half a minute. */
export const MAX_IDLE_TRIES = 20;

const batchless = new WeakSet<AwsClient>();

/**
 * Replaces up to 25 rows with different keys, each only if it is unchanged. A row that already equals its `after` counts as written, so a
 * repeat does no harm. If the database accepts no batch, later rows are written one by one.
 * @param onBatchless called once for a database that accepts no batch, with its error code
 * @returns for each row true if it equals its `after`; false if somebody else changed it first
 */
export async function replaceEach(
  table: DynamoTable,
  replacements: readonly Replacement[],
  same: Sameness,
  onBatchless: (why: string) => void = () => undefined,
): Promise<readonly boolean[]> {
  const results: boolean[] = replacements.map(() => false);
  // A single row needs no batch, and so no permissions for a batch.
  const singly = replacements.length === 1 || batchless.has(table.client);
  const all = replacements.map((replacement, index) => {
    return { index, replacement, statement: singly ? undefined : buildStatement(table, replacement, same) };
  });
  let pending = all.filter(({ statement }) => statement !== undefined);
  await Promise.all(
    all.map(async ({ index, replacement, statement }) => {
      if (statement === undefined) results[index] = await replaceOne(table, replacement, same);
    }),
  );
  for (let idle = 0; pending.length > 0; ) {
    const errors = await execute(table, pending);
    const leftStatements: typeof pending = [];
    for (const [position, each] of pending.entries()) {
      const { index, replacement } = each;
      const error = errors[position];
      if (error === undefined) results[index] = true;
      else if (later.has(error.Code)) leftStatements.push(each);
      else if (refusedCodes.has(error.Code)) results[index] = await isAsWanted(table, replacement, same);
      else if (neverTaken.has(error.Code)) {
        // If this single write fails too, it throws the row's own error.
        results[index] = await replaceOne(table, replacement, same);
        if (!batchless.has(table.client)) onBatchless(error.Code);
        batchless.add(table.client);
      } else throw new AwsError(`${error.Code}Exception`, error.Message ?? "", 400, {});
    }
    idle = leftStatements.length < pending.length ? 0 : idle + 1;
    if (idle >= MAX_IDLE_TRIES) throw new Error("DynamoDB takes no more writes: its limits are reached.");
    pending = leftStatements;
    if (pending.length > 0) await sleep(backoff(idle + 1));
  }
  return results;
}

const later = new Set([
  "InternalServerError",
  "ProvisionedThroughputExceeded",
  "RequestLimitExceeded",
  "ThrottlingError",
  "TransactionConflict",
]);
const refusedCodes = new Set(["ConditionalCheckFailed", "DuplicateItem"]);
/** Codes of a lasting failure of a statement or batch. A single write of the row may still succeed. */
const neverTaken = new Set([
  "AccessDenied",
  "AccessDeniedException",
  "SerializationException",
  "UnknownOperationException",
  "ValidationError",
  "ValidationException",
]);

interface StatementError {
  readonly Code: string;
  readonly Message?: string;
}

export const throttledNames: ReadonlySet<string> = new Set([
  "ProvisionedThroughputExceededException",
  "RequestLimitExceeded",
  "ThrottlingException",
]);

async function execute(
  { client }: DynamoTable,
  pending: readonly { readonly statement: Statement | undefined }[],
): Promise<readonly (StatementError | undefined)[]> {
  try {
    const input = { Statements: pending.map(({ statement }) => statement) };
    const { Responses } = await client.call<{ Responses: readonly { readonly Error?: StatementError }[] }>("BatchExecuteStatement", input);
    if (Responses?.length !== pending.length) throw new Error("What came back is no answer of DynamoDB's.");
    return Responses.map((response) => response.Error);
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    if (throttledNames.has(error.name)) return pending.map(() => ({ Code: "ThrottlingError" }));
    if (neverTaken.has(error.name)) return pending.map(() => ({ Code: error.name }));
    throw error;
  }
}

interface Statement {
  readonly Statement: string;
  readonly Parameters: readonly Item[string][];
}

/** DynamoDB accepts statements of at most 8,192 characters. */
const MAX_STATEMENT_LENGTH = 8_000;

/** Returns undefined if no statement can make the replacement. */
function buildStatement({ name, key }: DynamoTable, { before, after }: Replacement, { columns, ignored }: Sameness): Statement | undefined {
  // A new row may hold sets, because it is not compared with anything.
  if (!isPlain(before) || !isPlain(after, { mayHoldSets: before === undefined })) return undefined;
  const parameters: Item[string][] = [];
  const value = (cell: Item[string]) => {
    parameters.push(cell);
    return "?";
  };
  const text = before === undefined ? insert(name, after as Item, value) : `${change(name, key, before, after, value)}${where()}`;

  function where(): string {
    const read = Object.entries(before as Item).filter(([column]) => !ignored.includes(column));
    const equal = read.map(([column, cell]) => `"${column}"=${value(cell)}`);
    const missing = columns.filter((column) => (before as Item)[column] === undefined && !ignored.includes(column));
    return ` WHERE ${[...equal, ...missing.map((column) => `"${column}" IS MISSING`)].join(" AND ")}`;
  }

  return text.length > MAX_STATEMENT_LENGTH ? undefined : { Statement: text, Parameters: parameters };
}

type TakeValue = (cell: Item[string]) => string;

function insert(name: string, after: Item, value: TakeValue): string {
  const cells = Object.entries(after).map(([column, cell]) => `'${column}':${value(cell)}`);
  return `INSERT INTO "${name}" VALUE {${cells.join(",")}}`;
}

function change(name: string, key: readonly string[], before: Item, after: Item | undefined, value: TakeValue): string {
  if (after === undefined) return `DELETE FROM "${name}"`;
  const sets = Object.entries(after).flatMap(([column, cell]) => (key.includes(column) ? [] : [` SET "${column}"=${value(cell)}`]));
  const removes = Object.keys(before).flatMap((column) => (after[column] === undefined ? [` REMOVE "${column}"`] : []));
  return `UPDATE "${name}"${sets.join("")}${removes.join("")}`;
}

function isPlain(item: Item | undefined, { mayHoldSets = false } = {}): boolean {
  return Object.entries(item ?? {}).every(([column, { S, N, BOOL, SS }]) => {
    return (S ?? N ?? BOOL ?? (mayHoldSets ? SS : undefined)) !== undefined && /^[\w.:@ -]{1,255}$/.test(column);
  });
}

async function replaceOne(table: DynamoTable, replacement: Replacement, same: Sameness): Promise<boolean> {
  const { before, after } = replacement;
  const [key] = table.key;
  const columns = same.columns.filter((column) => !same.ignored.includes(column));
  const condition = before === undefined ? absent(key) : buildReadCondition(without(before, same.ignored), columns);
  const result = after === undefined ? await deleteItem(table, before, condition) : await putItem(table, after, condition);
  return result.written || isSame(result.current, after, same);
}

async function isAsWanted(table: DynamoTable, { before, after }: Replacement, same: Sameness): Promise<boolean> {
  const item = (after ?? before) as Item;
  const at = Object.fromEntries(table.key.map((name) => [name, item[name]?.S ?? ""]));
  return isSame(await getItem(table, at), after, same);
}

export function isSame(one: Item | undefined, other: Item | undefined, { ignored }: Pick<Sameness, "ignored">): boolean {
  return isDeepStrictEqual(one && without(one, ignored), other && without(other, ignored));
}

function without(item: Item, ignoredColumns: readonly string[]): Item {
  return Object.fromEntries(Object.entries(item).filter(([column]) => !ignoredColumns.includes(column)));
}
