import type { Child } from "hono/jsx";
import { toRow } from "../../../adapters/tables/item";
import type { Visit } from "../../../console/app/visit";
import { Alert, isWordTyped, PostForm, SubmitButton } from "../../../console/parts/forms";
import { type Fact, Facts, Table } from "../../../console/parts/table";
import { Moment, timeColumn } from "../../../console/parts/time";
import { countText, visible } from "../../../console/parts/value";
import type { DecisionRecord } from "../../../engine/sign-up/record";
import { EntryLink } from "../../access-list/pages/access-list-parts";
import { Author, SetLink } from "../../access-list/pages/change-set-parts";
import { ConsequenceNotes, consequencesOf, FlipCounts } from "../../access-list/pages/consequences";
import { EntryChanges, SetsOfEntry } from "../../access-list/pages/entry-links";
import { toDisable, toEnable } from "../account";
import type { Incident, PersonState } from "../incident";
import { jobOf } from "../job";
import { decidingEntry } from "../selection";
import { type IncidentVerb, incidentObjection } from "../steps";
import { requestJob } from "../store/work";
import { countedBy, Tally } from "../tally";
import { incidentTexts as t } from "./incidents-texts";

interface SelectionProps {
  readonly visit: Visit;
  readonly found: Pick<Incident, "selection" | "decisions" | "people" | "listed" | "nameless" | "counts">;
}

/** Which decisions were selected, and what they have in common. */
export function SelectionFacts({ visit, found }: SelectionProps) {
  const { selection, decisions, people, listed, nameless, counts } = found;
  const { from, to, ...marks } = selection;
  const number = (count: number) => count.toLocaleString(visit.language);
  const only = Object.entries(marks).flatMap(([name, value]) => (typeof value === "string" ? [`${name} ${value}`] : []));
  const common = countedBy.map((mark): Fact => {
    const { top, others } = counts[mark];
    const each = top.map(([value, count]) => `${value} ${number(count)}`);
    return [
      t.counts[mark],
      top.length === 0 ? undefined : visible([...each, ...(others === 0 ? [] : [t.others(number(others))])].join(", ")),
    ];
  });
  return (
    <Facts
      facts={[
        [t.people, number(people)],
        [t.decisions, number(decisions)],
        [
          t.time,
          <>
            <Moment at={from} /> {t.until} <Moment at={to} />
          </>,
        ],
        [t.only, visible(only.join(", "))],
        [t.listed, listed === 0 ? undefined : number(listed)],
        [t.nameless, nameless === 0 ? undefined : number(nameless)],
        ...common,
      ]}
    />
  );
}

/** The steps taken about the incident: who took them, and when. */
export function IncidentFacts({ visit, incident }: { readonly visit: Visit; readonly incident: Incident }) {
  const { by, name, at, state, changeSet, outcome = {} } = incident;
  const step = (label: string, who: string | undefined, when: string | undefined, called?: string): Fact => [
    label,
    who === undefined || when === undefined ? undefined : (
      <>
        <Author set={{ by: who, ...(called !== undefined && { name: called }) }} /> <Moment at={when} />
      </>
    ),
  ];
  const all = Object.entries(outcome).map(([each, count]) => `${t.persons[each as PersonState]} ${count.toLocaleString(visit.language)}`);
  return (
    <Facts
      facts={[
        [t.state, t.states[state]],
        [t.id, visible(incident.id)],
        step(t.at, by, at, name),
        step(t.asked, incident.askedBy, incident.askedAt, incident.askedName),
        step(t.confirmed, incident.confirmedBy, incident.confirmedAt, incident.confirmedName),
        step(t.acted, incident.actedBy, incident.actedAt, incident.actedName),
        step(t.undone, incident.undoneBy, incident.undoneAt, incident.undoneName),
        [t.changeSet, changeSet && <SetLink id={changeSet} />],
        [t.outcome, all.join(", ")],
      ]}
    />
  );
}

const TOP_ENTRIES = 3;

