import type { SignUpCall, TextSpec } from "./scenario";

/** Which text a person reads, from docs/languages.md. */

export function localesOf({ tenant, locales }: SignUpCall): readonly string[] {
  return tenant === "external-tenant" ? [locales[0] ?? "en-us"] : locales.slice(0, 16);
}

/** The person's best of some languages: undefined if none of theirs is among them. */
export function bestOf(wanted: readonly string[], offered: readonly string[]): string | undefined {
  for (const tag of wanted) {
    const locale = localeOf(tag);
    if (locale === undefined) continue;
    const found =
      offered.find((each) => each.toLowerCase() === locale.baseName.toLowerCase()) ??
      onlyOne(locale, offered) ??
      sameScript(locale, offered);
    if (found !== undefined) return found;
  }
  return undefined;
}

export function textFor(text: TextSpec, wanted: readonly string[]): string {
  if (typeof text === "string") return text;
  const offered = Object.keys(text);
  return text[bestOf(wanted, offered) ?? (offered.includes("en") ? "en" : (offered[0] ?? ""))] ?? "";
}

/** A policy's text, beside Gatehouse's in the languages that it lacks. */
export function besideOurs(own: TextSpec, ours: Readonly<Record<string, string>>): TextSpec {
  if (typeof own === "string") return own;
  const offered = Object.keys(own);
  const isSpoken = (tag: string) =>
    offered.some((each) => localeOf(each)?.language === localeOf(tag)?.language) && bestOf([tag], offered) !== undefined;
  return { ...own, ...Object.fromEntries(Object.entries(ours).filter(([tag]) => !isSpoken(tag))) };
}

const known = new Map<string, Intl.Locale>();

function localeOf(tag: string): Intl.Locale | undefined {
  try {
    if (!known.has(tag)) known.set(tag, new Intl.Locale(tag.replaceAll("_", "-")));
  } catch {}
  return known.get(tag);
}

/** The only one of a language, if the tag is a longer form of it. */
function onlyOne(locale: Intl.Locale, offered: readonly string[]): string | undefined {
  const ofLanguage = offered.filter((each) => localeOf(each)?.language === locale.language);
  return ofLanguage.length === 1 ? longestShorter(locale, ofLanguage) : undefined;
}

function longestShorter({ baseName }: Intl.Locale, offered: readonly string[]): string | undefined {
  const shorter = offered.filter((each) => baseName.toLowerCase().startsWith(`${each.toLowerCase()}-`));
  return shorter.sort((a, b) => b.length - a.length)[0];
}

/** The same language in the same script: the longest shorter form, the same region, or the first on offer. */
function sameScript(locale: Intl.Locale, offered: readonly string[]): string | undefined {
  const whole = locale.maximize();
  const alike = offered.filter((tag) => {
    const other = new Intl.Locale(tag).maximize();
    return other.language === whole.language && other.script === whole.script;
  });
  return longestShorter(locale, alike) ?? alike.find((tag) => new Intl.Locale(tag).maximize().region === whole.region) ?? alike[0];
}
