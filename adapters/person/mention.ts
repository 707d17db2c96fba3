/** Scripts that set no space between an address and the word beside it. */
const UNSPACED = "[\\p{Script=Hangul}\\p{Script=Han}\\p{Script=Hiragana}\\p{Script=Katakana}\\p{Script=Thai}]";
const ANY_WORD = "[\\p{L}\\p{N}_]";
const SPACED_WORD = `[${ANY_WORD}--${UNSPACED}]`;

/**
 * Whether a text names one of some addresses, accounts or ids, in any case. It has to be the whole of what stands there:
 * `kim@contoso.com` names neither `m@contoso.com` nor `kim@contoso.co`.
 */
export function mentionOf(names: readonly string[]): (text: string) => boolean {
  const patterns = names.map((name) => new RegExp(patternOf(name.toLowerCase()), "v"));
  return (text) => {
    const lower = text.toLowerCase();
    return patterns.some((pattern) => pattern.test(lower));
  };
}

/** Of the signs that are legal before an @ those that seldom stand between words: `/`, `=`, `?` and `|` do, as in `to=kim@contoso.com`. */
const JOINING_BEFORE = "[.+'%\\-!#$&*^`\\{\\}~]";

/** A dot or the like belongs to a longer address only between its words: a sentence may end in an address. */
function patternOf(name: string): string {
  const before = new RegExp(`^${UNSPACED}`, "v").test(name) ? ANY_WORD : SPACED_WORD;
  const joining = name.includes("@") ? "[.\\-]" : "[.\\-+:@\\/=%~]";
  return `(?<!${before}${JOINING_BEFORE}*)${escaped(name)}(?!${joining}*${SPACED_WORD})`;
}

function escaped(name: string): string {
  return name.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&");
}
