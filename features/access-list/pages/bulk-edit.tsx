import type { Child } from "hono/jsx";
import { isSame } from "../../../adapters/tables/conditional-batch";
import type { Item } from "../../../adapters/tables/item";
import type { ConsoleRoute, Visit } from "../../../console/app/visit";
import { editorTexts } from "../../../console/editor/editor-texts";
import { versionOf } from "../../../console/editor/row-writes";
import { typedOf } from "../../../console/editor/typed-row";
import { refusalPage } from "../../../console/parts/back-link";
import { Select, SubmitButton } from "../../../console/parts/forms";
import { pageTexts } from "../../../console/texts/languages";
import { listEdit, phased } from "../store/edits";
import type { PhasedRow } from "../store/parts";
import { sameness } from "../store/row-changes";
import { accessListTable } from "./access-list";
import { writtenList } from "./access-list-parts";
import { accessListTexts } from "./access-list-texts";
import { MAX_ROWS, makeEdit, versionOfAll } from "./make-edit";

/** Where the selected entries are sent. */
export const SELECTED_PATH = `${writtenList.path}/selected`;
const verbs = ["expiresAt", "effect", "note", "remove"] as const;
type Verb = (typeof verbs)[number];

/** Below the list: what can be done to the selected entries. */
export function BulkBar() {
  const { names } = accessListTexts;
  const fold = (verb: Exclude<Verb, "remove">, label: string | undefined, field: Child) => (
    <details name="bulk">
      <summary>{t.verbs[verb]}</summary>
      <label for={`bulk-${verb}`}>{label}</label>
      {field}
      <SubmitButton text={t.show} name="do" value={verb} />
    </details>
  );
  const effects = (["deny", "allow"] as const).map((effect) => [effect, names[effect]] as const);
  return (
    <fieldset class="bar when-ticked">
      <legend class="hidden">{t.legend}</legend>
      <div class="actions">
        {fold("expiresAt", editorTexts.names.expiresAt, <input id="bulk-expiresAt" name="expiresAt" type="date" />)}
        {fold("effect", names.effect, <Select id="bulk-effect" name="effect" options={effects} />)}
        {fold("note", editorTexts.names.note, <input id="bulk-note" name="note" autocomplete="off" />)}
        <SubmitButton text={t.verbs.remove} name="do" value="remove" class="danger" />
      </div>
    </fieldset>
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
export async function editEntries(
  visit: Visit,
  { verb, entries, intro }: { readonly verb: Verb; readonly entries: readonly string[]; readonly intro?: Child },
): Promise<Response> {
  const value = verb === "remove" ? "" : visit.field(verb).trim();
  const current = await visit.world.accessList.many(entries);
  const rows: PhasedRow[] = [];
  for (const before of current.values()) {
    const wanted = verb === "remove" ? undefined : changed(visit, before, verb, value);
    if (wanted?.ok === false)
      return await refuse(visit, wanted.problems.map((each) => (typeof each === "string" ? each : each.text)).join(" "));
    if (isSame(before, wanted?.item, sameness)) continue;
    rows.push(phased({ before, after: wanted?.item }));
  }
  const version = versionOfAll([verb, value, entries.map((entry) => [entry, versionOf(current.get(entry) ?? {})])]);
  const seen = visit.field("version");
  const isSeen = seen === version;
  const button = verb === "remove" ? t.remove(rows.length) : t.change(rows.length);
  const made = await makeEdit(visit, {
    edit: listEdit(rows, "console"),
    form: { action: SELECTED_PATH, fields: { do: verb, entry: entries, version, sure: "1", ...(verb !== "remove" && { [verb]: value }) } },
    review: {
      title: button,
      isAgreed: isSeen && visit.field("sure") === "1",
      isStale: seen !== "" && !isSeen,
      preview: "always",
      intro,
      button,
    },
  });
  return made.page ?? visit.goTo(`${writtenList.path}?done=${verb === "remove" ? "removed" : "changed"}${made.note}`);
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

export const routes: readonly ConsoleRoute[] = [
  { method: "POST", path: SELECTED_PATH, access: "Administrator", hidden: ["entry", "do", "version", "sure"], handler: editSelected },
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
  remove: [(count: number) => (count === 1 ? "Remove 1 entry" : `Remove ${count} entries`), (count) => `항목 ${count}개 삭제`],
});
