import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ruleRegistry } from "../features/rules";
import { packageRoot } from "../lib/app-root";
import { type Declaration, linkPages, packageDeclarations, readMembers } from "./declarations";
import { formatOptions, listOptioned, oneLine, STEPS } from "./option-lists";

export interface Referred extends Declaration {
  /** Undefined if the export needs no example besides its declaration. */
  readonly example: string | undefined;
}

/** The file in test/docs/reference with the examples of an entry's types and constructs. These examples are too long for a docstring. */
const exampleFiles = { "entra-gatehouse": "policy", "entra-gatehouse/cdk": "cdk" } as const satisfies Record<Declaration["entry"], string>;

export function readExamples(entry: Declaration["entry"]): ReadonlyMap<string, string> {
  const text = readFileSync(join(packageRoot, "test/docs/reference", `${exampleFiles[entry]}.ts`), "utf8");
  const parts = text.split(/^\/\/ (?=\w+\n)/m).slice(1);
  return new Map(
    parts.map((part) => {
      const [name = "", ...lines] = part.split("\n");
      // Each example is exported in its file, so that knip does not report the example as unused. The reference shows it without `export`.
      return [
        name,
        lines
          .join("\n")
          .trim()
          .replace(/^export /gm, "")
          // If a function contains the example, only the function's body is kept.
          .replace(/^function \w+\([^)]*\): void \{\n([\s\S]*)\n\}$/, (_, body: string) => body.replace(/^ {2}/gm, "")),
      ];
    }),
  );
}

export function referredExports(): readonly Referred[] {
  return packageDeclarations().exports.map((each) => ({ ...each, example: each.example ?? readExamples(each.entry).get(each.name) }));
}

const rules: readonly string[] = ruleRegistry.map((rule) => rule.export);
const isType = ({ kind }: Declaration) => kind === "interface" || kind === "type";

/** Sections of the reference of a policy's imports. An export is in the first section whose `holds` returns true. */
const sections: readonly { readonly title: string; readonly holds: (each: Declaration) => boolean }[] = [
  { title: "Steps", holds: ({ name }) => ["afterSignIn", "beforeCreateUser", "beforeSendingToken"].includes(name) },
  { title: "Rules", holds: ({ name }) => rules.includes(name) || name === "defineRule" },
  { title: "Sources, vendors, and what else rules take", holds: (each) => !isType(each) },
  { title: "Types", holds: () => true },
];

/** Types of settings, with the pages of docs/ that explain their members. */
export const explainedOn: Readonly<Record<string, readonly string[]>> = {
  ApprovalMailOptions: ["mail.md"],
  ConnectorFlow: ["connect-entra.md"],
  ConsoleOptions: ["console.md"],
  CustomAttribute: ["connect-entra.md"],
  CustomDomainOptions: ["settings.md"],
  EntraSetup: ["connect-entra.md"],
  ExternalFlow: ["connect-entra.md"],
  ExternalTenantOptions: ["external-tenant.md", "tokens.md"],
  NetworkOptions: ["outgoing-address.md"],
  OutgoingAddressOptions: ["outgoing-address.md"],
  SignUp: ["sign-up.md"],
  WebhookOptions: ["events.md"],
};

