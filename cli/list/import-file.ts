import { readEntry } from "../../engine/access-list/entry";
import type { NumberedRow } from "../../engine/access-list/files/compare";
import type { ListLine } from "../../engine/access-list/files/read";
import type { FileRow } from "../../engine/access-list/files/row";
import { counted } from "../counted";
import { CommandError } from "../failure";
import type { Output } from "../output";
import { checkDuplicates, checkRows, FileProblems } from "./import-check";
import type { ListSource } from "./import-source";
import type { PartedSpool } from "./spool";
import { unknownIssuers } from "./unknown-issuer";

/** More of them help nobody. */
const MAX_WARNINGS = 50;

export interface CheckContext {
  readonly output: Output;
  readonly signal: AbortSignal;
}

/**
 * Puts a file's rows into the spool and answers how many repeat another one; throws after telling of every row that is
 * wrong.
 * @param undone what has not happened then, for the message
 */
export async function checkFile(
  source: ListSource,
  rows: PartedSpool<NumberedRow>,
  undone: string,
  { output, signal }: CheckContext,
): Promise<number> {
  const problems = new FileProblems();
  const warnings = new Map<string, number>();
  await checkRows(watched(source.blocks(), warnings), rows, problems, signal);
  const repeated = await checkDuplicates(rows, problems, signal);
  for (const [warning, line] of warnings) output.warn(`Warning: ${source.name}:${line}: ${warning}`);
  if (problems.count === 0) return repeated;
  const shown = problems.first();
  for (const { line, why } of shown) output.warn(`${source.name}:${line}: ${why}`);
  if (problems.count > shown.length) output.warn(`and ${problems.count - shown.length} more.`);
  throw new CommandError(`${counted(problems.count, "row is", "rows are")} wrong; ${undone}.`);
}

/** Keeps a warning for each odd provider, with the first line that names it. */
async function* watched(blocks: AsyncIterable<readonly ListLine[]>, warnings: Map<string, number>): AsyncGenerator<readonly ListLine[]> {
  for await (const block of blocks) {
    for (const { line, read } of block) {
      if (!read.ok || warnings.size >= MAX_WARNINGS) continue;
      for (const warning of oddIssuers(read.row)) if (!warnings.has(warning)) warnings.set(warning, line);
    }
    yield block;
  }
}

function oddIssuers({ entry, issuer }: FileRow): readonly string[] {
  // Most rows name no provider, and files are long.
  if (issuer === undefined && !entry.startsWith("issuer:")) return [];
  const read = readEntry(entry);
  return read.ok ? unknownIssuers(read.entry, issuer) : [];
}
