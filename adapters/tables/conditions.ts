import type { Item } from "./item";
import { absent, type Expression, equal } from "./table";

export function all(...conditions: readonly Expression[]): Expression {
  return (placeholders) => conditions.map((write) => write(placeholders)).join(" AND ");
}

export function either(one: Expression, other: Expression): Expression {
  return (placeholders) => `(${one(placeholders)} OR ${other(placeholders)})`;
}

export function present(name: string): Expression {
  return (placeholders) => `attribute_exists(${placeholders.name(name)})`;
}

export function under({ partitionKey }: { readonly partitionKey: string }, value: string): Expression {
  return equal({ [partitionKey]: { S: value } });
}

/** Both bounds are included. */
export function between(name: string, from: Item[string], to: Item[string]): Expression {
  return (placeholders) => `${placeholders.name(name)} BETWEEN ${placeholders.value(from)} AND ${placeholders.value(to)}`;
}

export function beginning(name: string, texts: readonly string[]): Expression {
  return (placeholders) => texts.map((text) => `begins_with(${placeholders.name(name)}, ${placeholders.value({ S: text })})`).join(" OR ");
}

export function among(name: string, texts: readonly string[]): Expression {
  return (placeholders) => `${placeholders.name(name)} IN (${texts.map((text) => placeholders.value({ S: text })).join(", ")})`;
}

/** True if the attribute is a text that contains one of these texts, or a list with one of them as a member. */
export function containing(name: string, texts: readonly string[]): Expression {
  return (placeholders) => texts.map((text) => `contains(${placeholders.name(name)}, ${placeholders.value({ S: text })})`).join(" OR ");
}

/**
 * Maximum number of columns that `buildReadCondition` compares. DynamoDB accepts 300 operators in an expression, and each column needs two: the
 * comparison and its AND.
 */
const MAX_COMPARED = 120;

/**
 * The optimistic lock: true if a row is unchanged since it was read. In a row with more than MAX_COMPARED columns, compares `columns`, but
 * not all others.
 * @param columns are always compared, even if the row lacks them
 */
export function buildReadCondition(item: Item, columns: readonly string[] = []): Expression {
  const missing = columns.filter((name) => item[name] === undefined);
  const there = new Set([...columns.filter((name) => item[name] !== undefined), ...Object.keys(item)]);
  const comparedCells = [...there].slice(0, MAX_COMPARED - missing.length).map((name) => [name, item[name] as Item[string]]);
  return all(equal(Object.fromEntries(comparedCells)), ...missing.map(absent));
}

/** A request's few approvers, or an account's worker, never need so many tries. */
const MAX_TRIES = 5;

/** Tries again while others change the row between read and write. @param once returns undefined if somebody else was faster */
export async function retryWrite<T>(once: () => Promise<T | undefined>): Promise<T> {
  for (let count = 1; count <= MAX_TRIES; count++) {
    const keptResult = await once();
    if (keptResult !== undefined) return keptResult;
  }
  throw new Error(`A row was changed by others ${MAX_TRIES} times in a row.`);
}
