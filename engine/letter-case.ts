import { deferPattern } from "./odd-characters";

/**
 * The letters İ, ı, Ğ and ğ, which only Turkish and related languages have. In these languages, I is the capital of ı, and İ is the capital
 * of i.
 */
const turkishLetters = /[\u0130\u0131\u011e\u011f]/;
const COMBINING_DOT = "\u0307";
/** İ and i with a combining dot. Some programs write these, and JavaScript's lower case of İ is an i with a combining dot. */
const dottedLetters = /* @__PURE__ */ deferPattern("([Ii])\\u0307(?!\\p{M})", "gu");

export function caseLocale(text: string): "tr" | "en" {
  return turkishLetters.test(text) || (text.includes(COMBINING_DOT) && text.search(dottedLetters()) >= 0) ? "tr" : "en";
}

export function composeDots(text: string): string {
  // Nearly all texts lack the combining dot. For them, a cold call does not wait until Node has made the expression.
  if (!text.includes(COMBINING_DOT)) return text;
  return text.replace(dottedLetters(), (_, letter: string) => (letter === "I" ? "İ" : "i"));
}

/**
 * Writes names in lower case: elif for ELİF, without the combining dot that JavaScript adds.
 * @param texts all texts of one person, which are in one language
 */
export function toLower(text: string, texts = text): string {
  return composeDots(text).toLocaleLowerCase(caseLocale(texts));
}

/** @param texts all texts of one person, which are in one language */
export function toUpper(text: string, texts = text): string {
  return composeDots(text).toLocaleUpperCase(caseLocale(texts));
}

/**
 * Makes texts equal that differ only in letter case. Programs change the case of some letters differently, so İ, I, i and ı become one
 * letter; Σ, σ and ς, another.
 */
export function foldCase(text: string): string {
  return composeDots(text.normalize("NFC").toLowerCase()).replaceAll("ı", "i").replaceAll("ς", "σ").normalize("NFC");
}

export function capitalise(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** Writes a camelCase name as words: "companyName" becomes "Company name". */
export function inWords(name: string): string {
  return capitalise(name.replace(/([a-z\d])([A-Z])(?=[a-z])/g, (_, end: string, begin: string) => `${end} ${begin.toLowerCase()}`));
}
