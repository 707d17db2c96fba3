import type { LocalItem } from "./tables";

/** One statement of BatchExecuteStatement that writes an item. */
export interface WriteStatement {
  readonly kind: "insert" | "update" | "delete";
  readonly table: string;
  /** What an INSERT makes, or an UPDATE sets. */
  readonly set: LocalItem;
  readonly remove: readonly string[];
  /** What the item must hold, its key among it. */
  readonly equal: LocalItem;
  readonly missing: readonly string[];
}

/** A statement as it is sent. */
export interface StatementInput {
  readonly Statement?: string;
  readonly Parameters?: readonly LocalItem[string][];
}

/** The same with the place of each value among the parameters. */
interface Shape extends Pick<WriteStatement, "kind" | "table" | "remove" | "missing"> {
  readonly set: readonly (readonly [string, number])[];
  readonly equal: readonly (readonly [string, number])[];
  readonly parameters: number;
}

/** Statements differ in their values alone: few shapes are enough for many. */
const MOST_SHAPES = 1_000;
const shapes = new Map<string, Shape>();

/**
 * Reads the PartiQL that Gatehouse writes: an INSERT, UPDATE or DELETE of one item, values as parameters, conditions joined by
 * AND. Throws for anything else: DynamoDB knows more.
 */
export function readStatement({ Statement: text = "", Parameters = [] }: StatementInput): WriteStatement {
  const shape = shapes.get(text) ?? shapeOf(text);
  if (shapes.size >= MOST_SHAPES) shapes.clear();
  shapes.set(text, shape);
  if (Parameters.length !== shape.parameters) throw new Error("Number of parameters in request and statement don't match.");
  const bound = (pairs: Shape["set"]) => Object.fromEntries(pairs.map(([name, at]) => [name, Parameters[at]])) as LocalItem;
  return { ...shape, set: bound(shape.set), equal: bound(shape.equal) };
}

/** Names in double quotes, texts in single ones, words, and the rest a character at a time. */
const token = /"([^"]*)"|'([^']*)'|([A-Za-z_]\w*)|(\S)/g;

function shapeOf(statement: string): Shape {
  const tokens = [...statement.matchAll(token)].map(([text, name, quoted, word]) => ({ text, name, quoted, word: word?.toUpperCase() }));
  let at = 0;
  let parameters = 0;
  const fail = (): never => {
    throw new Error(`Statement wasn't well formed, can't be processed: at ${tokens[at]?.text ?? "its end"}`);
  };
  const accept = (word: string) => {
    const { text, word: found = text } = tokens[at] ?? {};
    if (found === word) at += 1;
    return found === word;
  };
  const take = (...words: readonly string[]) => {
    if (!words.every(accept)) fail();
  };
  const name = () => tokens[at++]?.name ?? fail();
  const quoted = () => tokens[at++]?.quoted ?? fail();
  const value = () => {
    take("?");
    parameters += 1;
    return parameters - 1;
  };

  function where(): Pick<Shape, "equal" | "missing"> {
    const equal: [string, number][] = [];
    const missing: string[] = [];
    do {
      const column = name();
      if (accept("=")) equal.push([column, value()]);
      else {
        take("IS", "MISSING");
        missing.push(column);
      }
    } while (accept("AND"));
    return { equal, missing };
  }

  function insert(): Omit<Shape, "parameters"> {
    take("INTO");
    const table = name();
    take("VALUE", "{");
    const set: [string, number][] = [];
    do {
      const column = quoted();
      take(":");
      set.push([column, value()]);
    } while (accept(","));
    take("}");
    return { kind: "insert", table, set, remove: [], equal: [], missing: [] };
  }

  function update(): Omit<Shape, "parameters"> {
    const table = name();
    const set: [string, number][] = [];
    const remove: string[] = [];
    while (!accept("WHERE")) {
      if (accept("REMOVE")) remove.push(name());
      else {
        take("SET");
        const column = name();
        take("=");
        set.push([column, value()]);
      }
    }
    return { kind: "update", table, set, remove, ...where() };
  }

  function remove(): Omit<Shape, "parameters"> {
    take("FROM");
    const table = name();
    take("WHERE");
    return { kind: "delete", table, set: [], remove: [], ...where() };
  }

  const read = accept("INSERT") ? insert() : accept("UPDATE") ? update() : accept("DELETE") ? remove() : fail();
  return at === tokens.length ? { ...read, parameters } : fail();
}
