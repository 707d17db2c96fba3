import { isDeepStrictEqual } from "node:util";
import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import { dynamodb } from "../../../adapters/aws/client";
import type { LocalServer } from "../server";
import { type SignedAccess, serveSigned } from "../signed-server";
import type { Database, DatabaseCall, DatabaseReply } from "./database";
import { type ConditionalInput, comparesDocuments, withoutDocuments } from "./document-conditions";
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
  /** Rewrites a request that the database would judge wrongly into one that it judges correctly, given the current items. */
  rewritten?(current: Images): object;
}

/** Handles one call, signed or not. */
type DynamodbProxy = (call: DatabaseCall) => Promise<DatabaseReply>;

/**
 * The DynamoDB that every caller uses, the AWS command line included. It sends calls to the embedded one, reports changes by each write to
 * the template's tables, and adds what the embedded one lacks: lists and maps in conditions, and the item that failed a condition. Writes
 * to one key wait for each other, so that both images are right.
 * @param tables may grow later
 * @param onChange receives each change, in order for a key; if absent, rows are read only for conditions
 */
export function dynamodbProxy({ send }: Pick<Database, "send">, tables: readonly LocalTable[], onChange?: OnChange): DynamodbProxy {
  const locks = new KeyedLock();
  return (call) => {
    const written = writeOf(call, tables);
    const work =
      written === undefined ? send(call) : locks.hold(written.targets.map(lockOf), () => write(call, written, { forward: send, onChange }));
    return work.catch(() => internalError);
  };
}

interface Behind {
  readonly forward: Database["send"];
  readonly onChange: OnChange | undefined;
}

async function write(
  call: DatabaseCall,
  { targets, showsRefusing, rewritten }: Write,
  { forward, onChange }: Behind,
): Promise<DatabaseReply> {
  if (onChange === undefined && !showsRefusing && rewritten === undefined) return await forward(call);
  const images = () => Promise.all(targets.map((target) => read(call, target, forward)));
  const before = await images().catch(() => undefined);
  // A key that cannot be read cannot be written: the database returns the error.
  if (before === undefined) return await forward(call);
  const body = rewritten && Buffer.from(JSON.stringify(rewritten(before)));
  const reply = await forward(body === undefined ? call : { ...call, body });
  if (reply.status !== 200) return showsRefusing ? withRefusingItem(reply, before[0]) : reply;
  if (onChange !== undefined) tell(onChange, targets, before, await images());
  return reply;
}

type Images = readonly (LocalItem | undefined)[];

function tell(onChange: OnChange, targets: readonly Target[], before: Images, after: Images): void {
  for (const [index, target] of targets.entries()) {
    const images = { ...(before[index] && { before: before[index] }), ...(after[index] && { after: after[index] }) };
    if (!isDeepStrictEqual(before[index], after[index])) onChange({ ...target, ...images });
  }
}

/** Reads the item that a write targets, with the write's own headers. */
async function read(call: DatabaseCall, { table, keys }: Target, forward: Database["send"]): Promise<LocalItem | undefined> {
  const body = Buffer.from(JSON.stringify({ TableName: table.name, Key: keys, ConsistentRead: true }));
  const headers = { ...call.headers, "x-amz-target": `${dynamodb.target}.GetItem`, "content-length": String(body.length) };
  const reply = await forward({ ...call, headers, body });
  if (reply.status !== 200) throw new Error(`GetItem answered ${reply.status}.`);
  return (JSON.parse(reply.body.toString("utf8")) as { Item?: LocalItem }).Item;
}

export function serveDynamodb(access: SignedAccess, ...given: Parameters<typeof dynamodbProxy>): Promise<LocalServer> {
  const proxy = dynamodbProxy(...given);
  return serveSigned(
    { ...dynamodb, maxBodyBytes: MAX_BODY_BYTES },
    access,
    async ({ method = "POST", url = "/", headers }, body, response) => {
      const reply = await proxy({ method, path: url, headers, body });
      response.writeHead(reply.status, reply.headers).end(reply.body);
    },
  );
}

const internalError: DatabaseReply = {
  status: 500,
  headers: { "content-type": dynamodb.contentType },
  body: Buffer.from(JSON.stringify({ __type: "com.amazonaws.dynamodb.v20120810#InternalServerError", message: "The database failed." })),
};

/** Adds the item that failed the condition; returns any other reply unchanged. */
function withRefusingItem(reply: DatabaseReply, item: LocalItem | undefined): DatabaseReply {
  const error = JSON.parse(reply.body.toString("utf8")) as { readonly __type?: string };
  if (item === undefined || !error.__type?.endsWith("#ConditionalCheckFailedException")) return reply;
  const body = Buffer.from(JSON.stringify({ ...error, Item: item }));
  // The checksum is that of the old body; clients work without it.
  const { "x-amz-crc32": _, ...headers } = reply.headers;
  return { ...reply, headers: { ...headers, "content-length": String(body.length) }, body };
}

interface WriteInput extends ConditionalInput {
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
const writes = new Set(
  ["PutItem", "UpdateItem", "DeleteItem", "BatchWriteItem", "BatchExecuteStatement", "TransactWriteItems", "TransactGetItems"].map(
    (operation) => `${dynamodb.target}.${operation}`,
  ),
);

/** Undefined for a call that writes to none of the tables, or that is no valid write: the database refuses that. */
function writeOf({ headers, body }: DatabaseCall, tables: readonly LocalTable[]): Write | undefined {
  if (!writes.has(String(headers["x-amz-target"]))) return undefined;
  try {
    const input = JSON.parse(body.toString("utf8")) as WriteInput;
    const targets = itemsOf(input).flatMap(([name, item]) => {
      const table = tables.find((each) => each.name === name);
      return table === undefined ? [] : targetOf(table, item);
    });
    const showsRefusing = input.ReturnValuesOnConditionCheckFailure === "ALL_OLD";
    return targets.length === 0 ? undefined : { targets, showsRefusing, ...rewritingOf(input) };
  } catch {
    return undefined;
  }
}

/** Every write of a transaction must be to one of the tables: the images are theirs, in this order. */
function rewritingOf(input: WriteInput): Pick<Write, "rewritten"> {
  const { TransactItems } = input;
  if (TransactItems === undefined) return comparesDocuments(input) ? { rewritten: ([current]) => withoutDocuments(input, current) } : {};
  if (!TransactItems.some((item) => comparesDocuments(transactedIn(item)))) return {};
  const judged = (input: TransactedInput, current: LocalItem | undefined) =>
    comparesDocuments(input) ? withoutDocuments(input, current) : input;
  const rewritten = (current: Images) => ({
    TransactItems: TransactItems.map((item, index) => ({ [Object.keys(item)[0] ?? ""]: judged(transactedIn(item), current[index]) })),
  });
  return { rewritten };
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
