import type { Child } from "hono/jsx";
import { isLeft } from "../../../adapters/jobs/job";
import { isMomentId } from "../../../adapters/system";
import { isSame } from "../../../adapters/tables/conditional-batch";
import { computeRowVersion, type Item, toItem, toRow, versionOfAll } from "../../../adapters/tables/item";
import type { ConsoleRoute, Visit } from "../../../console/app/visit";
import { AT_ONCE } from "../../../console/editor/row-parts";
import { actParts } from "../../../console/parts/acts";
import { refusalPage } from "../../../console/parts/back-link";
import { Chips } from "../../../console/parts/chips";
import { Alert, ButtonLink, PostForm, SURE, SubmitButton } from "../../../console/parts/forms";
import { PageHead } from "../../../console/parts/page-head";
import { type Paged, Pager, type PageSource, readAskedPage, StalePage } from "../../../console/parts/paging";
import { Facts } from "../../../console/parts/table";
import { Moment } from "../../../console/parts/time";
import { countText, visible } from "../../../console/parts/value";
import { withQuery } from "../../../console/parts/with-query";
import { frameTexts } from "../../../console/texts/frame-texts";
import { trailTexts } from "../../../console/texts/trail-texts";
import { mapInBatches } from "../../../engine/collections";
import { canonicalJson } from "../../../engine/json";
import type { Row } from "../../../engine/sign-up/rule";
import type { AuditEntry } from "../../audit/chain";
import { CHANGES_PATH, type Described, rowPage } from "../../audit/pages/trailed-rows";
import { editRows } from "../acts/edit";
import { listObjections, undoChanges } from "../acts/undo";
import { CHANGE_SET_DAYS, type ChangeSet, isOfIncident, writtenShare } from "../change-set";
import type { EditedRow } from "../edit-check";
import { sameness } from "../store/access-list";
import { editedRow } from "../store/edits";
import { dropIndexes } from "../store/list-indexes";
import type { RowChange } from "../store/row-changes";
import { canContinue } from "../store/run";
import { proposalTexts } from "./access-list-texts";
import {
  Author,
  DifferenceTable,
  doneText,
  IMPORT_PATH,
  isAtOneClick,
  LeftEntries,
  SETS_PATH,
  SetLink,
  setPath,
  stateWords,
  changeSetTexts as t,
  UndoForm,
  viewOfForm,
  wantedText,
  whatText,
} from "./change-set-parts";
import { continueEdit, ignoreTakeOver, makeEdit, reviewEdit, SHOWN_CHANGES } from "./make-edit";

const RESTORE_PATH = "/access-list/entry/restore";
/** Limit of writes in a change that the console can undo: more could exceed the 30 s that the API waits. */
const MAX_UNDONE = 10_000;
const SHOWN_ROWS = 200;
/** With more rows, a change's page has a search. */
const SEARCHED_ROWS = 10;

function toChanges() {
  return { path: CHANGES_PATH, text: trailTexts.title };
}

function showGone(visit: Visit): Promise<Response> {
  return refusalPage(visit, { title: t.title, why: t.gone(CHANGE_SET_DAYS), back: toChanges(), status: 404 });
}

