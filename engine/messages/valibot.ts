import "@valibot/i18n/de";
import "@valibot/i18n/es";
import "@valibot/i18n/fr";
import "@valibot/i18n/ja";
import "@valibot/i18n/kr";
import "@valibot/i18n/pt";
import "@valibot/i18n/zh-CN";
import { getGlobalConfig, setGlobalConfig, setGlobalMessage } from "valibot";
import { catalogueFor, catalogues, type Language } from "./index";

/** Our languages, by the codes under which valibot's translations are registered. */
const codes: Readonly<Record<Language, string>> = {
  en: "en",
  ko: "kr",
  ja: "ja",
  "zh-Hans": "zh-CN",
  de: "de",
  fr: "fr",
  es: "es",
  "pt-BR": "pt",
};

// The translations know fewer checks than valibot has: the rest would speak English.
for (const { language, reasons } of catalogues) {
  if (language !== "en") setGlobalMessage(reasons["attribute.invalid"], codes[language]);
}

/** Runs a validation so that valibot's own texts come in the person's language. Other libraries run as they are. */
export function inLanguageOf<T>(vendor: string, locales: readonly string[], validation: () => T): T {
  if (vendor !== "valibot") return validation();
  const before = getGlobalConfig().lang;
  // valibot reads the setting when a validation begins, so it holds for this one even if that goes on asynchronously.
  setGlobalConfig({ lang: codes[catalogueFor(locales).language] });
  try {
    return validation();
  } finally {
    setGlobalConfig({ lang: before });
  }
}
