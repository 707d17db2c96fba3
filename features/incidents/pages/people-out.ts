import { oncePerVisit } from "../../../console/app/once-per-visit";
import type { PersonOut, ShutOut, Visit } from "../../../console/app/visit";
import { PAGE_ROWS } from "../../../console/parts/paging";
import { personPath } from "../../../console/parts/person-links";
import { pageTexts } from "../../../console/texts/languages";
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

/** People are looked for in so many of the newest incidents. */
const MOST_READ = 10;

export const newestIncidents = oncePerVisit(async ({ world }: Visit) => (await world.incidents.page()).items);

/** The incidents that disabled the accounts of some people, even if they enabled them again. */
export async function shutOutOf(visit: Visit, emails: readonly string[]): Promise<ReadonlyMap<string, readonly ShutOut[]>> {
  const { incidents, hashes } = visit.world;
  const lately = (await newestIncidents(visit)).filter(({ actedAt }) => actedAt !== undefined).slice(0, MOST_READ);
  if (lately.length === 0) return new Map();
  const each = eachHash(await hashes());
  const maybe = emails.flatMap((email) => {
    const { domain } = partsOf(email);
    const ofDomain = lately.filter(({ selection }) => [undefined, domain].includes(selection.domain));
    return ofDomain.flatMap((incident) => each.map((hashOf) => ({ email, incident, id: incident.id, person: personIdOf(email, hashOf) })));
  });
  const found = await incidents.among(maybe);
  const out = maybe.map((one) => [one.email, shutOutBy(visit, one.email, one.incident, found.get(incidentPersonKey(one)))] as const);
  return new Map([...grouped(out, ([email]) => email)].map(([email, those]) => [email, those.flatMap(([, by]) => by)]));
}

function shutOutBy(visit: Visit, email: string, incident: Incident, found: IncidentPerson | undefined): readonly ShutOut[] {
  const { id, actedAt: at, undoneAt } = incident;
  const { person = "", state, enabledAt = undoneAt } = found ?? {};
  if (at === undefined || state === undefined || !["disabled", "enabling", "enabled"].includes(state)) return [];
  const isBack = state === "enabled" && { undoneAt: enabledAt ?? at };
  const text = state === "enabling" ? incidentTexts.persons.enabling : t.disabled;
  const act = state === "enabled" ? undefined : enableForm(visit, incident, person, personPath(email));
  return [{ text, act, what: incidentName(visit, incident), path: incidentPath(id), at, ...isBack }];
}

/** The people whose accounts are disabled now, by incident, the newest first. Without their decision nobody knows who they are. */
export async function peopleOut(visit: Visit, from: unknown) {
  const { incidents, decisions } = visit.world;
  const last = from as InIncident | undefined;
  const left = (await newestIncidents(visit)).filter((each) => isKeepingOut(each) && (last === undefined || each.id <= last.id));
  for (const incident of left) {
    const { id } = incident;
    for await (const people of incidents.people(id, PAGE_ROWS, last?.id === id ? last.person : undefined)) {
      const records = new Map((await decisions.whole(people)).map((record) => [record.id, record]));
      const items = people.flatMap((found): readonly PersonOut[] => {
        const { email, gate } = records.get(found.id) ?? {};
        const [out] = email === undefined ? [] : shutOutBy(visit, email, incident, found);
        if (email === undefined || out === undefined || out.undoneAt !== undefined) return [];
        return [{ kind: "out", email, gate, out, place: { id, person: found.person } }];
      });
      return { items, next: { id, person: people.at(-1)?.person } };
    }
  }
  return { items: [] };
}

/** The outcome of work under way is counted at its end. */
function isKeepingOut(incident: Incident): boolean {
  return incident.state === "acting" || incident.state === "undoing" || stillDisabled(incident) > 0;
}

const t = pageTexts({
  disabled: ["Disabled by an incident", "사고로 비활성화됨"],
});
