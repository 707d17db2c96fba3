import type { ConsoleRoute, Visit } from "../../../console/app/visit";
import { BackLink, refusalPage } from "../../../console/parts/back-link";
import { Alert, PostForm, SubmitButton } from "../../../console/parts/forms";
import { PAGE_ROWS, type Paged, Pager, pageAsked } from "../../../console/parts/paging";
import type { DecisionRecord } from "../../../engine/sign-up/record";
import { MS_PER_DAY } from "../../../engine/sign-up/time";
import type { DecisionStore } from "../../decisions/store/decisions";
import type { Incident, IncidentPerson } from "../incident";
import { jobOf } from "../job";
import { readMarks, type Selection } from "../selection";
import { incidentPersonId } from "../shut-out";
import type { IncidentVerb } from "../steps";
import { countSelected, openIncident, type SelectionCounts } from "../store/select";
import { IncidentFacts, LEFT_OUT, NextStep, PeopleTable, SelectionFacts, takeStep } from "./incident-parts";
import { incidentTexts as t } from "./incidents-texts";

const PATH = "/incidents";
/** Decisions that a page reads in its time. A command reads any number. */
const MOST_DECISIONS = 5_000;
/** Each day is asked for by itself. */
const MOST_DAYS = 31;
const SAMPLE = 20;

interface PersonOfIncident extends IncidentPerson {
  /** Absent where the decision is no longer kept. */
  readonly email: string | undefined;
}

export function incidentPath(id: string): string {
  return `${PATH}?id=${encodeURIComponent(id)}`;
}

/** Where all incidents are: among the changes. */
const ALL_PATH = "/audit?action=incidents";

/** One incident, or the people of a time who may become one. */
async function show(visit: Visit): Promise<Response> {
  const id = visit.query("id");
  if (id !== "") return await onePage(visit, id);
  return visit.query("from") === "" && visit.query("to") === "" ? visit.goTo(ALL_PATH) : await preview(visit);
}

class TooManyError extends Error {}

/** The same decisions, as many as a page can read in its time. */
function bounded(decisions: DecisionStore): Pick<DecisionStore, "page" | "whole"> {
  let read = 0;
  return {
    async page(search, place) {
      if (search.to.getTime() - search.from.getTime() > MOST_DAYS * MS_PER_DAY) throw new TooManyError();
      const page = await decisions.page(search, place);
      read += page.items.length;
      if (read > MOST_DECISIONS) throw new TooManyError();
      return page;
    },
    whole: (keys) => decisions.whole(keys),
  };
}

/** What a list of decisions can be narrowed by that says how people got in. */
const marks = ["gate", "domain", "provider", "entry"] as const;

/** Undefined if the times, or what narrows them, are invalid. */
function selectionIn(read: (name: string) => string): Selection | undefined {
  const [from, to] = [read("from"), read("to")].map((text) => Date.parse(text));
  if (from === undefined || to === undefined || !(from <= to)) return undefined;
  const typed = Object.fromEntries(marks.flatMap((name) => (read(name) === "" ? [] : [[name, read(name)]])));
  try {
    return { from: new Date(from).toISOString(), to: new Date(to).toISOString(), ...readMarks(typed) };
  } catch (error) {
    if (error instanceof TypeError) return undefined;
    throw error;
  }
}

/** Previews the people that the decisions of a time let in. Writes nothing. */
async function preview(visit: Visit): Promise<Response> {
  const selection = selectionIn(visit.query);
  if (selection === undefined) return await refuse(visit, t.preview, t.wrongTime, 400);
  const people = new Map<string, DecisionRecord>();
  let counts: SelectionCounts;
  try {
    counts = await countSelected(
      bounded(visit.world.decisions),
      selection,
      () => undefined,
      async (records) => {
        const before = people.size;
        for (const record of records) people.set(incidentPersonId(record) ?? "", record);
        return people.size - before;
      },
    );
  } catch (error) {
    if (!(error instanceof TooManyError)) throw error;
    return await tooMany(visit, selection, 200);
  }
  return await visit.page(
    t.preview,
    <>
      <SelectionFacts visit={visit} found={{ ...counts, selection }} />
      {counts.people === 0 ? <p>{t.nobody}</p> : null}
      <PeopleTable visit={visit} people={[...people.values()].slice(0, SAMPLE)} of={counts.people} />
      {counts.people > 0 && visit.may("Administrator") ? (
        <PostForm
          visit={visit}
          class="card narrow"
          action={`${PATH}/open`}
          hidden={{ from: selection.from, to: selection.to, ...Object.fromEntries(marks.map((name) => [name, selection[name] ?? ""])) }}
        >
          <p class="hint">{t.openHint}</p>
          <SubmitButton text={t.open} />
        </PostForm>
      ) : null}
      <BackLink path={ALL_PATH} text={t.back} />
    </>,
  );
}

