import { mkdirSync } from "node:fs";
import type { IncomingHttpHeaders } from "node:http";
import { Readable } from "node:stream";
import database, { type Refusal, type Store } from "dynalite/db/index.js";
import { dynamodb } from "../../../adapters/aws/client";
import type { LocalServer } from "../server";
import { type SignedAccess, type SignedReply, serveSigned } from "../signed-server";
import { checkIndexKeys } from "./index-keys";
import { completeConditions, findOperation, findTable, followChanges, type ItemChange, perform, readInput } from "./operation";
import { readStatement, type StatementInput, type WriteStatement } from "./statements";
import { DatabaseError, type LocalItem } from "./tables";
import { runTransaction, type TransactItem } from "./transactions";

const ROWS_AT_ONCE = 100;
/** DynamoDB's limit. */
const MAX_STATEMENTS = 25;

/** Resolves to the reply's body, which has `__type` for an error. */
type DynamodbCall = (operation: string, input: object) => Promise<object>;

export interface EmbeddedDatabase {
  readonly call: DynamodbCall;
  readonly store: Store;
  /** Waits for writes under way. */
  close(): Promise<void>;
}

const inTurn = new Set("PutItem UpdateItem DeleteItem BatchWriteItem BatchExecuteStatement TransactWriteItems".split(" "));

/**
 * Returns dynalite with additions: conditional BatchExecuteStatement, transactions, comparisons with lists and maps, the item in a failed
 * condition's error. Checks no signature and has no address. Writes run one by one.
 * @param path the folder of its data
 * @default in memory
 * @param onChange receives the changes of items once their call is done; the changes of one key come in order
 * @param onWrite receives the same changes just before their item is written
 */
export function embeddedDatabase(
  path?: string,
  onChange?: (change: ItemChange) => void,
  onWrite: (change: ItemChange) => void = () => undefined,
): EmbeddedDatabase {
  const store = database.create({ createTableMs: 0, updateTableMs: 0, deleteTableMs: 0, path });
  readAtOnce(store);
  readMany(store);
  checkIndexKeys();
  completeConditions();
  // Makes dynalite count an item's size in bytes of UTF-8: by itself, it counts UTF-16 units. In Latin-1 each byte is one letter.
  database.itemSize = (item) => itemSize(JSON.parse(Buffer.from(JSON.stringify(item)).toString("latin1")));
  const takeChanges = onChange && followChanges(store, onWrite);
  let last: Promise<unknown> = Promise.resolve();

  async function write(operation: string, input: object): Promise<object> {
    try {
      return await answer(operation, input, store);
    } finally {
      for (const change of takeChanges?.() ?? []) onChange?.(change);
    }
  }

  return {
    call(operation, input) {
      if (!inTurn.has(operation)) return answer(operation, input, store);
      const turn = last.then(() => write(operation, input));
      last = turn.catch(() => undefined);
      return turn;
    },
    store,
    close: () => new Promise((resolve, reject) => store.lifecycleManager.gracefulClose((error) => (error ? reject(error) : resolve()))),
  };
}

async function answer(name: string, input: object, store: Store): Promise<object> {
  const { Statements = [], TransactItems = [] } = input as Batches;
  switch (name) {
    case "BatchExecuteStatement":
      if (Statements.length === 0 || Statements.length > MAX_STATEMENTS)
        return { __type: "com.amazon.coral.validate#ValidationException", message: `A batch has 1 to ${MAX_STATEMENTS} statements.` };
      return { Responses: await Promise.all(Statements.map((each) => run(each, store))) };
    case "TransactWriteItems":
      return await runTransaction(TransactItems, store);
  }
  const operation = findOperation(name);
  if (operation === undefined) return { __type: "com.amazon.coral.service#UnknownOperationException" };
  try {
    return await perform(operation.act, readInput(operation, input, store), store);
  } catch (error) {
    const { body } = error as Refusal;
    if (body === undefined) throw error;
    return body;
  }
}

interface Batches {
  readonly Statements?: readonly StatementInput[];
  readonly TransactItems?: readonly TransactItem[];
}

const { itemSize } = database;

/** Reads a row without waiting for another thread, as dynalite does: to wake that takes longer than to read the row. */
function readAtOnce({ db }: Store): void {
  const readLater = db.get;
  db.get = (key, done) => {
    if (db.status !== "open") return readLater(key, done);
    let row: object | undefined;
    try {
      row = db.getSync(key);
    } catch (error) {
      setImmediate(done, error as Error);
      return;
    }
    setImmediate(done, null, row);
  };
}

/** Reads many rows at a time and closes the iterator: dynalite itself awaits each row, and never closes the iterator. */
function readMany({ db }: Store): void {
  db.createValueStream = (range) => {
    const rows = db.values(range);
    return new Readable({
      objectMode: true,
      read() {
        rows.nextv(ROWS_AT_ONCE).then(
          (some) => {
            for (const row of some) this.push(row);
            if (some.length === 0) this.push(null);
          },
          (error) => this.destroy(error),
        );
      },
      destroy(error, callback) {
        rows.close().then(() => callback(error), callback);
      },
    });
  };
}

