import { toRow } from "../../../adapters/tables/item";
import type { Visit } from "../../../console/app/visit";
import type { WrittenTable } from "../../../console/editor/described-table";
import { formatUtcDay, lastDayName, RowDay } from "../../../console/parts/time";
import { NoteText, shortenText, ValueLink } from "../../../console/parts/value";
import { OPEN_PARAMETER } from "../../../console/parts/with-query";
import { frameTexts } from "../../../console/texts/frame-texts";
import type { Row } from "../../../engine/sign-up/rule";
import { MS_PER_DAY } from "../../../engine/sign-up/time";
import { committedRows } from "../../audit/pages/trailed-rows";
import { EXACT_PEOPLE } from "../../counts/domain-counts";
import { describeEntry, summary } from "../describe-entry";
import type { ListEffect } from "../entry";
import { entryWords } from "../entry-words";
import { flaggedProblems } from "../hygiene";
import { describeRowProblems } from "../problem-texts";
import { keepUnused, MANY_PEOPLE, USE_DAYS } from "../store/entry-people";
import type { LastEdit, PlacedRow } from "../store/list-indexes";
import { accessListTexts } from "./access-list-texts";

export const writtenList: WrittenTable = {
  path: "/access-list",
  key: ["entry"],
  ...committedRows("access-list", ({ accessList }) => ({ get: ({ entry = "" }) => accessList.get(entry), writing: accessList.writing })),
};

export async function readEntryRow({ world }: Visit, entry: string): Promise<Row | undefined> {
  const item = await world.accessList.get(entry);
  return item && toRow(item);
}

export function entryPath(entry: string): string {
  return `${writtenList.path}?${OPEN_PARAMETER}=${encodeURIComponent(entry.toWellFormed())}`;
}

/** Checks the row again, to describe its problems in the reader's language. If this finds none, returns the text stored in the row. */
export function rowProblemText({ language }: Visit, row: Row): string {
  const problems = flaggedProblems(row);
  if (problems.length === 0) return typeof row.problem === "string" ? row.problem : "";
  return describeRowProblems(problems, { language, end: accessListTexts.end, hasConsequences: true });
}

export const NEW_ENTRY_PATH = `${writtenList.path}/new`;

export const PROPOSALS_PATH = `${writtenList.path}/proposals`;

export function proposalPath(id: string): string {
  return `${PROPOSALS_PATH}?id=${encodeURIComponent(id)}`;
}

export const spans = ["friday", "week", "month", "quarter", "year"] as const;

const FRIDAY = 5;

/** Returns the last day of a span, in UTC. */
export function computeLastDay(span: (typeof spans)[number], now: Date): string {
  // On a Friday, "friday" is a week later: otherwise, an entry of Friday evening would end within hours.
  const days = { friday: (FRIDAY - now.getUTCDay() + 7) % 7 || 7, week: 7, month: 30, quarter: 90, year: 365 };
  return formatUtcDay(new Date(now.getTime() + days[span] * MS_PER_DAY));
}

interface EntryLineProps {
  readonly visit: Visit;
  readonly row: Row;
}

export function EntrySummary({ visit, row }: EntryLineProps) {
  const { note, ...said } = describeEntry(row, visit.now);
  const words = visit.say(entryWords);
  const expiresAt = () => words.expiresAt(lastDayName(visit, Date.parse(said.expiresAt ?? "")));
  const allowedUntil = () => words.allowedUntil(lastDayName(visit, Date.parse(said.allowedUntil ?? "")));
  return (
    <>
      <bdi class="value">{shortenText(summary(said, { ...words, expiresAt, allowedUntil }))}</bdi>
      {note === undefined ? null : [", ", <NoteText visit={visit} text={note} isLine />]}
    </>
  );
}

export function EntryLink({ entry }: { readonly entry: string }) {
  return <ValueLink path={entryPath(entry)} text={entry} />;
}

export function EntryLine({ visit, row }: EntryLineProps) {
  return (
    <p>
      <EntryLink entry={String(row.entry)} />: <EntrySummary visit={visit} row={row} />
    </p>
  );
}

/** Undefined if people are not counted. */
export function peopleText(people: number | undefined): string | undefined {
  if (people === undefined || people < EXACT_PEOPLE) return people?.toString();
  return people < MANY_PEOPLE ? `≈ ${people}` : `${MANY_PEOPLE}+`;
}

/** On a phone, the cell also has a sentence with the number. */
export function PeopleCell({ people }: { readonly people: number | undefined }) {
  const count = peopleText(people);
  if (count === undefined) return null;
  return (
    <>
      {count}
      <span class="phone-only">{accessListTexts.inDays(count, USE_DAYS)}</span>
    </>
  );
}

export async function unusedAmong(visit: Visit, rows: readonly PlacedRow[]): Promise<readonly PlacedRow[]> {
  return await keepUnused(rows, visit.world.peopleOfEntries, visit.now);
}

export function toList() {
  return { path: writtenList.path, text: frameTexts.accessList };
}

/** @param edit undefined if the last change was made outside Gatehouse */
export function LastChange({ edit }: { readonly edit: LastEdit | undefined }) {
  if (edit === undefined) return <span class="changed">{accessListTexts.outside}</span>;
  return (
    <span class="changed">
      <RowDay at={edit.at} /> <bdi class="by">{accessListTexts.by(shortenText(edit.name, 40))}</bdi>
    </span>
  );
}

export const effectLooks = {
  allow: { icon: "allow", outcome: "continue", tone: "good" },
  approval: { icon: "approvals", outcome: "waiting", tone: "asked" },
  deny: { icon: "deny", outcome: "block", tone: "bad" },
} as const satisfies Readonly<Record<ListEffect, object>>;
