import type { AwsClient } from "../../../adapters/aws/client";
import { momentId } from "../../../adapters/system";
import { either } from "../../../adapters/tables/conditions";
import { type Item, toItem, toRow } from "../../../adapters/tables/item";
import { readPages } from "../../../adapters/tables/search";
import { absent, batchGet, type DynamoTable, deleteItem, equal, putItem, updateItem, writeAlone } from "../../../adapters/tables/table";
import { tables } from "../../../adapters/tables/tables";
import { omit } from "../../../engine/collections";
import { invalidMember } from "../../../engine/fields";
import { MS_PER_DAY } from "../../../engine/sign-up/time";
import { canBeKey, MAX_SORT_KEY_BYTES } from "../../../engine/table-keys";
import { changingRow, newestRows, rowOfId } from "../../access-list/store/newest-rows";
import { INCIDENT_DAYS, type Incident, type IncidentOutcome, type IncidentPerson, incidentPersonRow, incidentRow } from "../incident";
import { readSteps } from "../steps";

/** The partition of all incidents in the table of change sets. It is sorted by id. */
export const INCIDENTS = "incidents";
const PEOPLE = "incident/";
/** Limit of the people in a page. A row takes about 300 bytes. */
const PAGE_PEOPLE = 500;

export interface InIncident {
  readonly id: string;
  /** The person's keyed hash. */
  readonly person: string;
}

export function incidentPersonKey({ id, person }: InIncident): string {
  return `${id} ${person}`;
}

export type IncidentStore = ReturnType<typeof incidentStore>;

export function incidentStore(client: AwsClient, name: string) {
  const table = { client, name, key: tables.listChanges.key };
  const rows = incidentRows(table);
  return {
    ...rows,
    ...peopleRows(table),
    async forget(id: string, person: string): Promise<void> {
      await deleteItem(table, personKey({ id, person }));
      // A worker may write a step at the same time.
      for (let isGone = false; !isGone; ) {
        const incident = await rows.get(id);
        if (incident === undefined || incident.steps.every(({ whom }) => whom?.person !== person)) return;
        const steps = incident.steps.map((step) => (step.whom?.person === person ? omit(step, "whom") : step));
        isGone = (await rows.update(incident, [], { steps })) !== undefined;
      }
    },
  };
}

function incidentRows(table: DynamoTable) {
  /** Newest first. @param before the id after which the page begins */
  const page = (before?: string, limit?: number) => newestRows(table, INCIDENTS, incidentIn, before, limit);

  return {
    page,
    async open(draft: Omit<Incident, "id" | "at" | "expires">, now: Date): Promise<Incident> {
      const expires = Math.floor((now.getTime() + INCIDENT_DAYS * MS_PER_DAY) / 1_000);
      for (;;) {
        const incident = { ...draft, id: momentId(now), at: now.toISOString(), expires };
        const { id, ...facts } = incident;
        if ((await putItem(table, { ...toItem({ ...facts, set: INCIDENTS, part: id }) }, absent("set"))).written) return incident;
      }
    },
    async get(id: string): Promise<Incident | undefined> {
      const item = await rowOfId(table, INCIDENTS, id);
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
    /**
     * Changes nothing and returns undefined if a column of `expectedNames` changed meanwhile. If `facts` has `steps`, that column is
     * compared as well.
     */
    async update(incident: Incident, expectedNames: readonly (keyof Incident)[], facts: Partial<Incident>): Promise<Incident | undefined> {
      const heldFields = Object.fromEntries(expectedNames.map((name) => [name, incident[name]]));
      // The condition that the steps are unchanged. It also matches rows of earlier versions, which have no `steps` until the first step is written.
      const more = facts.steps === undefined ? [] : [either(equal(toItem({ steps: incident.steps })), absent("steps"))];
      const { written } = await writeAlone(changingRow(table, INCIDENTS, incident.id, heldFields, facts, ...more));
      return written ? { ...incident, ...facts } : undefined;
    },
  };
}

function peopleRows(table: DynamoTable) {
  /** Reads people in the order of the hashes, one page in memory at a time. @param after the hash after which the first page begins */
  async function* people(id: string, limit = PAGE_PEOPLE, after?: string): AsyncGenerator<readonly IncidentPerson[]> {
    const where = equal({ set: { S: `${PEOPLE}${id}` } });
    const from = after === undefined ? undefined : personKey({ id, person: after });
    for await (const items of readPages(table, { where, limit }, from)) yield items.flatMap((item) => personIn(item) ?? []);
  }

  return {
    people,
    async add(
      { id, expires }: Incident,
      { person, ...facts }: Pick<IncidentPerson, "person" | "reference" | "id" | "at"> & { readonly last?: string },
    ) {
      await putItem(table, { ...toItem({ last: facts.at, ...facts, state: "selected", expires }), ...personKey({ id, person }) });
    },
    async find(some: readonly Incident[], isMeant: (person: IncidentPerson) => boolean): Promise<ReadonlySet<string>> {
      const foundIds = new Set<string>();
      for (const { id } of some) for await (const page of people(id)) for (const each of page) if (isMeant(each)) foundIds.add(each.person);
      return foundIds;
    },
    /** The keys are those of `incidentPersonKey`. A person without a row is absent. */
    async among(some: readonly InIncident[]): Promise<ReadonlyMap<string, IncidentPerson>> {
      // `batchGet` accepts each key only once, but two spellings of one mailbox have the same key. The map removes such duplicates.
      const knownPeople = some.filter(({ person }) => canBeKey(person, MAX_SORT_KEY_BYTES));
      const keys = new Map(knownPeople.map((one) => [incidentPersonKey(one), personKey(one)]));
      const foundItems = await batchGet(
        table.client,
        [...keys.values()].map((key) => ({ tableName: table.name, key })),
      );
      return new Map(
        foundItems.flatMap(([, item]) => {
          const person = personIn(item);
          const id = `${item.set?.S}`.slice(PEOPLE.length);
          return person === undefined ? [] : [[incidentPersonKey({ id, person: person.person }), person] as const];
        }),
      );
    },
    /** Changes a person if the stored state is still `state`. Otherwise changes nothing and returns false. */
    async move(id: string, { person, state }: IncidentPerson, facts: Partial<IncidentPerson>): Promise<boolean> {
      const key = personKey({ id, person });
      return (await updateItem(table, key, { set: toItem(facts), remove: [] }, equal({ ...key, state: { S: state } }))).written;
    },
    async outcome(id: string): Promise<IncidentOutcome> {
      const counts: Record<string, number> = {};
      for await (const some of people(id)) for (const { state } of some) counts[state] = (counts[state] ?? 0) + 1;
      return counts;
    },
  };
}

function personKey({ id, person }: InIncident) {
  return { set: { S: `${PEOPLE}${id}` }, part: { S: person } };
}

export function incidentIn(item: Item): Incident | undefined {
  const row = toRow(item);
  if (invalidMember(incidentRow, row) !== undefined) return undefined;
  const { set: _, part: id, ...facts } = row;
  return { ...facts, id, steps: readSteps(row) } as unknown as Incident;
}

function personIn(item: Item): IncidentPerson | undefined {
  const row = toRow(item);
  if (invalidMember(incidentPersonRow, row) !== undefined) return undefined;
  const { set: _, part: person, ...facts } = row;
  return { ...facts, person } as unknown as IncidentPerson;
}
