import type * as v from "valibot";
import type { RowSchema } from "../adapters/tables/row-kind";
import { type AnyTableName, EXPIRY_ATTRIBUTE, tables } from "../adapters/tables/tables";
import type { AboutRule } from "../engine/about-rule";
import { SIGN_UP_DECIDED, signUpDecidedEvent } from "../features/decisions/events";
import { events as eventKinds } from "../features/lists/events";
import { json as commandJson } from "../features/lists/json";
import { reasonWords } from "../features/reasons";
import { tableShapes } from "../features/row-kinds";
import { reasonsOfNoRule, ruleRegistry } from "../features/rules";
import { findRequirement, type ReadSchema, readSchema } from "../lib/schema-flaws";
import { caseFile } from "../local/cases/format";
import { answerFile } from "../local/stand-ins/services/answer-file";

export function eventSchema(type: string, schema: v.GenericSchema): object {
  const { description, ...rest } = jsonSchema(schema);
  return {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    $id: `${type}.json`,
    title: type,
    description: `${description} Fields may be added; readers ignore what they do not know.`,
    ...rest,
  };
}

interface JsonSchema {
  readonly description?: string;
  readonly type?: string;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly JsonSchema[];
  readonly items?: JsonSchema;
}

/** Converts a schema into JSON Schema, draft 2020-12. Leaves out what the draft cannot express. */
function jsonSchema(schema: v.GenericSchema): JsonSchema {
  const read = readSchema(schema);
  const { type, entries, item, value, choices, means, steps } = read;
  const givenSchema: JsonSchema = Object.assign({}, ...steps.map(({ metadata }) => metadata?.json));
  return {
    ...(means !== "" && { description: means }),
    ...(givenSchema.type === undefined ? jsonType(read) : {}),
    ...givenSchema,
    ...(item && { items: jsonSchema(item) }),
    ...(value ? { additionalProperties: jsonSchema(value) } : {}),
    ...(choices !== undefined && { anyOf: choices.map(jsonSchema) }),
    ...(type === "strict_object" && { additionalProperties: false }),
    ...(entries && {
      required: Object.keys(entries).filter((name) => !readMember(entries, name).isOptional),
      properties: Object.fromEntries(Object.entries(entries).map(([name, member]) => [name, jsonSchema(member as v.GenericSchema)])),
    }),
  };
}

function jsonType(read: ReadSchema): object {
  const { type, options, steps } = read;
  const [minimum, most] = [findRequirement(read, "min_value"), findRequirement(read, "max_value")];
  const pattern = findRequirement(read, "regex");
  const start = findRequirement(read, "starts_with");
  switch (type) {
    case "picklist":
      return { enum: options };
    case "number":
      return {
        type: steps.some((step) => step.type === "safe_integer") ? "integer" : "number",
        minimum,
        ...(typeof most === "number" && most < Number.MAX_SAFE_INTEGER && { maximum: most }),
      };
    case "string":
      return { type, ...(pattern instanceof RegExp && { pattern: pattern.source }), ...(start !== undefined && { pattern: `^${start}` }) };
    case "array":
    case "boolean":
    case "null":
      return { type };
    default:
      return (read.entries ?? read.value) ? { type: "object" } : {};
  }
}

function readMember(entries: v.ObjectEntries, name: string): ReadSchema {
  return readSchema(entries[name] as v.GenericSchema);
}

/** Returns the JSON Schema of a case file, which editors use for completion. */
export function caseFileSchema(): object {
  return { $schema: "https://json-schema.org/draft/2020-12/schema", title: "Cases of a policy", ...jsonSchema(caseFile) };
}

export function answerFileSchema(): object {
  return { $schema: "https://json-schema.org/draft/2020-12/schema", title: "Answers of a service", ...jsonSchema(answerFile) };
}

export function commandJsonSchema(): object {
  const $defs = Object.fromEntries(Object.entries(commandJson).map(([words, schema]) => [words, jsonSchema(schema)]));
  return { $schema: "https://json-schema.org/draft/2020-12/schema", title: "What commands print with --json, by their words", $defs };
}

export function eventsTable(): string {
  const sortedKinds = Object.entries(eventKinds).sort(([one], [other]) => (one < other ? -1 : 1));
  return markdownList(sortedKinds.map(([type, { schema }]) => [`[\`${type}\`](schemas/${type}.json)`, readSchema(schema).means]));
}

/** Lists the attributes of a kind of row that people type. @param key the table's key attributes */
export function editedTable({ entries }: RowSchema, key: readonly string[]): string {
  return markdownList(buildMemberRows(entries).map(([name, type, means]) => [`${withRole(name, key)} (${type})`, means]));
}

/** Kinds of row that share attributes with an event. The event's schema describes the shared attributes. */
const eventsOfRows: Readonly<Record<string, readonly [type: string, event: v.ObjectEntries]>> = {
  decisions: [SIGN_UP_DECIDED, signUpDecidedEvent.entries],
};

