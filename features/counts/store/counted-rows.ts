import { createHash } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { backoff } from "../../../adapters/aws/client";
import { type Item, toItem, toRow } from "../../../adapters/tables/item";
import { absent, type DynamoTable, equal, getItem, updateItem } from "../../../adapters/tables/table";
import { EXPIRY_ATTRIBUTE } from "../../../adapters/tables/tables";
import type { DecisionRecord } from "../../../engine/sign-up/record";
import type { Counts } from "../counts";

// Rows that count decisions. Each decision is counted once, however often the stream delivers it.

/** The column with the marks of the decisions that a row has counted. */
const COUNTED = "counted";
/** Number of bytes of a mark: among a row's marks, two marks of 40 bits are almost never equal. */
const MARK_BYTES = 5;
/**
 * A row keeps at least this many marks. Before a shard repeats its last batch, the other shards add fewer marks. Keeping more would raise
 * the price of each write.
 */
const LEAST_MARKS = 300;
/** Number of shards of a small table. */
const SHARDS = 4;

export interface StreamedDecision {
  /** The same each time the stream delivers the decision. */
  readonly sequenceNumber: string;
  readonly record: DecisionRecord;
}

interface Counting {
  readonly add: Counts;
  readonly set: Item;
}

/**
 * Counts only decisions that the row has not counted, because the stream may repeat decisions. `expires`: epoch seconds. Returns the row
 * after the change.
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
    const fresh = decisions.filter((decision) => !knownMarks.has(readMark(decision)));
    if (fresh.length === 0) return undefined;
    const { add, set } = count(
      fresh.map(({ record }) => record),
      current,
    );
    // If one shard wrote a large batch, the next small batch of another shard removes at most half of the row's marks.
    const keptCount = Math.max(LEAST_MARKS, SHARDS * fresh.length, Math.ceil(marks.length / 2));
    const countedMarks = [...marks, ...fresh.map(readMark)].slice(-keptCount);
    return {
      add,
      set: { ...set, [COUNTED]: binary(Buffer.from(countedMarks.join(""), "hex")), [EXPIRY_ATTRIBUTE]: { N: String(expires) } },
    };
  });
}

/** Number of the row's writes. The next write requires that the number is unchanged. */
const TURN = "turn";
/**
 * Limit of tries to write a row. Lambda does not name a change's shard, so all shards write the same row. Even 40 writers at once succeed
 * within a second.
 */
const MOST_TRIES = 10;

/** Writes the change only if the row is unchanged since it was read, otherwise tries again. Returns the row as it is now. */
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

/** Bytes are sent as base64 text, although the SDK's type is `Uint8Array`. */
export function binary(bytes: Buffer): Item[string] {
  return { B: bytes.toString("base64") as unknown as Uint8Array };
}

export function readBytes(cell: Item[string] | undefined): Buffer {
  const text: unknown = cell?.B;
  return typeof text === "string" ? Buffer.from(text, "base64") : Buffer.alloc(0);
}

const marksByDecision = new WeakMap<StreamedDecision, string>();

/** Each decision is counted in several rows, by the same mark. */
function readMark(decision: StreamedDecision): string {
  const mark = marksByDecision.get(decision) ?? computeMark(decision.sequenceNumber);
  marksByDecision.set(decision, mark);
  return mark;
}

function computeMark(sequenceNumber: string): string {
  return createHash("sha256")
    .update(sequenceNumber)
    .digest("hex")
    .slice(0, 2 * MARK_BYTES);
}

/** Oldest first. */
function marksIn(item: Item | undefined): readonly string[] {
  return (
    readBytes(item?.[COUNTED])
      .toString("hex")
      .match(new RegExp(`.{${2 * MARK_BYTES}}`, "g")) ?? []
  );
}

/** Only the names of counts contain a space. */
export function countsIn(item: Item | undefined): Counts {
  const numbers = Object.entries(item === undefined ? {} : toRow(item));
  return Object.fromEntries(numbers.flatMap(([name, value]) => (name.includes(" ") && typeof value === "number" ? [[name, value]] : [])));
}
