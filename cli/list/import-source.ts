import { createReadStream } from "node:fs";
import { formatOf, type ListFormat } from "../../engine/access-list/files/format";
import { ListFileError, type ListLine, readListText } from "../../engine/access-list/files/read";
import { CommandError } from "../failure";

/** A list as named at the terminal. */
export interface ListSource {
  /** For messages. */
  readonly name: string;
  /** Its rows, once. What is wrong with the file as a whole is a CommandError. */
  blocks(): AsyncIterable<readonly ListLine[]>;
}

/** @param path `-` for standard input, whose format has to be told */
export function listSource(path: string, format: ListFormat | undefined): ListSource {
  if (path !== "-") return { name: path, blocks: () => explained(path, readListText(createReadStream(path), format ?? formatOf(path))) };
  if (format === undefined)
    throw new CommandError("Standard input has no ending that tells its format: add --format csv or --format jsonl.");
  return { name: "standard input", blocks: () => explained("standard input", readListText(process.stdin, format)) };
}

async function* explained(name: string, blocks: AsyncIterable<readonly ListLine[]>): AsyncGenerator<readonly ListLine[]> {
  try {
    yield* blocks;
  } catch (error) {
    if (error instanceof ListFileError) throw new CommandError(`${name}:${error.line}: ${error.message}`, undefined, { cause: error });
    const code = (error as NodeJS.ErrnoException).code;
    if (code === "ENOENT") throw new CommandError(`There is no file ${name}.`);
    if (code === "EISDIR") throw new CommandError(`${name} is a folder.`);
    if (code === "EACCES") throw new CommandError(`You may not read ${name}.`);
    throw error;
  }
}
