import { createHash } from "node:crypto";
import { type CountPlace, type Counts, decisionCounts, decisionMoments, summed } from "../../engine/sign-up/counts";
import type { DecisionRecord } from "../../engine/sign-up/record";
import type { AwsClient } from "../aws/client";
import { absent, equal, updating } from "./expressions";
import { type Item, toItem, toRow } from "./item";
import { batchGet, type DynamoTable, getItem, putItem, updateItem } from "./table";
import { EXPIRY_ATTRIBUTE, tables } from "./tables";

/** With what the ids of these rows of the ledger begin. */
export const COUNTS_PREFIX = "counts/";
/** Since when is counted. */
const SINCE_KEY = { id: `${COUNTS_PREFIX}since` } as const;
/** The decisions that a row has counted: a mark each, one after the other. */
const COUNTED = "counted";
/** How often it was added to: the condition of the next time. */
const TURN = "turn";
/** Of 40 bits two in a row are hardly ever the same. */
const MARK_BYTES = 5;
/**
 * A row keeps the newest marks, so many at least: each write is charged by the row's size. A shard brings again what it brought
 * last, before the others have brought so many.
 */
const LEAST_MARKS = 300;
/** Shards of a table that is not large. */
const SHARDS = 4;
/** The shards of a stream write to the same row; two of them seldom do at once. */
const MOST_TRIES = 10;

/** A decision as the stream brings it. */
export interface StreamedDecision {
  /** Its place in the stream: the same whenever the stream repeats it. */
  readonly sequenceNumber: string;
  readonly record: DecisionRecord;
}

/** Where decisions are counted. */
export interface CountStore {
  /** Says that counting begins, unless it has begun before. */
  begin(now: Date): Promise<void>;
  /**
   * Counts those that the place has not counted, wherever the stream cuts its batches when it repeats them.
   * @param expires epoch seconds
   */
  add(place: CountPlace, decisions: readonly StreamedDecision[], expires: number): Promise<void>;
}

/** Counts as pages read them. */
export interface ReadCounts {
  /** When counting began, ISO 8601; undefined where nothing was counted yet. */
  since(): Promise<string | undefined>;
  /** What was counted at these places, in their order. */
  at(places: readonly CountPlace[]): Promise<readonly (CountPlace & { readonly counts: Counts })[]>;
}

/** @param name the ledger's deployed name */
export function countStore(client: AwsClient, name: string): CountStore {
  const table: DynamoTable = { client, name, key: tables.ledger.key };
  return {
    async begin(now) {
      await putItem(table, toItem({ ...SINCE_KEY, since: now.toISOString() }), absent("id"));
    },
    async add(place, decisions, expires) {
      for (let tries = 0; tries < MOST_TRIES; tries++) {
        const current = await getItem(table, keyOf(place));
        const marks = marksIn(current);
        const known = new Set(marks);
        const fresh = decisions.filter(({ sequenceNumber }) => !known.has(markOf(sequenceNumber)));
        if (fresh.length === 0) return;
        const records = fresh.map(({ record }) => record);
        const counts = decisionCounts(records, countsIn(current));
        const moments = decisionMoments(records, summed([countsIn(current), counts]));
        // After a large batch the small ones of other shards push out half of its marks at most.
        const kept = Math.max(LEAST_MARKS, SHARDS * fresh.length, Math.ceil(marks.length / 2));
        const counted = [...marks, ...fresh.map(({ sequenceNumber }) => markOf(sequenceNumber))].slice(-kept);
        // Binary is base64 on the wire, which the types of the SDK do not know.
        const packed = Buffer.from(counted.join(""), "hex").toString("base64") as unknown as Uint8Array;
        const update = updating({
          add: toItem({ ...counts, [TURN]: 1 }),
          set: { ...toItem(moments), [COUNTED]: { B: packed }, [EXPIRY_ATTRIBUTE]: { N: String(expires) } },
        });
        const turn = current?.[TURN];
        const isAsRead = turn === undefined ? absent(TURN) : equal({ [TURN]: turn });
        if ((await updateItem(table, toItem(keyOf(place)), update, isAsRead)).written) return;
      }
      throw new Error("Too many write to one hour's counts at once.");
    },
  };
}

/** In hex. */
function markOf(sequenceNumber: string): string {
  return createHash("sha256")
    .update(sequenceNumber)
    .digest("hex")
    .slice(0, 2 * MARK_BYTES);
}

/** The oldest first. */
function marksIn(item: Item | undefined): readonly string[] {
  const cell: unknown = item?.[COUNTED]?.B;
  if (typeof cell !== "string") return [];
  return (
    Buffer.from(cell, "base64")
      .toString("hex")
      .match(new RegExp(`.{${2 * MARK_BYTES}}`, "g")) ?? []
  );
}

/** After that long nothing is added to an hour: its stream gives up after 18 hours. */
const CLOSED_AFTER_MS = 20 * 3_600_000;

/** Reads an hour that is over for good once. @param name the ledger's deployed name */
export function readCounts(client: AwsClient, name: string, now: () => Date = () => new Date()): ReadCounts {
  const table: DynamoTable = { client, name, key: tables.ledger.key };
  const closed = new Map<string, Counts>();
  const idOf = (place: CountPlace) => keyOf(place).id;
  return {
    async since() {
      return (await getItem(table, SINCE_KEY))?.since?.S;
    },
    async at(places) {
      const asked = places.filter((place) => !closed.has(idOf(place)));
      const found = await batchGet(
        client,
        asked.map((place) => ({ tableName: name, key: toItem(keyOf(place)) })),
      );
      const read = new Map(found.map(([, item]) => [item.id?.S, countsIn(item)]));
      const open = new Date(now().getTime() - CLOSED_AFTER_MS).toISOString().slice(0, 13);
      for (const place of asked) if (place.hour < open) closed.set(idOf(place), read.get(idOf(place)) ?? {});
      return places.map((place) => ({ ...place, counts: read.get(idOf(place)) ?? closed.get(idOf(place)) ?? {} }));
    },
  };
}

function keyOf({ hour, gate }: CountPlace): { readonly id: string } {
  return { id: `${COUNTS_PREFIX}${hour}/${gate}` };
}

/** The numbers of a row that count: their names have a space. */
function countsIn(item: Item | undefined): Counts {
  const numbers = Object.entries(item === undefined ? {} : toRow(item));
  return Object.fromEntries(numbers.flatMap(([name, value]) => (name.includes(" ") && typeof value === "number" ? [[name, value]] : [])));
}
