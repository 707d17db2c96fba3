import type { IncomingMessage, Server, ServerResponse } from "node:http";
import { Readable } from "node:stream";
import { json } from "node:stream/consumers";
import dynalite, { type Options } from "dynalite";
import deleteItem from "dynalite/actions/deleteItem.js";
import getItem from "dynalite/actions/getItem.js";
import putItem from "dynalite/actions/putItem.js";
import updateItem from "dynalite/actions/updateItem.js";
import database, { type Action, type Refusal, type Store } from "dynalite/db/index.js";
import deleting from "dynalite/validations/deleteItem.js";
import reading from "dynalite/validations/index.js";
import putting from "dynalite/validations/putItem.js";
import updating from "dynalite/validations/updateItem.js";
import { type DirectCall, type DirectReply, directAnswer } from "./direct-answer";
import { checkIndexKeys } from "./index-keys";
import { readStatement, type StatementInput, type WriteStatement } from "./statements";
import type { LocalItem } from "./tables";
import { readTogether, type TransactGet, type TransactItem, transacted } from "./transactions";

const STATEMENTS = "DynamoDB_20120810.BatchExecuteStatement";
const TRANSACTION = "DynamoDB_20120810.TransactWriteItems";
const TOGETHER = "DynamoDB_20120810.TransactGetItems";
const CONTENT_TYPE = "application/x-amz-json-1.0";
const ROWS_AT_ONCE = 100;
/** DynamoDB's limit. */
const MAX_STATEMENTS = 25;

export interface EmbeddedDatabase {
  answer(call: DirectCall): Promise<DirectReply>;
  /** Waits for writes under way. */
  close(): Promise<void>;
}

/** The embedded DynamoDB without a server, and with what dynalite lacks: conditional writes by BatchExecuteStatement, and transactions. */
export function embeddedDatabase(options: Options = {}): EmbeddedDatabase {
  const { handle, store } = complete(options);
  return {
    answer: (call) => directAnswer(handle, call),
    close: () => new Promise((resolve, reject) => store.lifecycleManager.gracefulClose((error) => (error ? reject(error) : resolve()))),
  };
}

/** The same as a server, not yet listening. */
export function embeddedDynamodb(options: Options = {}): Server {
  const { server, handle } = complete(options);
  server.removeAllListeners("request");
  return server.on("request", handle);
}

type Handle = (request: IncomingMessage, response: ServerResponse) => void;

function complete(options: Options): { readonly server: Server; readonly store: Store; readonly handle: Handle } {
  const { server, store } = started(options);
  readMany(store);
  checkIndexKeys();
  const [answer] = server.listeners("request") as Handle[];
  const handle: Handle = (request, response) => {
    const answered = { [STATEMENTS]: answerStatements, [TRANSACTION]: answerTransaction, [TOGETHER]: answerReads }[
      String(request.headers["x-amz-target"])
    ];
    if (answered === undefined) return answer?.(request, response);
    answered(request, response, store).catch((error: unknown) => refuse(response, error));
  };
  return { server, store, handle };
}

/** dynalite hides its store: this reads it when dynalite creates it. */
function started(options: Options): { readonly server: Server; readonly store: Store } {
  const { create } = database;
  let store: Store | undefined;
  database.create = (given) => {
    store = create(given);
    return store;
  };
  try {
    const server = dynalite(options);
    return { server, store: store as unknown as Store };
  } finally {
    database.create = create;
  }
}

function refuse(response: ServerResponse, error: unknown): void {
  const isJson = !(error instanceof SyntaxError);
  const __type = isJson ? "com.amazonaws.dynamodb.v20120810#InternalServerError" : "com.amazon.coral.service#SerializationException";
  response.writeHead(isJson ? 500 : 400, { "content-type": CONTENT_TYPE }).end(JSON.stringify({ __type, message: String(error) }));
}

async function answerStatements(request: IncomingMessage, response: ServerResponse, store: Store): Promise<void> {
  const { Statements = [] } = (await json(request)) as { Statements?: readonly StatementInput[] };
  const valid = Statements.length > 0 && Statements.length <= MAX_STATEMENTS;
  const answer = valid
    ? { Responses: await Promise.all(Statements.map((each) => run(each, store))) }
    : { __type: "com.amazon.coral.validate#ValidationException", message: `A batch has 1 to ${MAX_STATEMENTS} statements.` };
  response.writeHead(valid ? 200 : 400, { "content-type": CONTENT_TYPE }).end(JSON.stringify(answer));
}

