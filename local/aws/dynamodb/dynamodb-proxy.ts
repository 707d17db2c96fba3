import { randomUUID } from "node:crypto";
import type { IncomingHttpHeaders, OutgoingHttpHeaders } from "node:http";
import { isDeepStrictEqual } from "node:util";
import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import { dynamodb } from "../../../adapters/aws/client";
import type { LocalServer } from "../server";
import { type SignedAccess, serveSigned } from "../signed-server";
import type { DynamodbCall } from "./embedded";
import { readStatement, type StatementInput } from "./statements";
import { type LocalItem, type LocalTable, localKey } from "./tables";
import type { TransactedInput, TransactItem } from "./transactions";

/** One item before and after a write. At least one of the two is present, and they differ. */
export interface ItemChange {
  readonly table: LocalTable;
  readonly keys: LocalItem;
  readonly before?: LocalItem;
  readonly after?: LocalItem;
}

type OnChange = (change: ItemChange) => void;

/** DynamoDB's limit. */
const MAX_BODY_BYTES = 16 * 1_024 * 1_024;

interface Target {
  readonly table: LocalTable;
  readonly keys: LocalItem;
}

interface Write {
  readonly targets: readonly Target[];
  /** True if the caller wants the item that failed the condition. */
  readonly showsRefusing: boolean;
}

/**
 * The DynamoDB that every caller uses, the AWS command line included. It sends calls to the embedded one, reports changes by each write to
 * the template's tables, and shows the item that failed a condition, which the embedded one does not. Writes to one key wait for each
 * other, so that both images are right.
 * @param tables may grow later
 * @param onChange receives each change, in order for a key; if absent, rows are read only to show them
 */
export function dynamodbProxy(call: DynamodbCall, tables: readonly LocalTable[], onChange?: OnChange): DynamodbCall {
  const locks = new KeyedLock();
  return async (operation, input) => {
    const written = readWrite(operation, input, tables);
    if (written === undefined) return await call(operation, input);
    return await locks.hold(written.targets.map(lockOf), () => write(written, { operation, input, call, onChange }));
  };
}

interface Asked {
  readonly operation: string;
  readonly input: object;
  readonly call: DynamodbCall;
  readonly onChange: OnChange | undefined;
}

async function write({ targets, showsRefusing }: Write, { operation, input, call, onChange }: Asked): Promise<object> {
  if (onChange === undefined && !showsRefusing) return await call(operation, input);
  const images = () => Promise.all(targets.map((target) => read(target, call)));
  const before = await images().catch(() => undefined);
  // A key that cannot be read cannot be written: the database returns the error.
  if (before === undefined) return await call(operation, input);
  const reply = await call(operation, input);
  if (!isError(reply)) {
    if (onChange !== undefined) tell(onChange, targets, before, await images());
    return reply;
  }
  const isRefused = reply.__type.endsWith("#ConditionalCheckFailedException");
  return showsRefusing && isRefused && before[0] !== undefined ? { ...reply, Item: before[0] } : reply;
}

function isError(reply: object): reply is { readonly __type: string } {
  return "__type" in reply;
}

type Images = readonly (LocalItem | undefined)[];

function tell(onChange: OnChange, targets: readonly Target[], before: Images, after: Images): void {
  for (const [index, target] of targets.entries()) {
    const images = { ...(before[index] && { before: before[index] }), ...(after[index] && { after: after[index] }) };
    if (!isDeepStrictEqual(before[index], after[index])) onChange({ ...target, ...images });
  }
}

/** Reads the item that a write targets. */
async function read({ table, keys }: Target, call: DynamodbCall): Promise<LocalItem | undefined> {
  const reply = await call("GetItem", { TableName: table.name, Key: keys, ConsistentRead: true });
  if (isError(reply)) throw new Error(`GetItem answered ${reply.__type}.`);
  return (reply as { readonly Item?: LocalItem }).Item;
}

export function serveDynamodb(access: SignedAccess, call: DynamodbCall): Promise<LocalServer> {
  return serveSigned({ ...dynamodb, maxBodyBytes: MAX_BODY_BYTES }, access, async ({ headers }, body, response) => {
    const reply = await replyTo(call, headers, body);
    response.writeHead(reply.status, reply.headers).end(reply.body);
  });
}

