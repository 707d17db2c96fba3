/** The name of the gate that has no name of its own. Its paths, keys and rows are those of a deployment with one gate. */
export const DEFAULT_GATE = "default";

/** Each word begins with a letter. Otherwise two gates could get the same names of functions and outputs. */
const gateName = /^[a-z][a-z0-9]*(-[a-z][a-z0-9]*)*$/;

/** True if a text can name a gate: it is in kebab-case, and no word for a missing value. The unnamed gate is called `default`. */
export function isGateName(text: string): boolean {
  // `na` is allowed, because a gate may be for North America.
  return gateName.test(text) && (text === "na" || !isWordForNothing(text));
}

/** Reads gate names separated by commas or spaces, in any case. Sorted, without duplicates. */
export function gatesIn(text: string): readonly string[] {
  return [...new Set(text.toLowerCase().split(/[\s,]/))].filter((name) => name !== "").sort();
}

/** True for words that databases, CSV tools and R write for a missing value: `NULL`, `(null)`, `\N`, `#N/A`, `NaN`, `undefined`. */
export function isWordForNothing(text: string): boolean {
  return /^[#<([]?(\\n|n\/?a|nan|nil|none|null|undefined)[>)\]]?$/i.test(text);
}
