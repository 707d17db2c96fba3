import { isDeepStrictEqual } from "node:util";
import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import database, { type Action, type Expression, type Store, type Table } from "dynalite/db/index.js";
import reading from "dynalite/validations/index.js";
import type { LocalItem } from "./tables";

export interface DynaliteOperation {
  readonly act: Action;
  readonly types: object;
  readonly custom: unknown;
}

const names = new Set([
  ...["BatchGetItem", "BatchWriteItem", "CreateTable", "DeleteItem", "DeleteTable", "DescribeTable", "DescribeTimeToLive", "GetItem"],
  ...["ListTables", "ListTagsOfResource", "PutItem", "Query", "Scan", "TagResource", "UntagResource", "UpdateItem", "UpdateTable"],
]);

/** Undefined for an operation that dynalite lacks. */
export function findOperation(name: string): DynaliteOperation | undefined {
  if (!names.has(name)) return undefined;
  const file = `${name.charAt(0).toLowerCase()}${name.slice(1)}.js`;
  return { act: require(`dynalite/actions/${file}`), ...require(`dynalite/validations/${file}`) };
}

interface ParsedInput {
  readonly _condition?: { expression: Expression };
  readonly _filter?: { expression: Expression };
}

/** Throws a Refusal. */
export function readInput({ types, custom }: DynaliteOperation, input: object, store: Store): object {
  const data: ParsedInput = reading.checkTypes(structuredClone(input), types);
  reading.checkValidations(data, types, custom, store);
  for (const [member, option] of [
    ["_condition", "ConditionExpression"],
    ["_filter", "FilterExpression"],
  ] as const) {
    const parsed = data[member];
    if (parsed !== undefined) parsed.expression = completeComparisons(parsed.expression, option);
  }
  // `checkTypes` removes this option, because dynalite does not know it.
  const showsItem = "ReturnValuesOnConditionCheckFailure" in input && input.ReturnValuesOnConditionCheckFailure === "ALL_OLD";
  return showsItem ? { ...data, showsItem } : data;
}

/** Rejects with a Refusal. */
export function perform(act: Action, data: object, store: Store): Promise<{ readonly Item?: object }> {
  return new Promise((resolve, reject) => act(store, data, (error, answer) => (error ? reject(error) : resolve(answer ?? {}))));
}

/** Rejects with a Refusal if there is no such table. */
export function findTable(name: string, store: Store): Promise<Table> {
  return new Promise((resolve, reject) => store.getTable(name, (error, table) => (table ? resolve(table) : reject(error))));
}

const { checkConditional, mapPath } = database;

/**
 * Makes dynalite compare lists and maps by content: by itself, it finds no two equal. If a request asks for the item, adds it to the error
 * of a failed condition.
 */
export function completeConditions(): void {
  database.checkConditional = (read, item) => {
    const { _condition: condition } = read;
    const completedCondition = condition && {
      _condition: { ...condition, expression: replaceDocumentComparisons(condition.expression, item ?? {}) },
    };
    const refusal = checkConditional({ ...read, ...completedCondition }, item);
    return refusal && read.showsItem && item ? Object.assign(refusal, { body: { ...refusal.body, Item: item } }) : refusal;
  };
}

/** An expression that is always true, because its argument is a literal and not a path. */
const always: Expression = { type: "function", name: "attribute_exists", args: [{ S: "x" }] };
const never: Expression = { type: "not", args: [always] };

function replaceDocumentComparisons(expression: Expression, item: LocalItem): Expression {
  const { type, args } = expression;
  if (["and", "or", "not"].includes(type)) {
    return { ...expression, args: args.map((each) => replaceDocumentComparisons(each as Expression, item)) };
  }
  const [path, value] = args as [Parameters<typeof mapPath>[0], AttributeValue | undefined];
  if (!["=", "<>"].includes(type) || !isDocument(value)) return expression;
  const attributeValue = mapPath(path, item) as AttributeValue | undefined;
  const isEqual = isDocument(attributeValue) && isDeepStrictEqual(comparable(attributeValue), comparable(value));
  return isEqual === (type === "=") ? always : never;
}

