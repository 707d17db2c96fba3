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

export function eitherHolds(one: Expression, other: Expression): Expression {
  return (terms) => `${one(terms)} OR ${other(terms)}`;
}

export function absent(name: string): Expression {
  return (terms) => `attribute_not_exists(${terms.name(name)})`;
}

/** Holds where each of these attributes has this value. */
export function equal(cells: Item): Expression {
  return (terms) =>
    Object.entries(cells)
      .map(([name, value]) => `${terms.name(name)} = ${terms.value(value)}`)
      .join(" AND ");
}

export function below(name: string, value: Item[string]): Expression {
  return (terms) => `${terms.name(name)} < ${terms.value(value)}`;
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
