import type { Queue } from "../../../engine/files/workspace";
import { type Phase, phases } from "../files/changes";
import { MAX_PART_BYTES, rowBytes, type SetPart, setPart } from "./change-sets";
import type { PhasedRow, RowChange } from "./row-changes";

/** Few enough that a part is read and checked between two writes. */
const MAX_PART_ROWS = 1_000;

/** A source of rows, phase by phase, that can be read more than once. */
export type ChangeSource = (phase: Phase) => AsyncIterable<readonly RowChange[]>;

export type EditRows = readonly PhasedRow[] | ChangeSource;

export function plannedRows(writes: Readonly<Record<Phase, Queue<RowChange>>>): ChangeSource {
  return (phase) => writes[phase].blocks();
}

export function givenRows(rows: readonly PhasedRow[]): ChangeSource {
  return async function* (phase) {
    yield rows.filter((row) => row.phase === phase).map(({ phase: _, ...row }) => row);
  };
}

export async function gatheredRows(source: ChangeSource): Promise<readonly PhasedRow[]> {
  const rows: PhasedRow[] = [];
  for (const phase of phases) for await (const block of source(phase)) rows.push(...block.map((row) => ({ ...row, phase })));
  return rows;
}

/** Yields the rows in parts. The same source always makes the same parts. */
export async function* setPartsOf(source: ChangeSource): AsyncGenerator<SetPart> {
  let number = 0;
  let last = 0;
  for (const phase of phases) {
    last = 0;
    for await (const writes of bounded(source(phase))) {
      const part = setPart(phase, number, writes, last);
      last = part.to;
      number += 1;
      yield part;
    }
  }
}

async function* bounded(blocks: AsyncIterable<readonly RowChange[]>): AsyncGenerator<readonly RowChange[]> {
  let rows: RowChange[] = [];
  let bytes = 0;
  for await (const block of blocks) {
    for (const row of block) {
      const size = rowBytes(row);
      if (rows.length > 0 && (rows.length >= MAX_PART_ROWS || bytes + size > MAX_PART_BYTES)) {
        yield rows;
        [rows, bytes] = [[], 0];
      }
      rows.push(row);
      bytes += size;
    }
  }
  if (rows.length > 0) yield rows;
}
