import { type RowChange, sameness } from "../../../adapters/list-changes/rows";
import { isSame } from "../../../adapters/tables/conditional-batch";
import type { Item } from "../../../adapters/tables/item";
import { CHANGE_SET_DAYS, type ChangeSet } from "../../../engine/access-list/change-set";
import { groupOf } from "../../../engine/access-list/files/workspace";
import type { ConsoleRoute, Visit } from "../../app/visit";
import { BackLink, DoneNote } from "../../editor/row-parts";
import { versionOf } from "../../editor/row-writes";
import { Alert, HiddenFields } from "../../parts/forms";
import { Pager, pageAsked, StalePage } from "../../parts/paging";
import { Table } from "../../parts/table";
import { Moment } from "../../parts/time";
import { shortened, visible } from "../../parts/value";
import { pageTexts } from "../../texts/languages";
import { auditTexts } from "../audit/audit-texts";
import { PersonOfKey } from "../people/person-links";
import { entryPath } from "./access-list-parts";
import { editedRow, oneEdit } from "./access-list-write";
import { Author, CHANGES_PATH, rowWords, SetLink, showGone, writtenSet } from "./change-set-parts";
import { makeEdit, writtenBy } from "./make-edit";
import { rowBefore } from "./row-before";

const HISTORY_PATH = "/access-list/entry/history";
const RESTORE_PATH = "/access-list/entry/restore";
const SHOWN = 20;
/** Newest changes that the entry's own page shows. */
const NEWEST = 5;
/** Sets read at a time: what imports wrote has to be looked up in each. */
const SETS_AT_ONCE = 10;
/** The version of a row that does not exist. */
const NO_ROW = "none";

/** The newest changes of an entry, and the ways on from it, whether it is still there or not. */
export async function EntryLinks({ visit, entry }: { readonly visit: Visit; readonly entry: string }) {
  const t = visit.say(entryHistoryTexts);
  const a = visit.say(auditTexts);
  const changes = (await visit.world.audit.page({ subject: entry }, undefined, 2 * NEWEST)).entries.slice(0, NEWEST);
  return (
    <>
      {changes.length === 0 ? null : (
        <section>
          <h2>{a.title}</h2>
          <ul class="plain">
            {changes.map(({ at, action, via, name }) => (
              <li>
                {a.actions[action] ?? visible(action)}, <bdi>{via === "outside" || via === "gatehouse" ? a[via] : visible(name)}</bdi>,{" "}
                <Moment at={at} />
              </li>
            ))}
          </ul>
        </section>
      )}
      <p class="actions">
        <PersonOfKey visit={visit} entry={entry} />
        <a class="button quiet" href={historyPath(entry)}>
          {t.link}
        </a>
        <a class="button quiet" href={`/decisions?${new URLSearchParams({ entry, last: "30d" })}`}>
          {t.decisions}
        </a>
      </p>
    </>
  );
}

export function historyPath(entry: string): string {
  return `${HISTORY_PATH}?key=${encodeURIComponent(entry.toWellFormed())}`;
}

/** The change sets that touched one entry, each with the entry before and after. */
function history(visit: Visit): Promise<Response> {
  return historyPage(visit, visit.queryAsTyped("key"));
}

async function historyPage(visit: Visit, entry: string, objection?: string): Promise<Response> {
  const t = visit.say(entryHistoryTexts);
  const { changes, accessList } = visit.world;
  const current = await accessList.get(entry);
  const found = new Map<string, RowChange>();
  const page = await pageAsked<ChangeSet, string>(visit, {
    async read(from) {
      const { sets, next } = await changes.page(from, SETS_AT_ONCE);
      return { items: sets, next };
    },
    after: ({ id }) => id,
    async matches(set) {
      const row = await changeOf(visit, set, entry);
      if (row !== undefined) found.set(set.id, row);
      return row !== undefined;
    },
    rows: SHOWN,
  });
  const mayRestore = visit.may("Administrator");
  return await visit.page(
    t.title(shortened(entry, 80)),
    <>
      <Alert>{objection}</Alert>
      <DoneNote words={visit.done({ restored: t.done })} />
      {await writtenSet(visit)}
      <p class="hint">{t.hint(CHANGE_SET_DAYS)}</p>
      <StalePage visit={visit} page={page} />
      <Table
        caption={t.caption}
        columns={[t.change, t.at, t.who, t.was, t.is, ...(mayRestore ? [t.restore] : [])].map((name) => ({ name }))}
        rows={page.items.map((set) => {
          const row = found.get(set.id);
          const { before: was, after: is } = row === undefined ? {} : editedRow(row);
          return [
            <SetLink id={set.id} />,
            <Moment at={set.at} />,
            <Author set={set} />,
            <bdi class="value">{shortened(rowWords(visit, was))}</bdi>,
            <bdi class="value">{shortened(rowWords(visit, is))}</bdi>,
            ...(mayRestore
              ? [<RestoreForm visit={visit} entry={entry} origin={{ set: set.id, number: "" }} before={row?.before} current={current} />]
              : []),
          ];
        })}
        empty={page.cut ? t.noneYet : t.none}
      />
      <Pager visit={visit} page={page} />
      <p class="hint">
        {t.outside} <a href={`${CHANGES_PATH}?${new URLSearchParams({ entry })}`}>{t.trail}</a>
      </p>
      <BackLink path={entryPath(entry)} text={t.back} />
    </>,
    { status: objection === undefined ? 200 : 409 },
  );
}

