import { languageFlaw } from "../../../engine/sign-up/text";
import { placeAt, type SourceFile } from "./source";

/** A text by its language: `en: "…"`, `"pt-BR": "…"`. */
const entry = /\s*,?\s*(?:["']([^"']+)["']|([\w$]+))\s*:\s*(["'`])(?:\\.|(?!\3)[^\\])*\3/gy;

/** Languages that there are not, in texts that rules of one's own answer with. Those of the step itself are refused. */
export function languageWarnings(sources: readonly SourceFile[]): readonly string[] {
  return sources.flatMap((source) =>
    [...source.text.matchAll(/\bmessage:\s*\{/g)].flatMap(({ index, 0: begin }) => {
      const entries = [...source.text.slice(index + begin.length).matchAll(entry)];
      const flaw = languageFlaw(Object.fromEntries(entries.map(([, quoted, plain]) => [quoted ?? plain, ""])));
      return flaw === undefined ? [] : [`${placeAt(source, index)}message: ${flaw}`];
    }),
  );
}
