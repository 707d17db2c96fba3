import { AsyncLocalStorage } from "node:async_hooks";
import { capitalise } from "../characters";

export const languages = ["en", "ko"] as const;
export type ConsoleLanguage = (typeof languages)[number];

export const languageNames: Readonly<Record<ConsoleLanguage, string>> = { en: "English", ko: "한국어" };

export type PageTexts<T> = Readonly<Record<ConsoleLanguage, T>>;

type Pairs<T> = {
  readonly [Name in keyof T]: readonly [en: T[Name], ko: NoInfer<T[Name]>] | (Pairs<T[Name]> & { readonly [Symbol.iterator]?: never });
};
/** The reader's language while `runInLanguage` runs, else English. So functions that return a word need no parameter for the language. */
const readers = new AsyncLocalStorage<ConsoleLanguage>();

export function runInLanguage<T>(language: ConsoleLanguage, answer: () => T): T {
  return readers.run(language, answer);
}

export const persons = (count: string) => (count === "1" ? "1 person" : `${count} people`);

/**
 * Returns texts that are read in the reader's language. If a Korean text is missing, or has another type than the English text, the call
 * does not compile.
 */
export function pageTexts<T>(texts: Pairs<T>): T {
  const [en, ko] = [textsIn(0, texts), textsIn(1, texts)];
  const each = Object.keys(texts).map((name) => {
    const get = () => (readers.getStore() === "ko" ? ko : en)[name];
    return [name, { get, enumerable: true }] as const;
  });
  return Object.defineProperties({}, Object.fromEntries(each)) as T;
}

/** Returns the texts in the reader's language: for texts that are written one language after the other. */
export function textsForReader<T>(texts: PageTexts<T>): T {
  return texts[readers.getStore() ?? "en"];
}

function textsIn(language: 0 | 1, texts: object): Readonly<Record<string, unknown>> {
  const each = Object.entries(texts).map(([name, text]) => [name, Array.isArray(text) ? text[language] : textsIn(language, text)]);
  return Object.fromEntries(each);
}

export function findText<T>(texts: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(texts, name) ? texts[name] : undefined;
}

/** Leaves a Korean text unchanged, because its first word is often a name. */
export function capitaliseTitle(text: string): string {
  return readers.getStore() === "ko" ? text : capitalise(text);
}

export function isLanguage(text: string | undefined): text is ConsoleLanguage {
  return languages.some((each) => each === text);
}
