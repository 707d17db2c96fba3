import { expiryTime } from "../../lambda/rules/access-list/row";
import type { ListLine } from "../../list-file/read";
import type { FileRow } from "../../list-file/row";
import { PARTS, type PartedSpool } from "./spool";

/** A row of the file and the line where it begins. */
export interface NumberedRow extends FileRow {
  readonly line: number;
}

/** More of them help nobody: they mostly have one cause. */
const SHOWN = 50;

/** What is wrong with a file: all of it is counted, the first of it kept. */
export class Problems {
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
  problems: Problems,
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
export async function checkDuplicates(spool: PartedSpool<NumberedRow>, problems: Problems, signal: AbortSignal): Promise<number> {
  let repeated = 0;
  for (let index = 0; index < PARTS; index++) {
    signal.throwIfAborted();
    const rows = await spool.part(index);
    const byEntry = folded(rows);
    repeated += rows.length - byEntry.size;
    for (const row of rows) {
      const first = byEntry.get(row.entry);
      if (first !== undefined && first !== row && differs(first, row)) {
        repeated -= 1;
        problems.add(row.line, `disagrees with line ${first.line}: both are the entry ${row.entry}`);
      }
      const allowed = row.looser === undefined ? undefined : byEntry.get(row.looser);
      if (allowed?.effect === "allow") {
        problems.add(
          Math.max(row.line, allowed.line),
          `disagrees with line ${Math.min(row.line, allowed.line)}: the same address is allowed and denied`,
        );
      }
    }
  }
  return repeated;
}

/** The first row of each entry. */
export function folded(rows: readonly NumberedRow[]): ReadonlyMap<string, NumberedRow> {
  const byEntry = new Map<string, NumberedRow>();
  for (const row of rows) if (!byEntry.has(row.entry)) byEntry.set(row.entry, row);
  return byEntry;
}

/** Notes may differ: they decide nothing. */
function differs(a: FileRow, b: FileRow): boolean {
  return a.effect !== b.effect || a.issuer !== b.issuer || expiryTime(a.expiresAt) !== expiryTime(b.expiresAt);
}
