import { inspect } from "node:util";
import { Token } from "aws-cdk-lib";
import { RetentionDays } from "aws-cdk-lib/aws-logs";
import { closedObject, type Members, type Schema } from "../engine/schema";
import { flawsOf, type Path, pathWords } from "./schema-flaws";
import { SetupError } from "./setup-error";

// What options may be is said by schemas: those who write no TypeScript, or run it unchecked, hear of each mistyped name.
// The types stay written out, as their docstrings are what editors show: docs/decisions/0059.

type Check<T, K extends keyof T> =
  object extends Pick<T, K> ? Schema<Exclude<T[K], undefined>> & { readonly optional: true } : Schema<T[K]>;

type OptionsSchema<T> = Schema<T> & { readonly members: Members };

/** The schema of options: one for each of `T`'s, optional where it is, and for no other. The compiler holds both together. */
export function optionSchema<T extends object>(checks: { readonly [K in keyof T]-?: Check<T, K> }): OptionsSchema<T> {
  return closedObject(checks as Members) as Schema<unknown> as OptionsSchema<T>;
}

/** Throws a SetupError that names every option that there is not, that is missing, or that is not as it has to be. */
export function assertOptionsOf(schema: Schema<unknown>, options: unknown, path: Path = []): void {
  const flaws = flawsOf(schema, options, path).map(({ problem, ...flaw }) => {
    const what = "given" in flaw ? `is ${shown(flaw.given)}; it ${problem}` : problem;
    return `Gatehouse's option ${pathWords(flaw.path)} ${what}${/[.?]$/.test(what) ? "" : "."}`;
  });
  if (flaws.length > 0) throw new SetupError(flaws.join("\n"));
}

/** Options may hold constructs, which know the whole app. */
function shown(value: unknown): string {
  return typeof value === "string" ? JSON.stringify(value) : inspect(value, { depth: 1, breakLength: Number.POSITIVE_INFINITY });
}

/** A whole number from 1, or from another one. */
export function wholeNumberOf(minimum = 1, maximum = Number.MAX_SAFE_INTEGER): Schema<number> {
  return {
    means: "",
    json: { type: "integer", minimum, maximum },
    ...(maximum === Number.MAX_SAFE_INTEGER && { wants: `a whole number from ${minimum}` }),
    accepts: (value) => Number.isSafeInteger(value) && Number(value) >= minimum && Number(value) <= maximum,
  };
}

const retentions: readonly unknown[] = Object.values(RetentionDays);

/** How long CloudWatch keeps logs. */
export const logRetentionOption: Schema<RetentionDays> = {
  means: "",
  json: { type: "number" },
  wants: "one of RetentionDays, such as RetentionDays.ONE_YEAR",
  accepts: (value) => typeof value === "number" && retentions.includes(value),
};

/** A text that passes the test, or one that is known at deployment only. @param wants what it has to be */
export function textFitting(wants: string, test: RegExp | ((text: string) => boolean)): Schema<string> {
  const passes = test instanceof RegExp ? (text: string) => test.test(text) : test;
  return {
    means: "",
    json: { type: "string" },
    wants,
    accepts: (value) => typeof value === "string" && (Token.isUnresolved(value) || passes(value)),
  };
}

/** A list that passes a test as a whole. */
export function listLike<T>(items: Schema<T>, wants: string, test: (list: readonly T[]) => boolean): Schema<readonly T[]> {
  return {
    means: "",
    json: { type: "array" },
    items,
    wants,
    accepts: (value) => Array.isArray(value) && value.every(items.accepts) && test(value),
  };
}
