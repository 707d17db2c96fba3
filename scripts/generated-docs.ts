import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { RowKind, RowSchema } from "../adapters/tables/row-kind";
import { tables } from "../adapters/tables/tables";
import { customExtension } from "../features/external-tenant/extension";
import { events as eventKinds } from "../features/lists/events";
import { rowKinds } from "../features/row-kinds";
import { packageRoot } from "../lib/app-root";
import { assumptionsTables } from "./assumptions";
import { commandsList } from "./commands-list";
import { idleText, importCost, millionTable, monthTable, warmText } from "./costs/tables";
import { askedByCommand, policies } from "./permissions/policies";
import { cdkReference, policyReference } from "./reference";
import {
  answerFileSchema,
  caseFileSchema,
  commandJsonSchema,
  editedTable,
  eventSchema,
  eventsTable,
  reasonsList,
  recordTable,
  rulesTable,
  shapesTable,
} from "./schema-tables";

/** A generated part of a page, between `<!-- generated: NAME -->` and `<!-- end -->`. */
export interface GeneratedPart {
  /** Path relative to the project. */
  readonly page: string;
  readonly name: string;
  text(): string | Promise<string>;
}

/** Kinds of row whose columns are explained on a page other than docs/storage.md. */
const explainedElsewhere: readonly string[] = ["posture"];

const generatedParts: readonly GeneratedPart[] = [
  { page: "docs/policy.md", name: "rules", text: rulesTable },
  { page: "docs/policy.md", name: "reasons", text: reasonsList },
  { page: "docs/sign-up.md", name: "external", text: formatSignUp },
  { page: "docs/reference.md", name: "policy", text: policyReference },
  { page: "docs/reference.md", name: "cdk", text: cdkReference },
  { page: "docs/events.md", name: "events", text: eventsTable },
  ...rowKinds.flatMap(kindPart),
  { page: "docs/costs.md", name: "million", text: millionTable },
  { page: "docs/costs.md", name: "month", text: monthTable },
  { page: "docs/costs.md", name: "idle", text: idleText },
  { page: "docs/costs.md", name: "warm", text: warmText },
  { page: "docs/costs.md", name: "import", text: importCost },
  { page: "docs/storage.md", name: "tables", text: shapesTable },
  { page: "docs/assumptions.md", name: "assumptions", text: assumptionsTables },
  { page: "docs/cli.md", name: "commands", text: commandsList },
];

/** The part's name is the prefix of the rows' keys (`under`), or else the table's name. */
function kindPart({ table, under: name = table, schema, typed, internal }: RowKind): readonly GeneratedPart[] {
  const { key } = tables[table];
  const text = (row: RowSchema) => (typed ? editedTable(row, key) : recordTable(row, { key, internal, name }));
  return schema === undefined || explainedElsewhere.includes(name) ? [] : [{ page: "docs/storage.md", name, text: () => text(schema) }];
}

export const generatedSchemas: readonly (readonly [string, object])[] = [
  ...Object.entries(eventKinds).map(([type, { schema }]) => [`docs/schemas/${type}.json`, eventSchema(type, schema)] as const),
  ["docs/schemas/cases.json", caseFileSchema()],
  ["docs/schemas/answers.json", answerFileSchema()],
  ["docs/schemas/commands.json", commandJsonSchema()],
];

const generatedPolicies: readonly (readonly [string, object])[] = Object.entries({ ...policies, "by-command": askedByCommand }).map(
  ([name, document]) => [`docs/permissions/${name}.json`, document],
);

export function withPart(page: string, { page: path, name, text }: Pick<GeneratedPart, "page" | "name"> & { text(): string }): string {
  const opening = `<!-- generated: ${name} -->\n`;
  const start = page.indexOf(opening);
  const end = page.indexOf("<!-- end -->", start);
  if (start < 0 || end < 0) throw new Error(`${path} has no place for the generated part "${name}".`);
  return `${page.slice(0, start)}${opening}\n${text()}\n\n${page.slice(end)}`;
}

export interface StaleFile {
  readonly path: string;
  readonly text: string;
}

/** Files that `npm run docs` would write. @param read receives a path relative to the project; returns undefined if there is no file */
export async function staleDocs(read: (path: string) => string | undefined): Promise<readonly StaleFile[]> {
  const parts = await Promise.all(
    generatedParts.map(async ({ page, name, text }) => {
      const writtenText = await text();
      return { page, name, text: () => writtenText };
    }),
  );
  const pages = [...new Set(parts.map(({ page }) => page))].map((path) => ({
    path,
    text: parts.filter(({ page }) => page === path).reduce(withPart, read(path) ?? ""),
  }));
  const files = [...generatedSchemas, ...generatedPolicies].map(([path, content]) => ({
    path,
    text: `${JSON.stringify(content, undefined, 2)}\n`,
  }));
  const index = read("docs/README.md") ?? "";
  // The project's index of docs/ for tools that read it, in the form of https://llmstxt.org.
  const llms = {
    path: "llms.txt",
    text: index.replace(/\]\((\.\.\/)?/g, (_, above?: string) => (above === undefined ? "](docs/" : "](")),
  };
  return [
    ...[...pages, llms].filter(({ path, text }) => read(path) !== text),
    ...files.filter(({ path, text }) => JSON.stringify(JSON.parse(read(path) ?? "null")) !== JSON.stringify(JSON.parse(text))),
  ];
}

const REQUEST = "test/fixtures/extension/attribute-collection-submit.json";

function formatSignUp(): string {
  const body = readFileSync(join(packageRoot, REQUEST), "utf8");
  const { tenantId = "" } = (JSON.parse(body) as { readonly data: { readonly tenantId?: string } }).data;
  const parsedCall = customExtension({ tenantId }).parse({ contentType: "application/json", body }, "before-create-user");
  if (!parsedCall.ok) throw new Error(`${REQUEST} cannot be read: ${JSON.stringify(parsedCall)}`);
  return `\`\`\`json\n${JSON.stringify(parsedCall.received, undefined, 2)}\n\`\`\``;
}
