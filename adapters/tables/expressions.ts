import type { Item } from "./item";

/** A part of a request in DynamoDB's expression language. Names and values go in as placeholders: any name is safe. */
export type Expression = (placeholders: Placeholders) => string;

/** The placeholders of one request. */
class Placeholders {
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
  const placeholders = new Placeholders();
  const members = Object.entries(expressions).flatMap(([member, write]) => (write === undefined ? [] : [[member, write(placeholders)]]));
  return { ...Object.fromEntries(members), ...placeholders.attributes() };
}

export function eitherHolds(one: Expression, other: Expression): Expression {
  return (placeholders) => `${one(placeholders)} OR ${other(placeholders)}`;
}

export function absent(name: string): Expression {
  return (placeholders) => `attribute_not_exists(${placeholders.name(name)})`;
}

/** Holds where each of these attributes has this value. */
export function equal(cells: Item): Expression {
  return (placeholders) =>
    Object.entries(cells)
      .map(([name, value]) => `${placeholders.name(name)} = ${placeholders.value(value)}`)
      .join(" AND ");
}

export function below(name: string, value: Item[string]): Expression {
  return (placeholders) => `${placeholders.name(name)} < ${placeholders.value(value)}`;
}

/** What an update does to a row. */
export interface Update {
  /** Members to add to sets. */
  readonly add?: Item;
  readonly set?: Item;
  readonly remove?: readonly string[];
}

export function updating({ add = {}, set = {}, remove = [] }: Update): Expression {
  return (placeholders) => {
    const pairs = (cells: Item, sign: string) =>
      Object.entries(cells).map(([name, value]) => `${placeholders.name(name)}${sign}${placeholders.value(value)}`);
    const clauses = { ADD: pairs(add, " "), SET: pairs(set, " = "), REMOVE: remove.map((name) => placeholders.name(name)) };
    return Object.entries(clauses)
      .flatMap(([verb, parts]) => (parts.length === 0 ? [] : [`${verb} ${parts.join(", ")}`]))
      .join(" ");
  };
}
