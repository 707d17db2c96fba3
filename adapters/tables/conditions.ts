import type { Item } from "./item";
import { absent, type Expression, equal } from "./table";

// Conditions of queries, and of writes that no step makes.

export function all(...conditions: readonly Expression[]): Expression {
  return (placeholders) => conditions.map((write) => write(placeholders)).join(" AND ");
}

export function either(one: Expression, other: Expression): Expression {
  return (placeholders) => `(${one(placeholders)} OR ${other(placeholders)})`;
}

export function present(name: string): Expression {
  return (placeholders) => `attribute_exists(${placeholders.name(name)})`;
}

/** Holds for the rows that an index has under a value. */
export function under({ partitionKey }: { readonly partitionKey: string }, value: string): Expression {
  return equal({ [partitionKey]: { S: value } });
}

/** Both ends belong to it. */
export function between(name: string, from: Item[string], to: Item[string]): Expression {
  return (placeholders) => `${placeholders.name(name)} BETWEEN ${placeholders.value(from)} AND ${placeholders.value(to)}`;
}

/** Holds where the attribute is a text that begins with one of these. */
export function beginning(name: string, texts: readonly string[]): Expression {
  return (placeholders) => texts.map((text) => `begins_with(${placeholders.name(name)}, ${placeholders.value({ S: text })})`).join(" OR ");
}

/** Holds where the attribute is one of these texts. */
export function among(name: string, texts: readonly string[]): Expression {
  return (placeholders) => `${placeholders.name(name)} IN (${texts.map((text) => placeholders.value({ S: text })).join(", ")})`;
}

/** Holds where the attribute is a text that has one of these in it, or a list of which one is a member. */
export function containing(name: string, texts: readonly string[]): Expression {
  return (placeholders) => texts.map((text) => `contains(${placeholders.name(name)}, ${placeholders.value({ S: text })})`).join(" OR ");
}

/** An expression of DynamoDB's takes 300 operators, and a comparison is two with its AND. */
const MAX_COMPARED = 120;

/**
 * The optimistic lock: holds while a row is as it was read, lists and maps included. Of a row with hundreds of columns it compares
 * the named ones and the first of the others.
 * @param columns attributes that must not have been added meanwhile either
 */
export function asRead(item: Item, columns: readonly string[] = []): Expression {
  const missing = columns.filter((name) => item[name] === undefined);
  const there = new Set([...columns.filter((name) => item[name] !== undefined), ...Object.keys(item)]);
  const comparedCells = [...there].slice(0, MAX_COMPARED - missing.length).map((name) => [name, item[name] as Item[string]]);
  return all(equal(Object.fromEntries(comparedCells)), ...missing.map(absent));
}

/** More retries than a request's few approvers or an account's worker ever cause. */
const MAX_TRIES = 5;

/** Tries until a row was written as it was read. @param once undefined where somebody else was faster */
export async function retryWrite<T>(once: () => Promise<T | undefined>): Promise<T> {
  for (let count = 1; count <= MAX_TRIES; count++) {
    const keptResult = await once();
    if (keptResult !== undefined) return keptResult;
  }
  throw new Error(`A row was changed by others ${MAX_TRIES} times in a row.`);
}
