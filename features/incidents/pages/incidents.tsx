import type { ConsoleRoute, Visit } from "../../../console/app/visit";
import { BackLink } from "../../../console/parts/back-link";
import { Alert } from "../../../console/parts/forms";
import { PAGE_ROWS, type Paged, Pager, pageAsked } from "../../../console/parts/paging";
import type { Incident, IncidentPerson } from "../incident";
import { jobOf } from "../job";
import type { IncidentVerb } from "../steps";
import { IncidentFacts, NextStep, PeopleTable, SelectionFacts, takeStep } from "./incident-parts";
import { incidentTexts as t } from "./incidents-texts";
import { ALL_PATH, incidentPath, INCIDENTS_PATH as PATH, refuse, shutOut, shutOutFields, shutOutPage } from "./shut-out";

interface PersonOfIncident extends IncidentPerson {
  /** Absent where the decision is no longer kept. */
  readonly email: string | undefined;
}

/** One incident, or the people of a time who may become one. */
async function show(visit: Visit): Promise<Response> {
  const id = visit.query("id");
  if (id !== "") return await onePage(visit, id);
  return ["from", "to", "domain"].every((name) => visit.query(name) === "") ? visit.goTo(ALL_PATH) : await shutOutPage(visit);
}

async function onePage(visit: Visit, id: string, objection?: string): Promise<Response> {
  const incident = await visit.world.incidents.get(id);
  if (incident === undefined) return await refuse(visit, t.title, t.gone, 404);
  const people = await peopleOf(visit, incident);
  return await visit.page(
    t.named(incident.people.toLocaleString(visit.language)),
    <>
      <Alert>{objection}</Alert>
      <Alert kind="good">{visit.done(t.done)}</Alert>
      <div id="incident" {...(jobOf(incident) !== undefined && { "data-live": "3", "data-from": incidentPath(id) })}>
        <IncidentFacts visit={visit} incident={incident} />
        <NextStep visit={visit} incident={incident} />
      </div>
      <SelectionFacts visit={visit} found={incident} />
      <PeopleTable visit={visit} people={people.items} of={people.items.length} />
      <Pager visit={visit} page={people} />
      <BackLink path={ALL_PATH} text={t.back} />
    </>,
    { status: objection === undefined ? 200 : 409 },
  );
}

/** A page of the incident's people. */
function peopleOf(visit: Visit, { id }: Incident): Promise<Paged<PersonOfIncident>> {
  const { incidents, decisions } = visit.world;
  return pageAsked<PersonOfIncident, string>(visit, {
    async read(after) {
      for await (const people of incidents.people(id, PAGE_ROWS, after)) {
        const emails = new Map((await decisions.whole(people)).map((record) => [record.id, record.email]));
        const items = people.map((person) => ({ ...person, email: emails.get(person.id) }));
        return { items, ...(people.length === PAGE_ROWS && { next: people.at(-1)?.person }) };
      }
      return { items: [] };
    },
    after: ({ person }) => person,
  });
}

/** @param verb what was asked for: an objection or what was mistyped is shown on the incident's page */
function stepBy(verb: IncidentVerb): (visit: Visit) => Promise<Response> {
  return async (visit) => {
    const id = visit.field("id");
    const incident = await visit.world.incidents.get(id);
    if (incident === undefined) return await onePage(visit, id);
    const outcome = await takeStep(visit, verb, incident);
    return "done" in outcome ? visit.goTo(`${incidentPath(id)}&done=${outcome.done}`) : await onePage(visit, id, outcome.problem);
  };
}

export const routes: readonly ConsoleRoute[] = [
  {
    method: "GET",
    path: PATH,
    access: "Reader",
    asks: { id: "any", from: "any", to: "any", gate: "gates", domain: "any", provider: "any", entry: "any" },
    handler: show,
  },
  { method: "POST", path: `${PATH}/open`, access: "Administrator", hidden: shutOutFields, handler: shutOut },
  ...(["act", "confirm", "undo"] as const).map(
    (verb): ConsoleRoute => ({
      method: "POST",
      path: `${PATH}/${verb}`,
      access: "Administrator",
      hidden: ["id"],
      handler: stepBy(verb),
    }),
  ),
];