interface StatementResult {
  readonly TableName?: string;
  readonly Error?: { readonly Code: string; readonly Message: string };
}

async function run(input: StatementInput, store: Store): Promise<StatementResult> {
  let statement: WriteStatement;
  try {
    statement = readStatement(input);
  } catch (error) {
    return { Error: { Code: "ValidationError", Message: (error as Error).message } };
  }
  const { table } = statement;
  const refusal = await applyWrite(statement, store);
  if (refusal === undefined) return { TableName: table };
  const name = refusal.__type?.split("#").at(-1) ?? "InternalServerError";
  if (name === "ValidationException") return { Error: { Code: "ValidationError", Message: refusal.message ?? name } };
  if (name !== "ConditionalCheckFailedException") return { Error: { Code: name.replace(/Exception$/, ""), Message: name } };
  const Code = statement.kind === "insert" ? "DuplicateItem" : "ConditionalCheckFailed";
  return { TableName: table, Error: { Code, Message: "The conditional request failed" } };
}

/** Returns the error's body if the write fails, otherwise undefined. */
async function applyWrite({ kind, table: TableName, set, remove, equal, missing }: WriteStatement, store: Store): Promise<Refusal["body"]> {
  const foundTable = await findTable(TableName, store).catch((refusal: Refusal) => refusal);
  if (foundTable instanceof Error) return foundTable.body ?? {};
  const keys = foundTable.KeySchema.map(({ AttributeName }) => AttributeName);
  const Expected = {
    ...Object.fromEntries(Object.entries(equal).map(([column, Value]) => [column, { Value }])),
    ...Object.fromEntries((kind === "insert" ? keys.slice(0, 1) : missing).map((column) => [column, { Exists: false }])),
  };
  if (kind === "insert") return await outcome("PutItem", { TableName, Item: set, Expected }, store);
  const Key = Object.fromEntries(keys.map((column) => [column, equal[column]]));
  if (kind === "update") {
    const puts = Object.entries(set).map(([column, Value]) => [column, { Action: "PUT", Value }]);
    const deletes = remove.map((column) => [column, { Action: "DELETE" }]);
    return await outcome("UpdateItem", { TableName, Key, AttributeUpdates: Object.fromEntries([...puts, ...deletes]), Expected }, store);
  }
  const refusal = await outcome("DeleteItem", { TableName, Key, Expected }, store);
  if (refusal?.__type?.endsWith("#ConditionalCheckFailedException") !== true) return refusal;
  // A DELETE of an item that does not exist succeeds, whatever its conditions.
  const { Item } = (await answer("GetItem", { TableName, Key, ConsistentRead: true }, store)) as { readonly Item?: LocalItem };
  return Item === undefined ? undefined : refusal;
}

async function outcome(operation: string, input: object, store: Store): Promise<Refusal["body"]> {
  const reply = (await answer(operation, input, store)) as NonNullable<Refusal["body"]>;
  return reply.__type === undefined ? undefined : reply;
}

/** Throws DatabaseError. */
export async function openDatabase(
  folder: string,
  onChange?: (change: ItemChange) => void,
  onWrite?: (change: ItemChange) => void,
): Promise<EmbeddedDatabase> {
  mkdirSync(folder, { recursive: true });
  const database = embeddedDatabase(folder, onChange, onWrite);
  try {
    await database.store.db.open();
  } catch (error) {
    const { message, cause } = error as Error;
    const why = cause instanceof Error ? cause.message : message;
    throw new DatabaseError(`The database in ${folder} cannot be opened: another process uses it, or its files are damaged (${why}).`);
  }
  return database;
}

/** DynamoDB's limit. */
const MAX_BODY_BYTES = 16 * 1_024 * 1_024;

export function serveDynamodb(access: SignedAccess, call: DynamodbCall): Promise<LocalServer> {
  return serveSigned({ ...dynamodb, maxBodyBytes: MAX_BODY_BYTES }, access, ({ headers }, body) => replyTo(call, headers, body));
}

export async function replyTo(
  call: DynamodbCall,
  { "x-amz-target": target }: IncomingHttpHeaders,
  text: Buffer,
): Promise<SignedReply & { readonly body: object }> {
  const [prefix, operation = ""] = String(target).split(".");
  const body = await Promise.resolve()
    .then(() => call(prefix === dynamodb.target ? operation : "", JSON.parse(text.toString("utf8"))))
    .catch((error: unknown) => (error instanceof SyntaxError ? notJson : internalError));
  return { status: body === internalError ? 500 : "__type" in body ? 400 : 200, body };
}

const notJson = { __type: "com.amazon.coral.service#SerializationException" };
const internalError = { __type: "com.amazonaws.dynamodb.v20120810#InternalServerError", message: "The database failed." };