async function answerTransaction(request: IncomingMessage, response: ServerResponse, store: Store): Promise<void> {
  const { TransactItems = [] } = (await json(request)) as { TransactItems?: readonly TransactItem[] };
  reply(response, await transacted(TransactItems, store));
}

async function answerReads(request: IncomingMessage, response: ServerResponse, store: Store): Promise<void> {
  const { TransactItems = [] } = (await json(request)) as { TransactItems?: readonly TransactGet[] };
  reply(response, await readTogether(TransactItems, store));
}

function reply(response: ServerResponse, answer: object): void {
  response.writeHead("__type" in answer ? 400 : 200, { "content-type": CONTENT_TYPE }).end(JSON.stringify(answer));
}

/** Reads rows in batches: dynalite awaits each one, and never closes its iterator. */
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
      destroy(error, done) {
        rows.close().then(() => done(error), done);
      },
    });
  };
}

/** A statement's result in the form of BatchExecuteStatement. */
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
  const refusal = await writeOf(statement, store);
  if (refusal === undefined) return { TableName: table };
  const name = refusal.body?.__type?.split("#").at(-1) ?? "InternalServerError";
  if (name === "ValidationException") return { Error: { Code: "ValidationError", Message: refusal.body?.message ?? name } };
  if (name !== "ConditionalCheckFailedException") return { Error: { Code: name.replace(/Exception$/, ""), Message: name } };
  const Code = statement.kind === "insert" ? "DuplicateItem" : "ConditionalCheckFailed";
  return { TableName: table, Error: { Code, Message: "The conditional request failed" } };
}

/** Returns the error, if there was one. */
async function writeOf(
  { kind, table: TableName, set, remove, equal, missing }: WriteStatement,
  store: Store,
): Promise<Refusal | undefined> {
  const keys = await keyOf(TableName, store).catch((refusal: Refusal) => refusal);
  if (keys instanceof Error) return keys;
  const Expected = {
    ...Object.fromEntries(Object.entries(equal).map(([column, Value]) => [column, { Value }])),
    ...Object.fromEntries((kind === "insert" ? keys.slice(0, 1) : missing).map((column) => [column, { Exists: false }])),
  };
  if (kind === "insert") return await outcome(putItem, putting, store, { TableName, Item: set, Expected });
  const Key = Object.fromEntries(keys.map((column) => [column, equal[column]]));
  if (kind === "update") {
    const puts = Object.entries(set).map(([column, Value]) => [column, { Action: "PUT", Value }]);
    const deletes = remove.map((column) => [column, { Action: "DELETE" }]);
    const AttributeUpdates = Object.fromEntries([...puts, ...deletes]);
    return await outcome(updateItem, updating, store, { TableName, Key, AttributeUpdates, Expected });
  }
  const refusal = await outcome(deleteItem, deleting, store, { TableName, Key, Expected });
  // Deleting an item that does not exist is no failure.
  if (refusal !== undefined && (await found({ TableName, Key }, store)) === undefined) return undefined;
  return refusal;
}

async function keyOf(table: string, store: Store): Promise<readonly string[]> {
  return await new Promise((resolve, reject) =>
    store.getTable(table, (error, found) =>
      error || found === undefined ? reject(error) : resolve(found.KeySchema.map(({ AttributeName }) => AttributeName)),
    ),
  );
}

/** Checks a write as a request of its own is checked, and makes it. */
function outcome(action: Action, { types, custom }: typeof putting, store: Store, input: object): Promise<Refusal | undefined> {
  return new Promise((resolve, reject) => {
    try {
      const data = reading.checkTypes(input, types);
      reading.checkValidations(data, types, custom, store);
      action(store, data, (error) => resolve(error ?? undefined));
    } catch (error) {
      if ((error as Refusal).body === undefined) reject(error);
      else resolve(error as Refusal);
    }
  });
}

async function found(at: object, store: Store): Promise<LocalItem | undefined> {
  return await new Promise((resolve, reject) =>
    getItem(store, { ...at, ConsistentRead: true }, (error, answer) => (error ? reject(error) : resolve(answer?.Item as LocalItem))),
  );
}
