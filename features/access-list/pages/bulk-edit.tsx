import { isSame } from "../../../adapters/tables/conditional-batch";
import { computeRowVersion, type Item, toItem, toRow, versionOfAll } from "../../../adapters/tables/item";
import type { ConsoleRoute, Visit } from "../../../console/app/visit";
import { editorTexts } from "../../../console/editor/editor-texts";
import { refusalPage } from "../../../console/parts/back-link";
import { Alert, Select, SubmitButton } from "../../../console/parts/forms";
import { TickedBar } from "../../../console/parts/list-page";
import { withQuery } from "../../../console/parts/with-query";
import { frameTexts } from "../../../console/texts/frame-texts";
import { pageTexts } from "../../../console/texts/languages";
import { omit } from "../../../engine/collections";
import { editRows } from "../acts/edit";
import { findNextEnd, isSuspended, readRow } from "../row";
import { sameness } from "../store/access-list";
import { dropIndexes } from "../store/list-indexes";
import { computeLastDay, toList, writtenList } from "./access-list-parts";
import { accessListTexts } from "./access-list-texts";
import { countedEntries, setPath, viewOfForm } from "./change-set-parts";
import { ApprovalHint, listEndOptions } from "./entry-fields";
import { MAX_ROWS, makeEdit } from "./make-edit";

export const SELECTED_PATH = `${writtenList.path}/selected`;
const verbs = ["expiry", "allow", "approval", "deny", "remove"] as const;
type Verb = (typeof verbs)[number];

export function BulkBar({ visit }: { readonly visit: Visit }) {
  return (
    <TickedBar label={t.legend}>
      <VerbButton verb="allow" />
      <VerbButton verb="approval" />
      <VerbButton verb="deny" />
      <VerbButton verb="remove" class="danger" />
      <span class="pair">
        <Select
          name="expiresAt"
          aria-label={editorTexts.names.expiresAt}
          options={listEndOptions(visit)}
          chosen={computeLastDay("month", visit.now)}
        />
        <VerbButton verb="expiry" />
      </span>
    </TickedBar>
  );
}

function VerbButton({ verb, class: look = "quiet" }: { readonly verb: Verb; readonly class?: string }) {
  const text = verb === "expiry" || verb === "remove" ? t.verbs[verb] : `${accessListTexts.names[verb]}…`;
  return <SubmitButton text={text} name="do" value={verb} class={look} />;
}

async function editSelected(visit: Visit): Promise<Response> {
  const verb = verbs.find((each) => each === visit.field("do"));
  const entries = [...new Set(visit.fields("entry"))];
  const day = visit.field("expiresAt").trim();
  if (verb === undefined || entries.length === 0 || entries.length > MAX_ROWS) return await refuse(visit, t.nothingSelected);
  if (verb === "expiry" && day !== "" && readRow({ expiresAt: day }).expiresAt === undefined)
    return await refuse(visit, editorTexts.badDate);
  const current = await visit.world.accessList.many(entries);
  const rows = [...current.values()].flatMap((before) => {
    const after = editItem(before, verb, day, visit.now);
    return isSame(before, after, sameness) ? [] : [{ before, after }];
  });
  const sooner =
    verb !== "expiry" ? 0 : rows.filter(({ before, after }) => readEndTime(after, visit.now) < readEndTime(before, visit.now)).length;
  const button = verb === "expiry" || verb === "remove" ? t[verb](rows.length) : accessListTexts.acts[verb](t.entries(rows.length));
  const back = viewOfForm(visit) ?? writtenList.path;
  return await makeEdit(visit, {
    ...{ act: editRows, target: { rows, means: "console" } },
    form: { action: SELECTED_PATH, fields: { do: verb, entry: entries, expiresAt: day } },
    back,
    review: {
      title: rows.length > 0 ? button : t.none,
      version: versionOfAll([verb, day, entries.map((entry) => [entry, computeRowVersion(current.get(entry) ?? {})])]),
      intro: (
        <>
          {verb === "approval" && <ApprovalHint visit={visit} />}
          {sooner === 0 ? null : <Alert kind="warn">{t.sooner(sooner)}</Alert>}
          {rows.length === entries.length ? null : <p class="hint">{t.same(entries.length - rows.length)}</p>}
        </>
      ),
      button,
    },
    again: () => editSelected(visit),
    answerWritten: ({ set, keptCount }) => visit.goTo(keptCount > 0 ? setPath(set.id) : withQuery(back, `set=${set.id}`)),
  });
}

function editItem(item: Item, verb: Verb, day: string, now: Date): Item | undefined {
  if (verb === "remove") return undefined;
  // The end that the list shows of a suspended row is the one that is set.
  const end = isSuspended(readRow(toRow(item)), now) ? "allowedUntil" : "expiresAt";
  if (verb === "expiry" && end === "allowedUntil" && day === "") return item;
  const [name, value] = verb === "expiry" ? [end, day] : ["effect", verb];
  // With an end that is over, the new effect would count for nobody.
  const isOver = (readRow(toRow(item)).expiresAt ?? Number.POSITIVE_INFINITY) <= now.getTime();
  const kept = verb === "expiry" ? item : omit(item, "allowedUntil", ...(isOver ? (["expiresAt"] as const) : []));
  const { [name]: _, ...others } = dropIndexes(kept);
  return value === "" ? others : { ...others, ...toItem({ [name]: value }) };
}

function readEndTime(item: Item = {}, now: Date): number {
  return findNextEnd(readRow(toRow(item)), now) ?? Number.POSITIVE_INFINITY;
}

function refuse(visit: Visit, why: string): Promise<Response> {
  return refusalPage(visit, { title: frameTexts.accessList, why, back: toList(), status: 400 });
}

export const routes: readonly ConsoleRoute[] = [
  { method: "POST", path: SELECTED_PATH, access: "Administrator", hidden: ["entry", "do", "version"], handler: editSelected },
];

const t = pageTexts({
  legend: ["Selected entries", "선택한 항목"],
  verbs: {
    expiry: ["Set expiry…", "만료 설정…"],
    remove: ["Remove…", "삭제…"],
  },
  expiry: [(count: number) => `Set expiry of ${countedEntries(count)}`, (count) => `항목 ${count}개 만료 설정`],
  entries: [countedEntries, (count) => `항목 ${count}개`],
  remove: [(count: number) => `Remove ${countedEntries(count)}`, (count) => `항목 ${count}개 삭제`],
  nothingSelected: ["Select one entry or more first. Nothing was written.", "먼저 항목을 하나 이상 선택하세요. 저장된 내용은 없습니다."],
  sooner: [(count: number) => `${countedEntries(count)} will expire sooner.`, (count) => `항목 ${count}개가 더 일찍 만료됩니다.`],
  same: [(count: number) => `Left as they are: ${count}.`, (count) => `그대로 두는 항목: ${count}개.`],
  none: ["Nothing to change", "변경할 항목 없음"],
});
