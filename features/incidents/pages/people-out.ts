import type { ShutOut, Visit } from "../../../console/app/visit";
import { oncePerVisit } from "../../../console/app/visit";
import { personPath } from "../../../console/parts/links";
import type { Incident } from "../incident";
import { findStep } from "../steps";
import { type DisabledBy, findDisabled } from "../world";
import { incidentName } from "./incident-page";
import { incidentTexts } from "./incidents-texts";
import { enableForm, incidentPath } from "./take-step";

// The people whose accounts were disabled by incidents, for pages about people.

/** Newest first. */
export const readIncidents = oncePerVisit(async ({ world }: Visit): Promise<readonly Incident[]> => {
  const incidents: Incident[] = [];
  for await (const incident of world.incidents.all()) incidents.push(incident);
  return incidents;
});

/** Finds the incidents that shut each person out. Includes people whose accounts were enabled again. */
export async function findShutOuts(visit: Visit, emails: readonly string[]): Promise<ReadonlyMap<string, readonly ShutOut[]>> {
  const { incidents, hashes } = visit.world;
  const disabled = await findDisabled(emails, { ...incidents, incidents: await readIncidents(visit), hashes });
  return new Map([...disabled].map(([email, by]) => [email, by.map((each) => shutOutBy(visit, email, each))]));
}

function shutOutBy(visit: Visit, email: string, { incident, person }: DisabledBy): ShutOut {
  const { state, enabledAt } = person;
  const at = findStep(incident, "acting")?.at ?? incident.at;
  const isBack = state === "enabled" && { undoneAt: enabledAt ?? findStep(incident, "undoing")?.at ?? at };
  const text = state === "enabling" ? incidentTexts.persons.enabling : incidentTexts.disabledBy;
  const act = state === "enabled" ? undefined : enableForm(visit, incident, person, personPath(email));
  return { text, act, what: incidentName(visit, incident), path: incidentPath(incident.id), at, ...isBack };
}
