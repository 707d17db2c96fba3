import database, { type Action, type Refusal, type Store, type Table } from "dynalite/db/index.js";
import { isEmptyKey } from "./index-keys";
import { type DynaliteOperation, findOperation, findTable, perform, readInput } from "./operation";
import type { LocalItem } from "./tables";

/** One write, in the form of the input of PutItem, UpdateItem or DeleteItem. */
export interface TransactedInput {
  readonly TableName: string;
  readonly ExpressionAttributeValues?: LocalItem;
  readonly Item?: LocalItem;
  readonly Key?: LocalItem;
  readonly ReturnValuesOnConditionCheckFailure?: string;
}

const nothing: Action = (_store, _data, callback) => callback(null);
const getOperation = (name: string) => findOperation(name) as DynaliteOperation;
const get = getOperation("GetItem");
const remove = getOperation("DeleteItem");
const operations = {
  Put: getOperation("PutItem"),
  Update: getOperation("UpdateItem"),
  Delete: remove,
  // A condition check has the same input as a conditional delete.
  ConditionCheck: { ...remove, act: nothing },
} as const;
type Name = keyof typeof operations;
export type TransactItem = Readonly<Partial<Record<Name, TransactedInput>>>;

/** DynamoDB's limits. */
const MAX_ITEMS = 100;
const MAX_BYTES = 4 * 1_024 * 1_024;

/** A reason of a TransactionCanceledException. A write that did not fail has only the code "None". */
interface Reason {
  readonly Code: string;
  readonly Message?: string;
  readonly Item?: LocalItem;
}

interface Read {
  readonly name: Name;
  readonly act: Action;
  readonly data: object;
  readonly input: TransactedInput;
  readonly table: Table;
}

/** Performs all writes or none. Returns the reply's body, with `__type` for an error. The caller must prevent other writes meanwhile. */
export async function runTransaction(items: readonly TransactItem[], store: Store): Promise<object> {
  if (items.length === 0 || items.length > MAX_ITEMS) {
    const limit = items.length === 0 ? "greater than or equal to 1" : `less than or equal to ${MAX_ITEMS}`;
    const value = `'${JSON.stringify(items)}' at 'transactItems'`;
    return invalid(`1 validation error detected: Value ${value} failed to satisfy constraint: Member must have length ${limit}`);
  }
  const reads: Read[] = [];
  try {
    for (const item of items) reads.push(await readWrite(item, store));
  } catch (error) {
    const { body } = error as Refusal;
    if (body === undefined) throw error;
    return body;
  }
  const refusal = findRefusal(reads);
  if (refusal !== undefined) return refusal;
  const looks = await Promise.all(reads.map((each) => lookedAt(each, store)));
  if (looks.reduce((sum, { bytes }) => sum + bytes, 0) > MAX_BYTES) return invalid("The rows of a transaction have at most 4 MB together.");
  const reasons = looks.map(({ reason }) => reason);
  if (reasons.some(({ Code }) => Code !== "None")) return buildCancellation(reasons);
  for (const { act, data } of reads) await perform(act, data, store);
  return {};
}

function findRefusal(reads: readonly Read[]): object | undefined {
  const refusals = reads.map(keyRefusal);
  const empty = refusals.find((refusal) => refusal !== undefined && isEmptyKey(refusal));
  if (empty?.body !== undefined) return empty.body;
  if (refusals.some((refusal) => refusal !== undefined)) return buildCancellation(refusals.map(validationReason));
  const places = reads.map((read) => JSON.stringify([read.input.TableName, ...keyNames(read).map((name) => readItemKey(read)[name])]));
  if (new Set(places).size < reads.length) return invalid("Transaction request cannot include multiple operations on one item");
  return undefined;
}

