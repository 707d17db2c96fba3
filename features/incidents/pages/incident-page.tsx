import type { Child } from "hono/jsx";
import type { Visit } from "../../../console/app/visit";
import { CancelLink, ConfirmQuestion, refusalPage } from "../../../console/parts/back-link";
import { Alert, isWordTyped, PostForm, SubmitButton } from "../../../console/parts/forms";
import { PageHead } from "../../../console/parts/page-head";
import { PAGE_ROWS, Pager, pageAsked } from "../../../console/parts/paging";
import { PersonLink } from "../../../console/parts/person-links";
import { type Fact, Facts, Table } from "../../../console/parts/table";
import { Moment, timeColumn } from "../../../console/parts/time";
import { countText, visible } from "../../../console/parts/value";
import { textNamed } from "../../../console/texts/languages";
import type { DecisionRecord } from "../../../engine/sign-up/record";
import { EntryLink } from "../../access-list/pages/access-list-parts";
import { Author, SetLink } from "../../access-list/pages/change-set-parts";
import { EntryChanges, SetsOfEntry } from "../../access-list/pages/entry-links";
import { toDisable, toEnable } from "../account";
import type { Incident, IncidentPerson, PersonState } from "../incident";
import { type IncidentJob, jobOf, jobOfAll } from "../job";
import { decidingEntry } from "../selection";
import { everDisabled, type IncidentVerb, incidentObjection } from "../steps";
import { requestJob } from "../store/work";
import { countedBy, Tally } from "../tally";
import { INCIDENTS_PATH, incidentPath } from "./incident-path";
import { incidentTexts as t } from "./incidents-texts";

/** The list of all incidents: a filter of the changes. */
export const ALL_PATH = "/audit?action=incidents";

export function refuse(visit: Visit, title: string, why: string, status: 400 | 404): Promise<Response> {
  return refusalPage(visit, { title, why, back: { path: ALL_PATH, text: t.back }, status });
}

/** One incident: what it is, what was done, and what can be done next. @param objection why a step was not taken */
export async function incidentPage(visit: Visit, id: string, objection?: string): Promise<Response> {
  const incident = await visit.world.incidents.get(id);
  if (incident === undefined) return await refuse(visit, t.title, t.gone, 404);
  const people = await peopleOf(visit, incident);
  const records = people.items.flatMap(({ record }) => record ?? []);
  return await visit.page(
    incidentName(visit, incident),
    <>
      <Alert>{objection}</Alert>
      <Alert kind="good">{visit.done(t.done)}</Alert>
      <div id="incident" {...(jobOf(incident) !== undefined && { "data-live": "3", "data-from": incidentPath(id) })}>
        <IncidentNote visit={visit} incident={incident} />
        <NextStep visit={visit} incident={incident} />
        {/* Looking through the list's changes takes time: a page that follows the work does without. */}
        {jobOf(incident) === undefined && records.some(decidingEntry) ? (
          <section class="card">
            <AllowedBy visit={visit} people={records} />
          </section>
        ) : null}
        <PeopleTable visit={visit} people={people.items} of={people.items.length} isAtWork={jobOf(incident)?.verb === "act"} />
        <Pager visit={visit} page={people} />
        <details class="card">
          <summary>{t.details}</summary>
          <Steps incident={incident} />
          <SelectionFacts visit={visit} found={incident} />
        </details>
      </div>
    </>,
    {
      status: objection === undefined ? 200 : 409,
      head: <PageHead of={{ path: ALL_PATH, text: t.back }} title={incidentName(visit, incident)} />,
    },
  );
}

/** An incident's name, by its domain if it has one. */
export function incidentName(visit: Visit, { people, selection: { domain } }: Incident): string {
  return t.named(countText(visit, people), domain === undefined ? "" : visible(domain));
}