/** The entries that let most of them in, with who made them. */
export function AllowedBy({ visit, people }: { readonly visit: Visit; readonly people: readonly DecisionRecord[] }) {
  const entries = new Tally();
  for (const record of people) {
    const entry = decidingEntry(record);
    if (entry !== undefined) entries.add(entry);
  }
  return entries
    .top()
    .top.slice(0, TOP_ENTRIES)
    .map(([entry, count]) => (
      <section class="card">
        <p>
          {t.allowedBy(countText(visit, count))} <EntryLink entry={entry} />
        </p>
        <EntryChanges visit={visit} entry={entry} />
        <SetsOfEntry visit={visit} entry={entry} />
      </section>
    ));
}

/** What denying the domain would do beyond these people. */
export async function dryRunOf(visit: Visit, domain: string) {
  const current = await visit.world.accessList.get(domain);
  const rows = [{ before: current && toRow(current), after: { entry: domain, effect: "deny" } }];
  const { concerns, ...consequences } = await consequencesOf(visit, rows, { preview: "always" });
  // That they are many, the page says by itself.
  const others = concerns.filter(({ code }) => code !== "refusesMany");
  return (
    <>
      <ConsequenceNotes visit={visit} consequences={{ ...consequences, concerns: others, flips: undefined }} />
      {consequences.flips === undefined ? null : <FlipCounts visit={visit} flips={consequences.flips} />}
    </>
  );
}

interface ShownPerson {
  /** Their keyed hash, of people who are an incident's. */
  readonly person?: string;
  /** Absent where the decision is no longer kept. */
  readonly email?: string | undefined;
  readonly reference: string;
  readonly at: string;
  /** Absent of people who are no incident yet. */
  readonly state?: PersonState;
  /** Whether their box is ticked at first. */
  readonly isTicked?: boolean;
}

interface PeopleTableProps {
  readonly visit: Visit;
  readonly people: readonly ShownPerson[];
  /** How many there are. */
  readonly of: number;
  /** The field of their boxes. @default none */
  readonly ticks?: string;
}

/** Some of the people. */
export function PeopleTable({ visit, people, of, ticks }: PeopleTableProps) {
  const each = ({ person = "", email = person, isTicked = false }: ShownPerson) => ({
    value: person,
    label: t.shutOutOne(visible(email)),
    isTicked,
  });
  if (people.length === 0) return null;
  const isIncident = people.some(({ state }) => state !== undefined);
  return (
    <>
      <Table
        caption={people.length < of ? t.sample : t.people}
        keyOf={({ reference }) => reference}
        choices={ticks !== undefined && { field: ticks, all: t.shutOutAll, each }}
        columns={[
          [
            t.person,
            ({ email }) => (email === undefined ? "?" : <a href={`/people?email=${encodeURIComponent(email)}`}>{visible(email)}</a>),
          ],
          timeColumn(visit, t.when),
          [t.decision, ({ reference }) => <a href={`/decisions/${reference}`}>{visible(reference)}</a>],
          isIncident && [t.account, ({ state }) => state && t.persons[state]],
        ]}
        rows={people}
      />
      {of > people.length ? <p class="hint">{t.more((of - people.length).toLocaleString(visit.language))}</p> : null}
    </>
  );
}

/** The box that leaves accounts as they are. */
export const LIST_ONLY = "list-only";

type StepOutcome = { readonly done: "asked" | "confirmed" | "begun" } | { readonly problem: string };

/**
 * One step of the operator who looks at the page, once they typed what it asks for. A function of its own does the work.
 * @param isTyped @default whether they typed the number of people
 */
export async function takeStep(
  visit: Visit,
  verb: IncidentVerb,
  incident: Incident,
  isTyped = isWordTyped(visit, "people", String(incident.people)),
): Promise<StepOutcome> {
  const { incidents } = visit.world;
  const who = visit.author;
  const objection = incidentObjection(verb, incident, who, visit.now);
  const asks = objection === "second-person" && incident.askedBy === undefined;
  if (objection !== undefined && !asks) return { problem: t.objections[objection] };
  if (!isTyped) return { problem: t.mistyped(incident.people) };
  const at = visit.now.toISOString();
  if (asks) {
    const facts = { askedBy: who.by, askedName: who.name, askedAt: at };
    return (await incidents.update(incident, ["state", "askedBy"], facts)) ? { done: "asked" } : { problem: t.stale };
  }
  if (verb === "confirm") {
    const facts = { confirmedBy: who.by, confirmedName: who.name, confirmedAt: at };
    return (await incidents.update(incident, ["state", "askedBy", "confirmedBy"], facts)) ? { done: "confirmed" } : { problem: t.stale };
  }
  if (verb === "undo" && needsAccounts(visit, incident)) return { problem: t.works.refused };
  const listOnly = !visit.world.reachesAccounts || visit.field(LIST_ONLY) !== "";
  if ((await requestJob(incidents, incident, { verb, who, listOnly }, visit.now)) === undefined) return { problem: t.stale };
  // A start that is lost is made up for: the worker looks for what was asked for every few minutes.
  await visit.world.incidentWork.start({}).catch(() => undefined);
  return { done: "begun" };
}

