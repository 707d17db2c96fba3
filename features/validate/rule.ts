import type { StandardSchemaV1 } from "@standard-schema/spec";
import { ruleText } from "../../engine/messages/rule-texts";
import { schemaTexts } from "../../engine/messages/schema";
import { ANY_ATTRIBUTE } from "../../engine/sign-up/checks";
import { addressOf } from "../../engine/sign-up/email";
import { AddressNeededError } from "../../engine/sign-up/failure";
import { type Context, makeRule, type Rule } from "../../engine/sign-up/rule";
import type { OfKnownAttributes } from "../../engine/sign-up/tenant-attributes";
import { addOurTexts, readText, type Text } from "../../engine/sign-up/text";
import type { Problem } from "../../engine/sign-up/verdict";

/**
 * Asks again for attributes, `email` included, that a schema does not accept. Takes any Standard Schema
 * (https://standardschema.dev). The person reads Gatehouse's texts or the policy's (`text`), never the library's.
 * The values that a schema transforms are not used: to change values, use `format` or `assign`.
 *
 * Pass a function for a schema that depends on the time of the sign-up. It also runs once, for 1970, when the policy is
 * loaded.
 * @throws TypeError if the schema is not a Standard Schema
 *
 * @example
 * beforeCreateUser([accessList(), validate(v.object({ jobTitle: v.pipe(v.string(), v.minLength(5)) }))], { trust: ["mail", "google.com"] })
 */
export function validate<Schema extends StandardSchemaV1>(
  schemaAt: (at: Pick<Context, "now">) => Schema & OfKnownAttributes<StandardSchemaV1.InferInput<Schema>>,
): Rule<"before-create-user">;
export function validate<Schema extends StandardSchemaV1>(
  schema: Schema & OfKnownAttributes<StandardSchemaV1.InferInput<Schema>>,
): Rule<"before-create-user">;
export function validate(
  schemaOrFunction: StandardSchemaV1 | ((at: Pick<Context, "now">) => StandardSchemaV1),
): Rule<"before-create-user"> {
  // A function with the member `~standard` is a schema, such as ArkType's.
  const schemaAt =
    typeof schemaOrFunction === "function" && !("~standard" in schemaOrFunction)
      ? schemaOrFunction
      : () => schemaOrFunction as StandardSchemaV1;
  const first = checkSchema(schemaAt({ now: new Date(0) }));
  return makeRule({
    name: "validate",
    admits: "people who fill in the form",
    asks: Object.keys(readSchemaMembers(first)),
    sets: [],
    reads: isClosed(first) ? [] : [ANY_ATTRIBUTE],
    async decide(signUp, { now }) {
      const email = addressOf(signUp);
      const values: Readonly<Record<string, unknown>> = { ...signUp.attributes, ...(email !== undefined && { email }) };
      const schema = checkSchema(schemaAt({ now }));
      const standard = schema["~standard"];
      const result = await standard.validate(values);
      if (result.issues === undefined) return { kind: "continue" };
      if (email === undefined && result.issues.some((issue) => getIssueAttribute(issue) === "email")) throw new AddressNeededError();
      const problems = onePerAttribute(result.issues.flatMap(splitIssue), standard.vendor).map((issue) =>
        schemaProblem(issue, standard.vendor, values, schema),
      );
      return { kind: "invalid", problems };
    },
  });
}

function getIssueAttribute({ path: [first] = [] }: StandardSchemaV1.Issue): PropertyKey | undefined {
  return typeof first === "object" ? first.key : first;
}

/** ArkType joins several issues about a value into one, whose `errors` have the single messages. */
function splitIssue(issue: StandardSchemaV1.Issue): readonly StandardSchemaV1.Issue[] {
  const { code, errors } = issue as { readonly code?: unknown; readonly errors?: readonly StandardSchemaV1.Issue[] };
  return code === "intersection" && Array.isArray(errors) ? errors : [issue];
}

