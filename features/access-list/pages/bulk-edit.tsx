import type { Child } from "hono/jsx";
import { isSame } from "../../../adapters/tables/conditional-batch";
import { type Item, toRow } from "../../../adapters/tables/item";
import type { ConsoleRoute, Visit } from "../../../console/app/visit";
import { editorTexts } from "../../../console/editor/editor-texts";
import { versionOf } from "../../../console/editor/row-writes";
import { typedOf } from "../../../console/editor/typed-row";
import { refusalPage } from "../../../console/parts/back-link";
import { Alert, ButtonLink, Select, SubmitButton } from "../../../console/parts/forms";
import { TickedBar } from "../../../console/parts/list-page";
import { Moment } from "../../../console/parts/time";
import { withQuery } from "../../../console/parts/with-query";
import { pageTexts } from "../../../console/texts/languages";
import { readRow } from "../row";
import { sameness } from "../store/access-list";
import { listEdit, phased } from "../store/edits";
import { USE_DAYS } from "../store/entry-people";
import type { PhasedRow } from "../store/row-changes";
import { accessListTable } from "./access-list";
import { lastDayOf, unusedAmong, unusedSince, writtenList } from "./access-list-parts";
import { accessListTexts } from "./access-list-texts";
import { setPath, viewOfForm } from "./change-set-parts";
import { endsFor, endTyped, OtherDay } from "./entry-fields";
import { lostAll, MAX_ROWS, makeEdit, type Review, versionOfAll } from "./make-edit";

export const SELECTED_PATH = `${writtenList.path}/selected`;
const verbs = ["expiresAt", "effect", "note", "remove"] as const;
type Verb = (typeof verbs)[number];

/** Below the list: what can be done to the selected entries. */
export function BulkBar({ visit }: { readonly visit: Visit }) {
  const { names } = accessListTexts;
  const fold = (verb: Exclude<Verb, "remove">, label: string | undefined, field: Child) => (
    <details name="bulk">
      <summary class="button quiet">{t.verbs[verb]}</summary>
      <label for={`bulk-${verb}`}>{label}</label>
      {field}
      <SubmitButton text={t.show} name="do" value={verb} />
    </details>
  );
  const effects = (["deny", "allow"] as const).map((effect) => [effect, names[effect]] as const);
  return (
    <TickedBar label={t.legend}>
      {fold(
        "expiresAt",
        editorTexts.names.expiresAt,
        <>
          <Select id="bulk-expiresAt" name="expiresAt" options={endsFor(visit)} chosen={lastDayOf("month", visit.now)} />
          <OtherDay id="bulk-until" />
        </>,
      )}
      {fold("effect", names.effect, <Select id="bulk-effect" name="effect" options={effects} />)}
      {fold("note", editorTexts.names.note, <input id="bulk-note" name="note" autocomplete="off" />)}
      <SubmitButton text={t.verbs.remove} name="do" value="remove" class="danger" />
    </TickedBar>
  );
}

/** Shows what was asked for, and, once that was agreed to, makes it. */
async function editSelected(visit: Visit): Promise<Response> {
  const verb = verbs.find((each) => each === visit.field("do"));
  const entries = [...new Set(visit.fields("entry"))];
  if (verb === undefined || entries.length === 0 || entries.length > MAX_ROWS) return await refuse(visit, t.nothingSelected);
  return await editEntries(visit, { verb, entries });
}

/** The same of some entries. */
async function editEntries(
  visit: Visit,
  { verb, entries, ...review }: { readonly verb: Verb; readonly entries: readonly string[] } & Pick<Review, "intro">,
): Promise<Response> {
  const value = verb === "remove" ? "" : verb === "expiresAt" ? endTyped(visit) : visit.field(verb).trim();
  const current = await visit.world.accessList.many(entries);
  const rows: PhasedRow[] = [];
  for (const before of current.values()) {
    const wanted = verb === "remove" ? undefined : changed(visit, before, verb, value);
    if (wanted?.ok === false)
      return await refuse(visit, wanted.problems.map((each) => (typeof each === "string" ? each : each.text)).join(" "));
    if (isSame(before, wanted?.item, sameness)) continue;
    rows.push(phased({ before, after: wanted?.item }));
  }
  const button = { remove: t.remove, expiresAt: t.renew, effect: t.change, note: t.change }[verb](rows.length);
  const sooner = verb === "expiresAt" ? rows.filter(({ before, after }) => endOf(after) < endOf(before)).length : 0;
  const intro = sooner === 0 ? null : <Alert kind="warn">{t.sooner(sooner)}</Alert>;
  const back = viewOfForm(visit) ?? writtenList.path;
  const version = versionOfAll([verb, value, entries.map((entry) => [entry, versionOf(current.get(entry) ?? {})])]);
  return await makeEdit(visit, {
    edit: listEdit(rows, "console"),
    form: { action: SELECTED_PATH, fields: { do: verb, entry: entries, ...(verb !== "remove" && { [verb]: value }) } },
    back,
    review: { title: rows.length > 0 ? button : t.none, version, intro, ...review, button },
    async written(ran) {
      if (lostAll(ran)) return await editEntries(visit, { verb, entries, ...review });
      return visit.goTo(ran.keptCount > 0 ? setPath(ran.set.id) : withQuery(back, `set=${ran.set.id}`));
    },
  });
}

