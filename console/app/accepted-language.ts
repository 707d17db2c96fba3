import type { Context } from "hono";
import { accepts } from "hono/accepts";
import { bestLanguage } from "../../engine/sign-up/text";

/** The reader's first choice among some languages; English where the browser asks for none of them. */
export function acceptedLanguage<L extends string>(context: Context, languages: readonly L[]): L {
  return accepts(context, {
    ...{ header: "Accept-Language", supports: [...languages], default: "en" },
    match(asked, { default: usual }) {
      const tags = asked.toSorted((a, b) => b.q - a.q).map(({ type }) => type);
      return bestLanguage(tags, languages) ?? usual;
    },
  }) as L;
}