/** For each attribute, keeps the first issue with the policy's own text. If there is none, keeps the attribute's first issue. */
function onePerAttribute(issues: readonly StandardSchemaV1.Issue[], vendor: string): readonly StandardSchemaV1.Issue[] {
  const chosen = new Map<unknown, StandardSchemaV1.Issue>();
  for (const issue of issues) {
    const about = getIssueAttribute(issue) ?? issue;
    const before = chosen.get(about);
    if (before === undefined || (ownText(before, vendor) === undefined && ownText(issue, vendor) !== undefined)) chosen.set(about, issue);
  }
  return [...chosen.values()];
}

function checkSchema(schema: StandardSchemaV1): StandardSchemaV1 {
  if (schema?.["~standard"]?.version === 1) return schema;
  throw new TypeError("validate needs a Standard Schema, such as v.object({ … }) of valibot.");
}

/** True if the schema reads only the attributes that it names. */
function isClosed(schema: object): boolean {
  const { type, def } = schema as { readonly type?: unknown; readonly def?: { readonly catchall?: { readonly type?: unknown } } };
  // zod's loose objects have the `type` "object" too, but a `catchall` other than "never".
  return (type === "object" || type === "strict_object") && (def?.catchall === undefined || def.catchall.type === "never");
}

/**
 * Returns the attributes' schemas. Standard Schema has no member for them: valibot keeps them in `entries`, zod in `shape`, Effect in
 * `fields`, ArkType in the list `props`.
 */
function readSchemaMembers(schema: object): Readonly<Record<string, unknown>> {
  const { entries, shape, fields } = schema as Readonly<Record<string, unknown>>;
  const members = entries ?? shape ?? fields ?? readProps(schema);
  return typeof members === "object" && members !== null ? (members as Readonly<Record<string, unknown>>) : {};
}

function readProps(schema: object): unknown {
  try {
    const { props } = schema as { readonly props?: readonly { readonly key: string; readonly value: unknown }[] };
    return props && Object.fromEntries(props.map(({ key, value }) => [key, value]));
  } catch {
    // For a union or a morph, reading ArkType's `props` throws.
    return undefined;
  }
}

type SchemaText = keyof typeof schemaTexts;

/** `expected` and `received` come from the schema and help to recognise valibot's own message. */
interface ValibotIssue {
  readonly type?: unknown;
  readonly input?: unknown;
  readonly requirement?: unknown;
  readonly expected?: unknown;
  readonly received?: unknown;
}

/**
 * Our text for each `type` of valibot's issues. Of two texts, the second is used if the limit is not a number, or is fewer than two
 * characters.
 */
const textsByType: Readonly<Record<string, SchemaText | readonly [SchemaText, SchemaText]>> = {
  ...each("form", "regex", "starts_with", "ends_with", "includes", "excludes", "slug", "uuid", "ulid", "nanoid", "cuid2", "ksuid"),
  ...each("form", "base64", "bic", "credit_card", "domain", "emoji", "hash", "hexadecimal", "hex_color", "imei", "isbn", "isrc"),
  ...each("form", "ip", "ipv4", "ipv6", "mac", "mac48", "mac64", "octal", "parse_json", "jws_compact"),
  ...each("form", "iso_time", "iso_time_second", "iso_week"),
  ...each("date", "date", "iso_date", "iso_date_time", "iso_date_time_second", "iso_timestamp", "to_date"),
  ...each("email", "email", "rfc_email"),
  ...each("url", "url"),
  ...each("digits", "digits"),
  ...each("number", "number", "bigint", "nan", "finite", "decimal", "to_number", "to_bigint"),
  ...each("wholeNumber", "integer", "safe_integer"),
  ...each("choice", "picklist", "enum", "literal", "value", "values", "not_value", "not_values"),
  ...each(["atLeastCharacters", "short"], "min_length", "min_graphemes", "min_code_points"),
  ...each(["atMostCharacters", "long"], "max_length", "max_graphemes", "max_code_points"),
  ...each(["exactCharacters", "form"], "length", "graphemes", "code_points"),
  ...each("short", "min_bytes", "min_words"),
  ...each("long", "max_bytes", "max_words"),
  min_value: ["atLeast", "small"],
  max_value: ["atMost", "large"],
  gt_value: ["moreThan", "small"],
  lt_value: ["lessThan", "large"],
  multiple_of: ["multiple", "form"],
};

