import { isDeepStrictEqual } from "node:util";
import { AwsError } from "../../adapters/aws/client";
import type { Item } from "../../adapters/tables/item";
import { byteOrder } from "../../engine/table-keys";

// DynamoDB's expression language, as far as Gatehouse uses it. Throws for the rest, so that nothing is judged by half.

type Value = Item[string];

/** What the placeholders of a request stand for. */
export interface Placeholders {
  readonly ExpressionAttributeNames?: Readonly<Record<string, string>>;
  readonly ExpressionAttributeValues?: Readonly<Record<string, Value>>;
}

/** A place in an item: `trace[3]` is ["trace", 3]. */
type Path = readonly (string | number)[];
type Operand = { readonly path: Path; readonly otherwise?: Value } | { readonly value: Value } | { readonly sizeOf: Path };
export type Condition = (item: Item) => boolean;
/** Changes an item in place. */
export type ItemUpdate = (item: Item) => void;

export function invalid(message: string): AwsError {
  return new AwsError("ValidationException", message, 400, {});
}

/** A condition or a filter. */
export function conditionIn(expression: string, placeholders: Placeholders): Condition {
  return new Reader(expression, placeholders).whole((reader) => reader.condition());
}

/** The value that a condition on a key asks of one attribute by `=`. */
export function equalTo(expression: string, attribute: string, placeholders: Placeholders): Value | undefined {
  const { ExpressionAttributeNames: names = {}, ExpressionAttributeValues: values = {} } = placeholders;
  const found = [...expression.matchAll(/([#\w]+)\s*=\s*(:\w+)/g)].find(([, name = ""]) => (names[name] ?? name) === attribute);
  return found && values[found[2] as string];
}

/** The attributes that a projection names. */
export function columnsOf(expression: string, { ExpressionAttributeNames: names = {} }: Placeholders): readonly string[] {
  return expression.split(",").map((each) => names[each.trim()] ?? each.trim());
}

export function changeOf(expression: string, placeholders: Placeholders): ItemUpdate {
  return new Reader(expression, placeholders).whole((reader) => reader.update());
}

const token = /\s*([#:]?\w+|<=|>=|<>|[=<>().,[\]+-])/y;
const comparisons: Readonly<Record<string, (order: number) => boolean>> = {
  "<": (order) => order < 0,
  "<=": (order) => order <= 0,
  ">": (order) => order > 0,
  ">=": (order) => order >= 0,
};
const functions = new Set(["attribute_exists", "attribute_not_exists", "begins_with", "contains"]);

/** DynamoDB's own limits of one expression: in bytes, and operators or functions. */
const MAX_EXPRESSION_BYTES = 4_096;
const MAX_OPERATORS = 300;
const operator = /^(?:AND|OR|NOT|BETWEEN|IN|attribute_\w+|begins_with|contains|size|<=|>=|<>|[=<>])$/;

class Reader {
  private readonly tokens: string[] = [];
  private at = 0;

  constructor(
    private readonly text: string,
    private readonly placeholders: Placeholders,
  ) {
    token.lastIndex = 0;
    for (let end = 0; end < text.trimEnd().length; end = token.lastIndex) {
      const found = token.exec(text);
      if (found === null) throw invalid(`Syntax error in ${text}, at ${end}.`);
      this.tokens.push(found[1] as string);
    }
    if (Buffer.byteLength(text) > MAX_EXPRESSION_BYTES) throw invalid("Expression size has exceeded the maximum allowed size");
    const operators = this.tokens.filter((each) => operator.test(each)).length;
    if (operators > MAX_OPERATORS) throw invalid(`The expression contains too many operators; operator count: ${operators}`);
  }

  whole<T>(read: (reader: this) => T): T {
    const result = read(this);
    if (this.at < this.tokens.length) this.fail();
    return result;
  }

  condition(): Condition {
    const either = [this.conjunction()];
    while (this.accept("OR")) either.push(this.conjunction());
    return (item) => either.some((holds) => holds(item));
  }

  private conjunction(): Condition {
    const all = [this.term()];
    while (this.accept("AND")) all.push(this.term());
    return (item) => all.every((holds) => holds(item));
  }

  private term(): Condition {
    if (this.accept("NOT")) {
      const holds = this.term();
      return (item) => !holds(item);
    }
    if (this.accept("(")) {
      const holds = this.condition();
      this.take(")");
      return holds;
    }
    return functions.has(this.tokens[this.at] ?? "") ? this.call() : this.comparison();
  }

  private call(): Condition {
    const name = this.next();
    this.take("(");
    const path = this.path();
    const other = this.accept(",") ? this.operand() : undefined;
    this.take(")");
    if (name === "attribute_exists") return (item) => at(item, path) !== undefined;
    if (name === "attribute_not_exists") return (item) => at(item, path) === undefined;
    if (other === undefined) return this.fail();
    const test = name === "contains" ? contains : beginsWith;
    return (item) => {
      const [found, wanted] = [at(item, path), resolved(other, item)];
      return found !== undefined && wanted !== undefined && test(found, wanted);
    };
  }

  private comparison(): Condition {
    const left = this.operand();
    const sign = this.next();
    if (sign === "IN") {
      this.take("(");
      const all = this.list(() => this.operand());
      this.take(")");
      return (item) => all.some((each) => isSame(resolved(left, item), resolved(each, item)));
    }
    if (sign === "BETWEEN") {
      const from = this.operand();
      this.take("AND");
      const to = this.operand();
      this.assertOrdered(left, from, to);
      return (item) => {
        const value = resolved(left, item);
        return (order(value, resolved(from, item)) ?? -1) >= 0 && (order(value, resolved(to, item)) ?? 1) <= 0;
      };
    }
    const right = this.operand();
    if (sign === "=") return (item) => isSame(resolved(left, item), resolved(right, item));
    if (sign === "<>") return (item) => !isSame(resolved(left, item), resolved(right, item));
    const holds = comparisons[sign] ?? this.fail();
    this.assertOrdered(left, right);
    return (item) => {
      const found = order(resolved(left, item), resolved(right, item));
      return found !== undefined && holds(found);
    };
  }

  /** DynamoDB orders texts, numbers and bytes alone, and refuses other values before it looks at the item. */
  private assertOrdered(...operands: readonly Operand[]): void {
    if (operands.some((each) => "value" in each && !["S", "N", "B"].includes(Object.keys(each.value)[0] ?? ""))) this.fail();
  }

  update(): ItemUpdate {
    const changes: ItemUpdate[] = [];
    while (this.at < this.tokens.length) {
      const clause = this.next();
      if (clause === "SET") changes.push(...this.list(() => this.assignment()));
      else if (clause === "ADD") changes.push(...this.list(() => this.addition()));
      else if (clause === "REMOVE") {
        changes.push(
          ...this.list((): ItemUpdate => {
            const [name, ...inside] = this.path();
            if (inside.length > 0) return this.fail();
            return (item) => void delete item[name as string];
          }),
        );
      } else this.fail();
    }
    return (item) => {
      for (const change of changes) change(item);
    };
  }

  private assignment(): ItemUpdate {
    const path = this.path();
    this.take("=");
    const value = this.operand();
    return (item) => {
      const set = resolved(value, item);
      if (set === undefined) throw invalid("The provided expression refers to an attribute that does not exist in the item");
      put(item, path, set);
    };
  }

  private addition(): ItemUpdate {
    const path = this.path();
    const value = this.value();
    return (item) => put(item, path, sum(at(item, path), value));
  }

  private operand(): Operand {
    const next = this.tokens[this.at] ?? "";
    if (next.startsWith(":")) return { value: this.value() };
    if (this.accept("if_not_exists")) {
      this.take("(");
      const path = this.path();
      this.take(",");
      const otherwise = this.value();
      this.take(")");
      return { path, otherwise };
    }
    if (next !== "size") return { path: this.path() };
    this.take("size");
    this.take("(");
    const sizeOf = this.path();
    this.take(")");
    return { sizeOf };
  }

  private value(): Value {
    return this.placeholders.ExpressionAttributeValues?.[this.next()] ?? this.fail();
  }

  private path(): Path {
    const path: (string | number)[] = [this.name()];
    for (;;) {
      if (this.accept(".")) path.push(this.name());
      else if (this.accept("[")) {
        path.push(Number(this.next()));
        this.take("]");
      } else return path;
    }
  }

  private name(): string {
    const name = this.next();
    if (!name.startsWith("#")) return /^[A-Za-z]\w*$/.test(name) ? name : this.fail();
    return this.placeholders.ExpressionAttributeNames?.[name] ?? this.fail();
  }

  private list<T>(read: () => T): T[] {
    const all = [read()];
    while (this.accept(",")) all.push(read());
    return all;
  }

  private next(): string {
    const found = this.tokens[this.at] ?? this.fail();
    this.at++;
    return found;
  }

  private accept(text: string): boolean {
    if (this.tokens[this.at] !== text) return false;
    this.at++;
    return true;
  }

  private take(text: string): void {
    if (!this.accept(text)) this.fail();
  }

  private fail(): never {
    throw invalid(`Not understood in ${this.text}: ${this.tokens[this.at] ?? "its end"}.`);
  }
}

function resolved(operand: Operand, item: Item): Value | undefined {
  if ("value" in operand) return operand.value;
  if ("path" in operand) return at(item, operand.path) ?? operand.otherwise;
  const { S, SS, NS, L, M } = at(item, operand.sizeOf) ?? {};
  const members = S ?? SS ?? NS ?? L ?? (M && Object.keys(M));
  return members === undefined ? undefined : { N: String(members.length) };
}

function at(item: Item, path: Path): Value | undefined {
  return path.reduce<Value | undefined>((value, part) => value?.M?.[part] ?? value?.L?.[part as number], { M: item });
}

function put(item: Item, path: Path, value: Value): void {
  const last = path.at(-1) as string | number;
  const parent = at(item, path.slice(0, -1));
  if (parent?.M !== undefined && typeof last === "string") parent.M[last] = value;
  else if (parent?.L !== undefined && typeof last === "number") parent.L[Math.min(last, parent.L.length)] = value;
  else throw invalid("The document path provided in the update expression is invalid for update");
}

function sum(found: Value | undefined, added: Value): Value {
  if (added.N !== undefined && (found === undefined || found.N !== undefined))
    return { N: String(Number(found?.N ?? 0) + Number(added.N)) };
  if (added.SS !== undefined && (found === undefined || found.SS !== undefined))
    return { SS: [...new Set([...(found?.SS ?? []), ...added.SS])] };
  throw invalid("An operand in the update expression has an incorrect data type");
}

function contains(found: Value, wanted: Value): boolean {
  if (found.S !== undefined) return wanted.S !== undefined && found.S.includes(wanted.S);
  if (found.SS !== undefined) return found.SS.includes(wanted.S as string);
  return found.L?.some((each) => isSame(each, wanted)) ?? false;
}

function beginsWith(found: Value, wanted: Value): boolean {
  return found.S !== undefined && wanted.S !== undefined && found.S.startsWith(wanted.S);
}

/** Below, at or above zero; undefined for values that have no order. */
export function order(one: Value | undefined, other: Value | undefined): number | undefined {
  if (one?.S !== undefined && other?.S !== undefined) return byteOrder(one.S, other.S);
  if (one?.N !== undefined && other?.N !== undefined) return Number(one.N) - Number(other.N);
  return undefined;
}

/** An attribute that is not there equals nothing. */
function isSame(one: Value | undefined, other: Value | undefined): boolean {
  return one !== undefined && other !== undefined && isDeepStrictEqual(comparable(one), comparable(other));
}

/** The same for values that DynamoDB calls equal: numbers by their size, sets whatever their order. */
function comparable(value: Value): unknown {
  const { L, M, N, SS } = value;
  if (L !== undefined) return L.map(comparable);
  if (M !== undefined) return Object.fromEntries(Object.entries(M).map(([name, each]) => [name, comparable(each)]));
  if (N !== undefined && N.replace(/\D/g, "").length < 16) return { N: Number(N) };
  return SS === undefined ? value : { SS: [...SS].sort() };
}
