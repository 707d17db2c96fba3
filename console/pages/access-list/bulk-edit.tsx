import { createHash } from "node:crypto";
import { givenRows } from "../../../adapters/list-changes/parts";
import type { ProposedRow } from "../../../adapters/list-changes/proposals";
import { sameness } from "../../../adapters/list-changes/rows";
import { beginSet } from "../../../adapters/list-changes/run";
import { isSame } from "../../../adapters/tables/conditional-batch";
import { type Item, toRow } from "../../../adapters/tables/item";
import { readRow } from "../../../engine/access-list/row";
import type { ConsoleRoute, Visit } from "../../app/visit";
import { editorTexts } from "../../editor/editor-texts";
import { versionOf } from "../../editor/row-writes";
import { typedOf } from "../../editor/typed-row";
import { Alert, type FormProblem, HiddenFields } from "../../parts/forms";
import { pageTexts } from "../../texts/languages";
import { accessListTable } from "./access-list";
import { BackToList } from "./access-list-parts";
import { accessListTexts } from "./access-list-texts";
import { author, entriesUnder, noteOf, type ProposedEdit, writeAudited, writtenList } from "./access-list-write";
import { DifferenceTable } from "./change-set-parts";
import {
  ConfirmationFields,
  ConsequenceNotes,
  type Consequences,
  consequencesOf,
  isConfirmed,
  isMistyped,
  Mistyped,
  needsSecond,
} from "./consequences";
import { propose } from "./propose";

/** Where the selected entries are sent. */
export const SELECTED_PATH = `${writtenList.path}/selected`;
/** More cannot be selected on one page of the list. */
const MAX_SELECTED = 200;

const verbs = ["expiresAt", "effect", "note", "remove"] as const;
type Verb = (typeof verbs)[number];

/** What is done to all selected entries: a cell that each gets, or their removal. */
interface Bulk {
  readonly verb: Verb;
  readonly value: string;
}

/** Below the list: what can be done to the selected entries. */
export function BulkBar({ visit }: { readonly visit: Visit }) {
  const t = visit.say(bulkTexts);
  const { names } = visit.say(accessListTexts);
  const send = (verb: Verb) => (
    <button type="submit" name="do" value={verb}>
      {t.show}
    </button>
  );
  return (
    <fieldset class="bar when-ticked">
      <legend class="hidden">{t.legend}</legend>
      <div class="actions">
        <details name="bulk">
          <summary>{t.verbs.expiresAt}</summary>
          <label for="bulk-expiresAt">{visit.say(editorTexts).names.expiresAt}</label>
          <input id="bulk-expiresAt" name="expiresAt" type="date" />
          {send("expiresAt")}
        </details>
        <details name="bulk">
          <summary>{t.verbs.effect}</summary>
          <label for="bulk-effect">{names.effect}</label>
          <select id="bulk-effect" name="effect">
            <option value="deny">{names.deny}</option>
            <option value="allow">{names.allow}</option>
          </select>
          {send("effect")}
        </details>
        <details name="bulk">
          <summary>{t.verbs.note}</summary>
          <label for="bulk-note">{visit.say(editorTexts).names.note}</label>
          <input id="bulk-note" name="note" autocomplete="off" />
          {send("note")}
        </details>
        <button type="submit" name="do" value="remove" class="danger">
          {t.verbs.remove}
        </button>
      </div>
    </fieldset>
  );
}

/** The dry run of what was asked for, and, once that was confirmed, the edit itself. */
async function editSelected(visit: Visit): Promise<Response> {
  const t = visit.say(bulkTexts);
  const bulk = bulkAsked(visit);
  const entries = [...new Set(visit.fields("entry"))];
  if (bulk === undefined || entries.length === 0 || entries.length > MAX_SELECTED) return await refuse(visit, t.nothingSelected);
  const plan = await planOf(visit, entries, bulk);
  if (plan.problems.length > 0)
    return await refuse(visit, plan.problems.map((each) => (typeof each === "string" ? each : each.text)).join(" "));
  const consequences = await consequencesOf(
    visit,
    plan.rows.map(({ before, after }) => ({ before: before && toRow(before), after: after && toRow(after) })),
    "always",
  );
  const version = visit.field("version");
  const isAgreed =
    version === plan.version && (consequences.grade === "dangerous" ? isConfirmed(visit, consequences) : visit.field("sure") === "1");
  if (!isAgreed || plan.rows.length === 0)
    return await dryRun(visit, { bulk, entries, plan, consequences, stale: version !== "" && version !== plan.version });
  const edit = editOf(plan.rows, bulk);
  if (needsSecond(visit, consequences)) return await propose(visit, edit);
  const { source, ...draft } = edit;
  const set = await beginSet(visit.world.changes, { ...author(visit), ...draft, writes: plan.rows.length }, visit.now);
  await writeAudited(visit, set, source);
  return visit.goTo(`${writtenList.path}?done=${bulk.verb === "remove" ? "removed" : "changed"}${noteOf(set.id)}`);
}

function bulkAsked(visit: Visit): Bulk | undefined {
  const verb = verbs.find((each) => each === visit.field("do"));
  return verb && { verb, value: verb === "remove" ? "" : visit.field(verb).trim() };
}

interface BulkPlan {
  /** Those that it changes. */
  readonly rows: readonly ProposedRow[];
  readonly problems: readonly FormProblem[];
  /** Of the rows as they are: another one means that somebody has edited them since. */
  readonly version: string;
}