/** How far it is, and what can be done now. */
export function NextStep({ visit, incident }: { readonly visit: Visit; readonly incident: Incident }) {
  const { id, state, people, done = 0, kept = 0, held = 0, work } = incident;
  const count = (number: number) => number.toLocaleString(visit.language);
  if (jobOf(incident) !== undefined) {
    return (
      <Alert kind="warn">
        <p>{t.atWork(count(done), count(people))}</p>
        <p>
          <a href={`/incidents?id=${encodeURIComponent(id)}`}>{t.lookAgain}</a>
        </p>
      </Alert>
    );
  }
  return (
    <>
      {work === "refused" || work === "failed" ? <Alert kind="warn">{t.works[work]}</Alert> : null}
      {state === "undone" && kept > 0 ? <Alert kind="warn">{t.kept(count(kept))}</Alert> : null}
      {state === "undone" && held > 0 ? <Alert kind="warn">{t.held(count(held))}</Alert> : null}
      {people === 0 ? null : visit.may("Administrator") ? (
        <Forms visit={visit} incident={incident} />
      ) : state === "open" || state === "acting" ? (
        <ByCommand words={t.toAct} verb="act" id={id} />
      ) : null}
    </>
  );
}

function Forms({ visit, incident }: { readonly visit: Visit; readonly incident: Incident }) {
  const { id, state, outcome = {}, askedBy = "", askedName = askedBy } = incident;
  const { reachesAccounts = false } = visit.world;
  const objectionTo = (verb: IncidentVerb) => incidentObjection(verb, incident, visit.author, visit.now);
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
  const mayUndo = objectionTo("undo") === undefined;
  return (
    <>
      {act === undefined && isLeft ? (
        <StepForm visit={visit} id={id} verb="act" title={state === "open" ? t.actTitle : t.actAgainTitle} button={t.act} shutsOut>
          <p>{reachesAccounts ? t.actHint : t.actListHint}</p>
          {reachesAccounts ? (
            <p>
              <label>
                <input type="checkbox" name={LIST_ONLY} value="yes" /> {t.listOnly}
              </label>
            </p>
          ) : (
            <ByCommand words={t.accountsToo} verb="act" id={id} />
          )}
        </StepForm>
      ) : null}
      {!mayUndo ? null : needsAccounts(visit, incident) ? (
        <ByCommand words={t.toUndo} verb="undo" id={id} />
      ) : (
        <StepForm visit={visit} id={id} verb="undo" title={t.undo} button={t.undo}>
          <p>{t.undoHint}</p>
        </StepForm>
      )}
    </>
  );
}

interface StepFormProps {
  readonly visit: Visit;
  readonly id: string;
  readonly verb: IncidentVerb;
  readonly title: string;
  readonly button: string;
  readonly shutsOut?: boolean;
  readonly children: Child;
}

/** Nothing happens before the number of people is typed. */
function StepForm({ visit, id, verb, title, button, shutsOut, children }: StepFormProps) {
  const field = `people-${verb}`;
  return (
    <PostForm visit={visit} class="card narrow" action={`/incidents/${verb}`} hidden={{ id }}>
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

/** Whether undoing takes accounts that the stack does not reach: a command has disabled them. */
function needsAccounts({ world }: Visit, { outcome = {} }: Incident): boolean {
  return !world.reachesAccounts && toEnable.some((state) => outcome[state] !== undefined);
}
