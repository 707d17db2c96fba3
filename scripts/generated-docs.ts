import { auditRow } from "../adapters/tables/audit";
import { type AnyTableName, tables } from "../adapters/tables/tables";
import { approvalRequest } from "../engine/approvals/request";
import { accessListRow, profileRow, referenceRow } from "../engine/edited-tables";
import type { Schema } from "../engine/schema";
import { decisionRecord } from "../engine/sign-up/record";
import { reasonsTable, rulesTable } from "./rule-tables";
import { eventFieldsTables, eventSchema, events, eventsTable, recordTable } from "./schema-tables";

/** A part of a page that is generated: it stands between `<!-- generated: NAME -->` and `<!-- end -->`. */
export interface GeneratedPart {
  /** Relative to the project. */
  readonly page: string;
  readonly name: string;
  text(): string;
}

export const generatedParts: readonly GeneratedPart[] = [
  { page: "docs/policy.md", name: "rules", text: rulesTable },
  { page: "docs/policy.md", name: "reasons", text: reasonsTable },
  { page: "docs/events.md", name: "events", text: eventsTable },
  { page: "docs/events.md", name: "fields", text: eventFieldsTables },
  stored("accessList", accessListRow),
  stored("decisions", decisionRecord),
  stored("profiles", profileRow),
  stored("referenceData", referenceRow),
  stored("approvals", approvalRequest),
  stored("audit", auditRow),
];

function stored(table: AnyTableName, row: Schema<unknown>): GeneratedPart {
  return { page: "docs/storage.md", name: table, text: () => recordTable(row, tables[table].key) };
}

/** The published schema of each event: path, relative to the project, and content. */
export const generatedSchemas = Object.entries(events).map(
  ([type, schema]) => [`docs/schemas/${type}.json`, eventSchema(type, schema)] as const,
);

/** The page with the part as it has to be. Throws if the page has no place for it. */
export function withPart(page: string, { page: path, name, text }: GeneratedPart): string {
  const opening = `<!-- generated: ${name} -->\n`;
  const start = page.indexOf(opening);
  const end = page.indexOf("<!-- end -->", start);
  if (start < 0 || end < 0) throw new Error(`${path} has no place for the generated part "${name}".`);
  return `${page.slice(0, start)}${opening}\n${text()}\n\n${page.slice(end)}`;
}