interface RecordNames {
  readonly name: string;
  readonly key: readonly string[];
  readonly internal?: readonly string[] | undefined;
}

/** Lists the attributes of a kind of row that Gatehouse writes. */
export function recordTable({ entries }: RowSchema, { name: rows, key, internal = [] }: RecordNames): string {
  const [type = "", event = {}] = eventsOfRows[rows] ?? [];
  const isTold = (name: string) => name in event && !key.includes(name);
  const shownEntries = Object.fromEntries(Object.entries(entries).filter(([name]) => !internal.includes(name) && !isTold(name)));
  const list = markdownList(
    buildMemberRows(shownEntries).map(([name, type, means]) => [withRole(name, key), type.startsWith("`") ? `${type}. ${means}` : means]),
  );
  const toldNames = Object.keys(entries).filter(isTold);
  return [
    list,
    ...(toldNames.length === 0 ? [] : [`As in the event [\`${type}\`](schemas/${type}.json): ${formatCodeNames(toldNames)}.`]),
  ].join("\n\n");
}

function withRole(name: string, key: readonly string[]): string {
  const roles = key.length === 1 ? ["key"] : ["partition key", "sort key"];
  const role = roles[key.indexOf(name.replace(/[`?]/g, ""))];
  return role === undefined ? name : `${name} (${role})`;
}

function buildMemberRows(entries: v.ObjectEntries): readonly (readonly [name: string, type: string, means: string])[] {
  return Object.entries(entries).map(([name, member]) => {
    const { isOptional, means } = readMember(entries, name);
    return [`\`${name}\`${isOptional ? "?" : ""}`, typeWord(jsonSchema(member as v.GenericSchema)), means];
  });
}

function typeWord({ enum: values, anyOf, items, type }: JsonSchema): string {
  if (values !== undefined) return values.map((value) => `\`${value}\``).join(", ");
  if (anyOf !== undefined) return anyOf.map(typeWord).join(" or ");
  if (items !== undefined) return `list of ${typeWord(items)}s`;
  return type === "integer" ? "number" : type === "object" ? "map" : String(type);
}

export function shapesTable(): string {
  const rows = (Object.keys(tables) as AnyTableName[]).map((name) => {
    const { streamed, ages, indexes } = tableShapes[name];
    const keys = indexes.map(
      ({ name: index, partitionKey, sortKey }) =>
        `\`${index}\` (${formatCodeNames(sortKey === undefined ? [partitionKey] : [partitionKey, sortKey])})`,
    );
    const ends = ages ? `\`${EXPIRY_ATTRIBUTE}\`` : "";
    return [`\`${name}\``, formatCodeNames(tables[name].key), streamed ? "yes" : "", ends, keys.join("; ")];
  });
  return markdownTable(["table", "key (strings)", "stream", "time to live", "indexes (keys)"], rows);
}

function formatCodeNames(names: readonly string[]): string {
  return names.map((name) => `\`${name}\``).join(", ");
}

type Item = readonly [term: string, meaning: string];

export function rulesTable(): string {
  const items = ruleRegistry.map((rule): Item => [`\`${rule.written}\``, `${rule.does}${findingsText(rule)}`]);
  const listRules = (count: number) =>
    joinParts(ruleRegistry.filter(({ steps }) => steps.length === count).map((rule) => code(rule.export)));
  return [
    markdownList(items),
    `Only in \`before-create-user.ts\`: ${listRules(1)}. In every step: ${listRules(3)}. All others: in the two steps of a sign-up.`,
  ].join("\n\n");
}

export function reasonsList(words: Readonly<Record<string, { readonly meaning: { readonly en: string } }>> = reasonWords): string {
  const reasons = [...new Set([...ruleRegistry.flatMap((rule) => rule.reasons), ...reasonsOfNoRule])];
  const wordless = reasons.filter((reason) => !words[reason]?.meaning.en);
  if (wordless.length > 0) throw new Error(`No reasons.ts of a feature has words for ${joinParts(wordless)}.`);
  return reasons.map((reason) => `- ${code(reason)}: ${words[reason]?.meaning.en ?? ""}`).join("\n");
}

function findingsText({ findings }: AboutRule): string {
  const names = findings.map((name) => (name.includes(" ") ? `one under ${name}` : code(name)));
  return names.length === 0 ? "" : `. Finding: ${joinParts(names)}`;
}

function joinParts(parts: readonly string[]): string {
  return parts.join(", ");
}

function code(text: string): string {
  return `\`${text}\``;
}

export function markdownTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}

export function markdownList(rows: readonly (readonly [term: string, meaning: string])[]): string {
  return rows.map(([term, meaning]) => `- ${term}: ${meaning}`).join("\n");
}
