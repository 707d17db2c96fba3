/** For operators: the meaning of each reason, and its remedy. */
export type ReasonWords = Readonly<Record<string, { readonly meaning: InConsole; readonly remedy: InConsole }>>;

/** In the languages that the console speaks. */
type InConsole = { readonly en: string; readonly ko: string };
