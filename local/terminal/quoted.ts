/** Quotes a text as one word for a POSIX shell. */
export function quoteShellWord(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

export function quoteUnlessPlain(text: string): string {
  return /^[\w./@:=,+-]+$/.test(text) ? text : quoteShellWord(text);
}