async function showChangeSet(visit: Visit): Promise<Response> {
  const changeSet = await visit.world.changes.get(visit.query("id"));
  if (changeSet === undefined) return await showGone(visit);
  const page = await readRows(visit, changeSet);
  const { kept = [], keptCount = 0 } = changeSet;
  const doneMessage = visit.done({
    ...(changeSet.state === "done" && {
      imported: t.imported,
      confirmed: proposalTexts.done.confirmed,
      ...(keptCount === 0 && { reverted: t.revertDone }),
      denied: t.you(doneText(changeSet)),
    }),
  });
  const undo = <UndoForm visit={visit} set={changeSet} {...(doneMessage === undefined && { asks: true })} />;
  const incident = changeSet.shutOut && rowPage(visit, "incident")?.(changeSet.shutOut.incident);
  const act =
    visit.may("Administrator") && (isOfIncident(changeSet) ? incident && <ButtonLink path={incident} text={t.seeIncident} /> : undo);
  const head = <PageHead title={whatText(changeSet)} of={toChanges()} actions={act || undefined} />;
  // A process writes the set, or the worker goes on with it.
  const isUnderWay = canContinue(changeSet) && changeSet.aliveUntil !== undefined && visit.world.listWork !== undefined;
  // Whoever looks at a set that nobody writes any more need not wait for the schedule.
  if (isUnderWay && isLeft(changeSet, visit.now)) await visit.world.listWork?.start({}).catch(() => undefined);
  const leftCount = changeSet.state === "done" ? Number(visit.query("left")) || 0 : 0;
  return await visit.page(
    whatText(changeSet),
    <div id="change-set" {...(isUnderWay && { "data-live": "3", "data-from": setPath(changeSet.id) })}>
      <Alert kind="good">{doneMessage}</Alert>
      {doneMessage !== undefined && leftCount > 0 ? (
        <Alert kind="warn">
          {t.leftOut(leftCount)} <a href={IMPORT_PATH}>{t.importAgain}</a>.
        </Alert>
      ) : null}
      <div role="status">{isUnderWay ? <p>{t.working(Math.floor(100 * writtenShare(changeSet)))}</p> : null}</div>
      {canContinue(changeSet) && !isUnderWay ? continueForm(visit, changeSet) : null}
      <Facts
        facts={[
          [frameTexts.time, <Moment at={changeSet.at} />],
          [t.who, <Author set={changeSet} />],
          [proposalTexts.who, changeSet.proposedBy && <bdi>{visible(changeSet.proposedBy)}</bdi>],
          [frameTexts.state, changeSet.state !== "done" && stateWords(changeSet)],
          [t.requests, requestsText(visit, changeSet)],
          [t.reverts, await linkTo(visit, changeSet.reverts)],
          [t.revertedBy, await linkTo(visit, changeSet.revertedBy)],
        ]}
      />
      {changeSet.writes > SEARCHED_ROWS ? <Chips visit={visit} search={{ parameter: "q", label: t.search }} chips={[]} /> : null}
      <StalePage page={page} />
      <DifferenceTable
        visit={visit}
        rows={page.items.map(editedRow)}
        keyOf={({ before, after }: EditedRow) => String((after ?? before)?.entry)}
        {...(visit.query("q") !== "" && { empty: t.noneFound })}
      />
      <Pager visit={visit} page={page} />
      <LeftEntries count={keptCount} entries={kept} />
    </div>,
    { head },
  );
}

function requestsText(visit: Visit, { requests, reverts }: ChangeSet): string | undefined {
  if (requests === undefined) return undefined;
  const { count, done = 0, left = 0 } = requests;
  const doneWords = t.requestsDone(reverts !== undefined, countText(visit, done), countText(visit, count));
  return left === 0 ? doneWords : `${doneWords}, ${t.requestsLeft(countText(visit, left))}`;
}

async function linkTo({ world }: Visit, id: string | undefined): Promise<Child> {
  if (id === undefined) return undefined;
  const changeSet = await world.changes.get(id);
  return <SetLink id={id} text={changeSet && whatText(changeSet)} />;
}

/** If the address has `done`, the browser's script presses the button. */
function continueForm(visit: Visit, changeSet: ChangeSet): Child {
  if (!visit.may("Administrator")) return null;
  const goesOn = visit.query("done") !== "" ? { "data-goes-on": "" } : {};
  return (
    <PostForm visit={visit} action={`${SETS_PATH}/continue`} class="card narrow" hidden={{ id: changeSet.id }} {...goesOn}>
      <p>{t.progress(Math.floor(100 * writtenShare(changeSet)))}</p>
      <SubmitButton text={t.continue} />
    </PostForm>
  );
}

async function continueSet(visit: Visit): Promise<Response> {
  const changeSet = await visit.world.changes.get(visit.field("id"));
  if (changeSet === undefined) return await showGone(visit);
  if (canContinue(changeSet)) await continueEdit(visit, changeSet).catch(ignoreTakeOver);
  const now = await visit.world.changes.get(changeSet.id);
  // The script presses the button again only if the address has `done`. If this answer wrote nothing, the visitor decides.
  const doneKind = changeSet.reverts === undefined ? "imported" : "reverted";
  return visit.goTo(
    now?.state === "done" || now?.upTo !== changeSet.upTo ? `${setPath(changeSet.id)}&done=${doneKind}` : setPath(changeSet.id),
  );
}

/** Rows are sorted by entry if the change has at most MAX_UNDONE writes. A page's position is the number of rows before it. */
async function readRows(visit: Visit, { id, kept = [], writes }: ChangeSet): Promise<Paged<RowChange>> {
  const text = visit.query("q").toLowerCase();
  const source = writes > MAX_UNDONE ? storedRows(visit, id) : await sortedRows(visit, id);
  return await readAskedPage<RowChange, number>(visit, {
    ...source,
    rows: SHOWN_ROWS,
    matches: ({ entry }) => !kept.includes(entry) && entry.includes(text),
  });
}

type RowSource = Pick<PageSource<RowChange, number>, "read" | "after">;

async function sortedRows({ world }: Visit, id: string): Promise<RowSource> {
  const all: RowChange[] = [];
  for await (const { writes } of world.changes.parts(id)) all.push(...writes);
  const sortedChanges = all.toSorted((one, other) => (one.entry < other.entry ? -1 : 1));
  const places = new Map(sortedChanges.map((row, index) => [row, index + 1]));
  return { read: async (from = 0) => ({ items: sortedChanges.slice(from) }), after: (row) => places.get(row) ?? 0 };
}