function each<T>(text: T, ...types: readonly string[]): Readonly<Record<string, T>> {
  return Object.fromEntries(types.map((type) => [type, text]));
}

/**
 * Gives the policy's own text, or else Gatehouse's. Never gives the library's texts, because they quote patterns and typed values.
 * @param vendor the library, as Standard Schema names it
 * @param schema schema of all attributes
 */
export function schemaProblem(
  issue: StandardSchemaV1.Issue,
  vendor: string,
  values: Readonly<Record<string, unknown>>,
  schema: object = {},
): Problem {
  const key = getIssueAttribute(issue);
  const attribute = key === undefined ? {} : { attribute: String(key) };
  const isAbsent = key !== undefined && values[String(key)] === undefined;
  const ownMessage =
    (isAbsent ? textForAbsent(readSchemaMembers(schema)[String(key)], issue, vendor) : undefined) ?? ownText(issue, vendor);
  if (ownMessage !== undefined && isAbsent) return { ...attribute, reason: "attribute.required", message: ownMessage };
  if (ownMessage === undefined && (isAbsent || saysEmpty(issue))) return { ...attribute, reason: "attribute.required" };
  const ours = vendor === "valibot" ? ourText(issue) : {};
  return {
    ...attribute,
    reason: "attribute.invalid",
    ...ours,
    ...(ownMessage !== undefined && { message: addOurTexts(ownMessage, ours.message) }),
  };
}

/**
 * Returns the policy's text of `v.string("…")`, or else of `v.nonEmpty("…")`. valibot's issue is about the whole object, and has neither
 * text.
 */
function textForAbsent(member: unknown, issue: StandardSchemaV1.Issue, vendor: string): Text | undefined {
  if (vendor !== "valibot" || typeof member !== "object" || member === null) return undefined;
  const { message, pipe = [] } = member as { readonly message?: unknown; readonly pipe?: readonly { type?: unknown; message?: unknown }[] };
  const schemaMessage = message ?? pipe.find(({ type }) => type === "non_empty")?.message;
  const words: unknown = typeof schemaMessage === "function" ? schemaMessage(issue) : schemaMessage;
  return typeof words === "string" ? (readText(words) ?? words) : undefined;
}

/** A message without `text` counts only if the library is valibot, whose own messages can be recognised. */
function ownText(issue: StandardSchemaV1.Issue, vendor: string): Text | undefined {
  const markedText = readText(issue.message);
  return markedText ?? (vendor === "valibot" && !isValibots(issue) ? issue.message : undefined);
}

/** valibot's own messages are "Invalid …: Expected … but received …" or "Invalid …: Received …". */
function isValibots(issue: StandardSchemaV1.Issue): boolean {
  const { expected, received } = issue as ValibotIssue;
  const { message } = issue;
  return message.startsWith("Invalid ") && message.endsWith(`: ${expected ? `Expected ${expected} but r` : "R"}eceived ${received}`);
}

function saysEmpty(issue: StandardSchemaV1.Issue): boolean {
  const { type, input } = issue as ValibotIssue;
  return input === "" && (type === "non_empty" || String(type).startsWith("min_"));
}

function ourText(issue: StandardSchemaV1.Issue): Pick<Problem, "message" | "wording"> {
  const { type, requirement, input } = issue as ValibotIssue;
  const texts = Object.hasOwn(textsByType, String(type)) ? textsByType[String(type)] : undefined;
  if (texts === undefined) return {};
  if (typeof texts === "string") return plainText(texts);
  const [counted, plain] = texts;
  if (!Number.isFinite(requirement)) return plainText(plain);
  const count = requirement as number;
  const countsCharacters = counted.endsWith("Characters");
  // A text that counts characters is wrong for a list, and "1 characters" is wrong English.
  if (countsCharacters && typeof input !== "string") return {};
  if (countsCharacters && count < 2) return plainText(plain);
  return { ...ruleText(schemaTexts, counted, { count }), wording: { variant: counted, values: { count } } };
}

function plainText(variant: SchemaText): Pick<Problem, "message" | "wording"> {
  return { message: schemaTexts[variant], wording: { variant } };
}
