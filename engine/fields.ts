import * as v from "valibot";

// Schemas for rows, events and files, in addition to valibot's: docs/decisions/0018. `means` is a sentence for docs/ and the JSON Schema.

const INSTANT = /^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{3}Z$/;
/** Years that an event may have. EventBridge refuses times in distant years: one such time fails the whole call. */
const YEARS = { from: 2020, to: 2200 };

export function withMeaning<S extends v.GenericSchema>(schema: S, means: string): S {
  return means === "" ? schema : (v.pipe(schema, v.description(means)) as v.GenericSchema as S);
}

export function anyText<T extends string = string>(means = ""): v.GenericSchema<T> {
  return withMeaning(v.string() as v.GenericSchema<unknown> as v.GenericSchema<T>, means);
}

export function createTextSchema<T extends string = string>(means = ""): v.GenericSchema<T> {
  return withMeaning(v.pipe(v.string(), v.nonEmpty()) as v.GenericSchema<unknown> as v.GenericSchema<T>, means);
}

export function instant(means = ""): v.GenericSchema<string> {
  return withMeaning(v.pipe(v.string(), v.regex(INSTANT), v.check(isInstant)), means);
}

function isInstant(text: string): boolean {
  const at = new Date(text);
  if (Number.isNaN(at.getTime()) || at.toISOString() !== text) return false;
  return at.getUTCFullYear() >= YEARS.from && at.getUTCFullYear() <= YEARS.to;
}

/** A moment in a record, in any form that JavaScript parses: a row edited by hand may have another form than ours. */
export function time(means = ""): v.GenericSchema<string> {
  return withMeaning(
    v.pipe(
      v.string(),
      v.check((text) => !Number.isNaN(Date.parse(text))),
    ),
    means,
  );
}

export function createChoiceSchema<const T extends string>(values: readonly T[], means: string): v.GenericSchema<T> {
  return withMeaning(v.picklist(values), means);
}

/** One of these values. The JSON Schema permits any text, because its readers have to expect further values. */
export function oneOfMore<const T extends string>(values: readonly T[], means: string): v.GenericSchema<T> {
  return v.pipe(createChoiceSchema(values, means), v.metadata({ json: { type: "string" } }));
}

export function wholeNumber(means = "", minimum = 0, maximum = Number.MAX_SAFE_INTEGER): v.GenericSchema<number> {
  return withMeaning(v.pipe(v.number(), v.safeInteger(), v.minValue(minimum), v.maxValue(maximum)), means);
}

export function amount(means = ""): v.GenericSchema<number> {
  return withMeaning(v.pipe(v.number(), v.minValue(0)), means);
}

export function flag(means = ""): v.GenericSchema<boolean> {
  return withMeaning(v.boolean(), means);
}

export function createListSchema<T>(item: v.GenericSchema<unknown, T>, means = ""): v.GenericSchema<readonly T[]> {
  return withMeaning(v.array(item) as v.GenericSchema<unknown> as v.GenericSchema<readonly T[]>, means);
}

export function anyObject<T extends object>(means = ""): v.GenericSchema<T> {
  const schema = v.custom<T>((value) => typeof value === "object" && value !== null && !Array.isArray(value));
  return withMeaning(v.pipe(schema, v.metadata({ json: { type: "object" } })), means);
}

/** Makes the schema of the type `T`, even if `T` is a union or another type that valibot cannot infer from `members`. */
export function objectAs<T extends object>(
  members: { readonly [K in keyof T]-?: v.GenericSchema<unknown> },
  means = "",
): v.GenericSchema<T> {
  return withMeaning(v.object(members as v.ObjectEntries) as v.GenericSchema<unknown> as v.GenericSchema<T>, means);
}

/** Returns a wrong member's name. Empty if the value is not an object, or is wrong as a whole; undefined if the value is valid. */
export function invalidMember(schema: v.GenericSchema, value: unknown): string | undefined {
  const { issues } = v.safeParse(schema, value);
  return issues && String(issues[0].path?.[0].key ?? "");
}

/** Omits members that the schema does not name. Throws if the value is invalid: the error's message does not contain the value. */
export function parseValue<T>(schema: v.GenericSchema<unknown, T>, value: unknown): T {
  const read = v.safeParse(schema, value);
  if (read.success) return read.output;
  throw new TypeError(`Not as its schema says: ${read.issues[0].path?.[0].key ?? "the whole"}.`);
}

// Schemas of cells that people type. They accept mistyped cells: the code that reads a cell handles these, and fails closed.

/** A row's end: see `endOfRow`. @param unreadable the meaning of an unreadable end */
export function typedEnd(unreadable: string) {
  const means = `Epoch seconds, ISO 8601, or a date (to the end of that day, UTC), from the year 2000 on. ${unreadable}`;
  return v.optional(withMeaning(v.union([v.string(), v.number()]), means));
}

export function typedTexts(means: string) {
  return v.optional(withMeaning(v.union([v.string(), createListSchema(v.string())]), means));
}

export function typedNote(means = "For you.") {
  return v.optional(anyText(means));
}
