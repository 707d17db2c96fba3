/** A text for people: one for everybody, or one for each language (BCP 47 tag). */
export type Text = string | Readonly<Record<string, string>>;

/** Marks a text that `text` made. No sign-up can contain the marks, because requests with control characters are refused. */
const MARK = { begin: "\u0001text:", end: "\u0001" } as const;

/**
 * A text of your own in several languages (BCP 47 tags), for a place that takes only a string, such as a schema's message.
 * See docs/languages.md.
 * @throws TypeError if there is no text, or if a language does not exist
 *
 * @example
 * validate(v.object({ jobTitle: v.pipe(v.string(), v.minLength(5, text({ en: "Your full job title, please.", ko: "직함을 모두 쓰세요." }))) }))
 */
export function text(words: Text): string {
  if (!saysSomething(words)) {
    throw new TypeError(
      'text needs one text, or one for each language, like { en: "Five digits, please.", ko: "숫자 다섯 자리를 쓰세요." }.',
    );
  }
  const flaw = languageFlaw(words);
  if (flaw !== undefined) throw new TypeError(`text: ${flaw}`);
  return `${MARK.begin}${JSON.stringify(words)}${MARK.end}`;
}

export function saysSomething(words: unknown): words is Text {
  const texts = typeof words === "string" ? [words] : Object.values(words ?? {});
  return texts.length > 0 && texts.every((each) => typeof each === "string" && each.trim() !== "");
}

/**
 * Returns the text from which `text` made the message. If a message joins several texts, returns the first. Undefined for any other
 * message.
 */
export function readText(message: string): Text | undefined {
  const begin = message.indexOf(MARK.begin);
  if (begin < 0) return undefined;
  const [words = ""] = message.slice(begin + MARK.begin.length).split(MARK.end, 1);
  try {
    return JSON.parse(words) as Text;
  } catch {
    // A library has changed the message.
  }
  return undefined;
}

/** The parts of a language tag. A script or region that the tag lacks is the one that most speakers use: zh-TW becomes zh, Hant, TW. */
interface Likely {
  readonly language: string;
  readonly script: string | undefined;
  readonly region: string | undefined;
}

/**
 * The maximum characters: no tag in use is longer (RFC 5646 §4.4.1). A tag of 60,000 characters would keep Intl busy for a fifth of a
 * second.
 */
const MAX_TAG_LENGTH = 35;
/** At most this many tags are cached, because people may send any tag. */
const MAX_REMEMBERED = 256;

const remembered = new Map<string, Likely | undefined>();

/**
 * Groups of languages whose readers can read each other's language. In CLDR's language matching, a group's languages are at most 10 apart,
 * except the two kinds of Norwegian.
 */
const relatives: readonly (readonly string[])[] = [
  ["nb", "nn", "da"],
  ["zh", "yue", "wuu", "nan"],
  ["de", "gsw", "lb"],
  ["hr", "bs"],
];

/** Regions whose Spanish or Portuguese has its own form in CLDR. All others write as in Spain or Portugal. */
const americas = "419 AR BO BR BZ CL CO CR CU DO EC GT HN MX NI PA PE PR PY SV US UY VE".split(" ");
/** Regions that write a language alike, by CLDR's matching. The language's regions outside the list also write like each other. */
const writtenAlike: Readonly<Record<string, readonly string[]>> = {
  en: "AS CA GU MH MP PH PR UM US VI".split(" "),
  es: americas,
  pt: americas,
  zh: ["HK", "MO"],
};

/**
 * Chooses an offered language by CLDR's language matching. The first of the person's choices that matches decides. A choice matches the
 * same tag, or else the nearest offer of its language and script: pt-AO matches pt-PT before pt-BR, but zh-TW not zh-Hans. If no choice
 * matches, takes an offer in a related language, or Serbian in its other script.
 */
export function bestLanguage<T extends string>(locales: readonly string[], offered: readonly T[]): T | undefined {
  for (const locale of locales) {
    const tag = normalise(locale);
    const found = offered.find((offer) => normalise(offer) === tag) ?? onlyShorterForm(tag, offered) ?? nearest(tag, offered);
    if (found !== undefined) return found;
  }
  for (const locale of locales) {
    const found = nearest(normalise(locale), offered, canRead);
    if (found !== undefined) return found;
  }
  return undefined;
}

