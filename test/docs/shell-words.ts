/** Splits a command as a shell does; quotes group, redirections go. */
export function shellWords(line: string): readonly string[] {
  const words = line.replace(/\s+(?:<|>>?)\s+\S+/g, "").match(/'[^']*'|"[^"]*"|[^\s'"]+/g) ?? [];
  return words.map((word) => word.replace(/^['"]|['"]$/g, ""));
}