/** DynamoDB compares the order of these types alone. */
const ORDERED_TYPES = ["S", "N", "B"];

/**
 * Returns the condition as DynamoDB understands it: of attributes that are both missing, only `<>` holds. Throws a Refusal for a comparison
 * with a value that has no order.
 */
function completeComparisons(expression: Expression, option: string): Expression {
  const { type, args } = expression;
  if (["and", "or", "not"].includes(type)) {
    return { ...expression, args: args.map((each) => completeComparisons(each as Expression, option)) };
  }
  if (["<", "<=", ">", ">=", "between"].includes(type)) {
    const operandTypes = args.flatMap((each) => (Array.isArray(each) || "type" in each ? [] : Object.keys(each)));
    const wrong = operandTypes.find((each) => !ORDERED_TYPES.includes(each));
    if (wrong !== undefined) {
      const what = `operator or function: ${type.toUpperCase()}, operand type: ${wrong}`;
      throw database.validationError(`Invalid ${option}: Incorrect operand type for operator or function; ${what}`);
    }
  }
  const [path] = args;
  if (type === "function" || !Array.isArray(path)) return expression;
  const exists: Expression = { type: "function", name: "attribute_exists", args: [path] };
  if (type === "<>") return { type: "or", args: [{ type: "not", args: [exists] }, expression] };
  return { type: "and", args: [exists, expression] };
}

function equalItems(before: LocalItem | undefined, after: LocalItem | null | undefined): boolean {
  if (before === undefined || after === undefined || after === null) return before === (after ?? undefined);
  return isDeepStrictEqual(comparable({ M: before }), comparable({ M: after }));
}

function isDocument(value: AttributeValue | undefined): value is AttributeValue.LMember | AttributeValue.MMember {
  return value?.L !== undefined || value?.M !== undefined;
}

/** A JavaScript number represents this many digits exactly. */
const SAFE_DIGITS = 15;

/** Converts a value for `isDeepStrictEqual`. As in DynamoDB, numbers are compared by value, sets in any order. */
function comparable(value: AttributeValue): unknown {
  const { L, M, N, SS, NS, BS } = value;
  if (L !== undefined) return L.map(comparable);
  if (M !== undefined) return Object.fromEntries(Object.entries(M).map(([name, each]) => [name, comparable(each)]));
  if (N !== undefined) return { N: numeral(N) };
  const members = SS ?? NS?.map(numeral) ?? BS?.map(String);
  return members === undefined ? value : { ofSet: Object.keys(value), members: [...members].sort() };
}

function numeral(text: string): string {
  return text.replace(/\D/g, "").length <= SAFE_DIGITS ? String(Number(text)) : text;
}

/** One item before and after a write. At least one of the two is present, and they differ. */
export interface ItemChange {
  readonly table: string;
  readonly keys: LocalItem;
  readonly before?: LocalItem;
  readonly after?: LocalItem;
}

const followersByStore = new WeakMap<Store, (change: ItemChange) => void>();
const { updateIndexes } = database;

/** @param onWrite receives each change just before its item is written @returns a function that returns the changes since its last call */
export function followChanges(store: Store, onWrite: (change: ItemChange) => void): () => readonly ItemChange[] {
  // Dynalite calls `updateIndexes` for each item that it writes, while it holds the item's lock.
  database.updateIndexes = (of, table, before, item, callback) => {
    // An updated item has no prototype, so `isDeepStrictEqual` would find it different from `before`.
    const after = item && (JSON.parse(JSON.stringify(item)) as LocalItem);
    const some = after ?? before;
    if (some && !equalItems(before, after)) {
      const keys = Object.fromEntries(table.KeySchema.map(({ AttributeName: name }) => [name, some[name] as LocalItem[string]]));
      followersByStore.get(of)?.({ table: table.TableName, keys, before, after: after ?? undefined });
    }
    updateIndexes(of, table, before, item, callback);
  };
  const changes: ItemChange[] = [];
  followersByStore.set(store, (change) => {
    onWrite(change);
    changes.push(change);
  });
  return () => changes.splice(0);
}
