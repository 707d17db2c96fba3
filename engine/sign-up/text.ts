import { languageFlaw } from "./languages";

/** What a person reads: one text for all, or one a language (BCP 47 tag). */
export type Text = string | Readonly<Record<string, string>>;

/** Begins a text that `text` made. No sign-up can hold it: requests with control characters are refused. */
const MARK = "\u0001text:";

/**
 * A text of the policy's own where only a plain string can stand, such as a schema's message: one for all, or one a language
 * (BCP 47 tag). Gatehouse finds the text for the person in the result, wherever it is to be shown.
 * Throws TypeError for what is no text and for a language that does not exist. See docs/languages.md.
 *
 * @example
 * validate(v.object({ jobTitle: v.pipe(v.string(), v.minLength(5, text({ en: "Your full job title, please.", ko: "직함을 모두 쓰세요." }))) }))
 */
export function text(words: Text): string {
  if (!saysSomething(words)) {
    throw new TypeError('text takes a text, or one a language, like { en: "Five digits, please.", ko: "숫자 다섯 자리를 쓰세요." }.');
  }
  const flaw = languageFlaw(words);
  if (flaw !== undefined) throw new TypeError(`text: ${flaw}`);
  return `${MARK}${JSON.stringify(words)}`;
}

/** False for what says nothing, in any of its languages. */
export function saysSomething(words: unknown): words is Text {
  const texts = typeof words === "string" ? [words] : Object.values(words ?? {});
  return texts.length > 0 && texts.every((each) => typeof each === "string" && each.trim() !== "");
}

/** The text behind a message that `text` made; undefined for any other, and for one that a library has added to. */
export function readText(message: string): Text | undefined {
  if (!message.startsWith(MARK)) return undefined;
  try {
    return JSON.parse(message.slice(MARK.length)) as Text;
  } catch {
    return undefined;
  }
}

/** A tag with the script and region that most of its speakers use filled in: zh-TW is zh, Hant, TW. */
interface Likely {
  readonly language: string;
  readonly script: string | undefined;
  readonly region: string | undefined;
}

/** In characters; RFC 5646 §4.4.1 knows no tag in use that is longer. One of 60,000 keeps Intl busy for a fifth of a second. */
const MAX_TAG_LENGTH = 35;
/** Tags remembered; people may send any. */
const MAX_REMEMBERED = 256;

const remembered = new Map<string, Likely | undefined>();

/**
 * The best of the languages on offer for a person. The first choice that finds anything decides: the same tag; else a
 * language of the same script, nearest first, so that pt-PT finds pt-BR and zh-SG zh-Hans, but zh-TW does not.
 * Undefined if nothing fits.
 */
export function bestLanguage<T extends string>(locales: readonly string[], offered: readonly T[]): T | undefined {
  for (const locale of locales) {
    const tag = normalise(locale);
    const found = offered.find((offer) => normalise(offer) === tag) ?? onlyShorterForm(tag, offered) ?? nearest(tag, offered);
    if (found !== undefined) return found;
  }
  return undefined;
}

function normalise(tag: string): string {
  return tag.toLowerCase().replaceAll("_", "-");
}

/** For ko-KR the one Korean on offer, if that is plain ko. Needs no Intl, whose first use costs a cold start 1.6 ms. */
function onlyShorterForm<T extends string>(tag: string, offered: readonly T[]): T | undefined {
  const [language] = tag.split("-", 1);
  const [only, ...more] = offered.filter((offer) => normalise(offer).split("-", 1)[0] === language);
  return only !== undefined && more.length === 0 && isShorterForm(normalise(only), tag) ? only : undefined;
}

/** Of the same language and script the longest shorter form (RFC 4647 §3.4), else that of the same region, else the first. */
function nearest<T extends string>(tag: string, offered: readonly T[]): T | undefined {
  const wanted = likely(tag);
  if (wanted === undefined) return undefined;
  const legible = offered.filter((offer) => {
    const own = likely(normalise(offer));
    return own?.language === wanted.language && own.script === wanted.script;
  });
  const shorter = legible.filter((offer) => isShorterForm(normalise(offer), tag)).sort((a, b) => b.length - a.length);
  return shorter[0] ?? legible.find((offer) => likely(normalise(offer))?.region === wanted.region) ?? legible[0];
}

function isShorterForm(shorter: string, tag: string): boolean {
  return tag.startsWith(`${shorter}-`);
}

/** Undefined for what is no tag. */
function likely(tag: string): Likely | undefined {
  if (tag.length > MAX_TAG_LENGTH) return undefined;
  if (!remembered.has(tag)) {
    if (remembered.size >= MAX_REMEMBERED) remembered.clear();
    remembered.set(tag, maximised(tag));
  }
  return remembered.get(tag);
}

function maximised(tag: string): Likely | undefined {
  try {
    const { language, script, region } = new Intl.Locale(tag).maximize();
    return { language, script, region };
  } catch {
    return undefined;
  }
}

/** The text for a person's languages; English, or else the first given, where none fits. */
export function textFor(text: Text, locales: readonly string[]): string {
  if (typeof text === "string") {
    const marked = readText(text);
    return marked === undefined ? text : textFor(marked, locales);
  }
  const offered = Object.keys(text);
  const language = bestLanguage(locales, offered) ?? bestLanguage(["en"], offered) ?? offered[0];
  return language === undefined ? "" : (text[language] as string);
}
