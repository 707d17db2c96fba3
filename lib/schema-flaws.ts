import * as v from "valibot";
import { nearest, nearestName } from "../engine/problem-texts";

/** A place in a document: names of members and numbers of items. */
export type Path = readonly (string | number)[];

/** A fault in a value, and its place. */
export interface Flaw {
  readonly path: Path;
  /** Continues a sentence that begins with the value's name: "must be a text". */
  readonly problem: string;
  /** The faulty value. Absent if the fault is a missing value or an unknown name. */
  readonly given?: unknown;
}

interface Parts {
  readonly type: string;
  readonly entries?: v.ObjectEntries;
  readonly item?: v.GenericSchema;
  readonly value?: v.GenericSchema;
  /** Schemas of a union, values of a picklist or an enum. */
  readonly options?: readonly unknown[];
  readonly literal?: unknown;
  /** Continues a sentence that begins with "it must be". */
  readonly message?: unknown;
  readonly pipe?: readonly Step[];
}

interface Step extends Parts {
  readonly requirement?: unknown;
  readonly description?: string;
  readonly metadata?: { readonly json?: { readonly type?: string } };
}

export interface ReadSchema extends Parts {
  readonly isOptional: boolean;
  /** The schema's description; empty if it has none. */
  readonly means: string;
  readonly choices?: readonly v.GenericSchema[];
  /** The steps of the schema's pipe, and of pipes inside it. */
  readonly steps: readonly Step[];
}

/** Reads a schema, to explain it. */
export function readSchema(schema: v.GenericSchema): ReadSchema {
  const { wrapped, ...parts } = schema as v.GenericSchema & Parts & { readonly wrapped?: v.GenericSchema };
  if (wrapped !== undefined) return { ...readSchema(wrapped), isOptional: true };
  const flattenSteps = ({ pipe = [] }: Parts): readonly Step[] =>
    pipe.flatMap((step) => (step.pipe === undefined ? [step] : flattenSteps(step)));
  const choices = parts.type === "union" ? { choices: parts.options as readonly v.GenericSchema[] } : {};
  const steps = flattenSteps(parts);
  const means = steps.findLast(({ description }) => description !== undefined)?.description ?? "";
  return { ...parts, ...choices, steps, means, isOptional: false };
}

/** Returns the requirement of the last step of a type: for "min_value", the least value. */
export function findRequirement({ steps }: Pick<ReadSchema, "steps">, type: string): unknown {
  return steps.findLast((step) => step.type === type)?.requirement;
}

/** Returns every fault: valibot would report only the first of several mistyped names. */
export function findFlaws(schema: v.GenericSchema, value: unknown, path: Path = []): readonly Flaw[] {
  const read = readSchema(schema);
  if (read.isOptional && value === undefined) return [];
  if (read.choices !== undefined) return flawsOfChoice(read.choices, schema, value, path);
  // valibot accepts a list as an object.
  if ((read.entries ?? read.item ?? read.value) !== undefined && getExpectedType(read) !== kindOfValue(value)) {
    // An object's `steps` check several members, and do not apply to a value without members.
    return [unfit(read.entries === undefined ? read : { ...read, steps: [] }, value, path)];
  }
  const flaws = flawsWithin(read, value, path);
  return flaws.length > 0 || v.is(schema, value) ? flaws : [unfit(read, value, path)];
}

function flawsWithin({ type, entries, item, value: each }: ReadSchema, value: unknown, path: Path): readonly Flaw[] {
  if (item !== undefined) return (value as readonly unknown[]).flatMap((one, index) => findFlaws(item, one, [...path, index]));
  const givenMembers = value as Readonly<Record<string, unknown>>;
  if (each !== undefined) return Object.entries(givenMembers).flatMap(([name, one]) => findFlaws(each, one, [...path, name]));
  if (entries === undefined) return [];
  const unknown = type === "strict_object" ? Object.keys(givenMembers).filter((name) => !Object.hasOwn(entries, name)) : [];
  return [
    ...unknown.map((name) => ({ path: [...path, name], problem: `is unknown${nearest(name, Object.keys(entries))}` })),
    ...Object.entries(entries).flatMap(([name, member]) => findFlaws(member, givenMembers[name], [...path, name])),
  ];
}

function unfit(schema: ReadSchema, value: unknown, path: Path): Flaw {
  return value === undefined
    ? { path, problem: "is missing" }
    : { path, problem: `must be ${describeExpected(schema)}${meantWord(value, schema.options)}`, given: value };
}

