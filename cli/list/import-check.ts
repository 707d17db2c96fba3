import { disagreements, type NumberedRow } from "../../engine/access-list/files/compare";
import type { ListLine } from "../../engine/access-list/files/read";
import { PARTS, type PartedSpool } from "./spool";

/** More of them help nobody: they mostly have one cause. */
const SHOWN = 50;

/** What is wrong with a file: all of it is counted, the first of it kept. */
export class FileProblems {
  #first: { readonly line: number; readonly why: string }[] = [];
  #count = 0;

  get count(): number {
    return this.#count;
  }

  add(line: number, why: string): void {
    this.#count += 1;
    this.#first.push({ line, why });
    if (this.#first.length > 2 * SHOWN) this.#first = this.first();
  }

  /** Those of the lowest lines, in their order. */
  first(): { readonly line: number; readonly why: string }[] {
    return this.#first.toSorted((a, b) => a.line - b.line).slice(0, SHOWN);
  }
}

/** Reads every row, puts the good ones into the spool and tells of the others. */
export async function checkRows(
  blocks: AsyncIterable<readonly ListLine[]>,
  spool: PartedSpool<NumberedRow>,
  problems: FileProblems,
  signal: AbortSignal,
): Promise<void> {
  for await (const block of blocks) {
    signal.throwIfAborted();
    for (const { line, read } of block) {
      if (read.ok) spool.add(read.row.entry, { ...read.row, line });
      else problems.add(line, read.problem);
    }
  }
}

/** Tells of rows that mean one entry and disagree. Answers how many only repeat another one. */
export async function checkDuplicates(spool: PartedSpool<NumberedRow>, problems: FileProblems, signal: AbortSignal): Promise<number> {
  let repeated = 0;
  for (let index = 0; index < PARTS; index++) {
    signal.throwIfAborted();
    repeated += disagreements(await spool.part(index), (line, why) => problems.add(line, why));
  }
  return repeated;
}
