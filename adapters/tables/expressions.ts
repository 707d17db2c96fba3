import type { Item } from "./item";

/** A part of a request in DynamoDB's expression language. Names and values go in as placeholders: any name is safe. */
export type Expression = (terms: Terms) => string;

/** The placeholders of one request. */
class Terms {
  private readonly names = new Map<string, string>();
  private readonly values: Item[string][] = [];

  name(name: string): string {
    const placeholder = this.names.get(name) ?? `#n${this.names.size}`;
    this.names.set(name, placeholder);
    return placeholder;
  }

  value(value: Item[string]): string {
    return `:v${this.values.push(value) - 1}`;
  }

  /** DynamoDB refuses members that are there and empty. */
  attributes(): object {
    return {
      ...(this.names.size > 0 && {
        ExpressionAttributeNames: Object.fromEntries([...this.names].map(([name, placeholder]) => [placeholder, name])),
      }),
      ...(this.values.length > 0 && {
        ExpressionAttributeValues: Object.fromEntries(this.values.map((value, index) => [`:v${index}`, value])),
      }),
    };
  }
}

/** The members of a request that its expressions make, by the member each goes into. */
export function expressed(expressions: Readonly<Record<string, Expression | undefined>>): object {
  const terms = new Terms();
  const members = Object.entries(expressions).flatMap(([member, write]) => (write === undefined ? [] : [[member, write(terms)]]));
  return { ...Object.fromEntries(members), ...terms.attributes() };
}

export function all(...conditions: readonly Expression[]): Expression {
  return (terms) => conditions.map((write) => write(terms)).join(" AND ");
}

export function eitherHolds(one: Expression, other: Expression): Expression {
  return (terms) => `${one(terms)} OR ${other(terms)}`;
}

export function absent(name: string): Expression {
  return (terms) => `attribute_not_exists(${terms.name(name)})`;
}

export function present(name: string): Expression {
  return (terms) => `attribute_exists(${terms.name(name)})`;
}

/** Holds where each of these attributes has this value. */
export function equal(cells: Item): Expression {
  return (terms) =>
    Object.entries(cells)
      .map(([name, value]) => `${terms.name(name)} = ${terms.value(value)}`)
      .join(" AND ");
}

/** Holds for the rows that an index has under a value. */
export function under({ partitionKey }: { readonly partitionKey: string }, value: string): Expression {
  return equal({ [partitionKey]: { S: value } });
}

export function above(name: string, value: Item[string]): Expression {
  return (terms) => `${terms.name(name)} > ${terms.value(value)}`;
}

export function below(name: string, value: Item[string]): Expression {
  return (terms) => `${terms.name(name)} < ${terms.value(value)}`;
}

/** Both ends belong to it. */
export function between(name: string, from: Item[string], to: Item[string]): Expression {
  return (terms) => `${terms.name(name)} BETWEEN ${terms.value(from)} AND ${terms.value(to)}`;
}

/** Holds where the attribute is a text that begins with one of these. */
export function beginning(name: string, texts: readonly string[]): Expression {
  return (terms) => texts.map((text) => `begins_with(${terms.name(name)}, ${terms.value({ S: text })})`).join(" OR ");
}

/** Holds where the attribute is one of these texts. */
export function among(name: string, texts: readonly string[]): Expression {
  return (terms) => `${terms.name(name)} IN (${texts.map((text) => terms.value({ S: text })).join(", ")})`;
}

/** Holds where the attribute is a text that has one of these in it, or a list of which one is a member. */
export function containing(name: string, texts: readonly string[]): Expression {
  return (terms) => texts.map((text) => `contains(${terms.name(name)}, ${terms.value({ S: text })})`).join(" OR ");
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
  const compared = [...there].slice(0, MAX_COMPARED - missing.length).map((name) => [name, item[name] as Item[string]]);
  return all(equal(Object.fromEntries(compared)), ...missing.map(absent));
}

/** What an update does to a row. */
export interface Update {
  /** Members to add to sets. */
  readonly add?: Item;
  readonly set?: Item;
  readonly remove?: readonly string[];
}

export function updating({ add = {}, set = {}, remove = [] }: Update): Expression {
  return (terms) => {
    const pairs = (cells: Item, sign: string) =>
      Object.entries(cells).map(([name, value]) => `${terms.name(name)}${sign}${terms.value(value)}`);
    const clauses = { ADD: pairs(add, " "), SET: pairs(set, " = "), REMOVE: remove.map((name) => terms.name(name)) };
    return Object.entries(clauses)
      .flatMap(([verb, parts]) => (parts.length === 0 ? [] : [`${verb} ${parts.join(", ")}`]))
      .join(" ");
  };
}
