import type { RowChange } from "../../../adapters/list-changes/rows";
import { CHANGE_SET_DAYS, type ChangeSet } from "../../../engine/access-list/change-set";
import type { ConsoleRoute, Visit } from "../../app/visit";
import { DoneNote } from "../../editor/row-parts";
import { pageAsked } from "../../paging/page-asked";
import { Pager, StalePage } from "../../paging/pager";
import { Facts } from "../../parts/facts";
import { Moment } from "../../parts/moment";
import { Table } from "../../parts/table";
import { visible } from "../../parts/value";
import { BackToList } from "./access-list-parts";
import {
  Author,
  BackToChanges,
  CHANGES_PATH,
  DifferenceTable,
  Entries,
  SetLink,
  showGone,
  stateWords,
  UndoForm,
  What,
} from "./change-set-parts";
import { changeSetTexts } from "./change-set-texts";
import { confirmRevert, showRevert, undo } from "./revert";

/** Rows of a difference on its page. */
const SHOWN_ROWS = 200;

/** Every import and edit of the list, newest first, a page at a time. */
async function history(visit: Visit): Promise<Response> {
  const t = visit.say(changeSetTexts);
  const page = await pageAsked<ChangeSet, string>(visit, {
    async read(from) {
      const { sets, next, unreadable } = await visit.world.changes.page(from);
      return { items: sets, next, unreadable };
    },
    after: ({ id }) => id,
  });
  return await visit.page(
    t.title,
    <>
      <p class="hint">{t.hint(CHANGE_SET_DAYS)}</p>
      <StalePage visit={visit} page={page} />
      <Table
        caption={t.caption}
        columns={[t.id, t.at, t.who, t.means, t.what, t.state].map((name) => ({ name }))}
        rows={page.items.map((set) => [
          <SetLink id={set.id} />,
          <Moment at={set.at} />,
          <Author set={set} />,
          t.meansOf[set.means],
          <What visit={visit} set={set} />,
          stateWords(visit, set),
        ])}
        empty={t.none}
      />
      <Pager visit={visit} page={page} />
      <BackToList visit={visit} />
    </>,
  );
}

/** One set: who, what, and each row before and after. */
async function one(visit: Visit): Promise<Response> {
  const t = visit.say(changeSetTexts);
  const set = await visit.world.changes.get(visit.query("id"));
  if (set === undefined) return await showGone(visit);
  const { rows, more } = await firstRows(visit, set);
  const { kept = [], keptCount = 0 } = set;
  const reverted = keptCount === 0 ? t.revertDone : t.revertDoneBut(keptCount);
  return await visit.page(
    set.id,
    <>
      <DoneNote words={visit.done({ reverted })} />
      {visit.done({ reverted }) === undefined || !visit.may("Administrator") ? null : <UndoForm visit={visit} id={set.id} />}
      <Facts
        facts={[
          [t.at, <Moment at={set.at} />],
          [t.who, <Author set={set} />],
          ...(set.proposedBy === undefined ? [] : [[t.proposedBy, <bdi>{visible(set.proposedBy)}</bdi>] as const]),
          [t.means, t.meansOf[set.means]],
          [t.what, <What visit={visit} set={set} />],
          [t.state, stateWords(visit, set)],
          ...(set.reverts === undefined ? [] : [[t.reverts, <SetLink id={set.reverts} />] as const]),
          ...(set.revertedBy === undefined ? [] : [[t.revertedBy, <SetLink id={set.revertedBy} />] as const]),
        ]}
      />
      {visit.may("Administrator") ? (
        <p class="actions">
          <a class="button" href={`${CHANGES_PATH}/revert?id=${encodeURIComponent(set.id)}`}>
            {t.revert}
          </a>
        </p>
      ) : null}
      {more ? <p class="hint">{t.first(SHOWN_ROWS)}</p> : null}
      <DifferenceTable visit={visit} rows={rows} />
      {keptCount === 0 ? null : (
        <>
          <h2>{t.keptTitle}</h2>
          <p>{t.kept(keptCount)}</p>
          <Entries entries={kept} />
        </>
      )}
      <BackToChanges visit={visit} />
    </>,
  );
}

async function firstRows(
  { world }: Visit,
  { id, kept = [] }: ChangeSet,
): Promise<{ readonly rows: readonly RowChange[]; readonly more: boolean }> {
  const rows: RowChange[] = [];
  for await (const { writes } of world.changes.parts(id)) {
    rows.push(...writes.filter(({ entry, first }) => first === undefined && !kept.includes(entry)));
    if (rows.length > SHOWN_ROWS) return { rows: rows.slice(0, SHOWN_ROWS), more: true };
  }
  return { rows, more: false };
}

export const routes: readonly ConsoleRoute[] = [
  { method: "GET", path: CHANGES_PATH, access: "Reader", handler: history },
  { method: "GET", path: `${CHANGES_PATH}/one`, access: "Reader", asks: { id: "any" }, handler: one },
  { method: "GET", path: `${CHANGES_PATH}/revert`, access: "Administrator", asks: { id: "any" }, handler: showRevert },
  { method: "POST", path: `${CHANGES_PATH}/revert`, access: "Administrator", handler: confirmRevert },
  { method: "POST", path: `${CHANGES_PATH}/undo`, access: "Administrator", handler: undo },
];