async function readWrite(item: TransactItem, store: Store): Promise<Read> {
  const [[name, input] = [], ...others] = Object.entries(item) as [Name, TransactedInput][];
  if (name === undefined || input === undefined || others.length > 0 || !Object.hasOwn(operations, name)) {
    throw database.validationError("TransactItems can only contain one of Check, Put, Update or Delete");
  }
  const data = readInput(operations[name], input, store);
  return { name, act: operations[name].act, data, input, table: await findTable(input.TableName, store) };
}

function keyRefusal({ data, input: { Item, Key = {} }, table }: Read): Refusal | undefined {
  if (Item !== undefined) return database.validateItem(Item, table) ?? undefined;
  const { AttributeUpdates, _updates } = data as UpdateData;
  return database.validateKey(Key, table) ?? database.validateUpdates(AttributeUpdates, _updates, table) ?? undefined;
}

interface UpdateData {
  readonly AttributeUpdates?: Parameters<typeof database.validateUpdates>[0];
  readonly _updates?: Parameters<typeof database.validateUpdates>[1];
}

function validationReason(refusal: Refusal | undefined): Reason {
  return refusal === undefined ? { Code: "None" } : { Code: "ValidationError", Message: refusal.body?.message ?? refusal.message };
}

function keyNames({ table: { KeySchema } }: Read): readonly string[] {
  return KeySchema.map(({ AttributeName }) => AttributeName);
}

function readItemKey(read: Read): LocalItem {
  const { Item, Key = Object.fromEntries(keyNames(read).map((name) => [name, Item?.[name]])) } = read.input;
  return Key as LocalItem;
}

interface Look {
  readonly reason: Reason;
  /** Size of the row before the write or (approximately) after it, whichever is larger. */
  readonly bytes: number;
}

async function lookedAt(read: Read, store: Store): Promise<Look> {
  const { TableName, Item, ExpressionAttributeValues = {}, ReturnValuesOnConditionCheckFailure: shows } = read.input;
  const { Item: row } = await perform(get.act, { TableName, Key: readItemKey(read), ConsistentRead: true }, store);
  const current = row as LocalItem | undefined;
  const bytes = Math.max(database.itemSize(current ?? {}), database.itemSize(Item ?? ExpressionAttributeValues));
  if (!database.checkConditional(read.data, current)) return { reason: validationReason(await rehearse(read, current, store)), bytes };
  const Message = "The conditional request failed";
  return { reason: { Code: "ConditionalCheckFailed", Message, ...(shows === "ALL_OLD" && current && { Item: current }) }, bytes };
}

/** `rehearsal` is a store that stores nothing. */
async function rehearse({ name, act, data }: Read, current: LocalItem | undefined, store: Store): Promise<Refusal | undefined> {
  if (name !== "Update") return undefined;
  type Finish = (error: Error | null, item?: object) => void;
  const storedDatabase = {
    put: (_key: string, _item: object, finish: Finish) => finish(null),
    del: (_key: string, finish: Finish) => finish(null),
  };
  const row = {
    ...storedDatabase,
    lock: (_key: string, use: (release: (finish: Finish) => Finish) => void) => use((finish) => finish),
    get: (_key: string, finish: Finish) =>
      current === undefined ? finish(Object.assign(new Error(), { name: "NotFoundError" })) : finish(null, structuredClone(current)),
  };
  const rehearsal = { getTable: store.getTable, options: store.options, getItemDb: () => row, getIndexDb: () => storedDatabase };
  return await perform(act, structuredClone(data), rehearsal as unknown as Store).then(
    () => undefined,
    (refusal: Refusal) => (refusal.body === undefined ? Promise.reject(refusal) : refusal),
  );
}

function invalid(message: string): object {
  return { __type: "com.amazon.coral.validate#ValidationException", message };
}

function buildCancellation(CancellationReasons: readonly Reason[]): object {
  const codes = CancellationReasons.map(({ Code }) => Code).join(", ");
  return {
    __type: "com.amazonaws.dynamodb.v20120810#TransactionCanceledException",
    message: `Transaction cancelled, please refer cancellation reasons for specific reasons [${codes}]`,
    CancellationReasons,
  };
}
