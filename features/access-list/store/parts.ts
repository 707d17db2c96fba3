import { promisify } from "node:util";
import { deflateRaw, inflateRaw } from "node:zlib";
import * as v from "valibot";
import { anyObject, filled, invalidMember } from "../../../engine/fields";
import { GROUPS, groupOf, type Queue } from "../../../engine/files/workspace";
import { type Phase, phases } from "../files/changes";
import type { WritePart } from "../files/write";
import type { RowChange } from "./row-changes";

/** Some rows of a change set, as one item holds them. */
export interface SetPart extends WritePart<RowChange> {
  /** `2-017-000003`: phase, last group of entries, number. Parts are written in the order of their keys. */
  readonly key: string;
  /** The first group. */
  readonly from: number;
}

/** What an item can hold in any case: compressed, rows take a tenth of it. */
const MAX_PART_BYTES = 300_000;
/** Few enough that a part is read and checked between two writes. */
const MAX_PART_ROWS = 1_000;
const SORTED_NOT = GROUPS - 1;

/** A row of an edit, and in which phase of its writing it comes. */
export type PhasedRow = RowChange & { readonly phase: Phase };

/** A source of rows, phase by phase, that can be gone through more than once. */
export type ChangeSource = (phase: Phase) => AsyncIterable<readonly RowChange[]>;

/** The rows of an edit: in memory, or a source. */
export type EditRows = readonly PhasedRow[] | ChangeSource;

/** What an import writes. */
export function plannedRows(writes: Readonly<Record<Phase, Queue<RowChange>>>): ChangeSource {
  return (phase) => writes[phase].blocks();
}

/** Few rows, in memory. */
export function givenRows(rows: readonly PhasedRow[]): ChangeSource {
  return async function* (phase) {
    yield rows.filter((row) => row.phase === phase).map(({ phase: _, ...row }) => row);
  };
}

/** All of a source at once. */
export async function gatheredRows(source: ChangeSource): Promise<readonly PhasedRow[]> {
  const rows: PhasedRow[] = [];
  for (const phase of phases) for await (const block of source(phase)) rows.push(...block.map((row) => ({ ...row, phase })));
  return rows;
}

/** The rows in parts; the same source makes the same parts. */
export async function* setPartsOf(source: ChangeSource): AsyncGenerator<SetPart> {
  let number = 0;
  let last = 0;
  for (const [index, phase] of phases.entries()) {
    last = 0;
    for await (const writes of bounded(source(phase))) {
      const groups = writes.map(({ entry }) => groupOf(entry));
      const [from, to] = [groups.reduce((a, b) => Math.min(a, b)), groups.reduce((a, b) => Math.max(a, b))];
      // Rows that come in no order may be in any part: all keys still rise.
      last = from < last ? SORTED_NOT : to;
      const digits = (value: number, width: number) => String(value).padStart(width, "0");
      yield { key: `${index + 1}-${digits(last, 3)}-${digits(number, 6)}`, phase, from: last === SORTED_NOT ? 0 : from, writes };
      number += 1;
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

/** About how long its JSON is, in bytes: no less than DynamoDB counts for all its rows. */
export function rowBytes({ entry, before, after, first, final }: RowChange): number {
  let bytes = Buffer.byteLength(entry);
  for (const item of [before, after, first, final]) {
    for (const name in item) {
      const cell = item[name];
      bytes += Buffer.byteLength(name) + Buffer.byteLength(cell?.S ?? JSON.stringify(cell)) + 10;
    }
  }
  return bytes;
}

const compress = promisify<Buffer, { level: number }, Buffer>(deflateRaw);
const decompress = promisify<Uint8Array, Buffer>(inflateRaw);
/** Fast rather than small. */
const LEVEL = 1;

/** Base64, as DynamoDB takes bytes. */
export async function packedRows(rows: readonly RowChange[]): Promise<string> {
  return (await compress(Buffer.from(JSON.stringify(rows)), { level: LEVEL })).toString("base64");
}

const item = v.optional(v.record(v.string(), anyObject()));
const rowChange = v.object({ entry: filled(), before: item, after: item, first: item, final: item });

/** Throws where they are none. @param isWanted what else each has to be */
export async function unpackedRows<T extends RowChange = RowChange>(
  packed: string,
  isWanted: (row: RowChange) => row is T = (_): _ is T => true,
): Promise<readonly T[]> {
  const rows: unknown = JSON.parse((await decompress(Buffer.from(packed, "base64"))).toString("utf8"));
  const isRow = (row: unknown): row is T => invalidMember(rowChange, row) === undefined && isWanted(row as RowChange);
  if (!Array.isArray(rows) || !rows.every(isRow)) throw new Error("Some rows are no changes of rows.");
  return rows;
}

/** The phase that a part's key says. */
export function phaseOf(key: string): Phase {
  return phases[Number(key[0]) - 1] as Phase;
}