async function planOf(visit: Visit, entries: readonly string[], bulk: Bulk): Promise<BulkPlan> {
  const current = await entriesUnder(visit, entries);
  const rows: ProposedRow[] = [];
  const problems: FormProblem[] = [];
  for (const entry of entries) {
    const before = current.get(entry);
    if (before === undefined) continue;
    const wanted = bulk.verb === "remove" ? undefined : changed(visit, entry, before, bulk);
    if (wanted?.ok === false) problems.push(...wanted.problems);
    else if (!isSame(before, wanted?.item, sameness))
      rows.push({ entry, before, phase: phaseOf(wanted?.item ?? before), ...(wanted && { after: wanted.item }) });
  }
  const versions = entries.map((entry) => [entry, versionOf(current.get(entry) ?? {})]);
  const version = createHash("sha256")
    .update(JSON.stringify([bulk, versions]))
    .digest("base64url")
    .slice(0, 22);
  return { rows, problems, version };
}

function changed(visit: Visit, entry: string, current: Item, { verb, value }: Bulk) {
  const typed = typedOf(accessListTable, current, visit.now);
  return accessListTable.wanted?.(visit, { entry }, { ...typed, cells: { ...typed.cells, [verb]: value } }, current);
}

function phaseOf(item: Item): ProposedRow["phase"] {
  return readRow(toRow(item)).effect === "allow" ? "allows in" : "denies in";
}

function editOf(rows: readonly ProposedRow[], { verb }: Bulk): ProposedEdit {
  const isRemoval = verb === "remove";
  return {
    means: "console",
    added: 0,
    changed: isRemoval ? 0 : rows.length,
    removed: isRemoval ? rows.length : 0,
    source: givenRows(rows),
  };
}

interface DryRunProps {
  readonly bulk: Bulk;
  readonly entries: readonly string[];
  readonly plan: BulkPlan;
  readonly consequences: Consequences;
  /** Whether somebody has edited the entries since the page was shown. */
  readonly stale: boolean;
}

function dryRun(visit: Visit, { bulk: { verb, value }, entries, plan, consequences, stale }: DryRunProps): Promise<Response> {
  const t = visit.say(bulkTexts);
  return visit.page(
    t.title(plan.rows.length),
    <>
      <Mistyped visit={visit} consequences={consequences} />
      {stale ? <Alert>{t.stale}</Alert> : null}
      <ConsequenceNotes visit={visit} consequences={consequences} />
      <DifferenceTable visit={visit} rows={plan.rows} />
      {plan.rows.length === 0 ? (
        <p>{t.nothingChanges}</p>
      ) : (
        <form class="card narrow" method="post" action={SELECTED_PATH}>
          {visit.formToken}
          <HiddenFields fields={{ do: verb, version: plan.version, sure: "1", ...(verb !== "remove" && { [verb]: value }) }} />
          {entries.map((entry) => (
            <input type="hidden" name="entry" value={entry} />
          ))}
          {consequences.grade === "dangerous" ? (
            <ConfirmationFields visit={visit} consequences={consequences} />
          ) : (
            <button type="submit" class={verb === "remove" ? "danger" : undefined}>
              {verb === "remove" ? t.remove(plan.rows.length) : t.change(plan.rows.length)}
            </button>
          )}
        </form>
      )}
      <BackToList visit={visit} />
    </>,
    { status: stale ? 409 : isMistyped(visit, consequences) ? 400 : 200 },
  );
}

function refuse(visit: Visit, why: string): Promise<Response> {
  const content = (
    <>
      <Alert>{why}</Alert>
      <BackToList visit={visit} />
    </>
  );
  return visit.page(visit.say(accessListTexts).title, content, { status: 400 });
}

export const routes: readonly ConsoleRoute[] = [
  { method: "POST", path: SELECTED_PATH, access: "Administrator", hidden: ["entry", "do", "version", "sure"], handler: editSelected },
];

const bulkTexts = pageTexts(
  {
    legend: "Selected entries",
    verbs: { expiresAt: "Renew until…", effect: "Change effect…", note: "Edit note…", remove: "Remove…" } as Record<Verb, string>,
    show: "Show what changes",
    nothingSelected: "Select one entry or more first. Nothing was written.",
    title: (count: number) => (count === 1 ? "Change 1 entry" : `Change ${count} entries`),
    nothingChanges: "The entries are already like this: nothing would change.",
    stale: "Somebody has edited these entries since. Nothing was written. Check below what would change now.",
    change: (count: number) => (count === 1 ? "Change 1 entry" : `Change ${count} entries`),
    remove: (count: number) => (count === 1 ? "Remove 1 entry" : `Remove ${count} entries`),
  },
  {
    legend: "선택한 항목",
    verbs: { expiresAt: "기한 연장…", effect: "효과 변경…", note: "메모 편집…", remove: "삭제…" },
    show: "변경 내용 보기",
    nothingSelected: "먼저 항목을 하나 이상 선택하세요. 저장된 내용은 없습니다.",
    title: (count) => `항목 ${count}개 변경`,
    nothingChanges: "이미 같은 내용이어서 변경할 것이 없습니다.",
    stale: "그사이 다른 사람이 이 항목을 편집했습니다. 저장된 내용은 없습니다. 지금 기준으로 변경될 내용을 확인하세요.",
    change: (count) => `항목 ${count}개 변경`,
    remove: (count) => `항목 ${count}개 삭제`,
  },
);
