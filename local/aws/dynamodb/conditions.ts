import { isDeepStrictEqual } from "node:util";
import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import database, { type Expression } from "dynalite/db/index.js";
import type { LocalItem } from "./tables";

const { checkConditional, mapPath } = database;

/**
 * Makes dynalite compare lists and maps by content: by itself, it finds no two equal. If a request asks for the item, adds it to the error
 * of a failed condition.
 */
export function completeConditions(): void {
  database.checkConditional = (read, item) => {
    const { _condition: condition } = read;
    const completedCondition = condition && {
      _condition: { ...condition, expression: withoutDocuments(condition.expression, item ?? {}) },
    };
    const refusal = checkConditional({ ...read, ...completedCondition }, item);
    return refusal && read.showsItem && item ? Object.assign(refusal, { body: { ...refusal.body, Item: item } }) : refusal;
  };
}

/** An expression that is always true, because its argument is a literal and not a path. */
const always: Expression = { type: "function", name: "attribute_exists", args: [{ S: "x" }] };
const never: Expression = { type: "not", args: [always] };

/** Replaces each comparison with a list or a map by `always` or `never`. */
function withoutDocuments(expression: Expression, item: LocalItem): Expression {
  const { type, args } = expression;
  if (["and", "or", "not"].includes(type)) {
    return { ...expression, args: args.map((each) => withoutDocuments(each as Expression, item)) };
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
export function completeComparisons(expression: Expression, option: string): Expression {
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

/** True if a write of the one over the other changes nothing, as of sets in another order. */
export function equalItems(before: LocalItem | undefined, after: LocalItem | null | undefined): boolean {
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
