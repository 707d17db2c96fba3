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

export interface InIncident {
  readonly id: string;
  /** Their keyed hash. */
  readonly person: string;
}

export function incidentPersonKey({ id, person }: InIncident): string {
  return `${id} ${person}`;
}

export type IncidentStore = ReturnType<typeof incidentStore>;

export function incidentStore(client: AwsClient, name: string) {
  const table = { client, name, key: tables.listChanges.key };
  return { ...incidentRows(table), ...peopleRows(table) };
}

function incidentRows(table: DynamoTable) {
  const rowKey = (id: string) => ({ set: { S: INCIDENTS }, part: { S: id } });

  /** Newest first. @param before an id */
  async function page(before?: string, limit = PAGE_INCIDENTS): Promise<IncidentPage> {
    const ofAll = equal({ set: { S: INCIDENTS } });
    const from = before !== undefined && canBeKey(before, MAX_SORT_KEY_BYTES) ? before : undefined;
    const where = from === undefined ? ofAll : all(ofAll, below("part", { S: from }));
    const { items, next } = await getPage(table, { where, order: "descending", limit });
    const rows = items.map((item) => ({ id: String(item.part?.S), incident: incidentIn(item) }));
    const unreadable = rows.flatMap(({ id, incident }) => (incident === undefined ? [id] : []));
    return { items: rows.flatMap(({ incident }) => incident ?? []), unreadable, ...(next?.part?.S && { next: next.part.S }) };
  }

  return {
    page,
    async open(draft: Omit<Incident, "id" | "at" | "expires">, now: Date): Promise<Incident> {
      const expires = Math.floor((now.getTime() + INCIDENT_DAYS * MS_PER_DAY) / 1_000);
      for (;;) {
        const incident = { ...draft, id: momentId(now), at: now.toISOString(), expires };
        const { id, ...facts } = incident;
        if ((await putItem(table, { ...toItem(facts), ...rowKey(id) }, absent("set"))).written) return incident;
      }
    },
    async get(id: string): Promise<Incident | undefined> {
      if (!canBeKey(id, MAX_SORT_KEY_BYTES)) return undefined;
      const item = await getItem(table, { set: INCIDENTS, part: id });
      return item && incidentIn(item);
    },
    /** Newest first. */
    async *all(): AsyncGenerator<Incident> {
      let before: string | undefined;
      do {
        const { items, next } = await page(before);
        yield* items;
        before = next;
      } while (before !== undefined);
    },
    /** Changes an incident if it still has these values. Undefined otherwise. */
    async update(incident: Incident, expected: readonly (keyof Incident)[], facts: Partial<Incident>): Promise<Incident | undefined> {
      const held = toItem(Object.fromEntries(expected.map((name) => [name, incident[name]])));
      const missing = expected.filter((name) => incident[name] === undefined).map((name) => absent(name));
      const condition = all(equal({ ...rowKey(incident.id), ...held }), ...missing);
      const { written } = await updateItem(table, rowKey(incident.id), { set: toItem(facts), remove: [] }, condition);
      return written ? { ...incident, ...facts } : undefined;
    },
  };
}

function peopleRows(table: DynamoTable) {
  /** In the order of their hashes, a page in memory at a time. @param after the hash before the first */
  async function* people(id: string, limit = PAGE_PEOPLE, after?: string): AsyncGenerator<readonly IncidentPerson[]> {
    const where = equal({ set: { S: `${INCIDENT_PEOPLE}${id}` } });
    const from = after === undefined ? undefined : personKey({ id, person: after });
    for await (const items of pagesOf(table, { where, limit }, from)) yield items.flatMap((item) => personIn(item) ?? []);
  }

  return {
    people,
    /** Adds a person, or an earlier decision of a known one. @returns true if they are new */
    async add({ id, expires }: Incident, { person, ...facts }: Omit<IncidentPerson, "expires" | "state" | "last">): Promise<boolean> {
      const item: Item = { ...toItem({ ...facts, last: facts.at, state: "selected", expires }), ...personKey({ id, person }) };
      const isNew = (await putItem(table, item, absent("set"))).written;
      if (isNew) return true;
      await updateItem(table, item, { set: toItem(facts), remove: [] }, above("at", { S: facts.at }));
      // The writes of a page arrive in any order.
      await updateItem(table, item, { set: toItem({ last: facts.at }), remove: [] }, below("last", { S: facts.at }));
      return false;
    },
    /** Finds people of some incidents: their hashes. */
    async find(some: readonly Incident[], isMeant: (person: IncidentPerson) => boolean): Promise<ReadonlySet<string>> {
      const found = new Set<string>();
      for (const { id } of some) for await (const page of people(id)) for (const each of page) if (isMeant(each)) found.add(each.person);
      return found;
    },
    /** Finds members of incidents among some people, by `incidentPersonKey`. */
    async among(some: readonly InIncident[]): Promise<ReadonlyMap<string, IncidentPerson>> {
      // Spellings of one mailbox are one person, and a call accepts a key only once.
      const known = some.filter(({ person }) => canBeKey(person, MAX_SORT_KEY_BYTES));
      const keys = new Map(known.map((one) => [incidentPersonKey(one), personKey(one)]));
      const found = await batchGet(
        table.client,
        [...keys.values()].map((key) => ({ tableName: table.name, key })),
      );
      return new Map(
        found.flatMap(([, item]) => {
          const person = personIn(item);
          const id = `${item.set?.S}`.slice(INCIDENT_PEOPLE.length);
          return person === undefined ? [] : [[incidentPersonKey({ id, person: person.person }), person] as const];
        }),
      );
    },
    /** Changes a person who is still in that state. False otherwise. */
    async move(id: string, { person, state }: IncidentPerson, facts: Partial<IncidentPerson>): Promise<boolean> {
      const key = personKey({ id, person });
      return (await updateItem(table, key, { set: toItem(facts), remove: [] }, equal({ ...key, state: { S: state } }))).written;
    },
    async outcome(id: string): Promise<IncidentOutcome> {
      const counts: Record<string, number> = {};
      for await (const some of people(id)) for (const { state } of some) counts[state] = (counts[state] ?? 0) + 1;
      return counts;
    },
    async forget(id: string, person: string): Promise<void> {
      await deleteItem(table, personKey({ id, person }));
    },
  };
}

function personKey({ id, person }: InIncident) {
  return { set: { S: `${INCIDENT_PEOPLE}${id}` }, part: { S: person } };
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
