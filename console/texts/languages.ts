/** Languages of the interface. */
export const languages = ["en", "ko"] as const;
export type ConsoleLanguage = (typeof languages)[number];

/** What each language calls itself. */
export const languageNames: Readonly<Record<ConsoleLanguage, string>> = { en: "English", ko: "한국어" };

/** The same texts in each language. */
export type PageTexts<T> = Readonly<Record<ConsoleLanguage, T>>;

/** A page's texts: a Korean one that is missing, or of another form, does not compile. */
export function pageTexts<T>(en: T, ko: NoInfer<T>): PageTexts<T> {
  return { en, ko };
}

export function isLanguage(text: string | undefined): text is ConsoleLanguage {
  return languages.some((each) => each === text);
}
