import { meanings } from "../engine/messages/operator/reasons";
import { type RegisteredRule, reasonsOfNoRule, ruleRegistry } from "../engine/rules/registry";
import type { Use } from "../engine/sign-up/rule";
import { markdownTable } from "./markdown-table";

type Row = readonly string[];

/** The rules that a policy can use, a row each. */
export function rulesTable(): string {
  const rows = ruleRegistry.map(
    (rule): Row => [`\`${rule.written}\``, sentenceOf(rule), listed(usesOf(rule)), listed(rule.reasons.map(code))],
  );
  return markdownTable(["rule", "does", "uses", "stops with"], rows);
}

/**
 * Every reason code, the rules that give it, and what it means to operators. Throws if one has no words.
 * @param words by reason
 */
export function reasonsTable(words: Readonly<Record<string, string>> = meanings.en): string {
  const reasons = [...new Set([...ruleRegistry.flatMap((rule) => rule.reasons), ...reasonsOfNoRule])];
  const wordless = reasons.filter((reason) => !words[reason]);
  if (wordless.length > 0) throw new Error(`engine/messages/operator/reasons.ts has no words for ${listed(wordless)}.`);
  const rows = reasons.map((reason): Row => {
    const givers = ruleRegistry.filter((rule) => rule.reasons.includes(reason)).map((rule) => code(rule.export));
    return [code(reason), listed(givers) || "Gatehouse itself", words[reason] ?? ""];
  });
  return markdownTable(["reason", "given by", "means"], rows);
}

function sentenceOf({ does, findings, steps }: RegisteredRule): string {
  const named = findings.filter((name) => !name.includes(" ")).map(code);
  const under = findings.filter((name) => name.includes(" ")).map((name) => `a finding under ${name}`);
  const leaves = [...(named.length > 0 ? [`the finding${named.length > 1 ? "s" : ""} ${listed(named)}`] : []), ...under];
  return [
    does,
    ...(leaves.length > 0 ? [`Leaves ${listed(leaves)}`] : []),
    ...(steps.length === 1 ? ["Before creating the user only"] : []),
  ].join(". ");
}

function usesOf({ fullest: { uses = [] } }: RegisteredRule): readonly string[] {
  const tables = [...new Set(uses.flatMap((use) => ("table" in use ? [use.table] : [])))].map(
    (name) => `${access(name, uses)} \`${name}\``,
  );
  return [
    ...tables,
    ...uses.flatMap((use) =>
      "service" in use ? [use.service === "dns" ? "the DNS" : "its vendor"] : "worker" in use ? [`the worker \`${use.worker}\``] : [],
    ),
  ];
}

function access(table: string, uses: readonly Use[]): string {
  return uses.some((use) => "table" in use && use.table === table && use.access === "write") ? "reads and writes" : "reads";
}

function listed(parts: readonly string[]): string {
  return parts.join(", ");
}

function code(text: string): string {
  return `\`${text}\``;
}
