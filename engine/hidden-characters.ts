/** Joiners within a word of a script that uses them: names in Persian, Hindi and Sinhala have them. */
const joinerInWord =
  /(?<=[\p{scx=Arab}\p{scx=Syrc}\p{scx=Mong}\p{scx=Deva}\p{scx=Beng}\p{scx=Guru}\p{scx=Gujr}\p{scx=Orya}\p{scx=Taml}\p{scx=Telu}\p{scx=Knda}\p{scx=Mlym}\p{scx=Sinh}])[\u200c\u200d](?=[\p{L}\p{M}])/u;

/** Control and format characters (terminal escapes, direction overrides, zero widths), line separators, lone surrogates. */
export const hiddenCharacters = new RegExp(`(?!${joinerInWord.source})[\\p{Cc}\\p{Cf}\\p{Cs}\\p{Zl}\\p{Zp}]`, "gu");
