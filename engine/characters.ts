/** Longer texts are cut, so that a message fits on a line. */
const MAX_SHOWN = 80;

/** Characters that look like others or are invisible. They come with text that was pasted from a document or a web page. */
const pastedCharacters: Readonly<Record<string, string>> = {
  "\u00a0": "a non-breaking space",
  "\u00ad": "a soft hyphen",
  "\u200b": "a zero-width space",
  "\u200c": "a zero-width non-joiner",
  "\u200d": "a zero-width joiner",
  "\u2010": "a typographic hyphen",
  "\u2011": "a non-breaking hyphen",
  "\u2013": "an en dash",
  "\u2014": "an em dash",
  "\u2018": "a curly quote",
  "\u2019": "a curly quote",
  "\u201c": "a curly quote",
  "\u201d": "a curly quote",
  "\u202f": "a narrow space",
  "\u3000": "a wide space",
  "\ufeff": "a byte order mark",
};

/** Invisible characters, control characters, and all characters other than ASCII, letters, digits and accents. */
const odd = /[^\p{L}\p{N}\p{M}\p{ASCII}]|\p{Default_Ignorable_Code_Point}|\p{Cc}/gu;

/** Quotes a cell, and names up to three of its odd characters: `"a–b.example" (with an en dash, U+2013)`. */
export function shownCell(cell: unknown): string {
  const text = typeof cell === "string" ? cell : (JSON.stringify(cell) ?? "");
  const cutText = text.length > MAX_SHOWN ? `${text.slice(0, MAX_SHOWN)}...` : text;
  const namedCharacters = [...new Set(text.match(odd))]
    .slice(0, 3)
    .map(
      (each) => `${pastedCharacters[each] ?? "the character"}, U+${(each.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}`,
    );
  return `"${cutText}"${namedCharacters.length === 0 ? "" : ` (with ${namedCharacters.join("; ")})`}`;
}

/** Joiners within a word, in scripts that use joiners. Names in Persian, Hindi and Sinhala have joiners. */
const joinerInWord =
  "(?<=[\\p{scx=Arab}\\p{scx=Syrc}\\p{scx=Mong}\\p{scx=Deva}\\p{scx=Beng}\\p{scx=Guru}\\p{scx=Gujr}\\p{scx=Orya}\\p{scx=Taml}\\p{scx=Telu}\\p{scx=Knda}\\p{scx=Mlym}\\p{scx=Sinh}])[\\u200c\\u200d](?=[\\p{L}\\p{M}])";

/** Control and format characters (terminal escapes, direction overrides, zero widths), line separators, lone surrogates. */
export const hiddenCharacters = /* @__PURE__ */ deferPattern(`(?!${joinerInWord})[\\p{Cc}\\p{Cf}\\p{Cs}\\p{Zl}\\p{Zp}]`, "gu");

/**
 * Makes a pattern at its first use, because few calls need it. For a literal, Node looks up Unicode properties when the file loads, which
 * adds 1.5 ms to a cold start.
 */
export function deferPattern(source: string, flags = "u"): () => RegExp {
  let pattern: RegExp | undefined;
  return () => {
    pattern ??= new RegExp(source, flags);
    return pattern;
  };
}

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
export function toWords(name: string): string {
  return capitalise(name.replace(/([a-z\d])([A-Z])(?=[a-z])/g, (_, end: string, begin: string) => `${end} ${begin.toLowerCase()}`));
}

/** Quotes a text as one word for a POSIX shell. */
export function quoteShellWord(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

export function quoteUnlessPlain(text: string): string {
  return /^[\w./@:=,+-]+$/.test(text) ? text : quoteShellWord(text);
}
