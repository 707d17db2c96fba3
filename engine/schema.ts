// A record or an event is described once, here: its type, its check, its JSON Schema and its table in docs/ come from that.
// Not valibot: it would add 7 KB to a sign-up step that reads requests for approval. See docs/decisions/0018.

/** What a value has to be. `T` is its type. */
export interface Schema<T> {
  /** In a sentence, for docs/ and the JSON Schema. */
  readonly means: string;
  /** JSON Schema, draft 2020-12, but for what `members`, `items`, `values` and `choices` say. */
  readonly json: Readonly<Record<string, unknown>>;
  readonly members?: Members;
  /** Members that it does not name are refused. */
  readonly closed?: true;
  readonly items?: Schema<unknown>;
  /** What each member of a map has to be, whatever its name. */
  readonly values?: Schema<unknown>;
  /** It has to be as one of these says. */
  readonly choices?: readonly Schema<unknown>[];
  readonly optional?: boolean;
  /** As a sentence goes on after "it must be", where `json` cannot say it. */
  readonly wants?: string;
  accepts(value: unknown): boolean;
  /** Never there: carries the type. */
  readonly type?: T;
}

export type Members = Readonly<Record<string, Schema<unknown>>>;

/** The type of what a schema accepts. */
export type TypeOf<S> = S extends Schema<infer T> ? T : never;

type Optional<M extends Members> = { [K in keyof M]: M[K] extends { readonly optional: true } ? K : never }[keyof M];
type Flat<T> = { readonly [K in keyof T]: T[K] };
type ObjectOf<M extends Members> = Flat<
  { readonly [K in Exclude<keyof M, Optional<M>>]: TypeOf<M[K]> } & { readonly [K in Optional<M>]?: TypeOf<M[K]> }
>;

export interface ObjectSchema<M extends Members> extends Schema<ObjectOf<M>> {
  readonly members: M;
}

const INSTANT = "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\\.[0-9]{3}Z$";
/** EventBridge refuses the times of distant years, and the whole call with them. */
const YEARS = { from: 2020, to: 2200 };

const isText = (value: unknown): value is string => typeof value === "string";
const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

export function anyText<T extends string = string>(means: string): Schema<T> {
  return { means, json: { type: "string" }, accepts: isText };
}

/** Text that is not empty. */
export function filled<T extends string = string>(means: string): Schema<T> {
  return { means, json: { type: "string" }, accepts: (value) => isText(value) && value !== "" };
}

/** Text of a form of its own. @param json how JSON Schema says it, as far as it can */
export function textLike(means: string, accepts: (text: string) => boolean, json: object = {}): Schema<string> {
  return { means, json: { type: "string", ...json }, accepts: (value) => isText(value) && accepts(value) };
}

/** A moment of an event: "2026-06-15T12:00:00.000Z", on a day that there is. */
export function instant(means: string): Schema<string> {
  return textLike(means, isInstant, { pattern: INSTANT });
}

function isInstant(written: string): boolean {
  const at = new Date(written);
  if (Number.isNaN(at.getTime()) || at.toISOString() !== written) return false;
  return at.getUTCFullYear() >= YEARS.from && at.getUTCFullYear() <= YEARS.to;
}

/** A moment in a record: a row mended by hand may spell it in another way. */
export function time(means: string): Schema<string> {
  return textLike(means, (written) => !Number.isNaN(Date.parse(written)));
}

export function oneOf<const T extends string>(values: readonly T[], means: string): Schema<T> {
  return { means, json: { enum: values }, accepts: (value) => values.includes(value as T) };
}

/** One of the values of today: readers of the JSON Schema have to expect others. */
export function oneOfMore<const T extends string>(values: readonly T[], means: string): Schema<T> {
  return { ...oneOf(values, means), json: { type: "string" } };
}

