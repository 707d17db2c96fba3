import * as v from "valibot";
import type { OptionsSchema, Replacements } from "../option-schema";
import { didYouMean } from "../problem-texts";
import { assertKnown } from "./rule";
import type { Findings } from "./verdict";

// Options are checked when a policy loads: at synth, in cases, under npm start. A function runs only a checked policy, so its build sets
// GATEHOUSE_OPTIONS, which leaves checks and schemas out: docs/decisions/0018.

declare global {
  const GATEHOUSE_OPTIONS: "checked" | undefined;
}

/** Types of issues for which RangeError is thrown, because the value of a single option is out of range. */
const ranges: readonly string[] = ["number", "integer", "min_value", "max_value", "check", "union"];

/**
 * Throws TypeError for options that their schema refuses, RangeError for a value out of range. Call it only while GATEHOUSE_OPTIONS is
 * undefined.
 * @param what the rule, for the error
 */
export function assertRuleOptions<T extends object>(what: string, options: T, schema: OptionsSchema<T>): void {
  assertCurrentWords(what, options, schema.replaced);
  assertKnown(what, options, schema.entries as Readonly<Record<keyof T, unknown>>);
  const { issues } = v.safeParse(schema, options);
  if (issues === undefined) return;
  const places = issues[0].path ?? [];
  const path = places.map(({ key }) => String(key));
  if (issues[0].expected === "never") throw new TypeError(`${what}: ${unknownName(schema, path)}`);
  // A missing value gets the message about a wrong value. With `readElsewhere`, it is no error here: the function that reads it throws.
  const isMissing = places.at(-1)?.origin === "key";
  const [issue] = (isMissing ? v.safeParse(schemaAt(schema, path), undefined).issues : issues) ?? [];
  if (issue === undefined) return;
  throw new (path.length > 0 && ranges.includes(issue.type) ? RangeError : TypeError)(`${what}: ${issue.message}`);
}

/** Throws TypeError if an option has a name or value of an earlier version. The error contains the line to write instead. */
export function assertCurrentWords(what: string, options: unknown, replaced: Replacements = {}): void {
  const lines = Object.entries(Object(options) as object).flatMap(([name, given]) => {
    const line = Object.hasOwn(replaced, name) ? replaced[name]?.(given) : undefined;
    return line === undefined ? [] : [`${line} in place of ${name}: ${formatGiven(given)}`];
  });
  if (lines.length > 0) throw new TypeError(`${what}: write ${lines.join(", ")}.`);
}

/** Call it only while GATEHOUSE_OPTIONS is undefined. */
export function assertRuleValue<T>(what: string, value: T, schema: v.GenericSchema<T>): void {
  const { issues } = v.safeParse(schema, value);
  if (issues !== undefined) throw new TypeError(`${what}: ${issues[0].message}`);
}

function unknownName(schema: v.GenericSchema, path: readonly string[]): string {
  const known = Object.keys(unwrapSchema(schemaAt(schema, path)).entries ?? {});
  const place = path.slice(0, -1).join(".");
  return `${place} has no option ${JSON.stringify(path.at(-1))}: write one of ${known.join(", ")}.${didYouMean(String(path.at(-1)), known)}`;
}

function schemaAt(schema: v.GenericSchema, path: readonly string[]): v.GenericSchema {
  return path.reduce((at, name) => {
    const { entries, item } = unwrapSchema(at);
    return entries?.[name] ?? item ?? at;
  }, schema) as v.GenericSchema;
}

interface Parts {
  readonly entries?: Readonly<Record<string, v.GenericSchema>>;
  readonly item?: v.GenericSchema;
  readonly wrapped?: v.GenericSchema;
}

function unwrapSchema(schema: v.GenericSchema): Parts {
  const { wrapped, ...parts } = schema as v.GenericSchema & Parts;
  return wrapped === undefined ? parts : unwrapSchema(wrapped);
}

export function notAs(says: string, after = ""): (issue: v.BaseIssue<unknown>) => string {
  return ({ input }) => `${says}, not ${formatGiven(input)}${after}.`;
}

/** Writes a value for an error: JSON has no NaN, no bigint and no function. */
export function formatGiven(value: unknown): string {
  return ["object", "string"].includes(typeof value) ? JSON.stringify(value) : typeof value === "function" ? "a function" : String(value);
}

export function wholeFrom(least: number, most: number, message: (issue: v.BaseIssue<unknown>) => string): v.GenericSchema<number> {
  return v.pipe(v.number(message), v.integer(message), v.minValue(least, message), v.maxValue(most, message));
}

/** Accepts any value: the function that reads it reports errors. */
export function readElsewhere<T>(): v.GenericSchema<T> {
  return v.custom<T>(() => true);
}

// Alternative ways in: if a rule lets a person in, later rules with `unless: "allowed"` ask this person nothing.

/** The finding of a rule that lets a person in. A rule that stops everybody else does not need the finding. */
export const ALLOWED = "allowed";

/** @param otherwise the rule's answer to everybody else: if it is "block" or "deny", the rule sets no finding */
export function allowing(otherwise: string): Findings {
  return otherwise === "block" || otherwise === "deny" ? {} : { [ALLOWED]: true };
}

export function isSpared(unless: typeof ALLOWED | undefined, findings: Findings): boolean {
  return unless === ALLOWED && findings[ALLOWED] === true;
}

export function createUnlessSchema(): v.OptionalSchema<v.GenericSchema<unknown, typeof ALLOWED>, undefined> {
  return v.optional(v.literal(ALLOWED, notAs(`unless must be "${ALLOWED}"`)));
}
