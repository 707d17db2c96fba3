import * as v from "valibot";
import type { OptionsSchema } from "../option-schema";
import { assertKnown } from "./rule";

// The options of a policy's rules are checked as it loads: at synth, in cases, under npm start. A function answers by a policy that
// has passed, so its build sets GATEHOUSE_OPTIONS and leaves checks and schemas out: docs/decisions/0018.

declare global {
  const GATEHOUSE_OPTIONS: "checked" | undefined;
}

/** Issues of a single option that mean a value out of range. */
const ranges: readonly string[] = ["number", "integer", "min_value", "max_value", "check"];

/**
 * Throws TypeError for options that are not as their schema says, RangeError for a value out of range. Call it only while
 * GATEHOUSE_OPTIONS is undefined.
 * @param what the rule, for the error
 */
export function assertRuleOptions<T extends object>(what: string, options: T, schema: OptionsSchema<T>): void {
  assertKnown(what, options, schema.entries as Readonly<Record<keyof T, unknown>>);
  // An option that is missing gets the message of a wrong one.
  const all = Object.fromEntries(Object.keys(schema.entries).map((name) => [name, options[name as keyof T]]));
  const [issue] = v.safeParse(schema, all, { abortEarly: true }).issues ?? [];
  if (issue === undefined) return;
  const isRange = issue.path !== undefined && ranges.includes(issue.type);
  throw new (isRange ? RangeError : TypeError)(`${what}: ${issue.message}`);
}

/** The message of a wrong value: what the option has to be, and what it is. */
export function notAs(says: string, after = ""): (issue: v.BaseIssue<unknown>) => string {
  return ({ input }) => `${says}, not ${typeof input === "number" ? input : JSON.stringify(input)}${after}.`;
}

export function wholeFrom(least: number, most: number, message: (issue: v.BaseIssue<unknown>) => string): v.GenericSchema<number> {
  return v.pipe(v.number(message), v.integer(message), v.minValue(least, message), v.maxValue(most, message));
}

/** Whatever it is: the function that reads it says what is wrong. */
export function readElsewhere<T>(): v.GenericSchema<T> {
  return v.custom<T>(() => true);
}
