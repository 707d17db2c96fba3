import type { AnyRule } from "../../../engine/sign-up/rule";
import { english, neededFor, type Sections } from "./needed";

/** Returns a language file with empty texts. Above each text, a comment has the English text. @param tag BCP 47 */
export function languageTemplate(tag: string, rules: readonly AnyRule[]): string {
  const neededTexts = neededFor(rules);
  const name = new Intl.DisplayNames(["en"], { type: "language" }).of(tag) ?? tag;
  const sections = (["reasons", "labels", "mail"] as const).flatMap((section) => {
    const lines = formatSectionLines(section, neededTexts, "    ");
    return lines.length === 0 ? [] : [`  ${section}: {`, ...lines, "  },"];
  });
  return [
    'import type { LanguageTexts } from "entra-gatehouse";',
    "",
    `/** ${name}. An empty text is read in the person's next language, else in English. {places} stay. */`,
    "export default {",
    ...formatSectionLines("frame", neededTexts, "  "),
    ...sections,
    "} satisfies LanguageTexts;",
    "",
  ].join("\n");
}

function formatSectionLines(section: keyof Sections, neededTexts: Sections<true>, indent: string): readonly string[] {
  return Object.keys(neededTexts[section]).flatMap((name) => [
    `${indent}// ${english[section][name]}`,
    `${indent}${/^\w+$/.test(name) ? name : JSON.stringify(name)}: "",`,
  ]);
}
