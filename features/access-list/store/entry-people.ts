import type { AwsClient } from "../../../adapters/aws/client";
import { entryIn } from "../../../adapters/tables/decision-writes";
import { type Item, toItem } from "../../../adapters/tables/item";
import type { RowKind } from "../../../adapters/tables/row-kind";
import { batchGet, type DynamoTable, deleteItem } from "../../../adapters/tables/table";
import { EXPIRY_ATTRIBUTE, tables } from "../../../adapters/tables/tables";
import { groupBy, inBatches } from "../../../engine/arrays";
import { buildPersonId, eachHash, type PersonHashes } from "../../../engine/sign-up/person";
import type { DecisionRecord } from "../../../engine/sign-up/record";
import { MS_PER_DAY } from "../../../engine/sign-up/time";
import { peopleInSketch, sketchPlace } from "../../counts/people-sketch";
import { binary, readBytes, writeInTurn } from "../../counts/store/counted-rows";
import { readEntry } from "../entry";

// The people on whom an entry decided recently. Each entry has a row with a sketch of its people: places, and for each place the last day
// of a decision. If a decision is noted twice, the row stays the same. It also stays the same for the second step of a sign-up.

/** Number of days for which people are counted, including today. */
export const USE_DAYS = 30;
/**
 * An entry that decided on this many people is certainly in use. While its row has this many places, the row is not written again, and so
 * stays below 1 KB.
 */
export const MANY_PEOPLE = 240;
export const ENTRY_PEOPLE_PREFIX = "entry-people/";
const OF_PERSON = `${ENTRY_PEOPLE_PREFIX}person/`;
const PEOPLE = "places";
const AT_ONCE = 10;
/** Bytes of one place with its day: two for the place, and two for the number of days since 1970. */
const PAIR_BYTES = 4;

export const entryPeopleKind: RowKind = {
  place: 60,
  table: "ledger",
  under: ENTRY_PEOPLE_PREFIX,
  backedUp: false,
  async noteDecisions(decisions, computeExpiry, client, name) {
    const toRowId = (record: DecisionRecord) => buildRowId(entryIn(record), () => record.personId);
    const each = [...groupBy(decisions, (record) => (record.personId && toRowId(record)) ?? "")].filter(([id]) => id !== "");
    await inBatches(each, AT_ONCE, ([id, records]) => note(buildLedgerTable(client, name), id, records, computeExpiry));
  },
  async forget({ personIds }, client, name) {
    for (const personId of personIds) await deleteItem(buildLedgerTable(client, name), { id: { S: `${OF_PERSON}${personId}` } });
  },
};

/**
 * Estimates the number of people on whom each entry decided in the last USE_DAYS days. Omits entries for accounts and unreadable entries.
 */
export type PeopleOfEntries = (entries: readonly string[]) => Promise<ReadonlyMap<string, number>>;

/** Reads the estimates by key, one read per entry. @param ledger the table's deployed name */
export function peopleOfEntries(client: AwsClient, ledger: string, hashes: () => Promise<PersonHashes>, now: () => Date): PeopleOfEntries {
  return async (entries) => {
    const hashFunctions = eachHash(await hashes());
    const ids = entries.map((entry) => hashFunctions.flatMap((hashOf) => buildRowId(entry, (email) => buildPersonId(email, hashOf)) ?? []));
    const addresses = [...new Set(ids.flat())].map((id) => ({ tableName: ledger, key: toItem({ id }) }));
    const daysById = new Map((await batchGet(client, addresses)).map(([, item]) => [item.id?.S, lastDays(item)]));
    const since = toDayNumber(now().getTime()) - USE_DAYS;
    const latelyUnder = (id: string) => [...(daysById.get(id) ?? [])].flatMap(([place, day]) => (day > since ? [place] : []));
    // An address has one row under the current hash key, and may have another under the previous key. Both rows count the same person, so
    // they are not added: the larger count is returned.
    const peopleUnder = (ownIds: readonly string[]) => Math.max(0, ...ownIds.map((id) => peopleInSketch(new Set(latelyUnder(id)))));
    return new Map(entries.flatMap((entry, index) => (ids[index]?.length ? [[entry, peopleUnder(ids[index])] as const] : [])));
  };
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

/**
 * Returns the id of an entry's row. For an address, the id contains the person's hash. Undefined for an account, because the entry does not
 * show whose account it is.
 */
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
