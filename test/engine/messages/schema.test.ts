import { catalogues } from "../../../engine/messages";
import type { RuleTexts } from "../../../engine/messages/rule-texts";
import { schemaTexts } from "../../../engine/messages/schema";

const all: RuleTexts = schemaTexts;
const cases = Object.entries(all).flatMap(([kind, texts]) => catalogues.map((catalogue) => ({ kind, texts, catalogue })));

describe("the texts for a schema's refusals", () => {
  it.each(cases)(
    "include a sentence for $kind in $catalogue.language, with the placeholders of the English text",
    ({ texts, catalogue }) => {
      const text = texts[catalogue.language];
      const places = (of: string) => of.match(/\{\w*\}/g) ?? [];
      expect(text).toBe(text.trim().normalize("NFC"));
      expect(text).not.toMatch(/ {2}|["<>$]/);
      expect(text.endsWith(catalogue.fullStop)).toBe(true);
      expect(places(text)).toEqual(places(texts.en));
      expect(places(text).length).toBeLessThanOrEqual(1);
    },
  );

  it.each(Object.entries(all).map(([kind, texts]) => ({ kind, texts })))("differ for $kind in each language", ({ texts }) =>
    expect(new Set(Object.values(texts)).size).toBe(catalogues.length),
  );
});
