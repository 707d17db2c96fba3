import type { CountPlace, Counts } from "../../engine/sign-up/counts";
import type { AwsClient } from "../aws/client";
import { absent, type Expression } from "./expressions";
import { type Item, toItem, toRow } from "./item";
import { batchGet, type DynamoTable, getItem, putItem, updateItem } from "./table";
import { EXPIRY_ATTRIBUTE, tables } from "./tables";

/** With what the ids of these rows of the ledger begin. */
export const COUNTS_PREFIX = "counts/";
/** Since when is counted. */
const SINCE_KEY = { id: `${COUNTS_PREFIX}since` } as const;
/** The batches that a row has counted. */
const MARKS = "marks";

/** Where decisions are counted. */
export interface CountStore {
  /** Says that counting begins, unless it has begun before. */
  begin(now: Date): Promise<void>;
  /** What is counted at a place, by a strongly consistent read. */
  get(place: CountPlace): Promise<Counts>;
  /** Adds to a place, once a batch, however often it comes. @param batch the first sequence number @param expires epoch seconds */
  add(place: CountPlace, counts: Counts, batch: string, expires: number): Promise<void>;
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
    async get(place) {
      return countsIn(await getItem(table, keyOf(place)));
    },
    async add(place, counts, batch, expires) {
      const mark = shortNumber(batch);
      const update: Expression = (terms) => {
        const added = Object.entries(counts).map(([each, count]) => `${terms.name(each)} ${terms.value({ N: String(count) })}`);
        const marked = `${terms.name(MARKS)} ${terms.value({ SS: [mark] })}`;
        return `ADD ${[...added, marked].join(", ")} SET ${terms.name(EXPIRY_ATTRIBUTE)} = ${terms.value({ N: String(expires) })}`;
      };
      const isNew: Expression = (terms) =>
        `attribute_not_exists(${terms.name(MARKS)}) OR NOT contains(${terms.name(MARKS)}, ${terms.value({ S: mark })})`;
      await updateItem(table, toItem(keyOf(place)), update, isNew);
    },
  };
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

/** Each write is charged by the row's size. */
function shortNumber(digits: string): string {
  return /^\d+$/.test(digits) ? BigInt(digits).toString(36) : digits;
}

function keyOf({ hour, gate }: CountPlace): { readonly id: string } {
  return { id: `${COUNTS_PREFIX}${hour}/${gate}` };
}

/** The numbers of a row that count: their names have a space. */
function countsIn(item: Item | undefined): Counts {
  const numbers = Object.entries(item === undefined ? {} : toRow(item));
  return Object.fromEntries(numbers.flatMap(([name, value]) => (name.includes(" ") && typeof value === "number" ? [[name, value]] : [])));
}
