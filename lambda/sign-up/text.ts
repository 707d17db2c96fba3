/** What a person reads: one text for all, or one a language (BCP 47 tag). */
export type Text = string | Readonly<Record<string, string>>;

/**
 * The best of the languages on offer for a person, by the look-up of RFC 4647 §3.4: `ko-KR` finds `ko`, the person's
 * second choice comes after every shorter form of the first. Undefined if nothing fits.
 */
export function bestLanguage(locales: readonly string[], offered: readonly string[]): string | undefined {
  for (const locale of locales) {
    const subtags = locale.toLowerCase().replaceAll("_", "-").split("-");
    for (let length = subtags.length; length > 0; length--) {
      const range = subtags.slice(0, length).join("-");
      const found = offered.find((tag) => tag.toLowerCase() === range);
      if (found !== undefined) return found;
    }
  }
  return undefined;
}

/** The text for a person's languages; English, or else the first given, where none fits. */
export function textFor(text: Text, locales: readonly string[]): string {
  if (typeof text === "string") return text;
  const offered = Object.keys(text);
  const language = bestLanguage(locales, offered) ?? bestLanguage(["en"], offered) ?? offered[0];
  return language === undefined ? "" : (text[language] as string);
}