/** What a set did to an entry; undefined where it did nothing to it. */
async function changeOf({ world }: Visit, set: ChangeSet, entry: string): Promise<RowChange | undefined> {
  if (set.kept?.includes(entry)) return undefined;
  // One write is that of the entry that it names.
  if (set.entry !== undefined && set.entry !== entry && set.writes <= 1) return undefined;
  for await (const { writes } of world.changes.partsOfGroup(set.id, groupOf(entry))) {
    const row = writes.find((each) => each.entry === entry && each.first === undefined);
    if (row !== undefined) return row;
  }
  return undefined;
}

interface RestoreProps {
  readonly visit: Visit;
  readonly entry: string;
  /** What tells of the row before: a change set, or else an entry of the audit trail. */
  readonly origin: Readonly<Record<"set" | "number", string>>;
  readonly before: Item | undefined;
  readonly current: Item | undefined;
  /** Its words. @default "Restore the earlier state" */
  readonly button?: string;
}

/** The button that brings an earlier row back; nothing where it stands. */
export function RestoreForm({ visit, entry, origin, before, current, button = visit.say(entryHistoryTexts).restore }: RestoreProps) {
  if (isSame(current, before, sameness)) return null;
  return (
    <form method="post" action={RESTORE_PATH} class="row-action">
      {visit.formToken}
      <HiddenFields fields={{ key: entry, ...origin, version: current === undefined ? NO_ROW : versionOf(current) }} />
      <button type="submit" class="quiet" data-act="undo">
        {button}
      </button>
    </form>
  );
}

/** The row before a change; undefined where nobody knows of one. */
async function rowOf(
  visit: Visit,
  origin: RestoreProps["origin"],
  entry: string,
): Promise<{ readonly before?: Item | undefined } | undefined> {
  if (origin.number === "") {
    const set = await visit.world.changes.get(origin.set);
    return set && (await changeOf(visit, set, entry));
  }
  const recorded = await visit.world.audit.get(origin.number);
  return recorded?.subject === entry ? rowBefore(recorded) : undefined;
}

/** Restores one entry to what it was before a change, by a new change of this entry alone. */
async function restore(visit: Visit): Promise<Response> {
  const t = visit.say(entryHistoryTexts);
  const [entry, version] = [visit.field("key"), visit.field("version")];
  const origin = { set: visit.field("set"), number: visit.field("number") };
  const row = await rowOf(visit, origin, entry);
  if (row === undefined) return await showGone(visit);
  const current = await visit.world.accessList.get(entry);
  if (version !== (current === undefined ? NO_ROW : versionOf(current))) return await historyPage(visit, entry, t.stale);
  const { before: after } = row;
  if (isSame(current, after, sameness)) return await historyPage(visit, entry, t.same);
  const form = { action: RESTORE_PATH, fields: { key: entry, ...origin, version } };
  const written = writtenBy(await makeEdit(visit, { edit: oneEdit({ before: current, after }, "console revert"), form }));
  if (written === undefined) return await historyPage(visit, entry, t.stale);
  return written.page ?? visit.goTo(`${historyPath(entry)}&done=restored${written.note}`);
}

export const routes: readonly ConsoleRoute[] = [
  { method: "GET", path: HISTORY_PATH, access: "Reader", asks: { key: "any", set: "any" }, handler: history },
  { method: "POST", path: RESTORE_PATH, access: "Administrator", hidden: ["set", "number", "version"], handler: restore },
];

const entryHistoryTexts = pageTexts(
  {
    link: "History of this entry",
    decisions: "People it decided on",
    title: (entry: string) => `History of ${entry}`,
    hint: (days: number) =>
      `The changes of the last ${days} days that touched this entry, by the console or the command line, newest first.`,
    caption: "Changes of this entry",
    none: "No change of this entry is on record by the console or the command line.",
    noneYet: "No change of this entry was found so far.",
    outside: "Changes made in AWS itself, by its console or API, are not here but in the audit trail:",
    trail: "All changes of this entry",
    at: "When",
    who: "Who",
    change: "Change",
    was: "Before",
    is: "After",
    restore: "Restore the earlier state",
    back: "The entry",
    stale: "The entry was changed after you opened the page. Nothing was written. Check it again.",
    same: "The entry is already like this. Nothing was written.",
    done: "The entry is as it was before that change.",
  },
  {
    link: "이 항목의 변경 내역",
    decisions: "이 항목이 결정한 사람",
    title: (entry) => `${entry} 변경 내역`,
    hint: (days) => `최근 ${days}일 동안 콘솔이나 명령줄로 이 항목을 바꾼 변경이며 최신순입니다.`,
    caption: "이 항목의 변경",
    none: "콘솔이나 명령줄로 이 항목을 바꾼 기록이 없습니다.",
    noneYet: "아직 이 항목의 변경을 찾지 못했습니다.",
    outside: "AWS 콘솔이나 API로 직접 바꾼 내역은 여기에 없으며 감사 기록에 있습니다:",
    trail: "이 항목의 모든 변경",
    at: "시각",
    who: "작업자",
    change: "변경",
    was: "이전",
    is: "이후",
    restore: "이전 상태로 되돌리기",
    back: "항목",
    stale: "페이지를 연 뒤에 항목이 변경되었습니다. 저장된 내용은 없습니다. 다시 확인하세요.",
    same: "항목이 이미 그 상태입니다. 저장된 내용은 없습니다.",
    done: "항목을 그 변경 이전의 상태로 되돌렸습니다.",
  },
);