/** A step as an act, in the middle of a sentence. */
export function didText(visit: Visit, incident: Incident, action: string): string {
  const { people, selection } = incident;
  const { domain = "", denyDomain = false } = selection;
  const told = textNamed(t.did, action.slice("incident.".length)) as
    | ((people: string, domain: string, denied: string) => string)
    | undefined;
  return told?.(countText(visit, people), visible(domain), denyDomain ? visible(domain) : "") ?? incidentName(visit, incident);
}

/** An incident's state in one line: with its progress, or the accounts' results. */
export function stateText(visit: Visit, incident: Incident): string {
  const { state, people, done = 0, outcome = {}, selection } = incident;
  const total = totalOf(incident);
  const number = (count: number) => countText(visit, count);
  const job = jobOfAll(incident);
  const names = [number(people), selection.denyDomain ? visible(selection.domain ?? "") : ""] as const;
  // Accounts come after the list.
  const isDenied = job === undefined ? state === "acted" : done > 0;
  const about = isDenied ? t.shutOutNow(...names) : job === undefined ? t.states[state] : t.beginning(...names);
  const what = job?.verb === "undo" ? t.states.undoing : about;
  const all = Object.entries(outcome).map(([each, count]) => `${number(count)} ${t.persons[each as PersonState]}`);
  const ended = all.length === 0 ? "" : t.ofAccounts(all.join(", "));
  const progress = job === undefined ? ended : total === 0 || done === 0 ? "" : t.atWork[job.verb](number(done), number(total));
  const accounts = jobOf(incident)?.verb === "enable" ? t.enablingOne : progress;
  return [what, accounts].filter((each) => each !== "").join("; ");
}

/** Number of accounts to work on: 0 if they are left alone, or not yet counted. */
function totalOf(incident: Incident): number {
  const { verb, listOnly = true } = jobOfAll(incident) ?? {};
  return listOnly ? 0 : verb === "act" ? incident.people : everDisabled(incident.outcome ?? {});
}

/** A page of the incident's people, the newest first. */
function peopleOf(visit: Visit, { id }: Incident) {
  const { incidents, decisions } = visit.world;
  return pageAsked<IncidentPerson & Pick<ShownPerson, "email"> & { readonly record: DecisionRecord | undefined }, string>(visit, {
    async read(after) {
      const all: IncidentPerson[] = [];
      for await (const some of incidents.people(id)) all.push(...some);
      const left = all.filter((person) => after === undefined || placeOf(person) < after);
      const people = left.sort((one, other) => (placeOf(one) < placeOf(other) ? 1 : -1)).slice(0, PAGE_ROWS);
      const records = new Map((await decisions.whole(people)).map((record) => [record.id, record]));
      const last = left.length > people.length ? people.at(-1) : undefined;
      const items = people.map((person) => ({ ...person, email: records.get(person.id)?.email, record: records.get(person.id) }));
      return { items, ...(last && { next: placeOf(last) }) };
    },
    after: placeOf,
  });
}

function placeOf({ at, person }: IncidentPerson): string {
  return `${at} ${person}`;
}

const TOP_ENTRIES = 3;

/** The entries that let in most of these people, with their authors. */
export function AllowedBy({ visit, people }: { readonly visit: Visit; readonly people: readonly DecisionRecord[] }) {
  const entries = new Tally();
  const last = people
    .map(({ at }) => at)
    .sort()
    .at(-1);
  for (const entry of people.flatMap((record) => decidingEntry(record) ?? [])) entries.add(entry);
  return entries
    .top()
    .top.slice(0, TOP_ENTRIES)
    .map(([entry, count]) => (
      <>
        <p>
          {count === people.length ? t.allAllowedBy : t.allowedBy(countText(visit, count))} <EntryLink entry={entry} />
        </p>
        <EntryChanges visit={visit} entry={entry} isTitled={false} until={last} />
        <SetsOfEntry visit={visit} entry={entry} isTitled={false} until={last} />
      </>
    ));
}