/** A whole number from `minimum` to `maximum`. */
export function wholeNumber(means: string, minimum = 0, maximum = Number.MAX_SAFE_INTEGER): Schema<number> {
  return {
    means,
    json: { type: "integer", minimum, ...(maximum < Number.MAX_SAFE_INTEGER && { maximum }) },
    accepts: (value) => Number.isSafeInteger(value) && Number(value) >= minimum && Number(value) <= maximum,
  };
}

/** A number from 0 on. */
export function amount(means: string): Schema<number> {
  return { means, json: { type: "number", minimum: 0 }, accepts: (value) => typeof value === "number" && value >= 0 };
}

export function flag(means: string): Schema<boolean> {
  return { means, json: { type: "boolean" }, accepts: (value) => typeof value === "boolean" };
}

export function either<A, B>(one: Schema<A>, other: Schema<B>, means: string): Schema<A | B> {
  return { means, json: { anyOf: [one.json, other.json] }, accepts: (value) => one.accepts(value) || other.accepts(value) };
}

export function listOf<T>(items: Schema<T>, means: string): Schema<readonly T[]> {
  return { means, json: { type: "array" }, items, accepts: (value) => Array.isArray(value) && value.every(items.accepts) };
}

/** An object whose members are not looked at. */
export function anyObject<T extends object>(means: string): Schema<T> {
  return { means, json: { type: "object" }, accepts: isObject };
}

/** An object. Members that the schema does not name are let be. @param json more of its JSON Schema, for readers alone */
export function object<M extends Members>(members: M, means = "", json: object = {}): ObjectSchema<M> {
  return { means, json: { type: "object", ...json }, members, accepts: (value) => flawOf(members, value) === undefined };
}

/** An object that has no member but these: for what people write, where a mistyped name must not pass unseen. */
export function closedObject<M extends Members>(members: M, means = ""): ObjectSchema<M> {
  const accepts = (value: unknown) =>
    flawOf(members, value) === undefined && Object.keys(value as object).every((name) => Object.hasOwn(members, name));
  return { means, json: { type: "object" }, members, closed: true, accepts };
}

/** An object whose members all are alike, whatever their names. */
export function mapOf<T>(values: Schema<T>, means: string): Schema<Readonly<Record<string, T>>> {
  return { means, json: { type: "object" }, values, accepts: (value) => isObject(value) && Object.values(value).every(values.accepts) };
}

/** As one of several schemas says. */
export function choiceOf<const C extends readonly Schema<unknown>[]>(choices: C, means: string): Schema<TypeOf<C[number]>> {
  return { means, json: {}, choices, accepts: (value) => choices.some((choice) => choice.accepts(value)) };
}

/** An object of a type that its members alone do not tell, such as a union. */
export function objectAs<T extends object>(members: { readonly [K in keyof T]-?: Schema<unknown> }, means = ""): Schema<T> {
  return object(members as Members, means) as Schema<unknown> as Schema<T>;
}

/** The schema of a member that may be absent. */
export function optional<S extends Schema<unknown>>(schema: S): S & { readonly optional: true } {
  return { ...schema, optional: true, accepts: (value) => value === undefined || schema.accepts(value) };
}

/** The name of a member that is not as it has to be; empty where the value is no object. */
export function flawOf(members: Members, value: unknown): string | undefined {
  if (!isObject(value)) return "";
  return Object.keys(members).find((name) => !members[name]?.accepts(value[name]));
}

/** The value without members that its schema does not name. Throws if it is not as it has to be; the message holds no value. */
export function parsed<T>(schema: Schema<T>, value: unknown): T {
  if (!schema.accepts(value)) throw new TypeError(`Not as its schema says: ${flawOf(schema.members ?? {}, value) || "the whole"}.`);
  return named(schema, value) as T;
}

function named({ members, items }: Schema<unknown>, value: unknown): unknown {
  if (items !== undefined && Array.isArray(value)) return value.map((each) => named(items, each));
  if (members === undefined || !isObject(value)) return value;
  const there = Object.entries(members).filter(([name]) => value[name] !== undefined);
  return Object.fromEntries(there.map(([name, member]) => [name, named(member, value[name])]));
}
