/** Quotes a text as one word for a POSIX shell. */
export function quoteShellWord(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

/** The same, without quotes if a shell needs none. */
export function quotedIfNeeded(text: string): string {
  return /^[\w./@:=,+-]+$/.test(text) ? text : quoteShellWord(text);
}
