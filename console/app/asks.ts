import { CURSOR_PARAMETER } from "../paging/cursor-parameter";
import { languages } from "../texts/languages";

/** What a page's address may ask for: names, and the values that mean something where there are but a few. */
export type Asks = Readonly<Record<string, readonly string[] | "any" | "gates">>;

/** What any address may hold: the language, a page of a list, and what was done before. */
const everywhere: Asks = {
  lang: languages,
  [CURSOR_PARAMETER]: "any",
  done: "any",
  set: "any",
  count: "any",
  added: "any",
  there: "any",
};
/** More of them help nobody. */
const MAX_NAMED = 5;

/** What an address asks for that its page does not know: a name, or a name with a value that it does not have. */
export function unknownAsks(asked: URLSearchParams, asks: Asks, gates: readonly string[]): readonly string[] {
  const known: Asks = { ...everywhere, ...asks };
  const unknown = [...asked].flatMap(([name, value]) => {
    const values = Object.hasOwn(known, name) ? known[name] : undefined;
    const text = value.trim();
    if (text === "" || values === "any") return [];
    if (values === undefined) return [name];
    return (values === "gates" ? gates : values).includes(text) ? [] : [`${name}=${text}`];
  });
  return [...new Set(unknown)].slice(0, MAX_NAMED);
}
