import type { Child } from "hono/jsx";
import type { Item } from "../../../adapters/tables/item";
import type { Visit } from "../../../console/app/visit";
import { actSentence } from "../../../console/parts/acts";
import { accountPath, domainPath, personPath } from "../../../console/parts/links";
import type { Fact } from "../../../console/parts/table";
import { Moment } from "../../../console/parts/time";
import { shortenText } from "../../../console/parts/value";
import { trailTexts as t } from "../../../console/texts/trail-texts";
import { CHANGES_PATH } from "../../audit/pages/trailed-rows";
import type { ChangeSet } from "../change-set";
import { readEntry } from "../entry";
import { computeGroup } from "../store/change-sets";
import { USE_DAYS } from "../store/entry-people";
import { type LastEdit, readLastEdit } from "../store/list-indexes";
import { entryPath, LastChange, peopleText } from "./access-list-parts";
import { accessListTexts } from "./access-list-texts";
import { Author, SetLink, whatText } from "./change-set-parts";
import { KnownForm } from "./entry-form";

const NEWEST = 5;
/** Limit of change sets searched for an entry. The rows of an import need another read. */
const MOST_SETS = 100;
const LOOKING_MS = 1_500;

interface EntryProps {
  readonly visit: Visit;
  readonly entry: string;
}

interface UntilProps {
  readonly visit: Visit;
  /** Later changes are not shown. ISO 8601. @default now */
  readonly until?: string | undefined;
}

export async function EntryChanges({ visit, entry, until }: UntilProps & EntryProps) {
  const { entries } = await visit.world.audit.page({ subject: entry }, undefined, 2 * NEWEST);
  const changes = entries.filter(({ action, at }) => !action.endsWith(".tidied") && isUntil(at, until)).slice(0, NEWEST);
  const lines = changes.map(({ at, action, via, name }) => [<bdi>{actSentence({ action, name, via })}</bdi>, ", ", <Moment at={at} />]);
  return section(lines);
}

function section(lines: readonly Child[], title?: string): Child {
  if (lines.length === 0) return null;
  return (
    <section>
      {title && <h2>{title}</h2>}
      <ul class="plain">
        {lines.map((line) => (
          <li>{line}</li>
        ))}
      </ul>
    </section>
  );
}

export async function entryFacts(visit: Visit, item: Item): Promise<readonly Fact[]> {
  const [entry, edit] = [String(item.entry?.S), readLastEdit(item)];
  const [people, imported] = await Promise.all([visit.world.peopleOfEntries([entry]), findImport(visit, edit)]);
  return [
    [accessListTexts.people(USE_DAYS), peopleText(people.get(entry))],
    [accessListTexts.changed, <LastChange edit={edit} />],
    [accessListTexts.imported, imported && <SetLink id={imported.id} text={shortenText(imported.file ?? accessListTexts.imported, 40)} />],
  ];
}

async function findImport({ world }: Visit, edit: LastEdit | undefined): Promise<ChangeSet | undefined> {
  if (edit === undefined) return undefined;
  const { sets } = await world.changes.page(undefined, MOST_SETS);
  return sets.find(({ at, means }) => at === edit.at && means.endsWith("import"));
}

/** The entry may not exist. */
export function EntryLinks({ visit, entry }: EntryProps) {
  return (
    <>
      <p class="actions">
        <PersonOfKey entry={entry} />
        <a href={`${CHANGES_PATH}?${new URLSearchParams({ entry })}`}>{t.ofEntry}</a>
        <a href={`/decisions?${new URLSearchParams({ entry, last: "30d" })}`}>{t.decidedOn}</a>
      </p>
      <KnownForm visit={visit} entry={entry} back={entryPath(entry)} deniesToo />
    </>
  );
}

/** The newest change sets of any of these entries. For an edit of several entries, the audit log has only the number of rows. */
export async function SetsOfEntries({
  visit,
  entries,
  title,
  until,
}: UntilProps & { readonly entries: readonly string[]; readonly title?: string }) {
  const sets = await setsWith(visit, entries, until);
  const renderSetLine = (changeSet: ChangeSet) => (
    <>
      <SetLink id={changeSet.id} text={whatText(changeSet)} />, <Author set={changeSet} />, <Moment at={changeSet.at} />
    </>
  );
  return section(sets.map(renderSetLine), title);
}

function isUntil(at: string, until: string | undefined): boolean {
  return until === undefined || at <= until;
}

async function setsWith({ world }: Visit, entries: readonly string[], until?: string) {
  const end = Date.now() + LOOKING_MS;
  const { sets } = await world.changes.page(undefined, MOST_SETS);
  const foundSets = new Set<ChangeSet>();
  for (const changeSet of sets.filter(({ at, writes }) => isUntil(at, until) && writes > 1)) {
    for (const entry of entries.filter((each) => !foundSets.has(changeSet) && !changeSet.kept?.includes(each))) {
      if (Date.now() >= end) return [...foundSets];
      for await (const { writes } of world.changes.partsOfGroup(changeSet.id, computeGroup(entry)))
        if (writes.some((each) => each.entry === entry)) foundSets.add(changeSet);
    }
  }
  return [...foundSets];
}

/** Null if the key names neither a person nor a domain. */
export function PersonOfKey({ entry }: Pick<EntryProps, "entry">) {
  const read = readEntry(entry);
  const kind = read.ok ? read.entry.kind : undefined;
  if (read.ok && read.entry.kind === "domain") return <a href={domainPath(read.entry.domain)}>{accessListTexts.domain}</a>;
  if (kind !== "address" && kind !== "account") return null;
  return <a href={kind === "address" ? personPath(entry) : accountPath(entry)}>{accessListTexts.everything}</a>;
}
