import type { Action, Expression, Store, Table } from "dynalite/db/index.js";
import reading from "dynalite/validations/index.js";
import { completeComparisons } from "./conditions";

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
export function operationNamed(name: string): DynaliteOperation | undefined {
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
