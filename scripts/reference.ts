import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ruleRegistry } from "../engine/rules/registry";
import { packageRoot } from "../lib/package-root";
import { type Declaration, packageDeclarations } from "./declarations";
import { optioned } from "./option-tables";

/** An export with the example that the reference shows of it. */
export interface Referred extends Declaration {
  /** Undefined where nobody has written one: a test holds that somebody has. */
  readonly example: string | undefined;
}

/** The examples that are too long for a docstring: those of types and constructs. */
const exampleFiles = { "entra-gatehouse": "policy", "entra-gatehouse/cdk": "cdk" } as const satisfies Record<Declaration["entry"], string>;

/** The examples of an entry's file, by the export they are of. */
export function examplesOf(entry: Declaration["entry"]): ReadonlyMap<string, string> {
  const text = readFileSync(join(packageRoot, "test/docs/reference", `${exampleFiles[entry]}.ts`), "utf8");
  const parts = text.split(/^\/\/ (?=\w+\n)/m).slice(1);
  return new Map(
    parts.map((part) => {
      const [name = "", ...lines] = part.split("\n");
      // Exported there, so that knip does not count it as unused.
      return [
        name,
        lines
          .join("\n")
          .trim()
          .replace(/^export /gm, ""),
      ];
    }),
  );
}

/** Every export with its example, from its docstring or else from the file of examples. */
export function referredExports(): readonly Referred[] {
  return packageDeclarations().exports.map((each) => ({ ...each, example: each.example ?? examplesOf(each.entry).get(each.name) }));
}

const rules: readonly string[] = ruleRegistry.map((rule) => rule.export);
const isStep = ({ name }: Declaration) => ["afterSignIn", "beforeCreateUser", "beforeSendingToken"].includes(name);
const isRule = ({ name }: Declaration) => rules.includes(name) || name === "defineRule";
const isType = ({ kind }: Declaration) => kind === "interface" || kind === "type";

/** The sections of what a policy imports. An export is in the first section that it fits. */
const sections: readonly { readonly title: string; readonly holds: (each: Declaration) => boolean }[] = [
  { title: "Steps", holds: isStep },
  { title: "Rules", holds: isRule },
  { title: "Sources, vendors, and what else rules take", holds: (each) => !isType(each) },
  { title: "Types", holds: () => true },
];

/** What a policy imports, section by section. */
export function policyReference(): string {
  const exports = referredExports().filter(({ entry }) => entry === "entra-gatehouse");
  const parts = sections.map(({ title, holds }, index) => {
    const isEarlier = (each: Declaration) => sections.slice(0, index).some((earlier) => earlier.holds(each));
    return sectionOf(
      title,
      exports.filter((each) => !isEarlier(each) && holds(each)),
    );
  });
  return parts.join("\n\n");
}

/** What a CDK app imports. */
export function cdkReference(): string {
  const exports = referredExports().filter(({ entry }) => entry === "entra-gatehouse/cdk");
  return [
    sectionOf(
      "Constructs and functions",
      exports.filter((each) => !isType(each)),
    ),
    sectionOf("Types of a CDK app", exports.filter(isType)),
  ].join("\n\n");
}

function sectionOf(title: string, exports: readonly Referred[]): string {
  const sorted = [...exports].sort((a, b) => a.name.localeCompare(b.name));
  const list = sorted.map((each) => `[${each.name}](#${anchorOf(each)})`).join(" · ");
  return [`## ${title}`, list, ...sorted.map(entryOf)].join("\n\n");
}

function entryOf(each: Referred): string {
  const heading = `### ${headingOf(each)}`;
  const elsewhere = optionsLink(each);
  if (elsewhere !== undefined) return [heading, linked(each.says), elsewhere].join("\n\n");
  const example = each.example === undefined ? [] : ["For example:", fenced(each.example)];
  return [heading, linked(each.says), fenced(each.code), ...example].join("\n\n");
}

/** Where another page explains the members of a type of options; undefined for any other declaration. */
function optionsLink({ name }: Declaration): string | undefined {
  if (name === "GatehouseProps") return "Its members: [settings](settings.md).";
  const calls = optioned.filter(({ types }) => types.includes(name)).map(({ call }) => call);
  return calls.length === 0 ? undefined : `Its members: ${calls.map((call) => `[${call}](options.md#${slug(call)})`).join(", ")}.`;
}

/** A type and a function may differ in their first letter alone, and headings do not tell the two apart. */
function headingOf(each: Declaration): string {
  return ["interface", "type"].includes(each.kind) ? `type ${each.name}` : each.name;
}

function anchorOf(each: Declaration): string {
  return slug(headingOf(each));
}

function slug(heading: string): string {
  return heading.toLowerCase().replaceAll(",", "").replaceAll(" ", "-");
}

/** As other code than `ts`, which tests compile by itself: a declaration alone is no module. */
function fenced(code: string): string {
  return `\`\`\`typescript\n${code}\n\`\`\``;
}

/** Text of a docstring as Markdown: pages of docs/ become links. */
function linked(says: string): string {
  return says
    .replace(/\{@link (\w+)\}/g, "`$1`")
    .replace(/(?<![\w/`(])docs\/([\w/-]+\.md)/g, "[$1]($1)")
    .replace(/(?<![\w/(])(https:\/\/[\w./-]*\w)/g, "<$1>");
}
