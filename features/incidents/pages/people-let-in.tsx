import type { Visit } from "../../../console/app/visit";
import { decidedColumns } from "../../../console/parts/decision-link";
import { Facts, Table } from "../../../console/parts/table";
import { Moment, momentText } from "../../../console/parts/time";
import { countText, visible } from "../../../console/parts/value";
import { frameTexts } from "../../../console/texts/frame-texts";
import type { DecisionRecord } from "../../../engine/sign-up/record";
import { MS_PER_DAY, MS_PER_HOUR, MS_PER_MINUTE } from "../../../engine/sign-up/time";
import { EntryLink } from "../../access-list/pages/access-list-parts";
import { EntryChanges, SetsOfEntries } from "../../access-list/pages/entry-links";
import { ageText, approvalWords } from "../../approvals/request-words";
import type { Incident, IncidentPerson } from "../incident";
import { allowingEntry, countValues, mostFrequent } from "../selection";
import { incidentTexts as t } from "./incidents-texts";

/**
 * When they were let in, and by what.
 * @param records decisions of people who are shown
 * @param times when each of all the people came: ISO 8601. By default, when those came
 */
export function howTheyCame(visit: Visit, records: readonly DecisionRecord[], times: readonly string[] = records.map(({ at }) => at)) {
  const sorted = [...times].sort();
  const [first, last] = [sorted[0], sorted.at(-1)];
  if (first === undefined || last === undefined) return null;
  return (
    <section class="card">
      <p>
        {t.cameFrom} <Moment at={first} />
        {momentText(first) === momentText(last) ? null : [` ${t.until} `, <Moment at={last} />]}: {t.within(spanText(visit, first, last))}
      </p>
      {allowedBy(visit, records, times.length, last)}
    </section>
  );
}

/** A span, rounded up: all came within it. */
export function spanText(visit: Visit, first: string, last: string): string {
  const ms = Math.max(1, Date.parse(last) - Date.parse(first));
  const unit = [MS_PER_DAY, MS_PER_HOUR].find((each) => ms > each) ?? MS_PER_MINUTE;
  return ageText(visit.say(approvalWords), first, new Date(Date.parse(first) + Math.ceil(ms / unit) * unit));
}

const TOP_ENTRIES = 3;

/**
 * The entries that let in most of these people, and who made them so.
 * @param of number of all people
 * @param until when the last of them came: ISO 8601
 */
export function allowedBy(visit: Visit, records: readonly DecisionRecord[], of: number, until: string | undefined) {
  const { top } = mostFrequent(countValues(records.flatMap((record) => allowingEntry(record) ?? [])));
  const shown = top.slice(0, TOP_ENTRIES);
  const others = records.length - shown.reduce((sum, [, count]) => sum + count, 0);
  return (
    <>
      {shown.map(([entry, count]) => (
        <>
          <p>
            {count < records.length ? t.allowedBy(countText(visit, count)) : count < of ? t.shownAllowedBy : t.allAllowedBy}{" "}
            <EntryLink entry={entry} />
          </p>
          <EntryChanges visit={visit} entry={entry} until={until} />
        </>
      ))}
      {others > 0 ? <p>{t.otherwise(countText(visit, others))}</p> : null}
      <SetsOfEntries visit={visit} entries={shown.map(([entry]) => entry)} until={until} />
    </>
  );
}

/** The filters of a selection that its title does not name, and who was left out of it. */
export function selectionFacts(visit: Visit, { selection, listed, nameless }: Pick<Incident, "selection" | "listed" | "nameless">) {
  const { gate, provider, entry } = selection;
  const only = Object.entries({ gate, provider, entry }).flatMap(([name, value]) => (value === undefined ? [] : [`${name} ${value}`]));
  return (
    <Facts
      facts={[
        [t.only, visible(only.join(", "))],
        [t.listed, listed > 0 && countText(visit, listed)],
        [t.nameless, nameless > 0 && countText(visit, nameless)],
      ]}
    />
  );
}

interface ShownPerson extends Pick<IncidentPerson, "person" | "reference" | "at"> {
  /** Absent if the decision has expired. */
  readonly email?: string | undefined;
  /** What became of their account, in words. Absent before there is an incident. */
  readonly ofAccount?: string | undefined;
  /** True if their box is ticked at first. */
  readonly isTicked?: boolean;
}

/** Some of the people. @param of number of all of them @param ticks the field of their boxes */
export function peopleTable(visit: Visit, people: readonly ShownPerson[], of: number, ticks?: string) {
  if (people.length === 0) return null;
  const each = ({ person, email = person, isTicked = false }: ShownPerson) => ({
    value: person,
    label: t.shutOutOne(visible(email)),
    isTicked,
  });
  return (
    <>
      <Table
        caption={frameTexts.people}
        keyOf={({ reference }) => reference}
        choices={ticks !== undefined && { field: ticks, all: t.shutOutAll, each }}
        columns={[
          ...decidedColumns(t.when),
          people.some(({ ofAccount }) => ofAccount !== undefined) && [frameTexts.account, ({ ofAccount }) => ofAccount],
        ]}
        rows={people}
      />
      {of > people.length ? <p class="hint">{t.more(countText(visit, of - people.length))}</p> : null}
    </>
  );
}
