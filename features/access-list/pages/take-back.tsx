import type { Child } from "hono/jsx";
import { isSame } from "../../../adapters/tables/conditional-batch";
import { type Item, toItem, toRow } from "../../../adapters/tables/item";
import type { ConsoleRoute, Visit } from "../../../console/app/visit";
import { versionOf } from "../../../console/editor/row-writes";
import { refusalPage } from "../../../console/parts/back-link";
import { PostForm, SubmitButton } from "../../../console/parts/forms";
import { trailTexts } from "../../../console/texts/trail-texts";
import { canonicalJson } from "../../../engine/canonical-json";
import type { Row } from "../../../engine/sign-up/rule";
import { CHANGES_PATH } from "../../audit/pages/trailed-rows";
import type { AuditEntry } from "../../audit/store/trail";
import { listEdit, phased } from "../store/edits";
import { withoutIndexes } from "../store/list-indexes";
import { sameness } from "../store/row-changes";
import { UndoForm } from "./change-set-parts";
import { changeSetTexts as t } from "./change-set-texts";
import { objectionTo } from "./change-sets";
import { makeEdit, writtenBy } from "./make-edit";

const RESTORE_PATH = "/access-list/entry/restore";
const ofSet = /^access-list\.(edited|imported|reverted|set-done|set-stopped)$/;
const ofRow = /^access-list\.(added|changed|removed)$/;

/** What leads to a change of the list being taken back, where that can be done now: what it does is shown first. */
export async function takeBackForm(visit: Visit, entry: AuditEntry): Promise<Child | undefined> {
  const { action, set: id, outcome, number } = entry;
  if (outcome !== "done") return undefined;
  if (ofSet.test(action) && id !== undefined) {
    const set = await visit.world.changes.get(id);
    return set === undefined || (await objectionTo(visit, set)) !== undefined ? undefined : <UndoForm visit={visit} set={set} asks />;
  }
  const current = rowBefore(entry) && (await visit.world.accessList.get(entry.subject));
  if (rowBefore(entry) === undefined || !isAs(current, entry.after)) return undefined;
  return (
    <PostForm
      visit={visit}
      action={RESTORE_PATH}
      class="row-action"
      data-asks=""
      hidden={{ key: entry.subject, number, version: shownVersion(current) }}
    >
      <SubmitButton text={`${t.undo}…`} class="quiet" data-act="undo" />
    </PostForm>
  );
}

/** What a change of one entry changed, as far as the trail has the whole row; undefined where it has not. */
function rowBefore({ action, count, before, after, erased }: AuditEntry): { readonly before: Item | undefined } | undefined {
  if (!ofRow.test(action) || count !== undefined || erased !== undefined || (before ?? after) === undefined) return undefined;
  const cells = Object.entries(before ?? {});
  // What the trail cut short, or tells in other types than the table has, cannot be written back.
  const isWhole = cells.every(([name, cell]) => name !== "" && ["string", "boolean"].includes(typeof cell) && !String(cell).endsWith("…"));
  return isWhole ? { before: before && toItem(before) } : undefined;
}

/** Whether the row is unchanged since. A problem flag set by the hygiene worker is not an edit. */
function isAs(current: Item | undefined, recorded: Row | undefined): boolean {
  const cells = (row: Row) => canonicalJson(Object.fromEntries(Object.entries(row).filter(([name]) => name !== "problem")));
  if (current === undefined || recorded === undefined) return current === undefined && recorded === undefined;
  return cells(toRow(withoutIndexes(current))) === cells(recorded);
}

/** Of a row, or of none. */
function shownVersion(item: Item | undefined): string {
  return item === undefined ? "none" : versionOf(item);
}

/** Restores one entry to what it was before a change, by a new change of this entry alone, once somebody has seen what that does. */
async function restore(visit: Visit): Promise<Response> {
  const [entry, number, version] = [visit.field("key"), visit.field("number"), visit.field("version")];
  const told = await visit.world.audit.get(number);
  const earlier = told?.subject === entry ? rowBefore(told) : undefined;
  const current = await visit.world.accessList.get(entry);
  if (earlier === undefined || version !== shownVersion(current) || isSame(current, earlier.before, sameness))
    return await refuse(visit, entry);
  const form = { action: RESTORE_PATH, fields: { key: entry, number, version, sure: "1" } };
  const edit = listEdit([phased({ before: current, after: earlier.before })], "console revert");
  const review = {
    title: t.revertTitle,
    isAgreed: visit.field("sure") === "1",
    preview: "always" as const,
    button: t.undo,
  };
  const written = writtenBy(await makeEdit(visit, { edit, form, review, back: CHANGES_PATH }));
  if (written === undefined) return await refuse(visit, entry);
  return written.page ?? visit.goTo(`${CHANGES_PATH}?done=restored${written.note}`);
}

function refuse(visit: Visit, entry: string): Promise<Response> {
  const back = { path: `${CHANGES_PATH}?${new URLSearchParams({ entry })}`, text: trailTexts.ofEntry };
  return refusalPage(visit, { title: trailTexts.title, why: t.notTakenBack, back, status: 409 });
}

export const routes: readonly ConsoleRoute[] = [
  { method: "POST", path: RESTORE_PATH, access: "Administrator", hidden: ["number", "version", "sure"], handler: restore },
];
