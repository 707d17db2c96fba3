import type { Child } from "hono/jsx";
import { ownPath } from "../../../console/app/frame";
import type { Visit } from "../../../console/app/visit";
import { refusalPage } from "../../../console/parts/back-link";
import { Alert, isSure } from "../../../console/parts/forms";
import { PageHead } from "../../../console/parts/page-head";
import { Pager, pageAsked } from "../../../console/parts/paging";
import { wordProblems } from "../../../console/parts/question";
import { Moment } from "../../../console/parts/time";
import { countText, visible } from "../../../console/parts/value";
import { frameTexts } from "../../../console/texts/frame-texts";
import { titled } from "../../../console/texts/languages";
import { SetLink } from "../../access-list/pages/change-set-parts";
import type { Incident, IncidentPerson, PersonState } from "../incident";
import { everDisabled, type IncidentVerb, isUnderWay, notDisabled, stillDisabled } from "../steps";
import { incidentPersonKey } from "../store/incidents";
import { incidentTexts as t } from "./incidents-texts";
import { howTheyCame, peopleTable, selectionFacts } from "./people-let-in";
import { incidentPath, numberOfPeople, stepForm, tryStep, undoAsks, undoButton, undoCommand, undoQuestion } from "./take-step";

/** The list of all incidents: a filter of the changes. */
export const ALL_PATH = "/audit?action=incidents";

export function refuse(visit: Visit, title: string, why: Child, status: 200 | 400 | 404 | 409): Promise<Response> {
  return refusalPage(visit, { title, why, back: { path: ALL_PATH, text: t.back }, status });
}

/** One incident: what it is, what was done, and what can be done next. @param objection why a step was not taken */
export async function incidentPage(visit: Visit, id: string, objection?: string): Promise<Response> {
  const incident = await visit.world.incidents.get(id);
  if (incident === undefined) return await refuse(visit, t.title, t.gone, 404);
  const { people, page, records } = await peopleOf(visit, incident);
  const isAtWork = isUnderWay(incident);
  return await visit.page(
    incidentName(visit, incident),
    <>
      <Alert>{objection}</Alert>
      <Alert kind="good">{visit.done(t.done)}</Alert>
      <div id="incident" {...(isAtWork && { "data-live": "3", "data-from": incidentPath(id) })}>
        {incidentNote(visit, incident)}
        {await nextStep(visit, incident)}
        {/* Looking through the list's changes takes time: a page that follows the work does without. */}
        {isAtWork
          ? null
          : howTheyCame(
              visit,
              records,
              people.map(({ at }) => at),
            )}
        {selectionFacts(visit, incident)}
        {peopleTable(visit, page.items, page.items.length)}
        <Pager visit={visit} page={page} />
      </div>
    </>,
    {
      status: objection === undefined ? 200 : 409,
      head: <PageHead of={{ path: ALL_PATH, text: t.back }} title={incidentName(visit, incident)} />,
    },
  );
}

/** All of the incident's people, and a page of them, the newest first, with their decisions. */
async function peopleOf(visit: Visit, incident: Incident) {
  const { incidents, decisions } = visit.world;
  const people: IncidentPerson[] = [];
  for await (const some of incidents.people(incident.id)) people.push(...some);
  people.sort((one, other) => (placeOf(one) < placeOf(other) ? 1 : -1));
  const page = await pageAsked<IncidentPerson, string>(visit, {
    read: async (after) => ({ items: people.filter((person) => after === undefined || placeOf(person) < after) }),
    after: placeOf,
  });
  const records = await decisions.whole(page.items);
  const emails = new Map(records.map(({ id, email }) => [id, email]));
  const isActing = incident.state === "acting" && isUnderWay(incident);
  const items = page.items.map(({ state, ...each }) => {
    return { ...each, email: emails.get(each.id), ofAccount: isActing && state === "selected" ? t.notYet : t.persons[state] };
  });
  return { people, records, page: { ...page, items } };
}

function placeOf({ at, person }: IncidentPerson): string {
  return `${at} ${person}`;
}

/** An incident's name, by its domain if it has one. */
export function incidentName(visit: Visit, { people, selection: { domain } }: Incident): string {
  return t.named(countText(visit, people), domain === undefined ? "" : visible(domain));
}

/** The people that an action of the trail is about, in the middle of a sentence. For shutting out, the text includes the verb. */
export function objectText(visit: Visit, incident: Incident, action: string): string {
  const [people, domain, denied] = namesIn(visit, incident);
  return action === "incident.acted" ? t.acted(people, domain, denied) : t.whom(people, domain);
}

/** Number of people, their domain, and the domain that is denied; either domain may be empty. */
function namesIn(visit: Visit, { people, selection: { domain = "", denyDomain = false } }: Incident) {
  return [countText(visit, people), visible(domain), denyDomain ? visible(domain) : ""] as const;
}

