import type { Context } from "hono";
import { accepts } from "hono/accepts";
import { bestLanguage } from "../../engine/sign-up/text";

export {
  type ConsoleLanguage,
  capitaliseTitle,
  findText,
  isLanguage,
  languageNames,
  languages,
  type PageTexts,
  pageTexts,
  persons,
  runInLanguage,
} from "../../engine/operator/page-texts";

export function chooseLanguage<L extends string>(context: Context, languages: readonly L[]): L {
  return accepts(context, {
    ...{ header: "Accept-Language", supports: [...languages], default: "en" },
    match(acceptedLanguages, { default: usual }) {
      const tags = acceptedLanguages.toSorted((a, b) => b.q - a.q).map(({ type }) => type);
      return bestLanguage(tags, languages) ?? usual;
    },
  }) as L;
}
