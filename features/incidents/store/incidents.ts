import type { AwsClient } from "../../../adapters/aws/client";
import { above, all } from "../../../adapters/tables/conditions";
import { getItem } from "../../../adapters/tables/get-item";
import { type Item, toItem, toRow } from "../../../adapters/tables/item";
import { momentId } from "../../../adapters/tables/moment-id";
import { getPage, pagesOf } from "../../../adapters/tables/search";
import { absent, batchGet, below, type DynamoTable, deleteItem, equal, putItem, updateItem } from "../../../adapters/tables/table";
import { tables } from "../../../adapters/tables/tables";
import { invalidMember } from "../../../engine/fields";
import { canBeKey, MAX_SORT_KEY_BYTES } from "../../../engine/sign-up/key-sizes";
import { MS_PER_DAY } from "../../../engine/sign-up/time";
import {
  INCIDENT_DAYS,
  INCIDENT_PEOPLE,
  INCIDENTS,
  type Incident,
  type IncidentOutcome,
  type IncidentPerson,
  incidentPersonRow,
  incidentRow,
} from "../incident";

const PAGE_INCIDENTS = 50;
/** A row takes some 300 bytes. */
const PAGE_PEOPLE = 500;

export interface IncidentPage {
  readonly items: readonly Incident[];
  /** The ids of unreadable rows, which are left out. */
  readonly unreadable: readonly string[];
  /** The id before which the next page begins. Absent on the last. */
  readonly next?: string;
}

export class IncidentChangedError extends Error {
  override readonly name = "IncidentChangedError";
}

export interface InIncident {
  readonly id: string;
  /** Their keyed hash. */
  readonly person: string;
}

export function incidentPersonKey({ id, person }: InIncident): string {
  return `${id} ${person}`;
}

export interface IncidentStore {
  open(draft: Omit<Incident, "id" | "at" | "expires">, now: Date): Promise<Incident>;
  get(id: string): Promise<Incident | undefined>;
  /** Newest first. @param before an id */
  page(before?: string, limit?: number): Promise<IncidentPage>;
  /** Changes an incident if it still has these values. Undefined otherwise. */
  update(incident: Incident, expected: readonly (keyof Incident)[], facts: Partial<Incident>): Promise<Incident | undefined>;
  /** Adds a person, or an earlier decision of a known one. @returns true if they are new */
  add(incident: Incident, person: Omit<IncidentPerson, "expires" | "state" | "last">): Promise<boolean>;
  /** In the order of their hashes, a page in memory at a time. @param after the hash before the first */
  people(id: string, limit?: number, after?: string): AsyncIterable<readonly IncidentPerson[]>;
  /** Finds members of incidents among some people, by `incidentPersonKey`. */
  among(people: readonly InIncident[]): Promise<ReadonlyMap<string, IncidentPerson>>;
  /** Changes a person who is still in that state. False otherwise. */
  move(id: string, person: IncidentPerson, facts: Partial<IncidentPerson>): Promise<boolean>;
  outcome(id: string): Promise<IncidentOutcome>;
  forget(id: string, person: string): Promise<void>;
}

