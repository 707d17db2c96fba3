import { shutOutKeys } from "../../access-list/shut-out";
import type { DecisionStore } from "../../decisions/store/decisions";
import type { Incident, IncidentPerson, IncidentState, PersonState } from "../incident";
import type { IncidentStore } from "./incidents";

const shutsOut: readonly IncidentState[] = ["acting", "acted"];
const isIn: readonly PersonState[] = ["listed", "enabling", "enabled", "changed"];

export function isOut({ state }: Pick<IncidentPerson, "state">): boolean {
  return !isIn.includes(state);
}

type Incidents = Pick<IncidentStore, "page" | "people">;

export async function* othersShuttingOut({ id }: Pick<Incident, "id">, incidents: Incidents): AsyncGenerator<Incident> {
  let before: string | undefined;
  do {
    const { items, next } = await incidents.page(before);
    for (const other of items) if (other.id !== id && shutsOut.includes(other.state)) yield other;
    before = next;
  } while (before !== undefined);
}

/** Finds the people of an incident whom another one shuts out as well. Undoing leaves them until that one is undone too. */
export async function heldByOthers(incident: Pick<Incident, "id">, incidents: Incidents): Promise<ReadonlySet<string>> {
  const own = new Set<string>();
  for await (const page of incidents.people(incident.id)) for (const { person } of page) own.add(person);
  const held = new Set<string>();
  for await (const other of othersShuttingOut(incident, incidents))
    for await (const page of incidents.people(other.id))
      for (const person of page) if (isOut(person) && own.has(person.person)) held.add(person.person);
  return held;
}

export interface HeldPorts {
  readonly incidents: Incidents;
  readonly decisions: Pick<DecisionStore, "whole">;
}

export interface ListedKeys {
  readonly entries: ReadonlySet<string>;
  /** False if the decision of one of them has expired: their entries are unknown. */
  readonly isWhole: boolean;
}

export async function entriesOf(
  { id }: Pick<Incident, "id">,
  isMeant: (person: IncidentPerson) => boolean,
  { incidents, decisions }: HeldPorts,
): Promise<ListedKeys> {
  const entries = new Set<string>();
  let isWhole = true;
  for await (const page of incidents.people(id)) {
    const people = page.filter(isMeant);
    const records = await decisions.whole(people);
    if (records.length < people.length) isWhole = false;
    for (const record of records) for (const entry of Object.values(shutOutKeys(record) ?? {})) entries.add(entry);
  }
  return { entries, isWhole };
}

/**
 * Entries that must stay for others when some people of an incident come back. One entry may shut out several people: a domain, or an
 * address without its +tag.
 * @param stays true if a person who is shut out stays so, by their keyed hash and membership of this incident
 */
export async function entriesOfOthers(
  incident: Incident,
  stays: (person: string, isOwn: boolean) => boolean,
  ports: HeldPorts,
): Promise<ListedKeys> {
  const all = [await entriesOf(incident, (person) => isOut(person) && stays(person.person, true), ports)];
  for await (const other of othersShuttingOut(incident, ports.incidents)) {
    const { domain, denyDomain = false } = other.selection;
    if (denyDomain && domain !== undefined) all.push({ entries: new Set([domain]), isWhole: true });
    all.push(await entriesOf(other, (person) => isOut(person) && stays(person.person, false), ports));
  }
  return { entries: new Set(all.flatMap(({ entries }) => [...entries])), isWhole: all.every(({ isWhole }) => isWhole) };
}
