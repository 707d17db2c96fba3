/** Letters that only Turkish and its kin write: there I is the capital of ı, and İ that of i. */
const turkishLetters = /[İıĞğ]|[Ii]\u0307(?!\p{M})/u;
/** İ and i as other programs write them, with a combining dot: JavaScript's lower case of İ is such an i. */
const dottedLetters = /([Ii])\u0307(?!\p{M})/gu;

/** The locale by whose rules the case of a text changes: nothing but the text itself tells. */
export function caseLocale(text: string): "tr" | "en" {
  return turkishLetters.test(text) ? "tr" : "en";
}

/** Writes İ and i without a combining dot. */
export function composeDots(text: string): string {
  return text.replace(dottedLetters, (_, letter: string) => (letter === "I" ? "İ" : "i"));
}

/** Lower case in which names stay whole: Elif for ELİF, without the combining dot that JavaScript adds. */
export function toLower(text: string): string {
  return composeDots(text).toLocaleLowerCase(caseLocale(text));
}

/** Upper case in which names stay whole: DİYARBAKIR for Diyarbakır. */
export function toUpper(text: string): string {
  return composeDots(text).toLocaleUpperCase(caseLocale(text));
}

/** The one form of texts that differ by case alone, however a program changes it: İ, I, i and ı are one, as are Σ, σ and ς. */
export function foldCase(text: string): string {
  return composeDots(text.normalize("NFC").toLowerCase()).replaceAll("ı", "i").replaceAll("ς", "σ").normalize("NFC");
}

/** The text as it begins a sentence. */
export function capitalise(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** A camelCase name as words: "companyName" is "Company name". */
export function inWords(name: string): string {
  return capitalise(name.replace(/([a-z\d])([A-Z])(?=[a-z])/g, (_, end: string, begin: string) => `${end} ${begin.toLowerCase()}`));
}