export function incidentStore(client: AwsClient, name: string): IncidentStore {
  const table = { client, name, key: tables.listChanges.key };
  const keyOf = (id: string) => ({ set: { S: INCIDENTS }, part: { S: id } });
  return {
    async open(draft, now) {
      const expires = Math.floor((now.getTime() + INCIDENT_DAYS * MS_PER_DAY) / 1_000);
      for (;;) {
        const incident = { ...draft, id: momentId(now), at: now.toISOString(), expires };
        const { id, ...facts } = incident;
        if ((await putItem(table, { ...toItem(facts), ...keyOf(id) }, absent("set"))).written) return incident;
      }
    },
    async get(id) {
      if (!canBeKey(id, MAX_SORT_KEY_BYTES)) return undefined;
      const item = await getItem(table, { set: INCIDENTS, part: id });
      return item && incidentIn(item);
    },
    async page(before, limit = PAGE_INCIDENTS) {
      const ofAll = equal({ set: { S: INCIDENTS } });
      const from = before !== undefined && canBeKey(before, MAX_SORT_KEY_BYTES) ? before : undefined;
      const where = from === undefined ? ofAll : all(ofAll, below("part", { S: from }));
      const { items, next } = await getPage(table, { where, order: "descending", limit });
      const rows = items.map((item) => ({ id: String(item.part?.S), incident: incidentIn(item) }));
      const unreadable = rows.flatMap(({ id, incident }) => (incident === undefined ? [id] : []));
      return { items: rows.flatMap(({ incident }) => incident ?? []), unreadable, ...(next?.part?.S && { next: next.part.S }) };
    },
    async update(incident, expected, facts) {
      const held = toItem(Object.fromEntries(expected.map((name) => [name, incident[name]])));
      const missing = expected.filter((name) => incident[name] === undefined).map((name) => absent(name));
      const condition = all(equal({ ...keyOf(incident.id), ...held }), ...missing);
      const { written } = await updateItem(table, keyOf(incident.id), { set: toItem(facts), remove: [] }, condition);
      return written ? { ...incident, ...facts } : undefined;
    },
    async add({ id, expires }, { person, ...facts }) {
      const item: Item = { ...toItem({ ...facts, last: facts.at, state: "selected", expires }), ...personKey({ id, person }) };
      const isNew = (await putItem(table, item, absent("set"))).written;
      if (isNew) return true;
      await updateItem(table, item, { set: toItem(facts), remove: [] }, above("at", { S: facts.at }));
      // The writes of a page arrive in any order.
      await updateItem(table, item, { set: toItem({ last: facts.at }), remove: [] }, below("last", { S: facts.at }));
      return false;
    },
    people: (id, limit, after) => peoplePages(table, id, limit, after),
    among: (people) => peopleAmong(table, people),
    async move(id, { person, state }, facts) {
      const key = personKey({ id, person });
      return (await updateItem(table, key, { set: toItem(facts), remove: [] }, equal({ ...key, state: { S: state } }))).written;
    },
    async outcome(id) {
      const counts: Record<string, number> = {};
      for await (const page of peoplePages(table, id)) for (const { state } of page) counts[state] = (counts[state] ?? 0) + 1;
      return counts;
    },
    async forget(id, person) {
      await deleteItem(table, personKey({ id, person }));
    },
  };
}

function personKey({ id, person }: InIncident) {
  return { set: { S: `${INCIDENT_PEOPLE}${id}` }, part: { S: person } };
}

async function* peoplePages(
  table: DynamoTable,
  id: string,
  limit = PAGE_PEOPLE,
  after?: string,
): AsyncGenerator<readonly IncidentPerson[]> {
  const where = equal({ set: { S: `${INCIDENT_PEOPLE}${id}` } });
  const from = after === undefined ? undefined : personKey({ id, person: after });
  for await (const items of pagesOf(table, { where, limit }, from)) yield items.flatMap((item) => personIn(item) ?? []);
}

async function peopleAmong(table: DynamoTable, people: readonly InIncident[]): Promise<ReadonlyMap<string, IncidentPerson>> {
  // Spellings of one mailbox are one person, and a call accepts a key only once.
  const each = new Map(
    people.filter(({ person }) => canBeKey(person, MAX_SORT_KEY_BYTES)).map((one) => [incidentPersonKey(one), personKey(one)]),
  );
  const found = await batchGet(
    table.client,
    [...each.values()].map((key) => ({ tableName: table.name, key })),
  );
  const known = found.map(([, item]) => [`${item.set?.S}`.slice(INCIDENT_PEOPLE.length), personIn(item)] as const);
  return new Map(
    known.flatMap(([id, person]) => (person === undefined ? [] : [[incidentPersonKey({ id, person: person.person }), person] as const])),
  );
}

export function incidentIn(item: Item): Incident | undefined {
  const { set, part, ...rest } = toRow(item);
  return invalidMember(incidentRow, { ...rest, set, part }) === undefined ? ({ id: part, ...rest } as unknown as Incident) : undefined;
}

function personIn(item: Item): IncidentPerson | undefined {
  const { set, part, ...rest } = toRow(item);
  return invalidMember(incidentPersonRow, { ...rest, set, part }) === undefined
    ? ({ person: part, ...rest } as unknown as IncidentPerson)
    : undefined;
}
