/** A text as one word of a POSIX shell's line. */
export function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

/** The same, plain where a shell takes it so. */
export function quotedIfNeeded(text: string): string {
  return /^[\w./@:=,+-]+$/.test(text) ? text : quoted(text);
}
