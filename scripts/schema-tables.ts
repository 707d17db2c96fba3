import { tableShapes } from "../adapters/tables/table-shapes";
import { type AnyTableName, EXPIRY_ATTRIBUTE, type TableIndex, tables } from "../adapters/tables/tables";
import { accountEvents } from "../engine/access/event";
import { APPROVAL_REQUESTED, approvalEvents } from "../engine/approvals/event";
import { incidentEvents } from "../engine/incidents/event";
import type { GatehouseEvent } from "../engine/ocsf/ocsf";
import { PARTNER_CHANGED, partnerChangedEvent } from "../engine/partners/event";
import { POSTURE_CHANGED, postureChangedEvent } from "../engine/posture/event";
import type { Members, Schema } from "../engine/schema";
import { SIGN_UP_DECIDED, signUpDecidedEvent } from "../engine/sign-up/event";
import { TASK_ASSIGNED, taskAssignedEvent } from "../engine/tasks/event";
import { caseFile } from "../local/cases/format";
import { answerFile } from "../local/stand-ins/services/answer-file";
import { markdownList, markdownTable } from "./markdown-table";

/** The detail of every event, by its type. */
export const events = {
  ...approvalEvents,
  [POSTURE_CHANGED]: postureChangedEvent,
  ...accountEvents,
  ...incidentEvents,
  [PARTNER_CHANGED]: partnerChangedEvent,
  [SIGN_UP_DECIDED]: signUpDecidedEvent,
  [TASK_ASSIGNED]: taskAssignedEvent,
} satisfies Readonly<Record<GatehouseEvent["type"], Schema<unknown>>>;

/** The JSON Schema of an event's detail, as docs/schemas has it. */
export function eventSchema(type: string, schema: Schema<unknown>): object {
  const { description, ...rest } = jsonSchema(schema);
  return {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    $id: `${type}.json`,
    title: type,
    description: `${description} Fields may be added; readers ignore what they do not know.`,
    ...rest,
  };
}

function jsonSchema({ means, json, members, closed, items, values, choices }: Schema<unknown>): { readonly description?: string } {
  return {
    ...(means !== "" && { description: means }),
    ...json,
    ...(items && { items: jsonSchema(items) }),
    ...(values && { additionalProperties: jsonSchema(values) }),
    ...(choices && { anyOf: choices.map(jsonSchema) }),
    ...(closed && { additionalProperties: false }),
    ...(members && {
      required: Object.keys(members).filter((name) => !members[name]?.optional),
      properties: Object.fromEntries(Object.entries(members).map(([name, member]) => [name, jsonSchema(member)])),
    }),
  };
}

/** The JSON Schema of a file of cases, by which editors complete it. */
export function caseFileSchema(): object {
  return { $schema: "https://json-schema.org/draft/2020-12/schema", title: "Cases of a policy", ...jsonSchema(caseFile) };
}

/** The JSON Schema of a file of answers. */
export function answerFileSchema(): object {
  return { $schema: "https://json-schema.org/draft/2020-12/schema", title: "Answers of a service", ...jsonSchema(answerFile) };
}

/** All events: the detail type leads to its JSON Schema. */
export function eventsTable(): string {
  const sorted = Object.entries(events).sort(([one], [other]) => (one < other ? -1 : 1));
  return markdownList(sorted.map(([type, { means }]) => [`[\`${type}\`](schemas/${type}.json)`, means]));
}

/** The fields of a decision, and those that all events of a request have. */
export function eventFieldsTables(): string {
  const all = Object.values(approvalEvents).map(({ members }) => members as Members);
  const shared = fieldsOf(approvalEvents[APPROVAL_REQUESTED].members, (name) => all.every((members) => name in members));
  const decided: Members = signUpDecidedEvent.members;
  const isAbove = (name: string) => shared[name]?.means === decided[name]?.means;
  const above = quoted(Object.keys(fieldsOf(shared, isAbove)));
  return [
    `\`${SIGN_UP_DECIDED}\`:\n\n${fieldsTable(decided)}`,
    `Every event of a request has ${above} as above, and:\n\n${fieldsTable(fieldsOf(shared, (name) => !isAbove(name)))}`,
  ].join("\n\n");
}

function fieldsOf(members: Members, isShown: (name: string) => boolean): Members {
  return Object.fromEntries(Object.entries(members).filter(([name]) => isShown(name)));
}

function fieldsTable(members: Members): string {
  return markdownList(rowsOf(members).map(([name, type, means]) => [`${name} (${type})`, means]));
}

/** The attributes of a table's rows that people type. @param key the table's key attributes */
export function editedTable({ members = {} }: Schema<unknown>, key: readonly string[]): string {
  return markdownList(rowsOf(members).map(([name, type, means]) => [`${withRole(name, key)} (${type})`, means]));
}

/** The attributes of a table's rows that Gatehouse writes. @param internal attributes that say nothing to operators */
export function recordTable({ members = {} }: Schema<unknown>, key: readonly string[], internal: readonly string[] = []): string {
  const shown = fieldsOf(members, (name) => !internal.includes(name));
  const list = markdownList(
    rowsOf(shown).map(([name, type, means]) => [withRole(name, key), type.startsWith("`") ? `${type}. ${means}` : means]),
  );
  return internal.length === 0 ? list : `${list}\n\nOnly Gatehouse needs ${quoted(internal)}.`;
}

function withRole(name: string, key: readonly string[]): string {
  const roles = key.length === 1 ? ["key"] : ["partition key", "sort key"];
  const role = roles[key.indexOf(name.replace(/[`?]/g, ""))];
  return role === undefined ? name : `${name} (${role})`;
}

function rowsOf(members: Members): readonly (readonly [name: string, type: string, means: string])[] {
  return Object.entries(members).map(([name, member]) => [`\`${name}\`${member.optional ? "?" : ""}`, typeWord(member), member.means]);
}

function typeWord({ json, items }: Pick<Schema<unknown>, "json" | "items">): string {
  const { enum: values, anyOf, type } = json as { enum?: readonly string[]; anyOf?: readonly Schema<unknown>["json"][]; type?: string };
  if (values !== undefined) return values.map((value) => `\`${value}\``).join(", ");
  if (anyOf !== undefined) return anyOf.map((each) => typeWord({ json: each })).join(" or ");
  if (items !== undefined) return `list of ${typeWord(items)}s`;
  return type === "integer" ? "number" : type === "object" ? "map" : String(type);
}

/** What each table must have. */
export function shapesTable(): string {
  const rows = (Object.keys(tables) as AnyTableName[]).map((name) => {
    const { streamed, ages, indexes } = tableShapes[name];
    const ends = ages ? `\`${EXPIRY_ATTRIBUTE}\`` : "";
    return [`\`${name}\``, quoted(tables[name].key), streamed ? "yes" : "", ends, indexes.map(indexText).join("; ")];
  });
  return markdownTable(["table", "key (strings)", "stream", "time to live", "indexes (keys; what they hold)"], rows);
}

function indexText({ name, partitionKey, sortKey, holds }: TableIndex): string {
  const keys = quoted(sortKey === undefined ? [partitionKey] : [partitionKey, sortKey]);
  if (holds === "all") return `\`${name}\` (${keys}; all)`;
  return `\`${name}\` (${keys}; ${holds.length === 0 ? "keys" : quoted(holds)})`;
}

function quoted(names: readonly string[]): string {
  return names.map((name) => `\`${name}\``).join(", ");
}