function normalise(tag: string): string {
  return tag.toLowerCase().replaceAll("_", "-");
}

function parseLanguage(tag: string): string | undefined {
  const language = normalise(tag).split("-", 1)[0];
  return language === "no" ? "nb" : language;
}

function canRead(wanted: Likely, own: Likely): boolean {
  const isRelated = relatives.some((each) => each.includes(wanted.language) && each.includes(own.language));
  // People who read Serbian read both its Cyrillic and its Latin script.
  return (isRelated && wanted.script === own.script) || (wanted.language === "sr" && own.language === "sr");
}

/** Needs no Intl, whose first use adds 1.6 ms to a cold start. */
function onlyShorterForm<T extends string>(tag: string, offered: readonly T[]): T | undefined {
  const [only, ...more] = offered.filter((offer) => parseLanguage(offer) === parseLanguage(tag));
  return only !== undefined && more.length === 0 && isShorterForm(normalise(only), tag) ? only : undefined;
}

/** Among equally near offers, the longest shorter form of the tag comes first (RFC 4647 §3.4). */
function nearest<T extends string>(
  tag: string,
  offered: readonly T[],
  isMeant = (wanted: Likely, own: Likely) => wanted.language === own.language && wanted.script === own.script,
): T | undefined {
  const wanted = likely(tag);
  if (wanted === undefined) return undefined;
  const legible = offered
    .flatMap((offer) => {
      const own = likely(normalise(offer));
      return own !== undefined && isMeant(wanted, own) ? [{ offer, ...own }] : [];
    })
    .sort((a, b) => shortness(a.offer, tag) - shortness(b.offer, tag));
  const alike = legible.find((own) => writesAlike(own, wanted));
  return (legible.find(({ region }) => region === wanted.region) ?? alike ?? legible[0])?.offer;
}

function isShorterForm(shorter: string, tag: string): boolean {
  return tag.startsWith(`${shorter}-`);
}

/** The longest shorter form has the lowest number. */
function shortness(offer: string, tag: string): number {
  return isShorterForm(normalise(offer), tag) ? -offer.length : 0;
}

function writesAlike(one: Likely, other: Likely): boolean {
  const regions: readonly (string | undefined)[] = writtenAlike[one.language] ?? [];
  return regions.includes(one.region) === regions.includes(other.region);
}

function likely(tag: string): Likely | undefined {
  if (tag.length > MAX_TAG_LENGTH) return undefined;
  if (!remembered.has(tag)) {
    if (remembered.size >= MAX_REMEMBERED) remembered.clear();
    const locale = readTag(tag)?.maximize();
    const parts = locale && { language: parseLanguage(locale.language) as string, script: locale.script, region: locale.region };
    remembered.set(tag, parts);
  }
  return remembered.get(tag);
}

/** Reads a language tag, also `pt_BR` and `zh-yue-HK`, which Intl refuses. Undefined if the text is not a tag. */
export function readTag(text: string): Intl.Locale | undefined {
  const tag = text.trim().replaceAll("_", "-");
  for (const each of [tag, tag.replace(/^[a-z]{2,3}-(?=[a-z]{3}(?:-|$))/i, "")]) {
    try {
      return new Intl.Locale(each);
    } catch {
      // The text is not a tag.
    }
  }
  return undefined;
}

/** If no language suits the person, returns the English text, or else the first. */
export function textFor(text: Text, locales: readonly string[]): string {
  if (typeof text === "string") {
    const marked = readText(text);
    return marked === undefined ? text : textFor(marked, locales);
  }
  const offered = Object.keys(text);
  const language = bestLanguage(locales, offered) ?? bestLanguage(["en"], offered) ?? offered[0];
  return language === undefined ? "" : (text[language] as string);
}

/**
 * Adds our texts in the languages that the policy lacks, for people who read one of these languages. If the policy has a single text for
 * everybody, none of ours is added.
 * @param kept tags of our texts that stay unless the policy has a text with exactly the same tag
 */
