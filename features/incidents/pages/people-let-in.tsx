import type { Visit } from "../../../console/app/visit";
import { decidedColumns } from "../../../console/parts/links";
import { Facts, Table } from "../../../console/parts/table";
import { Moment, momentText } from "../../../console/parts/time";
import { countText, visible } from "../../../console/parts/value";
import { frameTexts } from "../../../console/texts/frame-texts";
import { omit } from "../../../engine/collections";
import { keepGiven } from "../../../engine/json";
import type { DecisionRecord } from "../../../engine/sign-up/record";
import { MS_PER_DAY, MS_PER_HOUR, MS_PER_MINUTE } from "../../../engine/sign-up/time";
import { EntryLink } from "../../access-list/pages/access-list-parts";
import { EntryChanges, SetsOfEntries } from "../../access-list/pages/entry-links";
import { ageText, approvalWords } from "../../approvals/request-words";
import type { Incident, IncidentPerson } from "../incident";
import { allowingEntry, describeMarks } from "../selection";
import { incidentTexts as t } from "./incidents-texts";

interface ShownPerson extends Pick<IncidentPerson, "person" | "reference" | "id" | "at"> {
  /** The state of the person's account, in words. Absent before there is an incident. */
  readonly ofAccount?: string;
  readonly isTicked?: boolean;
}

interface ShownPeople extends Pick<Incident, "selection" | "listed" | "nameless"> {
  readonly items: readonly ShownPerson[];
  /** Times at which the people were let in, ISO 8601. If empty, the page omits the times and the entries. */
  readonly times: readonly string[];
  /** Field name of the people's boxes. Absent if people have no boxes. */
  readonly ticks?: string;
}

export async function peopleOfSelection(visit: Visit, { items, times, ticks, selection, listed, nameless }: ShownPeople) {
  const records = await visit.world.decisions.whole(items);
  // If a person's decision has expired, `records` lacks it, and the address is unknown.
  const emails = new Map(records.map(({ id, email }) => [id, email]));
  const [first, ...others] = [...times].sort();
  const last = others.at(-1) ?? first;
  // Titles name the domain.
  const { gate, provider, entry, ...marks } = omit(selection, "domain", "denyDomain");
  const only = describeMarks({ ...keepGiven({ gate, provider, entry }), ...marks });
  return (
    <>
      {first === undefined || last === undefined ? null : (
        <section class="card">
          <p>
            {t.cameFrom} <Moment at={first} />
            {momentText(first) === momentText(last) ? null : [` ${t.until} `, <Moment at={last} />]}:{" "}
            {t.within(spanText(visit, first, last))}
          </p>
          {allowedBy(visit, records, times.length, last)}
        </section>
      )}
      <Facts
        facts={[
          [t.only, visible(only.join(", "))],
          [t.listed, listed > 0 && countText(visit, listed)],
          [t.nameless, nameless > 0 && countText(visit, nameless)],
        ]}
      />
      {items.length === 0 ? null : (
        <Table
          caption={frameTexts.people}
          keyOf={({ reference }) => reference}
          choices={
            ticks !== undefined && {
              ...{ field: ticks, all: t.shutOutAll },
              each: ({ person, email = person, isTicked = false }) => ({ value: person, label: t.shutOutOne(visible(email)), isTicked }),
            }
          }
          columns={[
            ...decidedColumns(t.when),
            items.some(({ ofAccount }) => ofAccount !== undefined) && [frameTexts.account, ({ ofAccount }) => ofAccount],
          ]}
          rows={items.map((each) => ({ ...each, email: emails.get(each.id) }))}
        />
      )}
    </>
  );
}

/** Rounds up, so that the time covers all people. */
export function spanText(visit: Visit, first: string, last: string): string {
  const ms = Math.max(1, Date.parse(last) - Date.parse(first));
  const unit = [MS_PER_DAY, MS_PER_HOUR].find((each) => ms > each) ?? MS_PER_MINUTE;
  return ageText(visit.say(approvalWords), first, new Date(Date.parse(first) + Math.ceil(ms / unit) * unit));
}

const TOP_ENTRIES = 3;

/** @param of the number of all people, of whom `records` may be a part @param until when the last person was let in */
export function allowedBy(visit: Visit, records: readonly DecisionRecord[], of: number, until: string | undefined) {
  const counts = new Map<string, number>();
  for (const entry of records.flatMap((record) => allowingEntry(record) ?? [])) counts.set(entry, (counts.get(entry) ?? 0) + 1);
  const shownEntries = [...counts].toSorted(([, one], [, other]) => other - one).slice(0, TOP_ENTRIES);
  const others = records.length - shownEntries.reduce((sum, [, count]) => sum + count, 0);
  return (
    <>
      {shownEntries.map(([entry, count]) => (
        <>
          <p>
            {count < records.length ? t.allowedBy(countText(visit, count)) : count < of ? t.shownAllowedBy : t.allAllowedBy}{" "}
            <EntryLink entry={entry} />
          </p>
          <EntryChanges visit={visit} entry={entry} until={until} />
        </>
      ))}
      {others > 0 ? <p>{t.otherwise(countText(visit, others))}</p> : null}
      <SetsOfEntries visit={visit} entries={shownEntries.map(([entry]) => entry)} until={until} />
    </>
  );
}
