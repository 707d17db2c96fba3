import { blockMessage, catalogues } from "../../../engine/messages";
import { type Catalogue, labelledAttributes, reasons } from "../../../engine/messages/catalogue";
import { en } from "../../../engine/messages/en";

/** In characters. Entra documents no limit; a page has one. */
const LONGEST = 300;
const others = catalogues.filter(({ language }) => language !== "en");

/** Every text a person may read, by its place in the catalogue. */
const textsOf = ({ reasons: why, labels, problem, reference, tryLater }: Catalogue): Readonly<Record<string, string>> => ({
  ...why,
  ...labels,
  problem,
  reference,
  tryLater,
});
const placeholders = (text: string) => [...text.matchAll(/\{.*?\}/g)].map(([found]) => found).sort();

describe("the catalogues", () => {
  it("exist for eight languages, one each", () =>
    expect(catalogues.map(({ language }) => language)).toEqual(["en", "ko", "ja", "zh-Hans", "de", "fr", "es", "pt-BR"]));

  it.each(catalogues)("include $language under its canonical tag", ({ language }) =>
    expect(Intl.getCanonicalLocales(language)).toEqual([language]),
  );
});

describe.each(catalogues)("the catalogue of $language", (catalogue: Catalogue) => {
  const texts = Object.entries(textsOf(catalogue));

  it("has a text for each reason and each attribute, and no other texts", () => {
    expect(Object.keys(catalogue.reasons).sort()).toEqual([...reasons].sort());
    expect(Object.keys(catalogue.labels).sort()).toEqual([...labelledAttributes].sort());
  });

  it.each(texts)("has words for %s, without needless spaces or special characters", (_, text) => {
    expect(text).toMatch(/\S/);
    expect(text).toBe(text.trim().normalize("NFC"));
    expect(text).not.toMatch(/ {2}|["<>$]/);
  });

  it.each(texts)("has the same placeholders as English in %s", (place, text) =>
    expect(placeholders(text)).toEqual(placeholders(textsOf(en)[place] as string)),
  );

  it("ends its sentences with a full stop", () => {
    for (const text of [...Object.values(catalogue.reasons), catalogue.tryLater]) expect(text.endsWith(catalogue.fullStop)).toBe(true);
  });

  it.each(reasons)("stays within a page's limit with %s and a reference", (reason) => {
    const voice = { locales: [catalogue.language], options: {} };
    const message = blockMessage({ reason }, "K7QD-9MXD", voice);
    expect(message.startsWith(catalogue.reasons[reason])).toBe(true);
    expect(message.length).toBeLessThan(LONGEST);
  });

  it("gives each attribute a different name", () => expect(new Set(Object.values(catalogue.labels)).size).toBe(labelledAttributes.length));
});

describe.each(others)("the catalogue of $language", (catalogue: Catalogue) => {
  it("contains no untranslated English", () => {
    const english = textsOf(en);
    // "problem" is but its places and punctuation.
    const left = Object.entries(textsOf(catalogue)).filter(([place, text]) => place !== "problem" && text === english[place]);
    expect(left.map(([place]) => place)).toEqual([]);
  });
});