/** An incident's state in one line: with its progress, or the accounts' results. */
export function stateText(visit: Visit, incident: Incident): string {
  const { state, outcome = {} } = incident;
  const [people, domain, denied] = namesIn(visit, incident);
  const what = state === "acted" ? titled(t.acted(people, domain, denied)) : t.states[state];
  if (!isUnderWay(incident)) {
    const accounts = Object.entries(outcome).map(([each, count]) => `${countText(visit, count)} ${t.persons[each as PersonState]}`);
    return accounts.length === 0 ? what : `${what}; ${t.ofAccounts(accounts.join(", "))}`;
  }
  if (state !== "acting" && state !== "undoing") return `${what}; ${t.enablingOne}`;
  const { done, total } = progressOf(incident);
  const atWork = done === 0 ? "" : `; ${t.atWork(countText(visit, done), countText(visit, total))}`;
  return `${state === "acting" ? t.beginning(people, denied) : what}${atWork}`;
}

/** Numbers of accounts that are done, and to work on: 0 if they are left alone, or not yet counted. */
function progressOf(incident: Incident): { readonly done: number; readonly total: number } {
  const { state, people, outcome, listOnly } = incident;
  if (!isUnderWay(incident) || listOnly || outcome === undefined) return { done: 0, total: 0 };
  if (state === "acting") return { done: people - notDisabled(outcome), total: people };
  const total = state === "undoing" ? everDisabled(outcome) : 0;
  return { done: total - stillDisabled({ outcome }), total };
}

/** An incident's state with author, time and Undo. @param path of its incident, on other pages */
export function incidentNote(visit: Visit, incident: Incident, path?: string) {
  const state = stateText(visit, incident);
  const { done, total } = progressOf(incident);
  const { at, by, name = by } = lastStep(incident);
  return (
    <Alert kind={incident.state === "open" ? "warn" : "good"}>
      <div class="undo">
        <span>
          {path === undefined ? state : <a href={path}>{state}</a>}. <Moment at={at} /> {t.by(visible(name))}
          {total === 0 ? null : <progress value={done} max={total} aria-label={frameTexts.account} />}
        </span>
        {undoButton(visit, incident)}
      </div>
    </Alert>
  );
}

/** The last step that was taken. Rows of earlier versions do not name it. */
function lastStep({ step, state, ...incident }: Incident) {
  const { undoneAt = incident.at, undoneBy = incident.by, undoneName, actedAt = incident.at, actedBy = incident.by, actedName } = incident;
  if (step !== undefined) return step;
  if (state === "undoing" || state === "undone") return { at: undoneAt, by: undoneBy, name: undoneName };
  return state === "open" || state === "selecting" ? incident : { at: actedAt, by: actedBy, name: actedName };
}

async function nextStep(visit: Visit, incident: Incident) {
  const { state, people, kept = 0, held = 0, work, changeSet } = incident;
  const count = (number: number) => countText(visit, number);
  if (isUnderWay(incident)) return <p class="hint">{t.mayLeave}</p>;
  const set = changeSet === undefined ? undefined : await visit.world.changes.get(changeSet);
  return (
    <>
      <Alert kind="warn">{work === "refused" || work === "failed" ? t.works[work] : undefined}</Alert>
      <Alert kind="warn">{kept > 0 ? t.kept(count(kept)) : undefined}</Alert>
      <Alert kind="warn">{state === "undone" && held > 0 ? t.held(count(held)) : undefined}</Alert>
      {set === undefined || state === "undone" ? null : (
        <p>
          {t.denied} <SetLink id={set.id} text={t.entries(count(set.added + set.changed))} />
        </p>
      )}
      {people > 0 && visit.may("Administrator") ? stepForm(visit, incident) : null}
      {undoCommand(visit, incident)}
    </>
  );
}

/** Takes the step that a form asks for. An objection, or what was mistyped, is shown on the incident's page. */
export async function step(visit: Visit, verb: IncidentVerb): Promise<Response> {
  const id = visit.field("id");
  const incident = await visit.world.incidents.get(id);
  if (incident === undefined) return await incidentPage(visit, id);
  if (verb === "undo" && !isSure(visit) && undoAsks(incident)) return await undoQuestion(visit, incident);
  const [mistyped] = verb === "undo" ? [] : wordProblems(visit, numberOfPeople(incident));
  if (mistyped !== undefined) return await incidentPage(visit, id, `${mistyped.text} ${frameTexts.notDone}.`);
  const { done, problem } = await tryStep(visit, verb, incident);
  return done === undefined ? await incidentPage(visit, id, problem) : visit.goTo(`${incidentPath(id)}&done=${done}`);
}

/** Lets one of the people that the incident shut out back in. */
export async function enableOne(visit: Visit): Promise<Response> {
  const one = { id: visit.field("id"), person: visit.field("person") };
  const { incidents } = visit.world;
  const incident = await incidents.get(one.id);
  if (incident === undefined) return await incidentPage(visit, one.id);
  const found = (await incidents.among([one])).get(incidentPersonKey(one));
  // After an error of Graph, somebody may try again.
  const isShutOut = found?.state === "disabled" || found?.state === "enabling";
  if (!isShutOut) return await incidentPage(visit, one.id, frameTexts.stale);
  const mark = async () => await incidents.move(one.id, found, { state: "enabling" });
  const { problem } = await tryStep(visit, "enable", incident, mark);
  if (problem !== undefined) return await incidentPage(visit, one.id, problem);
  const back = visit.field("back");
  return visit.goTo(back === "" ? `${incidentPath(one.id)}&done=begun` : ownPath(back));
}
