/** Languages of the interface. */
export const languages = ["en", "ko"] as const;
export type ConsoleLanguage = (typeof languages)[number];

/** What each language calls itself. */
export const languageNames: Readonly<Record<ConsoleLanguage, string>> = { en: "English", ko: "한국어" };

/** The same texts in each language. */
export type PageTexts<T> = Readonly<Record<ConsoleLanguage, T>>;

/** Texts under names: each in English and Korean, or a group of such. */
type Pairs<T> = { readonly [Name in keyof T]: readonly [en: T[Name], ko: NoInfer<T[Name]>] | (Pairs<T[Name]> & NoPair) };
interface NoPair {
  readonly [Symbol.iterator]?: never;
}

/** A page's texts: a Korean one that is missing, or of another form, does not compile. */
export function pageTexts<T>(texts: Pairs<T>): PageTexts<T> {
  return { en: textsIn(0, texts), ko: textsIn(1, texts) };
}

function textsIn<T>(language: 0 | 1, texts: Pairs<T>): T {
  const each = Object.entries<readonly [unknown, unknown] | Pairs<unknown>>(texts);
  return Object.fromEntries(each.map(([name, text]) => [name, Array.isArray(text) ? text[language] : textsIn(language, text)])) as T;
}

/** The text under a name that may be any: undefined where there is none. */
export function textNamed<T>(texts: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(texts, name) ? texts[name] : undefined;
}

export function isLanguage(text: string | undefined): text is ConsoleLanguage {
  return languages.some((each) => each === text);
}
