import type { AboutRule } from "../engine/about-rule";
import { reasonWords } from "../features/reasons";
import { reasonsOfNoRule, ruleRegistry } from "../features/rules";
import { markdownList } from "./markdown-table";

type Item = readonly [term: string, meaning: string];

export function rulesTable(): string {
  const items = ruleRegistry.map((rule): Item => [`\`${rule.written}\``, `${rule.does}${findingsText(rule)}`]);
  const atSteps = (count: number) => joinParts(ruleRegistry.filter(({ steps }) => steps.length === count).map((rule) => code(rule.export)));
  return [
    markdownList(items),
    `Only in \`before-create-user.ts\`: ${atSteps(1)}. In every step: ${atSteps(3)}. All others: in the two steps of a sign-up.`,
  ].join("\n\n");
}

export function reasonsList(words: Readonly<Record<string, { readonly meaning: { readonly en: string } }>> = reasonWords): string {
  const reasons = [...new Set([...ruleRegistry.flatMap((rule) => rule.reasons), ...reasonsOfNoRule])];
  const wordless = reasons.filter((reason) => !words[reason]?.meaning.en);
  if (wordless.length > 0) throw new Error(`No reasons.ts of a feature has words for ${joinParts(wordless)}.`);
  return reasons.map((reason) => `- ${code(reason)}: ${words[reason]?.meaning.en ?? ""}`).join("\n");
}

/** Returns the names of a rule's findings. A name that depends on the rule's arguments is described in words. */
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
