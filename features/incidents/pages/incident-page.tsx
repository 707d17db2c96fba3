import type { Child } from "hono/jsx";
import { ownPath } from "../../../console/app/frame";
import type { Visit } from "../../../console/app/visit";
import { actParts } from "../../../console/parts/acts";
import { refusalPage } from "../../../console/parts/back-link";
import { Alert, isSure } from "../../../console/parts/forms";
import { PageHead } from "../../../console/parts/page-head";
import { Pager, readAskedPage } from "../../../console/parts/paging";
import { wordProblems } from "../../../console/parts/question";
import { Facts } from "../../../console/parts/table";
import { Moment } from "../../../console/parts/time";
import { countText, visible } from "../../../console/parts/value";
import { frameTexts } from "../../../console/texts/frame-texts";
import { capitaliseTitle } from "../../../console/texts/languages";
import type { NamedAuthor } from "../../../engine/audited-change";
import { gatherPages } from "../../../engine/collections";
import { SetLink } from "../../access-list/pages/change-set-parts";
import type { Incident, IncidentOutcome, IncidentPerson, PersonState } from "../incident";
import { countErased, type IncidentVerb, isUnderWay } from "../steps";
import { countsByState, listLeft } from "../words";
import { incidentTexts as t } from "./incidents-texts";
import { peopleOfSelection } from "./people-let-in";
import { incidentPath, numberOfPeople, reviewStep, stepForm, tryStep, undoAsks, undoButton, undoCommand, undoQuestion } from "./take-step";

/** Path of the list of all incidents: the page of the audit log with a filter. */
export const ALL_PATH = "/audit?action=incidents";

export function refuse(visit: Visit, title: string, why: Child, status: 200 | 400 | 404 | 409): Promise<Response> {
  return refusalPage(visit, { title, why, back: { path: ALL_PATH, text: t.back }, status });
}

/** @param objection why a step was not taken */
export async function incidentPage(visit: Visit, id: string, objection?: string): Promise<Response> {
  const incident = await visit.world.incidents.get(id);
  if (incident === undefined) return await refuse(visit, t.title, t.gone, 404);
  const { page, outcome, erased, ...people } = await readPeoplePage(visit, incident);
  return await visit.page(
    incidentName(visit, incident),
    <>
      <Alert>{objection}</Alert>
      <Alert kind="good">{visit.done(t.done)}</Alert>
      <div id="incident" {...(isUnderWay(incident) && { "data-live": "3", "data-from": incidentPath(id) })}>
        {incidentNote(visit, incident, undefined, outcome)}
        {await nextStep(visit, incident, erased)}
        {await stepsTaken(visit, incident)}
        {await peopleOfSelection(visit, { ...incident, ...people })}
        <Pager visit={visit} page={page} />
      </div>
    </>,
    {
      status: objection === undefined ? 200 : 409,
      head: <PageHead of={{ path: ALL_PATH, text: t.back }} title={incidentName(visit, incident)} />,
    },
  );
}

async function readPeoplePage(visit: Visit, incident: Incident) {
  const people = await gatherPages(visit.world.incidents.people(incident.id));
  people.sort((one, other) => (buildPlaceKey(one) < buildPlaceKey(other) ? 1 : -1));
  const page = await readAskedPage<IncidentPerson, string>(visit, {
    read: async (after) => ({ items: people.filter((person) => after === undefined || buildPlaceKey(person) < after) }),
    after: buildPlaceKey,
  });
  const isAtWork = isUnderWay(incident);
  const items = page.items.map(({ state, code, ...each }) => {
    const isNext = isAtWork && incident.state === "acting" && state === "selected";
    return { ...each, ofAccount: `${isNext ? t.notYet : t.persons[state]}${code === undefined ? "" : ` (${visible(code)})`}` };
  });
  const outcome: Partial<Record<PersonState, number>> = {};
  for (const { state } of people) outcome[state] = (outcome[state] ?? 0) + 1;
  const erased = countErased(incident, outcome);
  delete outcome.selected;
  // If the page has `times`, it searches the access list's changes, which is slow. While the worker works, the page reloads often, so
  // `times` is empty.
  return { page, outcome, erased, items, times: isAtWork ? [] : people.map(({ at }) => at) };
}

function buildPlaceKey({ at, person }: IncidentPerson): string {
  return `${at} ${person}`;
}

export function incidentName(visit: Visit, { people, selection: { domain } }: Incident): string {
  return t.named(countText(visit, people), domain === undefined ? "" : visible(domain));
}

/**
 * Names the incident in a sentence of the audit log. The words for `incident.acted` include the verb. @param person the person of an
 * `incident.enabled`, if known
 */
export function objectText(visit: Visit, incident: Incident, action: string, person?: string): string {
  const [people, domain, denied] = namesIn(visit, incident);
  if (action === "incident.acted") return t.acted(people, domain, denied);
  const all = t.whom(people, domain);
  return action !== "incident.enabled" ? all : person === undefined ? t.oneOf(all) : t.oneNamed(visible(person), all);
}

