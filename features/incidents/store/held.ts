import type { Incident, IncidentState } from "../incident";
import type { IncidentStore } from "./incidents";

const shutsOut: readonly IncidentState[] = ["acting", "acted"];

/** The people of an incident whom another one has shut out as well: undoing leaves them, until that one is undone too. */
export async function heldByOthers(
  { id }: Pick<Incident, "id">,
  incidents: Pick<IncidentStore, "page" | "people">,
): Promise<ReadonlySet<string>> {
  const own = new Set<string>();
  for await (const page of incidents.people(id)) for (const { person } of page) own.add(person);
  const held = new Set<string>();
  let before: string | undefined;
  do {
    const { items: found, next } = await incidents.page(before);
    for (const other of found) {
      if (other.id === id || !shutsOut.includes(other.state)) continue;
      for await (const page of incidents.people(other.id)) {
        for (const { person, state } of page) if (state !== "listed" && own.has(person)) held.add(person);
      }
    }
    before = next;
  } while (before !== undefined);
  return held;
}
