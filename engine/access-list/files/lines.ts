/** One line of a file, without its line feed. */
export interface Line {
  /** From 1. */
  readonly number: number;
  readonly text: string;
  /** The line is longer than allowed; the text is cut off. */
  readonly tooLong?: true;
}

/** A row's own limit in DynamoDB is 400 KiB; a row of a list has a few hundred bytes. In characters. */
export const MAX_RECORD_LENGTH = 128 * 1_024;

/** Splits a text into lines, a block at a time; a line that never ends does not fill the memory. */
export async function* linesOf(chunks: AsyncIterable<string>, maxLength = MAX_RECORD_LENGTH): AsyncGenerator<readonly Line[]> {
  let number = 0;
  let rest = "";
  let tooLong = false;
  const line = (text: string): Line => {
    number += 1;
    const cut = tooLong || text.length > maxLength;
    tooLong = false;
    return { number, text: cut ? text.slice(0, maxLength) : text, ...(cut && { tooLong: true as const }) };
  };
  for await (const chunk of chunks) {
    const texts = (rest + chunk).split("\n");
    rest = texts.pop() ?? "";
    if (texts.length > 0) yield texts.map(line);
    if (rest.length > maxLength) {
      tooLong = true;
      rest = rest.slice(0, maxLength);
    }
  }
  if (rest !== "") yield [line(rest)];
}
