import type { ShutOut, Visit } from "../../../console/app/visit";
import { oncePerVisit } from "../../../console/app/visit";
import { personPath } from "../../../console/parts/links";
import { groupBy } from "../../../engine/collections";
import { splitAddress } from "../../../engine/sign-up/email";
import { buildPersonId, eachHash } from "../../../engine/sign-up/person";
import type { Incident, IncidentPerson } from "../incident";
import { findStep } from "../steps";
import { incidentPersonKey } from "../store/incidents";
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
  const lately = (await readIncidents(visit)).filter((incident) => findStep(incident, "acting") !== undefined);
  const ofDomains = emails.flatMap((email) => {
    const may = lately.filter(({ selection }) => [undefined, splitAddress(email).domain].includes(selection.domain));
    return may.map((incident) => ({ email, incident }));
  });
  if (ofDomains.length === 0) return new Map();
  const each = eachHash(await hashes());
  const maybe = ofDomains.flatMap((one) =>
    each.map((hashOf) => ({ ...one, id: one.incident.id, person: buildPersonId(one.email, hashOf) })),
  );
  const peopleByKey = await incidents.among(maybe);
  const out = maybe.map((one) => [one.email, shutOutBy(visit, one.email, one.incident, peopleByKey.get(incidentPersonKey(one)))] as const);
  return new Map([...groupBy(out, ([email]) => email)].map(([email, those]) => [email, those.flatMap(([, by]) => by)]));
}

function shutOutBy(visit: Visit, email: string, incident: Incident, foundPerson: IncidentPerson | undefined): readonly ShutOut[] {
  const at = findStep(incident, "acting")?.at ?? incident.at;
  const { person = "", state, enabledAt = findStep(incident, "undoing")?.at } = foundPerson ?? {};
  if (state === undefined || !["disabled", "enabling", "enabled"].includes(state)) return [];
  const isBack = state === "enabled" && { undoneAt: enabledAt ?? at };
  const text = state === "enabling" ? incidentTexts.persons.enabling : incidentTexts.disabledBy;
  const act = state === "enabled" ? undefined : enableForm(visit, incident, person, personPath(email));
  return [{ text, act, what: incidentName(visit, incident), path: incidentPath(incident.id), at, ...isBack }];
}
