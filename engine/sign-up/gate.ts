/** Stands for the gate without a name. Its paths, keys and rows are those of a deployment with one gate. */
export const DEFAULT_GATE = "default";

/** Each word begins with a letter, because two gates could otherwise get the same names of functions and outputs. */
const gateName = /^[a-z][a-z0-9]*(-[a-z][a-z0-9]*)*$/;

export function isGateName(text: string): boolean {
  // `na` is allowed, because a gate may be for North America.
  return gateName.test(text) && (text === "na" || !isWordForNothing(text));
}

/** Returns the gate names of a text, sorted, in lower case, without duplicates. */
export function gatesIn(text: string): readonly string[] {
  return [...new Set(text.toLowerCase().split(/[\s,]/))].filter((name) => name !== "").sort();
}

/** Words of databases, CSV tools and R for a missing value: `NULL`, `(null)`, `\N`, `#N/A`, `NaN`, `undefined`. */
export function isWordForNothing(text: string): boolean {
  return /^[#<([]?(\\n|n\/?a|nan|nil|none|null|undefined)[>)\]]?$/i.test(text);
}
