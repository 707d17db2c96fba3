import { gatherPages } from "../../../engine/collections";
import { changedEntry, type ListChange } from "../files/plan";
import { computeGroup, MAX_PART_BYTES, PART_KINDS, type PartKind, partKind, rowBytes, type SetPart, setPart } from "./change-sets";
import { plannedChange, type RowChange } from "./row-changes";

/** A part has to be short enough to be read and checked between two writes. */
const MAX_PART_ROWS = 1_000;

export type EditRows = readonly RowChange[] | AsyncIterable<readonly RowChange[]>;

/** Frees each group after it was read, because a million changes fit in memory once, but not twice. */
export async function* plannedRows(changes: readonly ListChange[]): AsyncGenerator<readonly RowChange[]> {
  const groups = groupChanges(changes, changedEntry).reverse();
  for (let group = groups.pop(); group !== undefined; group = groups.pop()) yield group.map(plannedChange);
}

/** Puts the changes of one entry into one part or few, so that the entry's history reads only these. */
function groupChanges<T>(changes: readonly T[], getEntry: (change: T) => string): (readonly T[])[] {
  const groups: T[][] = [];
  for (const change of changes) {
    const group = computeGroup(getEntry(change));
    groups[group] ??= [];
    groups[group].push(change);
  }
  return groups.filter((group) => group !== undefined);
}

function isBlocks(rows: EditRows): rows is AsyncIterable<readonly RowChange[]> {
  return Symbol.asyncIterator in rows;
}

export async function gatheredRows(rows: EditRows): Promise<readonly RowChange[]> {
  return isBlocks(rows) ? await gatherPages(rows) : rows;
}

interface OpenPart {
  changes: RowChange[];
  bytes: number;
  /** The highest group of entries in earlier parts of the kind. */
  least: number;
}

/** All changes of a part are of the same kind. */
export async function* makeSetParts(rows: EditRows): AsyncGenerator<SetPart> {
  const open = new Map(PART_KINDS.map((kind): [PartKind, OpenPart] => [kind, { changes: [], bytes: 0, least: 0 }]));
  let number = 0;
  const close = (kind: PartKind, { changes, least }: OpenPart) => {
    const part = setPart(kind, number++, changes, least);
    open.set(kind, { changes: [], bytes: 0, least: part.to });
    return part;
  };
  for await (const block of isBlocks(rows) ? rows : groupChanges(rows, ({ entry }) => entry)) {
    for (const change of block) {
      const [kind, bytes] = [partKind(change), rowBytes(change)];
      const part = open.get(kind) as OpenPart;
      const isFull = part.changes.length >= MAX_PART_ROWS || part.bytes + bytes > MAX_PART_BYTES;
      if (isFull && part.changes.length > 0) yield close(kind, part);
      const into = open.get(kind) as OpenPart;
      into.changes.push(change);
      into.bytes += bytes;
    }
  }
  for (const [kind, part] of open) if (part.changes.length > 0) yield close(kind, part);
}
