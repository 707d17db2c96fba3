/** Languages of the interface. */
export const languages = ["en", "ko"] as const;
export type Language = (typeof languages)[number];

/** What each language calls itself. */
export const languageNames: Readonly<Record<Language, string>> = { en: "English", ko: "한국어" };

/** The same texts in each language. */
export type Texts<T> = Readonly<Record<Language, T>>;

/** A page's texts: a Korean one that is missing, or of another form, does not compile. */
export function texts<T>(en: T, ko: NoInfer<T>): Texts<T> {
  return { en, ko };
}

export function isLanguage(text: string | undefined): text is Language {
  return languages.some((each) => each === text);
}
