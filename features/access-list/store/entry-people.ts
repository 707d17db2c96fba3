import type { AwsClient } from "../../../adapters/aws/client";
import { entryIn } from "../../../adapters/tables/decision-writes";
import { type Item, toItem, toRow } from "../../../adapters/tables/item";
import type { RowKind } from "../../../adapters/tables/row-kind";
import { batchGet, type DynamoTable, deleteItem } from "../../../adapters/tables/table";
import { EXPIRY_ATTRIBUTE, tables } from "../../../adapters/tables/tables";
import { groupBy, mapInBatches } from "../../../engine/collections";
import { buildPersonId, eachHash, type PersonHashes } from "../../../engine/sign-up/person";
import type { DecisionRecord } from "../../../engine/sign-up/record";
import { MS_PER_DAY } from "../../../engine/sign-up/time";
import { peopleInSketch, sketchPlace } from "../../counts/domain-counts";
import { binary, readBytes, writeInTurn } from "../../counts/store/counted-rows";
import { readEntry } from "../entry";
import { readRow } from "../row";
import { readLastEdit } from "./list-indexes";

// Each entry's row has a sketch of the people that the entry recently decided on. A person's hash gives a place, stored with the day of the
// last decision. A second decision on that day does not change the row.

/** Includes today. */
export const USE_DAYS = 30;
/** An entry with this many people is certainly in use. Its row is not written again, and so stays below 1 KB. */
export const MANY_PEOPLE = 240;
export const ENTRY_PEOPLE_PREFIX = "entry-people/";
const OF_PERSON = `${ENTRY_PEOPLE_PREFIX}person/`;
const PEOPLE = "places";
const AT_ONCE = 10;
/** The bytes of a pair: two for the place, two for the number of days since 1970. */
const PAIR_BYTES = 4;

export const entryPeopleKind: RowKind = {
  order: 60,
  table: "ledger",
  under: ENTRY_PEOPLE_PREFIX,
  backedUp: false,
  async noteDecisions(decisions, computeExpiry, client, name) {
    const toRowId = (record: DecisionRecord) => buildRowId(entryIn(record), () => record.personId);
    const each = [...groupBy(decisions, (record) => (record.personId && toRowId(record)) ?? "")].filter(([id]) => id !== "");
    await mapInBatches(each, AT_ONCE, ([id, records]) => note(buildLedgerTable(client, name), id, records, computeExpiry));
  },
  async forget({ personIds }, client, name) {
    for (const personId of personIds) await deleteItem(buildLedgerTable(client, name), { id: { S: `${OF_PERSON}${personId}` } });
  },
};

/** Estimates on how many people each entry decided in the last USE_DAYS days. Omits entries for accounts and unreadable entries. */
export type PeopleOfEntries = (entries: readonly string[]) => Promise<ReadonlyMap<string, number>>;

/** One read per entry. @param ledger the table's deployed name */
export function peopleOfEntries(client: AwsClient, ledger: string, hashes: () => Promise<PersonHashes>, now: () => Date): PeopleOfEntries {
  return async (entries) => {
    const hashFunctions = eachHash(await hashes());
    const ids = entries.map((entry) => hashFunctions.flatMap((hashOf) => buildRowId(entry, (email) => buildPersonId(email, hashOf)) ?? []));
    const addresses = [...new Set(ids.flat())].map((id) => ({ tableName: ledger, key: toItem({ id }) }));
    const daysById = new Map((await batchGet(client, addresses)).map(([, item]) => [item.id?.S, lastDays(item)]));
    const since = toDayNumber(now().getTime()) - USE_DAYS;
    const latelyUnder = (id: string) => [...(daysById.get(id) ?? [])].flatMap(([place, day]) => (day > since ? [place] : []));
    // An address may have a second row, under the previous hash key. Both rows count the same person, so the larger count is returned.
    const peopleUnder = (ownIds: readonly string[]) => Math.max(0, ...ownIds.map((id) => peopleInSketch(new Set(latelyUnder(id)))));
    return new Map(entries.flatMap((entry, index) => (ids[index]?.length ? [[entry, peopleUnder(ids[index])] as const] : [])));
  };
}

/**
 * Keeps allows that decided on nobody in USE_DAYS days. Omits those of partners and accounts (whose people are not counted), and those
 * edited within USE_DAYS days or outside Gatehouse.
 */
export async function keepUnused<T extends { readonly item: Item }>(
  rows: readonly T[],
  countPeople: PeopleOfEntries,
  now: Date,
): Promise<readonly T[]> {
  const people = await countPeople(rows.map(({ item }) => String(item.entry?.S)));
  const since = new Date(now.getTime() - USE_DAYS * MS_PER_DAY).toISOString();
  const isOld = (item: Item) => (readLastEdit(item)?.at ?? now.toISOString()) <= since;
  const isAllow = (item: Item) => readRow(toRow(item)).effect === "allow" && item.byPartner === undefined;
  return rows.filter(({ item }) => people.get(String(item.entry?.S)) === 0 && isAllow(item) && isOld(item));
}

async function note(
  table: DynamoTable,
  id: string,
  records: readonly DecisionRecord[],
  computeExpiry: (at: string) => number,
): Promise<void> {
  const newest = records.reduce((last, { at }) => (at > last ? at : last), "");
  const since = toDayNumber(Date.parse(newest)) - USE_DAYS;
  await writeInTurn(table, id, (current) => {
    const days = new Map([...lastDays(current)].filter(([, day]) => day > since));
    const isNew = ({ at, personId = "" }: DecisionRecord) => (days.get(sketchPlace(personId)) ?? since) < toDayNumber(Date.parse(at));
    const fresh = records.filter(isNew);
    if (fresh.length === 0 || days.size >= MANY_PEOPLE) return undefined;
    for (const record of fresh) if (isNew(record)) days.set(sketchPlace(record.personId ?? ""), toDayNumber(Date.parse(record.at)));
    const expires = Math.max(computeExpiry(newest), Number(current?.[EXPIRY_ATTRIBUTE]?.N ?? 0));
    return { set: { [PEOPLE]: binary(packDays([...days].slice(0, MANY_PEOPLE))), [EXPIRY_ATTRIBUTE]: { N: String(expires) } } };
  });
}

function buildLedgerTable(client: AwsClient, name: string): DynamoTable {
  return { client, name, key: tables.ledger.key };
}

/** Undefined for an account, because the entry does not show whose account it is. */
function buildRowId(entry: string | undefined, personIdOf: (email: string) => string | undefined): string | undefined {
  const read = entry === undefined ? undefined : readEntry(entry);
  if (read?.ok !== true || read.entry.kind === "account") return undefined;
  return read.entry.kind === "address" ? `${OF_PERSON}${personIdOf(read.entry.email)}` : `${ENTRY_PEOPLE_PREFIX}${entry}`;
}

function toDayNumber(ms: number): number {
  return Math.floor(ms / MS_PER_DAY);
}

function packDays(days: readonly (readonly [place: number, day: number])[]): Buffer {
  const bytes = Buffer.alloc(PAIR_BYTES * days.length);
  for (const [index, [place, day]] of days.entries()) bytes.writeUInt16BE(day, bytes.writeUInt16BE(place, PAIR_BYTES * index));
  return bytes;
}

function lastDays(item: Item | undefined): Map<number, number> {
  const bytes = readBytes(item?.[PEOPLE]);
  const pairs = Array.from({ length: Math.floor(bytes.length / PAIR_BYTES) }, (_, index) => PAIR_BYTES * index);
  return new Map(pairs.map((at) => [bytes.readUInt16BE(at), bytes.readUInt16BE(at + 2)]));
}
