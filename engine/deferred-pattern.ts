/**
 * Makes a regular expression about properties of Unicode at its first use. Node looks up the properties of a literal whenever it loads the
 * file, although few calls use these expressions: 1.5 ms of a step's cold start.
 */
export function deferPattern(source: string, flags = "u"): () => RegExp {
  let pattern: RegExp | undefined;
  return () => {
    pattern ??= new RegExp(source, flags);
    return pattern;
  };
}
