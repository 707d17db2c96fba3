import { nearestName } from "../engine/nearest-name";
import type { Schema } from "../engine/schema";

/** Where in a document something is: names of members and numbers of items. */
export type Path = readonly (string | number)[];

/** What is wrong with a value, and where in it. */
export interface Flaw {
  readonly path: Path;
  /** Goes on from the value's name: "must be a text". */
  readonly problem: string;
  /** The value itself, where another one is wanted. */
  readonly given?: unknown;
}

/** Everything in a value that is not as its schema says, mistyped names included. */
export function flawsOf(schema: Schema<unknown>, value: unknown, path: Path = []): readonly Flaw[] {
  if (schema.optional && value === undefined) return [];
  const { members, items, values, choices } = schema;
  if (choices !== undefined) return flawsOfChoice(choices, schema, value, path);
  if (items !== undefined && Array.isArray(value)) {
    const flaws = value.flatMap((each, index) => flawsOf(items, each, [...path, index]));
    return flaws.length > 0 || schema.accepts(value) ? flaws : [unfit(schema, value, path)];
  }
  if (isObject(value) && values !== undefined) {
    return Object.entries(value).flatMap(([name, each]) => flawsOf(values, each, [...path, name]));
  }
  if (isObject(value) && members !== undefined) {
    const unknown = schema.closed ? Object.keys(value).filter((name) => !Object.hasOwn(members, name)) : [];
    return [
      ...unknown.map((name) => ({ path: [...path, name], problem: `is unknown${nearest(name, Object.keys(members))}` })),
      ...Object.entries(members).flatMap(([name, member]) => flawsOf(member, value[name], [...path, name])),
    ];
  }
  return schema.accepts(value) ? [] : [unfit(schema, value, path)];
}

function unfit(schema: Schema<unknown>, value: unknown, path: Path): Flaw {
  return value === undefined ? { path, problem: "is missing" } : { path, problem: `must be ${wanted(schema)}`, given: value };
}

/** The flaws against the choice that comes closest: of the value's own kind, with the fewest flaws. */
function flawsOfChoice(choices: readonly Schema<unknown>[], schema: Schema<unknown>, value: unknown, path: Path): readonly Flaw[] {
  if (choices.some((choice) => choice.accepts(value))) return [];
  const alike = choices.filter((choice) => isOfKind(choice, kindOfValue(value)));
  const [closest] = alike.map((choice) => flawsOf(choice, value, path)).sort((a, b) => a.length - b.length);
  return closest ?? [unfit(schema, value, path)];
}

function isOfKind(schema: Schema<unknown>, kind: string): boolean {
  return schema.choices === undefined ? kindOf(schema) === kind : schema.choices.some((choice) => isOfKind(choice, kind));
}

function wanted(schema: Schema<unknown>): string {
  const { json, choices, means, wants } = schema;
  if (wants !== undefined) return wants;
  const {
    enum: words,
    pattern,
    minimum,
    maximum,
  } = json as { enum?: readonly string[]; pattern?: string; minimum?: number; maximum?: number };
  if (choices !== undefined) return [...new Set(choices.map(wanted))].join(", or ");
  if (words !== undefined) return words.map((word) => JSON.stringify(word)).join(" or ");
  if (pattern !== undefined) return `as described: ${means}`;
  if (json.type === "integer") return `a whole number from ${minimum}${maximum === undefined ? "" : ` to ${maximum}`}`;
  const kind = kindOf(schema);
  const needed = Object.entries(schema.members ?? {}).flatMap(([name, { optional }]) => (optional ? [] : [`${name}: …`]));
  if (kind === "object" && needed.length > 0) return `an object, { ${needed.join(", ")} }`;
  return kinds[kind] ?? "another value";
}

const kinds: Readonly<Record<string, string>> = {
  string: "a text that is not empty",
  number: "a number",
  boolean: "true or false",
  array: "a list, [ … ]",
  object: "an object, { … }",
};

function kindOf({ json, members, items, values }: Schema<unknown>): string {
  if (items !== undefined) return "array";
  if (members !== undefined || values !== undefined) return "object";
  if ("enum" in json) return "string";
  return json.type === "integer" ? "number" : String(json.type);
}

function kindOfValue(value: unknown): string {
  return Array.isArray(value) ? "array" : typeof value;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The name that was probably meant, as the rest of a sentence; else those that there are. */
export function nearest(name: string, names: readonly string[]): string {
  const closest = nearestName(name, names);
  if (closest !== undefined) return `: did you mean ${closest}?`;
  return names.length === 0 ? "" : `: there are ${names.join(", ")}`;
}

/** A place in a document as people write it: `cases[0].expect.verdict`. */
export function pathWords(path: Path): string {
  return path
    .map((part, index) => {
      if (typeof part === "string" && /^[\w$-]*$/.test(part)) return index === 0 ? part : `.${part}`;
      return `[${JSON.stringify(part)}]`;
    })
    .join("");
}
