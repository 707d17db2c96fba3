import { groupOf } from "../entry-group";
import { type Phase, phases, type RowWrite } from "../files/changes";
import { MAX_PART_BYTES, rowBytes, type SetPart, setPart } from "./change-sets";
import { type PhasedRow, type RowChange, rowChange } from "./row-changes";

/** Few enough that a part is read and checked between two writes. */
const MAX_PART_ROWS = 1_000;

/** A source of rows, phase by phase. */
export type ChangeSource = (phase: Phase) => AsyncIterable<readonly RowChange[]>;

export type EditRows = readonly PhasedRow[] | ChangeSource;

export function plannedRows(writes: Readonly<Record<Phase, readonly RowWrite[]>>): ChangeSource {
  return async function* (phase) {
    for (const group of byGroup(writes[phase])) yield group.map(rowChange);
  };
}

export function givenRows(rows: readonly PhasedRow[]): ChangeSource {
  return async function* (phase) {
    yield* byGroup(rows.filter((row) => row.phase === phase).map(({ phase: _, ...row }) => row));
  };
}

/** Rows of one group in one part or few, so that an entry's history needs no others. */
function byGroup<T extends { readonly entry: string }>(rows: readonly T[]): readonly (readonly T[])[] {
  const groups: T[][] = [];
  for (const row of rows) {
    const group = groupOf(row.entry);
    groups[group] ??= [];
    groups[group].push(row);
  }
  return groups.filter((group) => group !== undefined);
}

export async function gatheredRows(source: ChangeSource): Promise<readonly PhasedRow[]> {
  const rows: PhasedRow[] = [];
  for (const phase of phases) for await (const block of source(phase)) rows.push(...block.map((row) => ({ ...row, phase })));
  return rows;
}

/** Yields the rows in parts. */
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
