import { inspect } from "node:util";
import { Token } from "aws-cdk-lib";
import { RetentionDays } from "aws-cdk-lib/aws-logs";
import { Construct, type IConstruct } from "constructs";
import * as v from "valibot";
import { createListSchema } from "../engine/fields";
import { SetupError } from "./errors";
import { findFlaws, type Path, pathWords } from "./schema-flaws";

/**
 * Throws a SetupError that names every option that does not exist, is missing, or has a wrong value.
 * @param head text before each option's name
 */
export function checkOptions(schema: v.GenericSchema, options: unknown, path: Path = [], head = "Gatehouse's option "): void {
  const flaws = findFlaws(schema, options, path).map(({ problem, ...flaw }) => {
    const what = "given" in flaw ? `is ${formatValue(flaw.given)}; it ${problem}` : problem;
    return `${head}${pathWords(flaw.path)} ${what}${/[.?]$/.test(what) ? "" : "."}`;
  });
  if (flaws.length > 0) throw new SetupError(flaws.join("\n"));
}

/** Formats a value for messages. Shows only the path of a construct, because a construct refers to the whole app. */
function formatValue(value: unknown): string {
  if (Construct.isConstruct(value)) return `the construct ${value.node.path}`;
  return typeof value === "string" ? JSON.stringify(value) : inspect(value, { depth: 1, breakLength: Number.POSITIVE_INFINITY });
}

export const logRetentionOption = v.enum(RetentionDays, "one of RetentionDays, such as RetentionDays.ONE_YEAR");

/** Accepts a text that passes a test, or is known only at deployment. @param wants the kind of text, in words for messages */
export function textFitting(wants: string, test: RegExp | ((text: string) => boolean)): v.GenericSchema<string> {
  const passes = test instanceof RegExp ? (text: string) => test.test(text) : test;
  return v.pipe(
    v.string(),
    v.check((text) => Token.isUnresolved(text) || passes(text), wants),
  );
}

/** Accepts a construct of the app. @param member a member that only this kind of construct has @param wants the kind, in words */
export function constructWith<T extends IConstruct>(member: keyof T & string, wants: string): v.GenericSchema<T> {
  // Marks this schema as one for objects. So if a union gets a wrong object, its message is about this choice, and not about a choice for
  // texts.
  return v.pipe(
    v.custom<T>((input) => Construct.isConstruct(input) && member in input, wants),
    v.metadata({ json: { type: "object" } }),
  );
}

/** Accepts a list that passes a test as a whole. */
export function listLike<T>(item: v.GenericSchema<T>, wants: string, test: (list: readonly T[]) => boolean): v.GenericSchema<readonly T[]> {
  return v.pipe(createListSchema(item), v.check(test, wants));
}
