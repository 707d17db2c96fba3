import "@valibot/i18n/ja";
import "@valibot/i18n/kr";
import { getGlobalConfig, setGlobalConfig } from "valibot";
import { bestLanguage } from "../sign-up/text";

/** Our languages, by the codes under which valibot's translations are registered. */
const translations: Readonly<Record<string, string>> = { ko: "kr", ja: "ja", en: "en" };

/** Runs a validation so that valibot's own texts come in the person's language. Other libraries run as they are. */
export function inLanguageOf<T>(vendor: string, locales: readonly string[], validation: () => T): T {
  if (vendor !== "valibot") return validation();
  const before = getGlobalConfig().lang;
  const language = bestLanguage(locales, Object.keys(translations));
  // valibot reads the setting when a validation begins, so it holds for this one even if that goes on asynchronously.
  setGlobalConfig({ lang: language === undefined ? undefined : translations[language] });
  try {
    return validation();
  } finally {
    setGlobalConfig({ lang: before });
  }
}
