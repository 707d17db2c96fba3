import { createHash } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { backoff } from "../../../adapters/aws/client";
import { type Item, toItem, toRow } from "../../../adapters/tables/item";
import { absent, type DynamoTable, equal, getItem, updateItem } from "../../../adapters/tables/table";
import { EXPIRY_ATTRIBUTE } from "../../../adapters/tables/tables";
import type { DecisionRecord } from "../../../engine/sign-up/record";
import type { Counts } from "../counts";

// Rows that add up decisions, each once, however often the stream brings it.

/** The decisions that a row has counted: a mark each, one after the other. */
const COUNTED = "counted";
/** With 40 bits, two in a row are hardly ever the same. */
const MARK_BYTES = 5;
/**
 * A row keeps the newest marks, so many at least: each write is charged by the row's size. A shard brings again what it brought
 * last, before the others have brought so many.
 */
const LEAST_MARKS = 300;
/** Shards of a table that is not large. */
const SHARDS = 4;

/** A decision as the stream brings it. */
export interface StreamedDecision {
  /** Its place in the stream: the same whenever the stream repeats it. */
  readonly sequenceNumber: string;
  readonly record: DecisionRecord;
}

/** Additions to a row, and values that it gets. */
interface Counting {
  readonly add: Counts;
  readonly set: Item;
}

/**
 * Counts those decisions in a row that it has not counted, wherever the stream cuts its batches when it repeats them.
 * @param expires epoch seconds
 * @returns the row as it now is
 */
export async function countOnce(
  table: DynamoTable,
  id: string,
  { decisions, expires }: { readonly decisions: readonly StreamedDecision[]; readonly expires: number },
  count: (fresh: readonly DecisionRecord[], current: Item | undefined) => Counting,
): Promise<Item> {
  return await writeInTurn(table, id, (current) => {
    const marks = marksIn(current);
    const knownMarks = new Set(marks);
    const fresh = decisions.filter(({ sequenceNumber }) => !knownMarks.has(computeMark(sequenceNumber)));
    if (fresh.length === 0) return undefined;
    const { add, set } = count(
      fresh.map(({ record }) => record),
      current,
    );
    // After a large batch the small ones of other shards push out half of its marks at most.
    const keptCount = Math.max(LEAST_MARKS, SHARDS * fresh.length, Math.ceil(marks.length / 2));
    const countedMarks = [...marks, ...fresh.map(({ sequenceNumber }) => computeMark(sequenceNumber))].slice(-keptCount);
    return {
      add,
      set: { ...set, [COUNTED]: binary(Buffer.from(countedMarks.join(""), "hex")), [EXPIRY_ATTRIBUTE]: { N: String(expires) } },
    };
  });
}

/** Number of writes of a row: the condition of the next one. */
const TURN = "turn";
/**
 * All shards of a stream write to the same row, as Lambda does not say which shard a change came from: each again after a while that is
 * another's hardly ever. Of 40 that begin together, all are done after a second.
 */
const MOST_TRIES = 10;

/**
 * Writes to a shared row if it is unchanged since it was read, and otherwise starts again.
 * @param change the new row; undefined: no change
 * @returns the row as it is now
 */
export async function writeInTurn(
  table: DynamoTable,
  id: string,
  change: (current: Item | undefined) => { readonly add?: Counts; readonly set: Item } | undefined,
): Promise<Item> {
  for (let tries = 0; tries < MOST_TRIES; tries++) {
    const current = await getItem(table, { id });
    const rowChange = change(current);
    if (rowChange === undefined) return current ?? {};
    const { add = {}, set } = rowChange;
    const turn = current?.[TURN];
    const isAsRead = turn === undefined ? absent(TURN) : equal({ [TURN]: turn });
    if ((await updateItem(table, toItem({ id }), { add: toItem({ ...add, [TURN]: 1 }), set }, isAsRead)).written)
      return { ...current, ...set, ...sums(current, add) };
    await sleep(backoff(tries));
  }
  throw new Error("Too many write to one row at once.");
}

function sums(current: Item | undefined, addedCounts: Counts): Item {
  const counts = countsIn(current);
  return toItem(Object.fromEntries(Object.entries(addedCounts).map(([name, count]) => [name, (counts[name] ?? 0) + count])));
}

/** Binary is base64 on the wire, which the types of the SDK do not know. */
export function binary(bytes: Buffer): Item[string] {
  return { B: bytes.toString("base64") as unknown as Uint8Array };
}

/** Empty if absent. */
export function readBytes(cell: Item[string] | undefined): Buffer {
  const text: unknown = cell?.B;
  return typeof text === "string" ? Buffer.from(text, "base64") : Buffer.alloc(0);
}

/** In hex. */
function computeMark(sequenceNumber: string): string {
  return createHash("sha256")
    .update(sequenceNumber)
    .digest("hex")
    .slice(0, 2 * MARK_BYTES);
}

/** The oldest first. */
function marksIn(item: Item | undefined): readonly string[] {
  return (
    readBytes(item?.[COUNTED])
      .toString("hex")
      .match(new RegExp(`.{${2 * MARK_BYTES}}`, "g")) ?? []
  );
}

/** The numbers of a row that count: their names have a space. */
export function countsIn(item: Item | undefined): Counts {
  const numbers = Object.entries(item === undefined ? {} : toRow(item));
  return Object.fromEntries(numbers.flatMap(([name, value]) => (name.includes(" ") && typeof value === "number" ? [[name, value]] : [])));
}
