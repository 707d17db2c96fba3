import { catalogues } from "../../../engine/messages/index";
import { addOurTexts, type Text } from "../../../engine/sign-up/text";
import type { PolicyStep } from "../../../lib/policy-folder/policy-step";
import { mailTexts } from "../../lists/mail-texts";
import type { WordingName } from "../../mail-texts";
import { listAddedLanguages } from "./files";

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
