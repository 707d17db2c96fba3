import deleteItem from "dynalite/actions/deleteItem.js";
import getItem from "dynalite/actions/getItem.js";
import putItem from "dynalite/actions/putItem.js";
import updateItem from "dynalite/actions/updateItem.js";
import database, { type Action, type Refusal, type Store } from "dynalite/db/index.js";
import deleting from "dynalite/validations/deleteItem.js";
import reading from "dynalite/validations/index.js";
import putting from "dynalite/validations/putItem.js";
import updating from "dynalite/validations/updateItem.js";
import type { ConditionalInput } from "./document-conditions";
import type { LocalItem } from "./tables";

/** One write of a transaction, in the form of its single operation. */
export interface TransactedInput extends ConditionalInput {
  readonly TableName: string;
  readonly Item?: LocalItem;
  readonly Key?: LocalItem;
  readonly ReturnValuesOnConditionCheckFailure?: string;
}

const operations = { Put: [putItem, putting], Update: [updateItem, updating], Delete: [deleteItem, deleting] } as const;
type Operation = keyof typeof operations;
export type TransactItem = Readonly<Partial<Record<Operation, TransactedInput>>>;

/** DynamoDB's limits. */
const MAX_WRITES = 100;
const MAX_BYTES = 4 * 1_024 * 1_024;

/** One reason of a TransactionCanceledException. A write that did not fail has only the code "None". */
interface Reason {
  readonly Code: string;
  readonly Message?: string;
  readonly Item?: LocalItem;
}

interface Read {
  readonly action: Action;
  readonly data: object;
  readonly input: TransactedInput;
  readonly keys: readonly string[];
}

/** Performs TransactWriteItems: all writes or none. Returns the reply's body, with `__type` for an error. The caller locks the keys. */
export async function transacted(items: readonly TransactItem[], store: Store): Promise<object> {
  if (items.length === 0 || items.length > MAX_WRITES) return invalid(`A transaction has 1 to ${MAX_WRITES} writes.`);
  const reads: Read[] = [];
  try {
    for (const item of items) reads.push(await readWrite(item, store));
  } catch (error) {
    const { body } = error as Refusal;
    if (body === undefined) throw error;
    return body;
  }
  if (new Set(reads.map(placeOf)).size < reads.length) return invalid("Transaction request cannot include multiple operations on one item");
  const looks = await Promise.all(reads.map((each) => lookedAt(each, store)));
  if (looks.reduce((sum, { bytes }) => sum + bytes, 0) > MAX_BYTES) return invalid("The rows of a transaction have at most 4 MB together.");
  const reasons = looks.map(({ reason }) => reason);
  if (reasons.some(({ Code }) => Code !== "None")) return canceled(reasons);
  for (const { action, data } of reads) await done(action, data, store);
  return {};
}

async function readWrite(item: TransactItem, store: Store): Promise<Read> {
  const [name, input] = Object.entries(item)[0] as [Operation, TransactedInput];
  const [action, { types, custom }] = operations[name];
  const data = reading.checkTypes(structuredClone(input), types);
  reading.checkValidations(data, types, custom, store);
  return { action, data, input, keys: await keyNames(input.TableName, store) };
}

function keyNames(table: string, store: Store): Promise<readonly string[]> {
  return new Promise((resolve, reject) =>
    store.getTable(table, (error, found) => (found ? resolve(found.KeySchema.map(({ AttributeName }) => AttributeName)) : reject(error))),
  );
}

function keyOf({ input, keys }: Read): LocalItem {
  const { Item, Key = Object.fromEntries(Object.entries(Item ?? {}).filter(([name]) => keys.includes(name))) } = input;
  return Key;
}

function placeOf(read: Read): string {
  return JSON.stringify([read.input.TableName, ...read.keys.map((name) => keyOf(read)[name])]);
}

interface Look {
  readonly reason: Reason;
  /** Size of the row: the larger of before and (approximately) after. */
  readonly bytes: number;
}

async function lookedAt(read: Read, store: Store): Promise<Look> {
  const { TableName, Item, ExpressionAttributeValues = {}, ReturnValuesOnConditionCheckFailure: shows } = read.input;
  const current = await done(getItem, { TableName, Key: keyOf(read), ConsistentRead: true }, store);
  const bytes = Math.max(database.itemSize(current ?? {}), database.itemSize(Item ?? ExpressionAttributeValues));
  if (!database.checkConditional(read.data, current)) return { reason: { Code: "None" }, bytes };
  const Message = "The conditional request failed";
  return { reason: { Code: "ConditionalCheckFailed", Message, ...(shows === "ALL_OLD" && current && { Item: current }) }, bytes };
}

function done(action: Action, data: object, store: Store): Promise<LocalItem | undefined> {
  return new Promise((resolve, reject) =>
    action(store, data, (error, answer) => (error ? reject(error) : resolve(answer?.Item as LocalItem))),
  );
}

function invalid(message: string): object {
  return { __type: "com.amazon.coral.validate#ValidationException", message };
}

function canceled(CancellationReasons: readonly Reason[]): object {
  const codes = CancellationReasons.map(({ Code }) => Code).join(", ");
  return {
    __type: "com.amazonaws.dynamodb.v20120810#TransactionCanceledException",
    message: `Transaction cancelled, please refer cancellation reasons for specific reasons [${codes}]`,
    CancellationReasons,
  };
}