function refuse(visit: Visit, title: string, why: string, status: 400 | 404): Promise<Response> {
  return refusalPage(visit, { title, why, back: { path: ALL_PATH, text: t.back }, status });
}

/** A command reads any number. */
function tooMany(visit: Visit, selection: Selection, status: 200 | 409): Promise<Response> {
  const { from, to } = selection;
  const only = marks.flatMap((name) => (selection[name] === undefined ? [] : [` --${name} '${selection[name].replaceAll("'", "'\\''")}'`]));
  const command = `npm run gate -- incident select --since ${from} --until ${to}${only.join("")}`;
  const content = (
    <>
      <p>{t.tooMany(MOST_DECISIONS.toLocaleString(visit.language))}</p>
      <p>
        <code>{command}</code>
      </p>
      <BackLink path={ALL_PATH} text={t.back} />
    </>
  );
  return visit.page(t.preview, content, { status });
}

/** Keeps the people of a time as an incident. */
async function open(visit: Visit): Promise<Response> {
  const selection = selectionIn(visit.field);
  if (selection === undefined) return await refuse(visit, t.preview, t.wrongTime, 400);
  const { decisions, incidents } = visit.world;
  try {
    const stores = { decisions: bounded(decisions), incidents };
    const incident = await openIncident(stores, selection, visit.author, visit.now);
    return visit.goTo(`${incidentPath(incident.id)}&done=opened`);
  } catch (error) {
    if (!(error instanceof TooManyError)) throw error;
    return await tooMany(visit, selection, 409);
  }
}

async function onePage(visit: Visit, id: string, objection?: string): Promise<Response> {
  const incident = await visit.world.incidents.get(id);
  if (incident === undefined) return await refuse(visit, t.title, t.gone, 404);
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
      <PeopleOf visit={visit} incident={incident} page={await peopleOf(visit, incident)} />
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

interface PeopleOfProps {
  readonly visit: Visit;
  readonly incident: Incident;
  readonly page: Paged<PersonOfIncident>;
}

/** The incident's people; while nothing was done, an administrator may leave some of them out. */
function PeopleOf({ visit, incident, page }: PeopleOfProps) {
  const mayChoose = incident.state === "open" && visit.may("Administrator");
  const table = <PeopleTable visit={visit} people={page.items} of={page.items.length} chooses={mayChoose} />;
  return (
    <>
      {mayChoose && page.items.length > 0 ? (
        <PostForm visit={visit} action={`${PATH}/leave-out`} hidden={{ id: incident.id }}>
          {table}
          <p class="actions">
            <SubmitButton text={t.leaveOut} />
          </p>
        </PostForm>
      ) : (
        table
      )}
      <Pager visit={visit} page={page} />
    </>
  );
}

/** Takes people out of an incident that was not acted on. */
async function leaveOut(visit: Visit): Promise<Response> {
  const { incidents } = visit.world;
  const id = visit.field("id");
  const incident = await incidents.get(id);
  if (incident === undefined) return await refuse(visit, t.title, t.gone, 404);
  const chosen = [...new Set(visit.fields(LEFT_OUT))];
  if (chosen.length === 0) return await onePage(visit, id, t.nobodyChosen);
  // The number first: acting goes by it, so that somebody about to act on the people as they were looks again.
  const facts = { people: Math.max(incident.people - chosen.length, 0) };
  const claimed = incident.state === "open" && (await incidents.update(incident, ["state", "people", "wish"], facts));
  if (!claimed) return await onePage(visit, id, t.stale);
  for (const person of chosen) await incidents.forget(id, person);
  const { selected = 0 } = await incidents.outcome(id);
  // Somebody else may have left the same people out.
  if (selected !== claimed.people) await incidents.update(claimed, ["state", "people"], { people: selected });
  return visit.goTo(`${incidentPath(id)}&done=leftOut`);
}

/** @param verb what was asked for: an objection or what was mistyped is shown on the incident's page */
function stepBy(verb: IncidentVerb): (visit: Visit) => Promise<Response> {
  return async (visit) => {
    const id = visit.field("id");
    const outcome = await takeStep(visit, verb, await visit.world.incidents.get(id));
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
  { method: "POST", path: `${PATH}/open`, access: "Administrator", hidden: ["from", "to", ...marks], handler: open },
  { method: "POST", path: `${PATH}/leave-out`, access: "Administrator", hidden: ["id"], handler: leaveOut },
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
