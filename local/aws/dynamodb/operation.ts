import type { Action, Store, Table } from "dynalite/db/index.js";
import reading from "dynalite/validations/index.js";

/** An operation of dynalite. */
export interface DynaliteOperation {
  readonly act: Action;
  /** The types of the operation's input. */
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

/** Checks an input as DynamoDB does, and parses its expressions. Throws a Refusal. */
export function readInput({ types, custom }: DynaliteOperation, input: object, store: Store): object {
  const data = reading.checkTypes(structuredClone(input), types);
  reading.checkValidations(data, types, custom, store);
  // `checkTypes` removes this option, because dynalite does not know it. So `showsItem` stands for the option.
  const showsItem = "ReturnValuesOnConditionCheckFailure" in input && input.ReturnValuesOnConditionCheckFailure === "ALL_OLD";
  return showsItem ? { ...data, showsItem } : data;
}

/** Performs an operation on checked input. Rejects with a Refusal. */
export function perform(act: Action, data: object, store: Store): Promise<{ readonly Item?: object }> {
  return new Promise((resolve, reject) => act(store, data, (error, answer) => (error ? reject(error) : resolve(answer ?? {}))));
}

/** Rejects with a Refusal if there is no such table. */
export function findTable(name: string, store: Store): Promise<Table> {
  return new Promise((resolve, reject) => store.getTable(name, (error, table) => (table ? resolve(table) : reject(error))));
}
