import { mapInBatches } from "../../../engine/collections";
import type { DecisionRecord } from "../../../engine/sign-up/record";
import type { DecisionStore } from "../../decisions/store/decisions";
import { decisionsLettingIn } from "../../decisions/store/letting-in";
import type { Incident, IncidentPerson } from "../incident";
import { fateOfDecision, incidentPersonId, type Selection } from "../selection";
import { addStep, type StepAuthor } from "../steps";
import type { IncidentStore } from "./incidents";

const AT_ONCE = 25;

export interface Selected extends Pick<Incident, "selection" | "decisions" | "listed" | "nameless"> {
  /** The people by their hashes. */
  readonly people: ReadonlyMap<string, Pick<IncidentPerson, "reference" | "id" | "at" | "last">>;
}

/** @param onRead called with each page of decisions */
export async function selectPeople(
  decisions: Pick<DecisionStore, "page" | "whole">,
  selection: Selection,
  without: ReadonlySet<string> = new Set(),
  onRead: (records: readonly DecisionRecord[]) => void = () => undefined,
): Promise<Selected> {
  const counts = { decisions: 0, listed: 0, nameless: 0 };
  const people = new Map<string, Pick<IncidentPerson, "reference" | "id" | "at" | "last">>();
  for await (const records of decisionsLettingIn(decisions, selection)) {
    for (const record of records) {
      const fate = fateOfDecision(selection, record);
      if (fate === "out") continue;
      counts[fate === "in" ? "decisions" : fate] += 1;
      const { reference, id, at } = record;
      const person = incidentPersonId(record) ?? "";
      if (fate !== "in" || without.has(person)) continue;
      const knownPerson = people.get(person) ?? { reference, id, at, last: at };
      // Stores the earliest decision of a person, because the account may have been created then.
      people.set(person, { ...knownPerson, ...(at < knownPerson.at && { reference, id, at }), ...(at > knownPerson.last && { last: at }) });
    }
    onRead(records);
  }
  return { selection, ...counts, people };
}

/** Opens an incident with selected people. Changes nothing for them. */
export async function openIncident(
  incidents: Pick<IncidentStore, "open" | "add" | "update">,
  { people, ...selected }: Selected,
  { by, name, act }: StepAuthor,
  now: Date,
): Promise<Incident> {
  const newIncident = await incidents.open({ by, name, state: "selecting", ...selected, people: people.size, steps: [] }, now);
  await mapInBatches([...people], AT_ONCE, async ([person, facts]) => await incidents.add(newIncident, { person, ...facts }));
  const openedIncident = await incidents.update(newIncident, ["state"], {
    state: "open",
    ...addStep(newIncident, "opened", { by, name, act }, newIncident.at),
  });
  if (openedIncident === undefined) throw new Error(`The incident ${newIncident.id} was changed while its people were selected.`);
  return openedIncident;
}
