import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeFileSync } from "node:fs";

/** Some rows as a file has them. */
export interface TextOfRows {
  readonly text: string;
  readonly rows: number;
}

/** Writes a file that is there whole or not at all, readable by its owner alone. @returns the number of rows */
export async function writeWhole(path: string, texts: AsyncIterable<TextOfRows>): Promise<number> {
  const unfinished = `${path}.${process.pid}.tmp`;
  let count = 0;
  let file: number | undefined;
  try {
    file = openSync(unfinished, "wx", 0o600);
    for await (const { text, rows } of texts) {
      // Unlike writeSync, it goes on where the disk takes less than the whole text.
      writeFileSync(file, text);
      count += rows;
    }
    fsyncSync(file);
    closeSync(file);
    file = undefined;
    renameSync(unfinished, path);
    return count;
  } catch (error) {
    if (file !== undefined) closeSync(file);
    rmSync(unfinished, { force: true });
    throw error;
  }
}
