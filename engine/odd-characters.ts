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
    .map((each) => `${pastedCharacters[each] ?? "the character"}, ${formatCodePoint(each)}`);
  return `"${cutText}"${namedCharacters.length === 0 ? "" : ` (with ${namedCharacters.join("; ")})`}`;
}

function formatCodePoint(character: string): string {
  return `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}`;
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