export function addOurTexts(own: Text, ours: Text | undefined, kept?: readonly string[]): Text {
  const given = typeof own === "string" ? (readText(own) ?? own) : own;
  if (typeof given === "string" || ours === undefined || typeof ours === "string") return given;
  const offered = Object.keys(given);
  const speaks = (tag: string) =>
    offered.some((each) => parseLanguage(each) === parseLanguage(tag)) && bestLanguage([tag], offered) !== undefined;
  const isReplaced = (tag: string) => (kept?.includes(tag) ? Object.hasOwn(given, tag) : speaks(tag));
  return { ...given, ...Object.fromEntries(Object.entries(ours).filter(([tag]) => !isReplaced(tag))) };
}

/** The maximum characters of a text that somebody types by hand. A row of a change set has 400 KB for all its texts. */
export const MAX_TEXT_LENGTH = 1_000;

/**
 * Languages of ISO 639-1. Intl knows more, but its first use adds 1.6 ms to a cold start. Omits kr (Kanuri, also kau), which people write
 * for ko (Korean).
 */
const twoLetters =
  "aa ab ae af ak am an ar as av ay az ba be bg bh bi bm bn bo br bs ca ce ch co cr cs cu cv cy da de dv dz ee el en eo es et eu fa " +
  "ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz ia id ie ig ii ik io is it iu ja jv ka kg ki kj kk kl km kn ko ks ku " +
  "kv kw ky la lb lg li ln lo lt lu lv mg mh mi mk ml mn mr ms mt my na nb nd ne ng nl nn no nr nv ny oc oj om or os pa pi pl ps pt qu " +
  "rm rn ro ru rw sa sc sd se sg si sk sl sm sn so sq sr ss st su sv sw ta te tg th ti tk tn to tr ts tt tw ty ug uk ur uz ve vi vo wa " +
  "wo xh yi yo za zh zu";
const known: ReadonlySet<string | undefined> = new Set(twoLetters.split(" "));

/** Returns a sentence about the first key that is not a language. */
export function languageFlaw(words: unknown): string | undefined {
  if (typeof words !== "object" || words === null) return undefined;
  const odd = Object.keys(words).find((tag) => !isKnownLanguage(tag));
  return odd === undefined ? undefined : `"${odd}" is not a language.${hintFor(odd)}`;
}

/** A tag's language, extended language, script, region, variants and extensions: RFC 5646 §2.1. */
const bcp47 =
  /^([a-z]{2,3})(?:-[a-z]{3})?(?:-[a-z]{4})?(?:-(?:[a-z]{2}|\d{3}))?(?:-(?:[a-z\d]{5,8}|\d[a-z\d]{3}))*(?:-[a-z\d](?:-[a-z\d]{2,8})+)*$/i;

/** True for a BCP 47 tag of an existing language. */
export function isKnownLanguage(tag: string): boolean {
  const language = bcp47.exec(tag.replaceAll("_", "-"))?.[1];
  if (language === undefined) return false;
  return language.length === 2 ? known.has(language.toLowerCase()) : formatLanguageName(language) !== undefined;
}

function formatLanguageName(language: string): string | undefined {
  return new Intl.DisplayNames("en", { type: "language", fallback: "none" }).of(language);
}

/** Suggests Spanish for "sp", by name, or else Japanese for "jp", by country. */
function hintFor(odd: string): string {
  const typed = parseLanguage(odd) as string;
  const spoken = ["en", "ko", "ja", "zh", "de", "fr", "es", "pt"];
  const isMeant = (each: string) => typed.length > 1 && (formatLanguageName(each) as string).toLowerCase().startsWith(typed);
  const meant = spoken.find(isMeant) ?? languageOfCountry(typed);
  return meant === undefined ? " Write a BCP 47 tag: en, ko, pt-BR." : ` Did you mean ${meant} (${formatLanguageName(meant)})?`;
}

function languageOfCountry(country: string): string | undefined {
  const isCountry =
    /^[a-z]{2}$/.test(country) && new Intl.DisplayNames("en", { type: "region", fallback: "none" }).of(country.toUpperCase()) !== undefined;
  const language = isCountry ? new Intl.Locale(`und-${country}`).maximize().language : undefined;
  return known.has(language) ? language : undefined;
}