function namesIn(visit: Visit, { people, selection: { domain = "", denyDomain = false } }: Incident) {
  return [countText(visit, people), visible(domain), denyDomain ? visible(domain) : ""] as const;
}

/** @param outcome the results so far, used only while the work is under way @default no results */
export function stateText(visit: Visit, incident: Incident, outcome: IncidentOutcome = {}): string {
  const { state } = incident;
  const [people, domain, denied] = namesIn(visit, incident);
  const isAtWork = isUnderWay(incident);
  const doneText = state === "acted" ? capitaliseTitle(t.acted(people, domain, denied)) : t.states[state];
  const accounts = countsByState(isAtWork ? outcome : (incident.outcome ?? {}), (count) => countText(visit, count));
  return [
    isAtWork && state === "acting" ? t.beginning(people, denied) : doneText,
    ...(isAtWork && state === "acted" ? [t.enablingOne] : []),
    ...(accounts === "" ? [] : [t.ofAccounts(accounts)]),
  ].join("; ");
}

/** @param path the incident's path, given on other pages */
export function incidentNote(visit: Visit, incident: Incident, path?: string, outcome?: IncidentOutcome) {
  const state = stateText(visit, incident, outcome);
  const {
    at,
    by,
    name = by,
  }: NamedAuthor & { readonly at: string } = incident.steps.findLast(({ what }) => what !== "enabled") ?? incident;
  return (
    <Alert kind={incident.state === "open" ? "warn" : "good"}>
      <div class="undo">
        <p>
          {path === undefined ? state : <a href={path}>{state}</a>}. <Moment at={at} /> {t.by(visible(name))}
        </p>
        {undoButton(visit, incident)}
      </div>
    </Alert>
  );
}

async function nextStep(visit: Visit, incident: Incident, erased: number) {
  const { state, people, changeSet, revert } = incident;
  if (isUnderWay(incident))
    return (
      <>
        {await Promise.all(visit.features.map((feature) => feature.besideWork?.(visit, "incidents") ?? null))}
        <p class="hint">{t.mayLeave}</p>
      </>
    );
  const storedChangeSet = changeSet === undefined || state === "undone" ? undefined : await visit.world.changes.get(changeSet);
  return (
    <>
      {listLeft(incident, erased, (number) => countText(visit, number)).map((text) => (
        <Alert kind="warn">{text}</Alert>
      ))}
      {storedChangeSet === undefined ? null : (
        <p>
          {t.denied} <SetLink id={storedChangeSet.id} text={t.entries(countText(visit, storedChangeSet.added + storedChangeSet.changed))} />
        </p>
      )}
      {revert === undefined ? null : (
        <p>
          {t.takenBack} <SetLink id={revert} />
        </p>
      )}
      {people > 0 && visit.may("Administrator") ? stepForm(visit, incident) : null}
      {undoCommand(visit, incident)}
    </>
  );
}

async function stepsTaken(visit: Visit, incident: Incident) {
  const people = new Map(incident.steps.flatMap(({ whom }) => (whom === undefined ? [] : [[whom.id, whom]])));
  const emails = new Map((await visit.world.decisions.whole([...people.values()])).map(({ id, email }) => [id, email]));
  return (
    <Facts
      facts={incident.steps.map(({ what, at, by, name = by, whom }) => {
        const [before, , after] = actParts(`incident.${what}`);
        const person = whom && (emails.get(whom.id) ?? whom.reference);
        const text = `${before}${objectText(visit, incident, `incident.${what}`, person)}${after}`;
        return [visible(name), [<Moment at={at} />, " ", text]];
      })}
    />
  );
}

export async function step(visit: Visit, verb: IncidentVerb): Promise<Response> {
  const id = visit.field("id");
  const { state, concerns } = await reviewStep(visit, verb, id);
  const { incident } = state;
  if (incident === undefined) return await incidentPage(visit, id);
  const isAsked = concerns.some(({ weight }) => weight === "asked") && undoAsks(incident) && !isSure(visit);
  if (isAsked) return await undoQuestion(visit, incident, concerns);
  const [mistyped] = verb === "undo" ? [] : wordProblems(visit, numberOfPeople(incident));
  if (mistyped !== undefined) return await incidentPage(visit, id, `${mistyped.text} ${frameTexts.notDone}.`);
  const { done, problem } = await tryStep(visit, verb, { id }, state);
  return done === undefined ? await incidentPage(visit, id, problem) : visit.goTo(`${incidentPath(id)}&done=${done}`);
}

export async function enableOne(visit: Visit): Promise<Response> {
  const target = { id: visit.field("id"), person: visit.field("person") };
  const { problem } = await tryStep(visit, "enable", target);
  if (problem !== undefined) return await incidentPage(visit, target.id, problem);
  const back = visit.field("back");
  return visit.goTo(back === "" ? `${incidentPath(target.id)}&done=begun` : ownPath(back));
}
