import type { Incident, IncidentPerson, IncidentState, PersonState } from "../../../../features/incidents/incident";
import { heldByOthers } from "../../../../features/incidents/store/held";
import type { IncidentStore } from "../../../../features/incidents/store/incidents";

/** Two incidents, the other on the second page. */
function incidents(state: IncidentState, person: PersonState): Pick<IncidentStore, "page" | "people"> {
  const people: Readonly<Record<string, readonly Partial<IncidentPerson>[]>> = {
    own: [
      { person: "kim", state: "disabled" },
      { person: "lee", state: "disabled" },
    ],
    other: [
      { person: "kim", state: person },
      { person: "mia", state: "disabled" },
    ],
  };
  return {
    page: async (before?: string) =>
      before === undefined
        ? { items: [{ id: "own", state: "undoing" } as Incident], unreadable: [], next: "own" }
        : { items: [{ id: "other", state } as Incident], unreadable: [] },
    async *people(id: string) {
      for (const each of people[id] ?? []) yield [each as IncidentPerson];
    },
  };
}

it.each<[IncidentState, PersonState, readonly string[]]>([
  // Interrupted: some of its people may be shut out by now.
  ["acting", "selected", ["kim"]],
  ["acted", "disabled", ["kim"]],
  ["acted", "already", ["kim"]],
  ["acted", "listed", []],
  ["open", "selected", []],
  ["undoing", "disabled", []],
  ["undone", "enabled", []],
])("where another incident is %s, and its person %s, holds %j", async (state, person, held) => {
  expect([...(await heldByOthers({ id: "own" }, incidents(state, person)))]).toEqual(held);
});