interface SelectionProps {
  readonly visit: Visit;
  readonly found: Pick<Incident, "selection" | "decisions" | "people" | "listed" | "nameless" | "counts">;
}

/** The selection of decisions, and their common values. */
export function SelectionFacts({ visit, found: { selection, decisions, people, listed, nameless, counts } }: SelectionProps) {
  const { from, to, ...marks } = selection;
  const number = (count: number) => countText(visit, count);
  const only = Object.entries(marks).flatMap(([name, value]) => (typeof value === "string" ? [`${name} ${value}`] : []));
  const common = countedBy.map((mark): Fact => {
    const { top, others } = counts[mark];
    const each = top.map(([value, count]) => `${value} ${number(count)}`);
    return [t.counts[mark], top.length > 0 && visible([...each, ...(others === 0 ? [] : [t.others(number(others))])].join(", "))];
  });
  return (
    <Facts
      facts={[
        [t.people, number(people)],
        [t.decisions, number(decisions)],
        [t.time, [<Moment at={from} />, ` ${t.until} `, <Moment at={to} />]],
        [t.only, visible(only.join(", "))],
        [t.listed, listed > 0 && number(listed)],
        [t.nameless, nameless > 0 && number(nameless)],
        ...common,
      ]}
    />
  );
}

/** Steps with their authors and times, in order. */
function stepsOf(incident: Incident) {
  const { by, name, at, askedBy, askedName, askedAt, confirmedBy, confirmedName, confirmedAt } = incident;
  const { actedBy, actedName, actedAt, undoneBy, undoneName, undoneAt, wishedAt } = incident;
  const job = jobOf(incident);
  const steps = [
    { label: t.at, by, name, at },
    { label: t.asked, by: askedBy, name: askedName, at: askedAt },
    { label: t.confirmed, by: confirmedBy, name: confirmedName, at: confirmedAt },
    { label: t.acted, by: actedBy, name: actedName, at: actedAt },
    { label: t.undone, by: undoneBy, name: undoneName, at: undoneAt },
    { label: t.wished, ...job?.who, at: job && wishedAt },
  ];
  return steps.flatMap((step) => (step.at === undefined ? [] : [{ ...step, by: step.by ?? "", at: step.at }]));
}

function LastStep({ incident }: { readonly incident: Incident }) {
  const { by = "", name = by, at = "" } = stepsOf(incident).at(-1) ?? {};
  return (
    <>
      <Moment at={at} /> {t.by(visible(name))}
    </>
  );
}

/** An incident's state with author, time and Undo. @param path of its incident, on other pages */
export function IncidentNote({ visit, incident, path }: IncidentProps & { readonly path?: string }) {
  const [state, total] = [stateText(visit, incident), totalOf(incident)];
  const job = jobOf(incident);
  const isOpen = incident.state === "open" && job === undefined;
  return (
    <Alert kind={isOpen ? "warn" : "good"}>
      <div class="undo">
        <span>
          {path === undefined ? state : <a href={path}>{state}</a>}. <LastStep incident={incident} />
          {total === 0 ? null : <progress value={incident.done ?? 0} max={total} aria-label={t.account} />}
        </span>
        {job?.verb === "undo" ? null : <UndoButton visit={visit} incident={incident} />}
      </div>
    </Alert>
  );
}

function Steps({ incident }: { readonly incident: Incident }) {
  const { id, changeSet } = incident;
  const taken = stepsOf(incident).map(({ label, at, ...set }): Fact => [label, [<Author set={set} />, " ", <Moment at={at} />]]);
  return <Facts facts={[[t.id, visible(id)], ...taken, [t.changeSet, changeSet && <SetLink id={changeSet} />]]} />;
}

interface ShownPerson {
  /** Their keyed hash. */
  readonly person: string;
  /** Absent if the decision has expired. */
  readonly email?: string | undefined;
  readonly reference: string;
  readonly at: string;
  /** Absent before there is an incident. */
  readonly state?: PersonState;
  /** True if their box is ticked at first. */
  readonly isTicked?: boolean;
}

