import { catalogues } from "../../../engine/messages";
import type { RuleTexts } from "../../../engine/messages/rule-texts";
import { mailTexts } from "../../../features/lists/mail-texts";

const all: RuleTexts = mailTexts;
const cases = Object.entries(all).flatMap(([name, texts]) => catalogues.map((catalogue) => ({ name, texts, catalogue })));
const places = (text: string) => (text.match(/\{.*?\}/g) ?? []).sort();

describe("the texts of mails", () => {
  it.each(cases)(
    "include $name in $catalogue.language, trimmed, with the placeholders of the English text",
    ({ name, texts, catalogue }) => {
      const text = texts[catalogue.language];
      expect(text).toMatch(/\S/);
      expect(text).toBe(text.trim().normalize("NFC"));
      expect(text).not.toMatch(/ {2}|["<>$\n]/);
      expect(places(text)).toEqual(places(texts.en));
      if (/\.text$|^why$/.test(name)) expect(text.endsWith(catalogue.fullStop)).toBe(true);
      if (name.endsWith(".subject")) expect(text).not.toMatch(/[.。]$/);
    },
  );

  // Languages share some words: Name is German too.
  it.each(Object.entries(all).flatMap(([name, texts]) => (name.startsWith("label.") ? [] : [{ name, texts }])))(
    "differ for $name in each language",
    ({ texts }) => expect(new Set(Object.values(texts)).size).toBe(catalogues.length),
  );
});
