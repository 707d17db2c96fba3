/**
 * The languages of ISO 639-1. Intl has a longer list, but its first use costs a cold start 1.6 ms. Not here: kr, Kanuri, which
 * people write for Korean, ko. Kanuri is kau, too.
 */
const twoLetters =
  "aa ab ae af ak am an ar as av ay az ba be bg bh bi bm bn bo br bs ca ce ch co cr cs cu cv cy da de dv dz ee el en eo es et eu fa " +
  "ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz ia id ie ig ii ik io is it iu ja jv ka kg ki kj kk kl km kn ko ks ku " +
  "kv kw ky la lb lg li ln lo lt lu lv mg mh mi mk ml mn mr ms mt my na nb nd ne ng nl nn no nr nv ny oc oj om or os pa pi pl ps pt qu " +
  "rm rn ro ru rw sa sc sd se sg si sk sl sm sn so sq sr ss st su sv sw ta te tg th ti tk tn to tr ts tt tw ty ug uk ur uz ve vi vo wa " +
  "wo xh yi yo za zh zu";
const known = new Set(twoLetters.split(" "));

/** What stands in the place of a language and is none, in a sentence; undefined for texts by language, or one text for all. */
export function languageFlaw(words: unknown): string | undefined {
  if (typeof words !== "object" || words === null) return undefined;
  const odd = Object.keys(words).find((tag) => !isKnownLanguage(tag));
  return odd === undefined ? undefined : `"${odd}" is no language.${hintFor(odd)}`;
}

/** Whether a BCP 47 tag begins with a language that there is: "ko", "pt-BR", "fil". */
export function isKnownLanguage(tag: string): boolean {
  const [, language] = /^([a-z]{2,3})([-_][a-z0-9]{1,8})*$/i.exec(tag) ?? [];
  if (language === undefined) return false;
  return language.length === 2 ? known.has(language.toLowerCase()) : nameOf(language) !== undefined;
}

function nameOf(language: string): string | undefined {
  return new Intl.DisplayNames(["en"], { type: "language", fallback: "none" }).of(language);
}

/** Names that begin alike, "sp" for Spanish; else what most people of a country speak, "jp" for Japanese. */
function hintFor(odd: string): string {
  const [typed = ""] = odd.toLowerCase().split(/[-_]/, 1);
  const spoken = ["en", "ko", "ja", "zh", "de", "fr", "es", "pt"];
  const meant = /^[a-z]{2,}$/.test(typed)
    ? (spoken.find((each) => nameOf(each)?.toLowerCase().startsWith(typed)) ?? languageOfCountry(typed))
    : undefined;
  return meant === undefined ? " Write a BCP 47 tag: en, ko, pt-BR." : ` Did you mean ${meant} (${nameOf(meant)})?`;
}

function languageOfCountry(country: string): string | undefined {
  const isCountry =
    country.length === 2 && new Intl.DisplayNames(["en"], { type: "region", fallback: "none" }).of(country.toUpperCase()) !== undefined;
  const language = isCountry ? new Intl.Locale(`und-${country}`).maximize().language : undefined;
  return language !== undefined && known.has(language) ? language : undefined;
}