interface PeopleTableProps {
  readonly visit: Visit;
  readonly people: readonly ShownPerson[];
  /** Number of all people. */
  readonly of: number;
  /** The field of their boxes. @default none */
  readonly ticks?: string;
  /** True if work on untouched accounts is still to come. */
  readonly isAtWork?: boolean;
}

/** Some of the people. */
export function PeopleTable({ visit, people, of, ticks, isAtWork = false }: PeopleTableProps) {
  if (people.length === 0) return null;
  const each = ({ person, email = person, isTicked = false }: ShownPerson) => ({
    value: person,
    label: t.shutOutOne(visible(email)),
    isTicked,
  });
  const isIncident = people.some(({ state }) => state !== undefined);
  return (
    <>
      <Table
        caption={people.length < of ? t.sample : t.people}
        keyOf={({ reference }) => reference}
        choices={ticks !== undefined && { field: ticks, all: t.shutOutAll, each }}
        columns={[
          [t.person, ({ email }) => (email === undefined ? "?" : <PersonLink email={email} />)],
          timeColumn(visit, t.when),
          [t.decision, ({ reference }) => <a href={`/decisions/${reference}`}>{visible(reference)}</a>],
          isIncident && [t.account, ({ state }) => (isAtWork && state === "selected" ? t.notYet : state && t.persons[state])],
        ]}
        rows={people}
      />
      {of > people.length ? <p class="hint">{t.more(countText(visit, of - people.length))}</p> : null}
    </>
  );
}

/** The box that leaves accounts as they are. */
const LIST_ONLY = "list-only";

export function ListOnly({ isTicked = false }: { readonly isTicked?: boolean }) {
  return (
    <p>
      <label class="tick">
        <input type="checkbox" name={LIST_ONLY} value="yes" checked={isTicked} /> {t.listOnly}
      </label>
    </p>
  );
}

/** True if the form leaves accounts alone. */
export function isListOnly({ field }: Visit): boolean {
  return field(LIST_ONLY) !== "";
}

/** The visitor, with all names that commands may know them by. */
function visitorOf({ author, session: { userNames } }: Visit) {
  return { ...author, userNames };
}

type StepOutcome = { readonly done: "asked" | "confirmed" | "begun" } | { readonly problem: string };

/**
 * Takes one step in the visitor's name, once they typed the requested word. A separate function does the work.
 * @param isTyped true if nothing is to be typed.
 * @default whether they typed the number of people
 */
export async function takeStep(
  visit: Visit,
  verb: IncidentVerb,
  incident: Incident,
  isTyped = isWordTyped(visit, "people", String(incident.people)),
): Promise<StepOutcome> {
  const { incidents } = visit.world;
  const visitor = visitorOf(visit);
  const { by, name, userNames } = visitor;
  const objection = incidentObjection(verb, incident, visitor, visit.now);
  const asks = objection === "second-person" && incident.askedBy === undefined;
  if (objection !== undefined && !asks) return { problem: t.objections[objection] };
  if (!isTyped) return { problem: t.mistyped(incident.people) };
  const at = visit.now.toISOString();
  if (asks) {
    const facts = { askedBy: by, askedName: name, askedAt: at, ...(userNames !== undefined && { askedUserNames: userNames }) };
    return (await incidents.update(incident, ["state", "askedBy"], facts)) ? { done: "asked" } : { problem: t.stale };
  }
  if (verb === "confirm") {
    const facts = { confirmedBy: by, confirmedName: name, confirmedAt: at };
    return (await incidents.update(incident, ["state", "askedBy", "confirmedBy"], facts)) ? { done: "confirmed" } : { problem: t.stale };
  }
  if (verb === "undo" && needsAccounts(visit, incident)) return { problem: t.works.refused };
  const listOnly = !visit.world.reachesAccounts || isListOnly(visit);
  return (await beginJob(visit, incident, { verb, listOnly })) ? { done: "begun" } : { problem: t.stale };
}

