import { isDeepStrictEqual } from "node:util";
import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import type { LocalItem } from "./tables";

// DynamoDB compares lists and maps in conditions; the embedded one never finds two equal. These functions compare them with the current row
// and send conditions with the same result.

/** The part of a request that its condition needs. */
export interface ConditionalInput {
  readonly ConditionExpression?: string;
  readonly UpdateExpression?: string;
  readonly ExpressionAttributeNames?: Readonly<Record<string, string>>;
  readonly ExpressionAttributeValues?: LocalItem;
}

/** `#name = :value` or `name <> :value`, where the name is a whole attribute. */
const comparison = /(?<![\w#:.])(#?\w+)\s*(=|<>)\s*(:\w+)/g;

/** JavaScript numbers lose digits beyond these. */
const SAFE_DIGITS = 15;

export function comparesDocuments({ ConditionExpression = "", ExpressionAttributeValues = {} }: ConditionalInput): boolean {
  return [...ConditionExpression.matchAll(comparison)].some(([, , , value = ""]) => isDocument(ExpressionAttributeValues[value]));
}

/** Replaces the condition with one that has the same result. @param current the row, which no other write may change meanwhile */
export function withoutDocuments<T extends ConditionalInput>(input: T, current: LocalItem | undefined): T {
  const { ConditionExpression = "", UpdateExpression = "", ExpressionAttributeNames = {}, ExpressionAttributeValues = {} } = input;
  const compared = new Set<string>();
  const condition = ConditionExpression.replace(comparison, (term: string, name: string, sign: string, value: string) => {
    const wanted = ExpressionAttributeValues[value];
    if (!isDocument(wanted)) return term;
    compared.add(value);
    const found = current?.[ExpressionAttributeNames[name] ?? name];
    const equal = found !== undefined && isDeepStrictEqual(comparable(found), comparable(wanted));
    const holds = equal === (sign === "=");
    return `${holds === (found !== undefined) ? "attribute_exists" : "attribute_not_exists"}(${name})`;
  });
  // DynamoDB refuses values that no expression names.
  const named = new Set([...`${condition} ${UpdateExpression}`.matchAll(/:\w+/g)].map(String));
  const values = Object.entries(ExpressionAttributeValues).filter(([name]) => named.has(name) || !compared.has(name));
  return {
    ...input,
    ConditionExpression: condition,
    ExpressionAttributeValues: values.length === 0 ? undefined : Object.fromEntries(values),
  };
}

function isDocument(value: AttributeValue | undefined): value is AttributeValue.LMember | AttributeValue.MMember {
  return value?.L !== undefined || value?.M !== undefined;
}

/** Equal for values that DynamoDB calls equal: numbers by value, sets in any order. */
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
