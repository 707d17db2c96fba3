import type { AwsClient } from "../../../adapters/aws/client";
import { toItem } from "../../../adapters/tables/item";
import type { RowKind } from "../../../adapters/tables/row-kind";
import { absent, batchGet, type DynamoTable, getItem, putItem } from "../../../adapters/tables/table";
import { tables } from "../../../adapters/tables/tables";
import { type CountPlace, type Counts, decisionCounts, decisionMoments, sumCounts } from "../counts";
import { countOnce, countsIn, type StreamedDecision } from "./counted-rows";

/** Prefix of the ids of the rows with counts, in the usage table. */
export const COUNTS_PREFIX = "counts/";

export const countKind: RowKind = { table: "ledger", under: COUNTS_PREFIX, personal: false };

const SINCE_KEY = { id: `${COUNTS_PREFIX}since` } as const;
export interface CountStore {
  /** Does nothing if the beginning is already recorded. */
  begin(now: Date): Promise<void>;
  /** Counts each decision once, because the stream may repeat decisions in other batches. `expires`: epoch seconds. */
  add(place: CountPlace, decisions: readonly StreamedDecision[], expires: number): Promise<void>;
}

export interface ReadCounts {
  /** ISO 8601. Undefined if nothing was counted yet. */
  since(): Promise<string | undefined>;
  /** Reads counts in the order of `places`. */
  at(places: readonly CountPlace[]): Promise<readonly (CountPlace & { readonly counts: Counts })[]>;
}

export function countStore(client: AwsClient, name: string): CountStore {
  const table: DynamoTable = { client, name, key: tables.ledger.key };
  return {
    async begin(now) {
      await putItem(table, toItem({ ...SINCE_KEY, since: now.toISOString() }), absent("id"));
    },
    async add(place, decisions, expires) {
      await countOnce(table, buildCountKey(place).id, { decisions, expires }, (records, current) => {
        const counts = decisionCounts(records, countsIn(current));
        return { add: counts, set: toItem(decisionMoments(records, sumCounts([countsIn(current), counts]))) };
      });
    },
  };
}

/** The time after which an hour's counts no longer change, because the stream gives up on a delivery after 18 hours. */
const CLOSED_AFTER_MS = 20 * 3_600_000;

/** Reads an hour only once if its counts no longer change. */
export function readCounts(client: AwsClient, name: string, now: () => Date = () => new Date()): ReadCounts {
  const table: DynamoTable = { client, name, key: tables.ledger.key };
  const closedCounts = new Map<string, Counts>();
  const buildCountId = (place: CountPlace) => buildCountKey(place).id;
  return {
    async since() {
      return (await getItem(table, SINCE_KEY))?.since?.S;
    },
    async at(places) {
      const askedPlaces = places.filter((place) => !closedCounts.has(buildCountId(place)));
      const foundItems = await batchGet(
        client,
        askedPlaces.map((place) => ({ tableName: name, key: toItem(buildCountKey(place)) })),
      );
      const read = new Map(foundItems.map(([, item]) => [item.id?.S, countsIn(item)]));
      const open = new Date(now().getTime() - CLOSED_AFTER_MS).toISOString().slice(0, 13);
      for (const place of askedPlaces) if (place.hour < open) closedCounts.set(buildCountId(place), read.get(buildCountId(place)) ?? {});
      return places.map((place) => ({ ...place, counts: read.get(buildCountId(place)) ?? closedCounts.get(buildCountId(place)) ?? {} }));
    },
  };
}

function buildCountKey({ hour, gate }: CountPlace): { readonly id: string } {
  return { id: `${COUNTS_PREFIX}${hour}/${gate}` };
}
