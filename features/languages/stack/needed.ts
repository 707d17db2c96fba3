import { labelledAttributes, reasons } from "../../../engine/messages/catalogue";
import { en } from "../../../engine/messages/en";
import type { AnyRule } from "../../../engine/sign-up/rule";
import { mailTexts } from "../../lists/mail-texts";
import { mailsToPeople } from "../../mail-texts";
import { allRuleTexts, ruleRegistry, textVariants } from "../../rules";

/** `frame` has the texts around reasons. */
export type Sections<Value = string> = Readonly<Record<"frame" | "reasons" | "labels" | "mail", Readonly<Record<string, Value>>>>;

const { language: _, reasons: ownReasons, labels, ...frame } = en;
const listEnglish = (texts: Readonly<Record<string, { readonly en: string }>>) =>
  Object.fromEntries(Object.entries(texts).map(([name, text]) => [name, text.en]));
const variants = textVariants.flatMap(({ rule, reason, texts }) =>
  Object.entries(listEnglish(texts)).map(([variant, text]) => ({ rule, name: `${reason}.${variant}`, text })),
);

/** Every text that a language can have, in English. */
export const english: Sections = {
  frame,
  reasons: {
    ...ownReasons,
    ...listEnglish(allRuleTexts),
    ...Object.fromEntries(variants.map(({ name, text }) => [name, text])),
  },
  labels,
  mail: listEnglish(mailTexts),
};

export function neededFor(rules: readonly AnyRule[]): Sections<true> {
  const names = new Set(rules.map(({ name }) => name));
  const givenReasons = ruleRegistry.flatMap(({ fullest, reasons: codes }) => (names.has(fullest.name) ? codes : []));
  const exact = variants.flatMap(({ rule, name }) => (names.has(rule) ? [name] : []));
  const askedAttributes = new Set(rules.flatMap(({ asks = [] }) => asks as readonly string[]));
  return {
    frame: all(Object.keys(frame)),
    reasons: all([...reasons.filter((reason) => !reason.startsWith("access-list.")), ...givenReasons, ...exact]),
    labels: all(labelledAttributes.filter((name) => askedAttributes.has(name))),
    mail: all([...names].flatMap((name) => mailsToPeople[name] ?? [])),
  };
}

function all(names: readonly string[]): Readonly<Record<string, true>> {
  return Object.fromEntries(names.map((name) => [name, true]));
}

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