function storedRows({ world }: Visit, id: string): RowSource {
  const places = new Map<RowChange, number>();
  return {
    async read(from = 0) {
      let at = 0;
      for await (const { writes } of world.changes.parts(id)) {
        at += writes.length;
        if (at <= from) continue;
        const first = at - writes.length;
        for (const [index, row] of writes.entries()) places.set(row, first + index + 1);
        return { items: writes.slice(Math.max(0, from - first)), next: at };
      }
      return { items: [] };
    },
    after: (row) => places.get(row) ?? 0,
  };
}

export const routes: readonly ConsoleRoute[] = [
  { method: "GET", path: `${SETS_PATH}/one`, access: "Reader", asks: { id: "any", left: "any", q: "any" }, handler: showChangeSet },
  {
    method: "POST",
    path: `${SETS_PATH}/revert`,
    access: "Administrator",
    hidden: ["id", "version"],
    handler: (visit) => revert(visit, false),
  },
  { method: "POST", path: `${SETS_PATH}/continue`, access: "Administrator", hidden: ["id"], handler: continueSet },
  { method: "POST", path: `${SETS_PATH}/undo`, access: "Administrator", hidden: ["id"], handler: (visit) => revert(visit, true) },
  { method: "POST", path: RESTORE_PATH, access: "Administrator", hidden: ["number", "version", ...Object.keys(SURE)], handler: restore },
];

/**
 * If the shown effect has changed, shows the new effect.
 * @param isUnseen true to undo the visitor's own small change at once, if this is harmless
 */
async function revert(visit: Visit, isUnseen: boolean): Promise<Response> {
  const { changes } = visit.world;
  const changeSet = await changes.get(visit.field("id"));
  if (changeSet === undefined) return await showGone(visit);
  const target = { set: changeSet, examples: 2 * MAX_UNDONE, mostWrites: MAX_UNDONE };
  const reviewed = await reviewEdit(visit, undoChanges, target);
  const refusal = reviewed.concerns.find(({ weight }) => weight === "refused");
  if (refusal !== undefined)
    return await refusalPage(visit, { title: t.revertTitle, why: refusal.text(String), back: toChanges(), status: 409 });
  const { added, changed, removed, unchanged, keptCount, kept, examples } = reviewed.state.plan;
  return await makeEdit(visit, {
    ...{ act: undoChanges, target, reviewed },
    form: { action: `${SETS_PATH}/revert`, fields: { id: changeSet.id } },
    back: CHANGES_PATH,
    review: {
      title: t.revertTitle,
      version: versionOfAll([added, changed, removed, keptCount, kept, examples.map(({ entry }) => entry)]),
      asksOnlyIfDoubtful: isUnseen && isAtOneClick(visit, changeSet),
      intro: (
        <>
          <p>
            <SetLink id={changeSet.id} text={whatText(changeSet)} />
          </p>
          {reviewed.concerns.map(({ weight, text }) => (weight === "shown" ? <p>{text(String)}</p> : null))}
          {unchanged === 0 ? null : <p class="hint">{t.unchanged(unchanged)}</p>}
          <LeftEntries count={keptCount} entries={kept.slice(0, SHOWN_CHANGES)} />
        </>
      ),
      button: frameTexts.undo,
    },
    answerWritten({ set: { id, state }, keptCount: leftCount }) {
      const view = leftCount === 0 && state === "done" ? viewOfForm(visit) : undefined;
      return visit.goTo(view === undefined ? `${setPath(id)}&done=reverted` : withQuery(view, `set=${id}`));
    },
  });
}

async function mayUndo(visit: Visit, changeSet: ChangeSet): Promise<boolean> {
  const earlier = changeSet.revertedBy === undefined ? undefined : await visit.world.changes.get(changeSet.revertedBy);
  return listObjections(changeSet, earlier, true, MAX_UNDONE).every(({ weight }) => weight !== "refused");
}

const ofSet = /^access-list\.(edited|imported|reverted|set-done|set-stopped)$/;
const ofRow = /^access-list\.(added|changed|removed)$/;

/** Returns, by the number of an audit entry, what the change set or proposal did, and a button that shows the effect of an undo. */
export async function describedEdits(visit: Visit, entries: readonly AuditEntry[]): Promise<ReadonlyMap<string, Described>> {
  const ids = [...new Set(entries.flatMap(({ set }) => set ?? []))];
  const sets = new Map<string, ChangeSet | undefined>();
  await mapInBatches(ids, AT_ONCE, async (id) => void sets.set(id, await visit.world.changes.get(id)));
  const descriptions = new Map<string, Described>();
  await mapInBatches(entries, AT_ONCE, async (entry) => {
    const changeSet = entry.set === undefined ? undefined : sets.get(entry.set);
    const undo = visit.may("Administrator") ? await takeBackForm(visit, entry, changeSet) : undefined;
    const what = changeSet === undefined ? await proposedText(visit, entry) : describeSet(changeSet, entry);
    if (what !== undefined || undo !== undefined) descriptions.set(entry.number, { what, undo });
  });
  return descriptions;
}