/** Exports that the page does not list. A function or another page explains them, or few people use their names. */
const unlistedNames: readonly string[] = [
  ...Object.keys(explainedOn),
  ...listOptioned().flatMap(({ types }) => types),
  ...`
    AccountDirectory AccountInDirectory AuditArchiveOptions CanaryOptions EncryptionKeyOption EventOptions FailoverOptions GateOptions
    MailDecisionsDomain RotationOptions SecretsOption TableBackupOptions TablesOption TrustStore TrustStoreFile TrustStoreObject
    WordingName AnyShared AnyTableName Application Approvals Approvers Attributes AttributesToSet
    Authentication CallValue CallableService ConnectorRotation Console Credentials CustomDomain DecidingStep DomainTarget
    EntraFlow ExtensionApi ExtensionStep Fields Findings Formatter FunctionDefaults GatehouseParts GatehouseProps
    GatehouseStackProps GraphDefaults GroupMembership GroupMembershipProps Identity LanguageTexts LoggedHttpApi Network
    OfKnownAttributes Policy PolicyError PolicyStep Problem Put RecordKey Records Reserve RetainedTable Row Services
    SharedRule SignUpStep SingleAttributeName Situation Step TableName TextAttributeName UpstreamFailure
    UpstreamFailureKind Verification Write entraSetup loadPolicyFolder lowerCase text trim upperCase
  `
    .trim()
    .split(/\s+/),
];

/** Members that custom rules seldom need: their names are enough. */
const rarelyNeeded: Readonly<Record<string, readonly string[]>> = {
  Block: ["deferred", "wording"],
  Context: ["said"],
  Rule: ["columns", "counts", "excludedReasons", "recommends", "reshapes", "restore", "warns"],
};

export function policyReference(): string {
  const exports = selectEntryExports("entra-gatehouse");
  const parts = sections.map(({ title, holds }, index) => {
    const isEarlier = (each: Declaration) => sections.slice(0, index).some((earlier) => earlier.holds(each));
    const section = formatSection(
      title,
      exports.filter((each) => !isEarlier(each) && holds(each)),
    );
    return index === 0 ? `${section}\n\n### Options of a step\n\n${formatOptions(STEPS)}` : section;
  });
  return withNamedTypes(parts.join("\n\n"), "entra-gatehouse", new Set(exports.map(({ name }) => name)));
}