function flawsOfChoice(choices: readonly v.GenericSchema[], schema: v.GenericSchema, value: unknown, path: Path): readonly Flaw[] {
  const flawsByChoice = choices.map((choice) => ({ choice, flaws: findFlaws(choice, value, path) }));
  if (flawsByChoice.some(({ flaws }) => flaws.length === 0)) return [];
  const words = choices.flatMap(listWords);
  // A mistyped word could belong to any picklist.
  if (typeof value === "string" && words.length > 0 && !choices.some(takesText)) return [unknownWord(value, words, path)];
  const alike = flawsByChoice.filter(({ choice }) => isOfKind(readSchema(choice), kindOfValue(value)));
  const [closest] = alike.map(({ flaws }) => flaws).sort((a, b) => a.length - b.length);
  return closest ?? [unfit(readSchema(schema), value, path)];
}

function listWords(schema: v.GenericSchema): readonly string[] {
  const { type, options = [], choices } = readSchema(schema);
  if (choices !== undefined) return choices.flatMap(listWords);
  return type === "picklist" ? options.filter((option) => typeof option === "string") : [];
}

function takesText(schema: v.GenericSchema): boolean {
  const read = readSchema(schema);
  return read.choices?.some(takesText) ?? (read.type !== "picklist" && getExpectedType(read) === "string");
}

function unknownWord(value: string, words: readonly string[], path: Path): Flaw {
  const quotedWords = words.map((word) => JSON.stringify(word)).join(" or ");
  return { path, problem: `must be ${quotedWords}${meantWord(value, words)}`, given: value };
}

function meantWord(value: unknown, options: readonly unknown[] = []): string {
  if (typeof value !== "string") return "";
  const nearestWord = nearestName(
    value,
    options.filter((option) => typeof option === "string"),
  );
  return nearestWord === undefined ? "" : `: did you mean ${JSON.stringify(nearestWord)}?`;
}

function isOfKind(schema: ReadSchema, kind: string): boolean {
  return schema.choices?.some((choice) => isOfKind(readSchema(choice), kind)) ?? getExpectedType(schema) === kind;
}

function describeExpected(schema: ReadSchema): string {
  const { type, choices, options, literal, message, entries = {}, steps, means } = schema;
  const messageText = steps.findLast((step) => typeof step.message === "string")?.message ?? message;
  if (typeof messageText === "string") return messageText;
  if (choices !== undefined) return [...new Set(choices.map((choice) => describeExpected(readSchema(choice))))].join(", or ");
  if (options !== undefined) return options.map((option) => JSON.stringify(option)).join(" or ");
  if (type === "literal") return JSON.stringify(literal);
  const least = findRequirement(schema, "min_value");
  const most = findRequirement(schema, "max_value");
  if (steps.some((step) => step.type === "safe_integer")) {
    return `a whole number from ${least}${most === Number.MAX_SAFE_INTEGER ? "" : ` to ${most}`}`;
  }
  if (steps.some((step) => step.type === "regex" || step.type === "starts_with")) return `as described: ${means}`;
  const kind = getExpectedType(schema);
  const neededMembers = Object.entries(entries).flatMap(([name, member]) => (readSchema(member).isOptional ? [] : [`${name}: …`]));
  if (neededMembers.length > 0) return `an object, { ${neededMembers.join(", ")} }`;
  return kinds[kind] ?? "another value";
}

const kinds: Readonly<Record<string, string>> = {
  string: "a text that is not empty",
  number: "a number",
  boolean: "true or false",
  array: "a list, [ … ]",
  object: "an object, { … }",
};

function getExpectedType({ type, item, entries, value, options = [], literal, steps }: ReadSchema): string {
  if (item !== undefined) return "array";
  if (entries !== undefined || value !== undefined) return "object";
  if (type === "literal") return typeof literal;
  if (type === "picklist" || type === "enum") return typeof options[0];
  return steps.findLast(({ metadata }) => metadata?.json?.type !== undefined)?.metadata?.json?.type ?? type;
}

function kindOfValue(value: unknown): string {
  return Array.isArray(value) ? "array" : value === null ? "null" : typeof value;
}

/** Formats a place as people write it: `cases[0].expect.verdict`. */
export function pathWords(path: Path): string {
  return path
    .map((part, index) => {
      if (typeof part === "string" && /^[\w$-]*$/.test(part)) return index === 0 ? part : `.${part}`;
      return `[${JSON.stringify(part)}]`;
    })
    .join("");
}
