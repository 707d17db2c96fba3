import type { Incident, PersonState } from "../../../engine/incidents/incident";
import { countedBy } from "../../../engine/incidents/tally";
import type { Visit } from "../../app/visit";
import { type Fact, Facts, Table } from "../../parts/table";
import { Moment } from "../../parts/time";
import { visible } from "../../parts/value";
import { Author, SetLink } from "../access-list/change-set-parts";
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
  const only = Object.entries(marks).map(([name, value]) => `${name} ${value}`);
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
  const states = Object.entries(outcome).map(
    ([each, count]) => `${t.persons[each as PersonState]} ${count.toLocaleString(visit.language)}`,
  );
  return (
    <Facts
      facts={[
        [t.state, t.states[state]],
        step(t.at, by, at, name),
        step(t.asked, incident.askedBy, incident.askedAt, incident.askedName),
        step(t.confirmed, incident.confirmedBy, incident.confirmedAt, incident.confirmedName),
        step(t.acted, incident.actedBy, incident.actedAt, incident.actedName),
        step(t.undone, incident.undoneBy, incident.undoneAt, incident.undoneName),
        [t.changeSet, changeSet && <SetLink id={changeSet} />],
        [t.outcome, states.join(", ")],
      ]}
    />
  );
}

interface ShownPerson {
  /** Absent where the decision is no longer kept. */
  readonly email?: string | undefined;
  readonly reference: string;
  readonly at: string;
  /** Absent of people who are no incident yet. */
  readonly state?: PersonState;
}

interface PeopleTableProps {
  readonly visit: Visit;
  readonly people: readonly ShownPerson[];
  /** How many there are. */
  readonly of: number;
}

/** Some of the people. */
export function PeopleTable({ visit, people, of }: PeopleTableProps) {
  if (people.length === 0) return null;
  const isIncident = people.some(({ state }) => state !== undefined);
  return (
    <>
      <Table
        caption={t.sample}
        columns={[t.person, t.when, t.decision, ...(isIncident ? [t.account] : [])]}
        rows={people.map(({ email, reference, at, state }) => [
          email === undefined ? "?" : <a href={`/people?email=${encodeURIComponent(email)}`}>{visible(email)}</a>,
          <Moment at={at} />,
          <a href={`/decisions/${reference}`}>{visible(reference)}</a>,
          ...(state === undefined ? [] : [t.persons[state]]),
        ])}
        empty=""
      />
      {of > people.length ? <p class="hint">{t.more((of - people.length).toLocaleString(visit.language))}</p> : null}
    </>
  );
}
