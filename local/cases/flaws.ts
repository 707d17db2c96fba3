import type { Schema } from "../../engine/schema";

/** Where in a document something is: names of members and numbers of items. */
export type Path = readonly (string | number)[];

/** What is wrong with a value, and where in it. */
export interface Flaw {
  readonly path: Path;
  /** Goes on from the value's name: "must be a text". */
  readonly problem: string;
}

/** Everything in a value that is not as its schema says, mistyped names included. */
export function flawsOf(schema: Schema<unknown>, value: unknown, path: Path = []): readonly Flaw[] {
  if (schema.optional && value === undefined) return [];
  const { members, items, values, choices } = schema;
  if (choices !== undefined) return flawsOfChoice(choices, schema, value, path);
  if (items !== undefined && Array.isArray(value)) return value.flatMap((each, index) => flawsOf(items, each, [...path, index]));
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
  return schema.accepts(value) ? [] : [{ path, problem: value === undefined ? "is missing" : `must be ${wanted(schema)}` }];
}

/** The flaws against the choice that comes closest: of the value's own kind, with the fewest flaws. */
function flawsOfChoice(choices: readonly Schema<unknown>[], schema: Schema<unknown>, value: unknown, path: Path): readonly Flaw[] {
  if (choices.some((choice) => choice.accepts(value))) return [];
  const alike = choices.filter((choice) => choice.choices !== undefined || kindOf(choice) === kindOfValue(value));
  const [closest] = alike.map((choice) => flawsOf(choice, value, path)).sort((a, b) => a.length - b.length);
  return closest ?? [{ path, problem: value === undefined ? "is missing" : `must be ${wanted(schema)}` }];
}

function wanted(schema: Schema<unknown>): string {
  const { json, choices, means } = schema;
  const {
    enum: words,
    pattern,
    minimum,
    maximum,
  } = json as { enum?: readonly string[]; pattern?: string; minimum?: number; maximum?: number };
  if (choices !== undefined) return [...new Set(choices.map(wanted))].join(", or ");
  if (words !== undefined) return words.map((word) => JSON.stringify(word)).join(" or ");
  if (pattern !== undefined) return `as described: ${means}`;
  if (maximum !== undefined) return `a whole number from ${minimum} to ${maximum}`;
  const kind = kindOf(schema);
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
  const [closest] = names.map((each) => ({ each, away: distance(name.toLowerCase(), each.toLowerCase()) })).sort((a, b) => a.away - b.away);
  if (closest !== undefined && closest.away <= Math.max(1, Math.floor(name.length / 3))) return `: did you mean ${closest.each}?`;
  return names.length === 0 ? "" : `: there are ${names.join(", ")}`;
}

/** How many letters have to be changed, added or left out (Levenshtein). */
function distance(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (let i = 1; i <= one.length; i++) {
    const next = [i];
    for (let j = 1; j <= other.length; j++) {
      const swap = (row[j - 1] ?? 0) + (one[i - 1] === other[j - 1] ? 0 : 1);
      next.push(Math.min(swap, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[other.length] ?? 0;
}
