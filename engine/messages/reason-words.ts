/** What operators read of reasons: what a reason means, and what would let somebody in who was stopped for it. */
export type ReasonWords = Readonly<Record<string, { readonly meaning: InConsole; readonly remedy: InConsole }>>;

/** In the languages that the console speaks. */
type InConsole = { readonly en: string; readonly ko: string };