/** The reply to a call over HTTP. */
export async function replyTo(
  call: DynamodbCall,
  { "x-amz-target": target }: IncomingHttpHeaders,
  body: Buffer,
): Promise<{ readonly status: number; readonly headers: OutgoingHttpHeaders; readonly body: string }> {
  const [prefix, operation = ""] = String(target).split(".");
  const reply = await Promise.resolve()
    .then(() => call(prefix === dynamodb.target ? operation : "", JSON.parse(body.toString("utf8"))))
    .catch((error: unknown) => (error instanceof SyntaxError ? notJson : internalError));
  const status = reply === internalError ? 500 : isError(reply) ? 400 : 200;
  return { status, headers: { "Content-Type": dynamodb.contentType, "x-amzn-RequestId": randomUUID() }, body: JSON.stringify(reply) };
}

const notJson = { __type: "com.amazon.coral.service#SerializationException" };
const internalError = { __type: "com.amazonaws.dynamodb.v20120810#InternalServerError", message: "The database failed." };

interface WriteInput {
  readonly TableName?: string;
  readonly Key?: LocalItem;
  readonly Item?: LocalItem;
  readonly RequestItems?: Readonly<Record<string, readonly WriteRequest[]>>;
  readonly Statements?: readonly StatementInput[];
  readonly TransactItems?: readonly TransactItem[];
  readonly ReturnValuesOnConditionCheckFailure?: string;
}

interface WriteRequest {
  readonly PutRequest?: { readonly Item?: LocalItem };
  readonly DeleteRequest?: { readonly Key?: LocalItem };
}

/** Reading together waits as writes do: it must not see half of a transaction. */
const writes = new Set("PutItem UpdateItem DeleteItem BatchWriteItem BatchExecuteStatement TransactWriteItems TransactGetItems".split(" "));

/** Undefined for a call that writes to none of the tables, or that is no valid write: the database refuses that. */
function readWrite(operation: string, input: WriteInput, tables: readonly LocalTable[]): Write | undefined {
  if (!writes.has(operation)) return undefined;
  try {
    const targets = itemsOf(input).flatMap(([name, item]) => {
      const table = tables.find((each) => each.name === name);
      return table === undefined ? [] : targetOf(table, item);
    });
    const showsRefusing = input.ReturnValuesOnConditionCheckFailure === "ALL_OLD";
    return targets.length === 0 ? undefined : { targets, showsRefusing };
  } catch {
    return undefined;
  }
}

function transactedIn(item: TransactItem): TransactedInput {
  return Object.values(item)[0] as TransactedInput;
}

/** Items that a call writes, or their keys, with the names of their tables. */
function itemsOf(input: WriteInput): readonly (readonly [string, LocalItem | undefined])[] {
  const { RequestItems, Statements, TransactItems, TableName, Item, Key } = input;
  if (TransactItems !== undefined) return TransactItems.map(transactedIn).map((each) => [each.TableName, each.Item ?? each.Key]);
  if (Statements !== undefined) {
    return Statements.map(readStatement).map(({ kind, table, set, equal }) => [table, kind === "insert" ? set : equal] as const);
  }
  if (RequestItems === undefined) return [[String(TableName), Item ?? Key]];
  return Object.entries(RequestItems).flatMap(([name, requests]) =>
    requests.map(({ PutRequest, DeleteRequest }) => [name, PutRequest?.Item ?? DeleteRequest?.Key] as const),
  );
}

function targetOf(table: LocalTable, item: LocalItem | undefined): readonly Target[] {
  const keys = localKey(item, table);
  return keys === undefined ? [] : [{ table, keys }];
}

/** Two spellings of one number are the same key. */
function lockOf({ table, keys }: Target): string {
  const values = table.keyAttributes.map((name) => {
    const { N, ...other } = keys[name] as AttributeValue & { N?: string };
    return N === undefined ? other : Number(N);
  });
  return JSON.stringify([table.name, ...values]);
}

/** Makes work on one key wait for earlier work on it. Work on several keys joins all queues at once, so that no deadlock can arise. */
class KeyedLock {
  private readonly tails = new Map<string, Promise<void>>();

  hold<T>(keys: readonly string[], work: () => Promise<T>): Promise<T> {
    const turn = Promise.all(keys.map((key) => this.tails.get(key))).then(work);
    const tail: Promise<void> = turn.then(
      () => this.leave(keys, tail),
      () => this.leave(keys, tail),
    );
    for (const key of keys) this.tails.set(key, tail);
    return turn;
  }

  private leave(keys: readonly string[], tail: Promise<void>): void {
    for (const key of keys) if (this.tails.get(key) === tail) this.tails.delete(key);
  }
}