export function cdkReference(): string {
  const exports = selectEntryExports("entra-gatehouse/cdk");
  const text = [
    formatSection(
      "Constructs and functions",
      exports.filter((each) => !isType(each)),
    ),
    formatSection("Types of a CDK app", exports.filter(isType)),
  ].join("\n\n");
  const explainedNames = [...policyReference().matchAll(/^(?:### (?:type )?|- `)(\w+)/gm)].map(([, name = ""]) => name);
  return withNamedTypes(
    text,
    "entra-gatehouse/cdk",
    new Set([...exports.filter((each) => !isDetail(each)).map(({ name }) => name), ...explainedNames]),
  );
}

/** Types that only Gatehouse makes or reads. The reference shows only their purpose. */
const opaque: ReadonlySet<string> = new Set("Approvers Authentication CallableService LanguageTexts OwnUse Policy".split(" "));
/** Names of type parameters that are also names of types in other modules. */
const typeParameters: readonly string[] = ["Path", "Service"];

/** Appends the types that a text names but does not define. Also appends the types that these types name. */
function withNamedTypes(text: string, entry: Declaration["entry"], definedTypes: Set<string>): string {
  const types = packageDeclarations().all.filter(({ kind }) => kind !== "function" && kind !== "const");
  const definitionsByType = new Map<string, string>();
  for (let unread = text; unread !== ""; ) {
    const missing = namesInCode(unread).filter((name) => !definedTypes.has(name) && !definitionsByType.has(name));
    const foundParts = missing.flatMap((name) => types.find((each) => each.name === name) ?? []);
    for (const each of foundParts)
      definitionsByType.set(each.name, describeNamedType({ entry, typeOnly: true, ...each, example: undefined }));
    unread = foundParts.map(({ name }) => definitionsByType.get(name)).join("\n");
  }
  const [long, short] = [
    [...definitionsByType.values()].filter(isSection),
    [...definitionsByType.values()].filter((each) => !isSection(each)),
  ];
  return [text, "## Types that these name", short.sort().join("\n"), ...long.sort()].join("\n\n");
}

function isSection(text: string): boolean {
  return text.startsWith("### ");
}

function describeNamedType(each: Referred): string {
  const { name, entry, says } = each;
  const pages = isDetail(each) ? ["events.md"] : explainedOn[name];
  if (pages !== undefined) return `- \`${name}\`: ${pages.map((page) => `[${page}](${page})`).join(", ")}.`;
  const call = listOptioned().find(({ types }) => types.includes(name));
  if (call !== undefined) return `- \`${name}\`: options of \`${call.within ?? call.call}\`, above.`;
  if (opaque.has(name)) return formatLine(name, says);
  if (entry === "entra-gatehouse/cdk" && isListed(each)) return describeHandle(each);
  return isShort(each) ? formatExportItem(each) : formatExportEntry(each);
}

function namesInCode(text: string): readonly string[] {
  const code = [...text.matchAll(/```typescript\n([\s\S]*?)```|`([^`\n]+)`/g)].map(([, fenced, span]) => fenced ?? span ?? "");
  const plain = code.map((each) => each.replace(/"[^"\n]*"|\/\/.*$/gm, ""));
  const names = plain.flatMap((each) => [...each.matchAll(/(?<![\w.$])[A-Z]\w+/g)].map(([name]) => name));
  return [...new Set(names)].filter((name) => !typeParameters.includes(name));
}

function selectEntryExports(from: Declaration["entry"]): readonly Referred[] {
  return referredExports().filter(({ entry, name }) => entry === from && !unlistedNames.includes(name));
}

function formatSection(title: string, exports: readonly Referred[]): string {
  const sortedExports = [...exports].sort((a, b) => a.name.localeCompare(b.name));
  const [short, long] = [sortedExports.filter(isShort), sortedExports.filter((each) => !isShort(each))];
  const items = short.filter((each) => !isDetail(each)).map(formatExportItem);
  return [`## ${title}`, ...(items.length === 0 ? [] : [items.join("\n")]), ...long.map(formatExportEntry)].join("\n\n");
}

/** True for an event's detail: docs/events.md explains its fields. */
function isDetail({ says }: Referred): boolean {
  return says.startsWith("The detail of the event ");
}

function isShort(each: Referred): boolean {
  return (
    isHandle(each) ||
    (isType(each) &&
      each.example === undefined &&
      !shownCode(each)
        .replace(/ \{\n\}$/, "")
        .includes("\n"))
  );
}

/** True for a class that only Gatehouse creates. The reference shows only the names of its members. */
function isHandle(each: Referred): boolean {
  return each.kind === "class" && each.typeOnly;
}

function formatExportItem(each: Referred): string {
  if (isHandle(each)) return describeHandle(each);
  const code = shownCode(each).replace(/^(?:type|interface) | \{\n\}$|;$/g, "");
  return formatLine(code === "" ? each.name : code, each.says);
}

function formatLine(code: string, says: string): string {
  // Code that contains a backtick is enclosed in double backticks in Markdown.
  const span = code.includes("`") ? `\`\` ${code} \`\`` : `\`${code}\``;
  return `- ${span}${says === "" ? "" : `: ${oneLine(linkPages(says))}`}`;
}

function describeHandle(each: Referred): string {
  const names = [...shownCode(each).matchAll(/^ {2}(?:get )?(\w+)(?=[?:(])/gm)].map(([, name]) => `\`${name}\``);
  return `${formatLine(each.name, each.says)}${names.length === 0 ? "" : ` Members: ${names.join(", ")}.`}`;
}

function formatExportEntry(each: Referred): string {
  const code = isPlainCall(each) ? "" : shownCode(each);
  const members = isListed(each) && code !== "" ? memberList(code, rarelyNeeded[each.name]) : undefined;
  const shownParts = [members === undefined ? code : "", each.example ?? ""].filter((part) => part !== "");
  const explanation = linkPages(shortly(each));
  const parts = [
    explanation === "" ? undefined : explanation,
    members,
    // Marked `typescript`, not `ts`, because tests compile blocks marked `ts`, and a declaration alone is no module.
    shownParts.length === 0 ? undefined : `\`\`\`typescript\n${shownParts.join("\n\n")}\n\`\`\``,
    formatOptions(each.name),
  ];
  // Links to headings ignore upper and lower case, so the word "type" distinguishes a type from a function of the same name.
  return [`### ${isType(each) ? "type " : ""}${each.name}`, ...parts].filter((part) => part !== undefined).join("\n\n");
}

/** A Formatter, an argument of `format`, counts as a function. */
function isPlainCall({ kind, entry, code, example }: Referred): boolean {
  return entry === "entra-gatehouse" && example !== undefined && (kind === "function" || /: Formatter;$/.test(code));
}

function shortly({ kind, says }: Declaration): string {
  const [page] = /See\s+docs\/[\w/-]+\.md\./.exec(says) ?? [];
  const [first] = /^[\s\S]*?\.(?=\s+[A-Z`])/.exec(says) ?? [];
  return kind !== "function" || page === undefined || first === undefined ? says : `${first} ${page}`;
}

function isListed({ kind, typeOnly }: Declaration): boolean {
  return kind === "interface" || (kind === "class" && typeOnly);
}

function memberList(code: string, rare: readonly string[] = []): string {
  const [, declared = "", more = ""] = /^((?:interface|class|abstract class) \w+(.*)) \{$/m.exec(code) ?? [];
  const items = readMembers(code).flatMap(({ docstring, signature }) => {
    if (rare.includes(/\w+/.exec(signature)?.[0] ?? "")) return [];
    const words = linkPages(formatDocstring(docstring));
    return [`- \`${signature}\`${words === "" ? "" : `: ${words}`}`];
  });
  const first = !more.startsWith(" extends ") || more === " extends Construct" ? [] : [`\`${declared}\``, ""];
  const noteLines = rare.length === 0 ? [] : [`- Rarely needed: ${rare.map((name) => `\`${name}\``).join(", ")}.`];
  return [...first, ...items, ...noteLines].join("\n");
}

/** Leaves out `readonly`, because almost every member has it. Docstrings become line comments, except in a list of members. */
function shownCode(each: Declaration): string {
  // The code of a conditional type or `InferOutput` does not show the type's members.
  if (each.kind === "type" && / \? |InferOutput</.test(each.code)) return "";
  const code = each.code
    .replace(/^ {2}\/\*\*(?:(?!\*\/)[\s\S])*@internal(?:(?!\*\/)[\s\S])*\*\/\n {2}.*(?:\n(?: {3}| {2}\}).*)*\n/gm, "")
    .replace(isListed(each) ? /^ {2}constructor\(.*\n/gm : /$^/, "")
    .replace(/\breadonly (?=[\w(["])(?!name =)/g, "");
  if (isListed(each)) return code;
  return code.replace(/^( *)\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\n/gm, (_, indent: string, docstring: string) =>
    formatComment(docstring, indent),
  );
}

/** Maximum number of characters in a line of a comment, with the indentation. */
const COMMENT_WIDTH = 110;

function formatComment(docstring: string, indent: string): string {
  const words = formatDocstring(docstring);
  const line = new RegExp(`(.{1,${COMMENT_WIDTH - indent.length - 3}})(?: |$)`, "g");
  return words === "" ? "" : words.replace(line, `${indent}// $1\n`);
}

function formatDocstring(docstring: string): string {
  const text = docstring
    .replace(/^ *\* ?/gm, "")
    .replace(/^@example$[\s\S]*/m, "")
    .replace(/\s+/g, " ")
    .trim();
  const [says = "", byDefault] = text.replace(/ ?@param (\w+) (.*?)\.?(?= @|$)/g, " `$1`: $2.").split(/ ?@default /);
  return [says, byDefault === undefined || byDefault === "none" ? "" : `Default: ${byDefault}.`].filter((part) => part !== "").join(" ");
}
