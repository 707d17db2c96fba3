import { inspect } from "node:util";
import { Token } from "aws-cdk-lib";
import { RetentionDays } from "aws-cdk-lib/aws-logs";
import { closedObject, listOf, type Members, type Schema, textLike } from "../engine/schema";
import { flawsOf, type Path, pathWords } from "./schema-flaws";
import { SetupError } from "./setup-error";

// Schemas check options, so that a mistyped name is an error in plain JavaScript too.
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

const retentions: readonly unknown[] = Object.values(RetentionDays);

/** How long CloudWatch keeps logs. */
export const logRetentionOption: Schema<RetentionDays> = {
  means: "",
  json: { type: "number" },
  wants: "one of RetentionDays, such as RetentionDays.ONE_YEAR",
  accepts: (value) => typeof value === "number" && retentions.includes(value),
};

/** A text that passes the test, or one that only the deployment knows. @param wants what it has to be */
export function textFitting(wants: string, test: RegExp | ((text: string) => boolean)): Schema<string> {
  const passes = test instanceof RegExp ? (text: string) => test.test(text) : test;
  return { ...textLike("", (text) => Token.isUnresolved(text) || passes(text)), wants };
}

/** A list that passes a test as a whole. */
export function listLike<T>(items: Schema<T>, wants: string, test: (list: readonly T[]) => boolean): Schema<readonly T[]> {
  const list = listOf(items, "");
  return { ...list, wants, accepts: (value) => list.accepts(value) && test(value as readonly T[]) };
}
