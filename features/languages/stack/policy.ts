import { readFileSync } from "node:fs";
import { reasons as ofEverybody } from "../../../engine/messages/catalogue";
import { catalogues } from "../../../engine/messages/index";
import type { AnyRule } from "../../../engine/sign-up/rule";
import { addOurTexts, type Text } from "../../../engine/sign-up/text";
import { withRelativePaths } from "../../../lib/app-root";
import { answeringRules, type PolicyFeature, type PolicyStep, type StepFile } from "../../../lib/policy-folder/policy-step";
import { mailTexts } from "../../lists/mail-texts";
import type { WordingName } from "../../mail-texts";
import { type AddedLanguage, asCatalogue, languageFiles, languagesBeside, listAddedLanguages } from "./files";
import { neededFor, type Sections } from "./needed";

export const policyChecks: PolicyFeature = {
  files: (_, file) => languageFiles(file),
  complete: addLanguages,
  warns: missing,
  mailTexts: mailTextsWith,
  answerDefines: languageDefines,
};

/** Adds the languages to a loaded policy, so that cases and commands use them too. */
function addLanguages({ file, policy }: PolicyStep): void {
  const languages = languagesBeside(file).map(asCatalogue);
  if (languages.length > 0) Object.assign(policy, { options: { ...policy.options, languages } });
}

function languageDefines(rules: readonly AnyRule[], { file, step }: StepFile): Readonly<Record<string, string>> {
  const languages = step === "before-sending-token" ? [] : languagesBeside(file);
  if (languages.length === 0) return {};
  const neededReasons = neededFor(rules).reasons;
  const isSaid = (reason: string) => Object.hasOwn(neededReasons, reason) || (ofEverybody as readonly string[]).includes(reason);
  const carriedCatalogues = languages.map(asCatalogue).map(({ reasons = {}, ...rest }) => ({
    ...rest,
    reasons: Object.fromEntries(Object.entries(reasons).filter(([reason]) => isSaid(reason))),
  }));
  return { GATEHOUSE_LANGUAGES: JSON.stringify(carriedCatalogues) };
}

function missing(steps: readonly PolicyStep[]): readonly string[] {
  const neededTexts = neededFor(steps.flatMap(answeringRules));
  return listAddedLanguages(steps).flatMap((language) => {
    const names = missingIn(language, neededTexts);
    const shownNames = names.slice(0, MOST_NAMED).join(", ");
    const more = names.length > MOST_NAMED ? ` and ${names.length - MOST_NAMED} more` : "";
    return names.length === 0
      ? []
      : [
          `${placeOfFirst(language.file, names)}${language.tag} has no text for ${shownNames}${more}: people read it in their next language, else in English.`,
        ];
  });
}

const MOST_NAMED = 12;

function missingIn({ texts }: AddedLanguage, neededTexts: Sections<true>): readonly string[] {
  return (Object.keys(neededTexts) as (keyof Sections)[]).flatMap((section) =>
    Object.keys(neededTexts[section]).filter((name) => !Object.hasOwn(texts[section], name)),
  );
}

/** Returns the file and a line, to begin a sentence: the line of the first of `names` that the file has, or else the line of the export. */
function placeOfFirst(file: string, names: readonly string[]): string {
  const lines = readFileSync(file, "utf8").split("\n");
  const createNameTest = (name: string) => (line: string) => /^[\s"']*([\w.-]*)/.exec(line)?.[1] === name;
  const nameLine = names.map((name) => lines.findIndex(createNameTest(name))).find((at) => at >= 0);
  const exportLine = lines.findIndex((line) => line.startsWith("export"));
  return `${withRelativePaths(file)}:${Math.max(nameLine ?? exportLine, 0) + 1}: `;
}

export function mailTextsWith(policy: readonly PolicyStep[], ownTexts: Readonly<Record<string, Text>>): Readonly<Record<string, Text>> {
  const languages = listAddedLanguages(policy);
  const addedTexts: Record<string, Readonly<Record<string, string>>> = {};
  for (const { tag, texts } of languages) {
    for (const [name, text] of Object.entries(texts.mail) as [WordingName, string][])
      addedTexts[name] = { ...relatives(name, tag), ...addedTexts[name], [tag]: text };
  }
  const tags = languages.map(({ tag }) => tag);
  return Object.fromEntries(
    Object.entries({ ...addedTexts, ...ownTexts }).map(([name, text]) => [
      name,
      text === addedTexts[name] ? text : addOurTexts(text, addedTexts[name], tags),
    ]),
  );
}

/**
 * Returns Gatehouse's texts in languages related to `tag`: if a text for pt-PT is added, people who ask for pt-BR still read Gatehouse's
 * text.
 */
function relatives(name: WordingName, tag: string): Readonly<Record<string, string>> {
  const toPrimaryLanguage = (of: string) => of.split("-", 1)[0];
  const alike = catalogues.flatMap(({ language }) => (toPrimaryLanguage(language) === toPrimaryLanguage(tag) ? [language] : []));
  return Object.fromEntries(alike.map((language) => [language, mailTexts[name][language]]));
}