/** Requests the worker's job. False if somebody else has changed the incident meanwhile, or a worker has it. */
export async function beginJob(visit: Visit, incident: Incident, job: Omit<IncidentJob, "who">): Promise<boolean> {
  const { incidents, incidentWork } = visit.world;
  if ((await requestJob(incidents, incident, { ...job, who: visit.author }, visit.now)) === undefined) return false;
  // A start that is lost is made up for: the worker looks for what was asked for every few minutes.
  await incidentWork.start({}).catch(() => undefined);
  return true;
}

interface IncidentProps {
  readonly visit: Visit;
  readonly incident: Incident;
}

/** An incident's progress, and possible steps. */
function NextStep({ visit, incident }: IncidentProps) {
  const { id, state, people, kept = 0, held = 0, work } = incident;
  const count = (number: number) => countText(visit, number);
  const job = jobOf(incident);
  if (job !== undefined)
    return (
      <>
        <p class="hint">{t.mayLeave}</p>
        {job.verb === "act" && visit.may("Administrator") ? <UndoHint visit={visit} incident={incident} /> : null}
      </>
    );
  const isUndone = state === "undone";
  return (
    <>
      <Alert kind="warn">{work === "refused" || work === "failed" ? t.works[work] : undefined}</Alert>
      <Alert kind="warn">{kept > 0 ? t.kept(count(kept)) : undefined}</Alert>
      <Alert kind="warn">{isUndone && held > 0 ? t.held(count(held)) : undefined}</Alert>
      {people === 0 ? null : visit.may("Administrator") ? (
        <Forms visit={visit} incident={incident} />
      ) : state === "open" || state === "acting" ? (
        <ByCommand words={t.toAct} verb="act" id={id} />
      ) : null}
    </>
  );
}

function Forms({ visit, incident }: IncidentProps) {
  const { id, state, outcome = {}, askedBy = "", askedName = askedBy } = incident;
  const { reachesAccounts = false } = visit.world;
  const objectionTo = (verb: IncidentVerb) => incidentObjection(verb, incident, visitorOf(visit), visit.now);
  const act = objectionTo("act");
  if (act === "second-person" && askedBy !== "") {
    const objection = objectionTo("confirm");
    if (objection !== undefined) return <p>{t.objections[objection]}</p>;
    return (
      <StepForm visit={visit} id={id} verb="confirm" title={t.confirmTitle} button={t.confirm} shutsOut>
        <p>{t.confirmHint(visible(askedName))}</p>
      </StepForm>
    );
  }
  if (act === "second-person") {
    return (
      <StepForm visit={visit} id={id} verb="act" title={t.askTitle} button={t.ask}>
        <p>{t.askHint}</p>
      </StepForm>
    );
  }
  // Accounts that were not found, or that Graph refused, may be there now.
  const isLeft = state === "open" || state === "acting" || (state === "acted" && toDisable.some((each) => outcome[each] !== undefined));
  return (
    <>
      {act === undefined && isLeft ? (
        <StepForm visit={visit} id={id} verb="act" title={state === "open" ? t.actTitle : t.actAgainTitle} button={t.act} shutsOut>
          <p>{reachesAccounts ? t.actHint : t.actListHint}</p>
          {reachesAccounts ? <ListOnly /> : <ByCommand words={t.accountsToo} verb="act" id={id} />}
        </StepForm>
      ) : null}
      <UndoHint visit={visit} incident={incident} />
    </>
  );
}

/** The effect of Undo. */
function UndoHint({ visit, incident }: IncidentProps) {
  if (incidentObjection("undo", incident, visit.author, visit.now) !== undefined) return null;
  if (needsAccounts(visit, incident)) return <ByCommand words={t.toUndo} verb="undo" id={incident.id} />;
  return <p class="hint">{t.undoHint}</p>;
}