/** The audit log itself describes one row that no file imported. */
function describeSet(changeSet: ChangeSet, { subject, count = 1 }: AuditEntry): string | undefined {
  if (count > 1 || changeSet.requests !== undefined) return doneText(changeSet);
  return changeSet.file !== undefined && changeSet.means === "console import" ? t.fromFile(subject, changeSet.file) : undefined;
}

export function isOfProposal(action: string): boolean {
  return /^access-list\.propos/.test(action);
}

/** "a proposed edit: allow contoso.com" */
async function proposedText({ world }: Visit, { action, subject }: AuditEntry): Promise<string | undefined> {
  if (!isOfProposal(action)) return undefined;
  const [, noun] = actParts(action);
  // The audit entry of the console's own proposal names the edit's subject; others have the proposal's id.
  if (!isMomentId(subject)) return `${noun}: ${subject}`;
  const foundProposal = await world.proposals.get(subject);
  return foundProposal && `${noun}: ${wantedText(foundProposal.proposal)}`;
}

async function takeBackForm(visit: Visit, entry: AuditEntry, changeSet: ChangeSet | undefined): Promise<Child | undefined> {
  const { action, outcome, number } = entry;
  if (outcome !== "done") return undefined;
  if (ofSet.test(action) && entry.set !== undefined)
    return changeSet && (await mayUndo(visit, changeSet)) ? <UndoForm visit={visit} set={changeSet} asks /> : undefined;
  if (rowBefore(entry) === undefined) return undefined;
  const current = await visit.world.accessList.get(entry.subject);
  if (!isAs(current, entry.after)) return undefined;
  const hiddenFields = { key: entry.subject, number, version: shownVersion(current) };
  return (
    <PostForm visit={visit} action={RESTORE_PATH} class="row-action" data-asks={t.checking} hidden={hiddenFields}>
      <SubmitButton text={`${frameTexts.undo}…`} class="quiet" data-act="undo" />
    </PostForm>
  );
}

/** An audited row before the change. Undefined if the audit log does not have the whole row. */
function rowBefore({ action, count, before, after, erased }: AuditEntry): { readonly before: Item | undefined } | undefined {
  if (!ofRow.test(action) || count !== undefined || erased !== undefined || (before ?? after) === undefined) return undefined;
  const cells = Object.entries(before ?? {});
  // A cell cannot be restored if the audit log shortened it or changed its type.
  const isWhole = cells.every(([name, cell]) => name !== "" && ["string", "boolean"].includes(typeof cell) && !String(cell).endsWith("…"));
  return isWhole ? { before: before && toItem(before) } : undefined;
}

/** Ignores the column `problem`, because the hygiene worker sets it. */
function isAs(current: Item | undefined, recordedRow: Row | undefined): boolean {
  const cells = (row: Row) => canonicalJson(Object.fromEntries(Object.entries(row).filter(([name]) => name !== "problem")));
  if (current === undefined || recordedRow === undefined) return current === undefined && recordedRow === undefined;
  return cells(toRow(dropIndexes(current))) === cells(recordedRow);
}

function shownVersion(item: Item | undefined): string {
  return item === undefined ? "none" : computeRowVersion(item);
}

async function restore(visit: Visit): Promise<Response> {
  const [entry, number, version] = [visit.field("key"), visit.field("number"), visit.field("version")];
  const auditEntry = await visit.world.audit.get(number);
  const earlier = auditEntry?.subject === entry ? rowBefore(auditEntry) : undefined;
  const current = await visit.world.accessList.get(entry);
  if (earlier === undefined || version !== shownVersion(current) || isSame(current, earlier.before, sameness))
    return await refuse(visit, entry);
  return await makeEdit(visit, {
    ...{ act: editRows, target: { rows: [{ before: current, after: earlier.before }], means: "console revert" } },
    form: { action: RESTORE_PATH, fields: { key: entry, number, version } },
    back: CHANGES_PATH,
    review: { title: t.revertTitle, button: frameTexts.undo },
    again: () => refuse(visit, entry),
    answerWritten: ({ set }) => visit.goTo(`${CHANGES_PATH}?done=restored&set=${set.id}`),
  });
}

function refuse(visit: Visit, entry: string): Promise<Response> {
  const back = { path: `${CHANGES_PATH}?${new URLSearchParams({ entry })}`, text: trailTexts.ofEntry };
  return refusalPage(visit, { title: trailTexts.title, why: frameTexts.stale, back, status: 409 });
}
