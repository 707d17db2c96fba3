import type { LocalItem } from "./tables";

/** One statement of BatchExecuteStatement that writes an item. */
export interface WriteStatement {
  readonly kind: "insert" | "update" | "delete";
  readonly table: string;
  /** The item of an INSERT, or the columns that an UPDATE sets. */
  readonly set: LocalItem;
  readonly remove: readonly string[];
  /** Required values of the item, its key included. */
  readonly equal: LocalItem;
  readonly missing: readonly string[];
}

/** A statement as callers send it. */
export interface StatementInput {
  readonly Statement?: string;
  readonly Parameters?: readonly LocalItem[string][];
}

/** A statement with the position of each value among the parameters. */
interface Shape extends Pick<WriteStatement, "kind" | "table" | "remove" | "missing"> {
  readonly set: readonly (readonly [string, number])[];
  readonly equal: readonly (readonly [string, number])[];
  readonly parameters: number;
}

/** Statements differ only in their values: many share few shapes. */
const MOST_SHAPES = 1_000;
const shapes = new Map<string, Shape>();

/**
 * Parses the PartiQL that Gatehouse writes: an INSERT, UPDATE or DELETE of one item, with values as parameters and conditions joined by
 * AND. Throws for any other statement, although DynamoDB supports more.
 */
export function readStatement({ Statement: text = "", Parameters = [] }: StatementInput): WriteStatement {
  const shape = shapes.get(text) ?? shapeOf(text);
  if (shapes.size >= MOST_SHAPES) shapes.clear();
  shapes.set(text, shape);
  if (Parameters.length !== shape.parameters) throw new Error("Number of parameters in request and statement don't match.");
  const bound = (pairs: Shape["set"]) => Object.fromEntries(pairs.map(([name, at]) => [name, Parameters[at]])) as LocalItem;
  return { ...shape, set: bound(shape.set), equal: bound(shape.equal) };
}

/** Names in double quotes, texts in single quotes, words, and single characters. */
const token = /"([^"]*)"|'([^']*)'|([A-Za-z_]\w*)|(\S)/g;

/** A statement's shape without its number of parameters. */
type Read = Omit<Shape, "parameters">;

function shapeOf(statement: string): Shape {
  const words = new Tokens(statement);
  const read = words.accept("INSERT")
    ? insert(words)
    : words.accept("UPDATE")
      ? update(words)
      : words.accept("DELETE")
        ? removal(words)
        : words.fail();
  return { ...read, parameters: words.end() };
}

function insert(words: Tokens): Read {
  words.take("INTO");
  const table = words.name();
  words.take("VALUE", "{");
  const set: [string, number][] = [];
  do {
    const column = words.quoted();
    words.take(":");
    set.push([column, words.value()]);
  } while (words.accept(","));
  words.take("}");
  return { kind: "insert", table, set, remove: [], equal: [], missing: [] };
}

function update(words: Tokens): Read {
  const table = words.name();
  const set: [string, number][] = [];
  const remove: string[] = [];
  while (!words.accept("WHERE")) {
    if (words.accept("REMOVE")) remove.push(words.name());
    else {
      words.take("SET");
      const column = words.name();
      words.take("=");
      set.push([column, words.value()]);
    }
  }
  return { kind: "update", table, set, remove, ...conditions(words) };
}

function removal(words: Tokens): Read {
  words.take("FROM");
  const table = words.name();
  words.take("WHERE");
  return { kind: "delete", table, set: [], remove: [], ...conditions(words) };
}

function conditions(words: Tokens): Pick<Shape, "equal" | "missing"> {
  const equal: [string, number][] = [];
  const missing: string[] = [];
  do {
    const column = words.name();
    if (words.accept("=")) equal.push([column, words.value()]);
    else {
      words.take("IS", "MISSING");
      missing.push(column);
    }
  } while (words.accept("AND"));
  return { equal, missing };
}

class Tokens {
  private readonly all: readonly { readonly text: string; readonly name?: string; readonly quoted?: string; readonly word?: string }[];
  private at = 0;
  private parameters = 0;

  constructor(statement: string) {
    this.all = [...statement.matchAll(token)].map(([text, name, quoted, word]) => ({
      text,
      ...(name !== undefined && { name }),
      ...(quoted !== undefined && { quoted }),
      ...(word !== undefined && { word: word.toUpperCase() }),
    }));
  }

  fail(): never {
    throw new Error(`Statement wasn't well formed, can't be processed: at ${this.all[this.at]?.text ?? "its end"}`);
  }

  accept(word: string): boolean {
    const { text, word: found = text } = this.all[this.at] ?? {};
    if (found === word) this.at += 1;
    return found === word;
  }

  take(...words: readonly string[]): void {
    if (!words.every((each) => this.accept(each))) this.fail();
  }

  name(): string {
    return this.all[this.at++]?.name ?? this.fail();
  }

  quoted(): string {
    return this.all[this.at++]?.quoted ?? this.fail();
  }

  /** @returns the parameter's index */
  value(): number {
    this.take("?");
    return this.parameters++;
  }

  /** @returns the number of parameters */
  end(): number {
    return this.at === this.all.length ? this.parameters : this.fail();
  }
}
