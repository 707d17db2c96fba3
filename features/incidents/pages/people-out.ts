import { oncePerVisit } from "../../../console/app/once-per-visit";
import type { PersonOut, ShutOut, Visit } from "../../../console/app/visit";
import { PAGE_ROWS } from "../../../console/parts/paging";
import { personPath } from "../../../console/parts/person-links";
import { keepingOut } from "../../../console/parts/shut-out";
import { grouped } from "../../../engine/grouped";
import { partsOf } from "../../../engine/sign-up/email";
import { eachHash, personIdOf } from "../../../engine/sign-up/person";
import type { Incident, IncidentPerson } from "../incident";
import { stillDisabled } from "../steps";
import { type InIncident, incidentPersonKey } from "../store/incidents";
import { incidentName } from "./incident-page";
import { incidentTexts } from "./incidents-texts";
import { enableForm, incidentPath } from "./take-step";

// The people whose accounts incidents have disabled, for pages about people.

/** People are looked for in so many of the newest incidents that acted. */
const MOST_READ = 10;

export const newestIncidents = oncePerVisit(async ({ world }: Visit) => (await world.incidents.page()).items);

const newestActed = async (visit: Visit) =>
  (await newestIncidents(visit)).filter(({ actedAt }) => actedAt !== undefined).slice(0, MOST_READ);

/** The incidents that disabled the accounts of some people, even if they enabled them again. */
export async function shutOutOf(visit: Visit, emails: readonly string[]): Promise<ReadonlyMap<string, readonly ShutOut[]>> {
  const { incidents, hashes } = visit.world;
  const lately = await newestActed(visit);
  const ofDomains = emails.flatMap((email) => lately.filter(mayHold(partsOf(email).domain)).map((incident) => ({ email, incident })));
  if (ofDomains.length === 0) return new Map();
  const each = eachHash(await hashes());
  const maybe = ofDomains.flatMap((one) => each.map((hashOf) => ({ ...one, id: one.incident.id, person: personIdOf(one.email, hashOf) })));
  const found = await incidents.among(maybe);
  const out = maybe.map((one) => [one.email, shutOutBy(visit, one.email, one.incident, found.get(incidentPersonKey(one)))] as const);
  return new Map([...grouped(out, ([email]) => email)].map(([email, those]) => [email, those.flatMap(([, by]) => by)]));
}

/** @param domain undefined for people of any */
function mayHold(domain: string | undefined) {
  return ({ selection }: Incident) => domain === undefined || [undefined, domain].includes(selection.domain);
}

function shutOutBy(visit: Visit, email: string, incident: Incident, found: IncidentPerson | undefined): readonly ShutOut[] {
  const { id, actedAt: at, undoneAt } = incident;
  const { person = "", state, enabledAt = undoneAt } = found ?? {};
  if (at === undefined || state === undefined || !["disabled", "enabling", "enabled"].includes(state)) return [];
  const isBack = state === "enabled" && { undoneAt: enabledAt ?? at };
  const text = state === "enabling" ? incidentTexts.persons.enabling : incidentTexts.disabledBy;
  const act = state === "enabled" ? undefined : enableForm(visit, incident, person, personPath(email));
  return [{ text, act, what: incidentName(visit, incident), path: incidentPath(id), at, ...isBack }];
}

/** The people whose accounts are disabled now, by incident, the newest first: a page of those looked at, or all that are left. */
export async function peopleOut(visit: Visit, from: unknown) {
  const last = from as InIncident | undefined;
  const keeping = (await newestActed(visit)).filter((incident) => stillDisabled(incident) > 0);
  const items: PersonOut[] = [];
  let looked = 0;
  for (const [index, incident] of keeping.entries()) {
    const { id } = incident;
    if (last !== undefined && id > last.id) continue;
    for await (const people of visit.world.incidents.people(id, PAGE_ROWS, last?.id === id ? last.person : undefined)) {
      items.push(...(await outBy(visit, incident, people, keeping.slice(0, index).filter(mayHold(incident.selection.domain)))));
      looked += people.length;
      const end = people.at(-1)?.person;
      if (end !== undefined && looked >= PAGE_ROWS) return { items, next: { id, person: end } };
    }
  }
  return { items };
}

/** The people that an incident keeps out and no newer one does. A person whose decision is gone is unknown, and left out. */
async function outBy(visit: Visit, incident: Incident, people: readonly IncidentPerson[], newer: readonly Incident[]) {
  const { incidents, decisions } = visit.world;
  const [records, listed] = await Promise.all([
    decisions.whole(people),
    incidents.among(newer.flatMap(({ id }) => people.map(({ person }) => ({ id, person })))),
  ]);
  const recordOf = new Map(records.map((record) => [record.id, record]));
  return people.flatMap((found): readonly PersonOut[] => {
    const { email, gate } = recordOf.get(found.id) ?? {};
    if (email === undefined) return [];
    const { person } = found;
    const outIn = (one: Incident, member: IncidentPerson | undefined) => keepingOut(shutOutBy(visit, email, one, member));
    const [out] = outIn(incident, found);
    const isListed = newer.some((one) => outIn(one, listed.get(incidentPersonKey({ id: one.id, person }))).length > 0);
    return out === undefined || isListed ? [] : [{ kind: "out", email, gate, out, place: { id: incident.id, person } }];
  });
}