/** Undo can be redone: it asks for no word. */
export function UndoButton({ visit, incident }: IncidentProps) {
  const isOffered = visit.may("Administrator") && incidentObjection("undo", incident, visit.author, visit.now) === undefined;
  if (!isOffered || needsAccounts(visit, incident)) return null;
  const asks = undoAsks(incident);
  return (
    <PostForm
      visit={visit}
      action={`${INCIDENTS_PATH}/undo`}
      class="row-action"
      hidden={{ id: incident.id }}
      data-asks={asks ? "" : undefined}
    >
      <SubmitButton text={asks ? `${t.undo}…` : t.undo} class="quiet" />
    </PostForm>
  );
}

/** An Undo of more people shows first what it does. An Undo that stops work under way does so at once. */
const AT_ONE_CLICK = 10;

function undoAsks(incident: Incident): boolean {
  return incident.state === "acted" && incident.people > AT_ONE_CLICK && jobOf(incident) === undefined;
}

async function undoQuestion(visit: Visit, { id, people, outcome = {}, changeSet }: Incident): Promise<Response> {
  const set = changeSet === undefined ? undefined : await visit.world.changes.get(changeSet);
  const entries = set === undefined ? 0 : set.added + set.changed;
  return await visit.page(
    t.undo,
    <ConfirmQuestion title={t.undo}>
      <p>{t.undoDoes(countText(visit, people), countText(visit, everDisabled(outcome)), countText(visit, entries))}</p>
      <PostForm visit={visit} action={`${INCIDENTS_PATH}/undo`} hidden={{ id, sure: "1" }}>
        <p class="actions">
          <SubmitButton text={t.undo} class="danger" />
          <CancelLink path={incidentPath(id)} />
        </p>
      </PostForm>
    </ConfirmQuestion>,
  );
}

/** Takes the step that a form asks for. An objection, or what was mistyped, is shown on the incident's page. */
export async function step(visit: Visit, verb: IncidentVerb): Promise<Response> {
  const id = visit.field("id");
  const incident = await visit.world.incidents.get(id);
  if (incident === undefined) return await incidentPage(visit, id);
  if (verb === "undo" && visit.field("sure") === "" && undoAsks(incident)) return await undoQuestion(visit, incident);
  const outcome = await takeStep(visit, verb, incident, verb === "undo" || undefined);
  return "done" in outcome ? visit.goTo(`${incidentPath(id)}&done=${outcome.done}`) : await incidentPage(visit, id, outcome.problem);
}

interface StepFormProps {
  readonly visit: Visit;
  readonly id: string;
  readonly verb: Exclude<IncidentVerb, "undo">;
  readonly title: string;
  readonly button: string;
  readonly shutsOut?: boolean;
  readonly children: Child;
}

/** Asks for the number of people before shutting them out. */
function StepForm({ visit, id, verb, title, button, shutsOut, children }: StepFormProps) {
  const field = `people-${verb}`;
  return (
    <PostForm visit={visit} class="card narrow" action={`${INCIDENTS_PATH}/${verb}`} hidden={{ id }}>
      <h2>{title}</h2>
      {children}
      <label for={field}>{t.number}</label>
      <input id={field} name="people" inputmode="numeric" autocomplete="off" required />
      <p class="actions">
        <SubmitButton text={button} class={shutsOut ? "danger" : undefined} />
      </p>
    </PostForm>
  );
}

function ByCommand({ words, verb, id }: { readonly words: string; readonly verb: "act" | "undo"; readonly id: string }) {
  return (
    <p>
      {words} <code>{`npm run gate -- incident ${verb} ${id}`}</code>
    </p>
  );
}

/** True if Undo needs accounts that the stack does not reach: a command has disabled them. */
function needsAccounts({ world }: Visit, { outcome = {} }: Incident): boolean {
  return !world.reachesAccounts && toEnable.some((state) => outcome[state] !== undefined);
}