function endOf(item: Item = {}): number {
  return readRow(toRow(item)).expiresAt ?? Number.POSITIVE_INFINITY;
}

function changed(visit: Visit, current: Item, verb: Verb, value: string) {
  const typed = typedOf(accessListTable, current, visit.now);
  const cells = { ...typed.cells, [verb]: value };
  return accessListTable.wanted?.(visit, { entry: String(current.entry?.S) }, { ...typed, cells }, current);
}

function refuse(visit: Visit, why: string): Promise<Response> {
  const { title, back } = accessListTexts;
  return refusalPage(visit, { title, why, back: { path: writtenList.path, text: back }, status: 400 });
}

// Entries that decided on no one of late, to be removed together.

const UNUSED_PATH = `${writtenList.path}/unused`;
/** The view of the list that shows them, or that there are none. */
const UNUSED_VIEW = `${writtenList.path}?used=no`;
/** Rows that are looked at: of a longer list, one repeats it. */
const MOST_ROWS = 20_000;

export function RemoveUnused({ isEmpty }: { readonly isEmpty: boolean }) {
  if (isEmpty) return null;
  return (
    <p class="actions">
      <span class="hint">{t.unused(USE_DAYS)}</span>
      <ButtonLink path={UNUSED_PATH} text={t.button} class="button danger" />
    </p>
  );
}

async function removeUnused(visit: Visit): Promise<Response> {
  const entries: string[] = [];
  let looked = 0;
  for await (const page of visit.world.accessList.pages()) {
    looked += page.length;
    entries.push(...(await unusedAmong(visit, page)).map(({ entry }) => String(entry?.S)));
    if (entries.length >= MAX_ROWS || looked >= MOST_ROWS) break;
  }
  if (entries.length === 0) return visit.goTo(UNUSED_VIEW);
  const counted = await visit.world.counts.since();
  const intro = (
    <>
      <p class="hint">{t.unused(USE_DAYS)}</p>
      {counted !== undefined && counted <= unusedSince(visit) ? null : (
        <Alert kind="warn">
          {t.counted} {counted === undefined ? t.never : <Moment at={counted} />}
        </Alert>
      )}
    </>
  );
  return await editEntries(visit, { verb: "remove", entries: entries.slice(0, MAX_ROWS), intro });
}

export const routes: readonly ConsoleRoute[] = [
  { method: "POST", path: SELECTED_PATH, access: "Administrator", hidden: ["entry", "do", "version"], handler: editSelected },
  { method: "GET", path: UNUSED_PATH, access: "Administrator", handler: removeUnused },
];

const t = pageTexts({
  legend: ["Selected entries", "선택한 항목"],
  verbs: {
    expiresAt: ["Renew until…", "기한 연장…"],
    effect: ["Change effect…", "효과 변경…"],
    note: ["Edit note…", "메모 편집…"],
    remove: ["Remove…", "삭제…"],
  },
  show: ["Show what changes", "변경 내용 보기"],
  nothingSelected: ["Select one entry or more first. Nothing was written.", "먼저 항목을 하나 이상 선택하세요. 저장된 내용은 없습니다."],
  change: [(count: number) => (count === 1 ? "Change 1 entry" : `Change ${count} entries`), (count) => `항목 ${count}개 변경`],
  renew: [(count: number) => (count === 1 ? "Renew 1 entry" : `Renew ${count} entries`), (count) => `항목 ${count}개 기한 연장`],
  sooner: [
    (count: number) =>
      count === 1
        ? "1 of them never expires, or expires later: this makes it end sooner."
        : `${count} of them never expire, or expire later: this makes them end sooner.`,
    (count) => `그중 ${count}개는 만료되지 않거나 더 늦게 만료됩니다. 이 변경으로 더 일찍 만료됩니다.`,
  ],
  remove: [(count: number) => (count === 1 ? "Remove 1 entry" : `Remove ${count} entries`), (count) => `항목 ${count}개 삭제`],
  none: ["Nothing to change", "변경할 항목 없음"],
  button: ["Remove all unused…", "사용되지 않은 항목 모두 삭제…"],
  unused: [
    (days: number) => `Allows that decided on nobody, and were not changed, in ${days} days.`,
    (days) => `${days}일간 아무에게도 적용되지 않고 변경되지도 않은 허용 항목입니다.`,
  ],
  counted: ["An entry may have been used before counting began:", "집계 전에 사용되었을 수 있습니다. 집계 시작:"],
  never: ["not yet", "아직 시작되지 않음"],
});
