import { createHash } from "node:crypto";
import { describeEntry, summary } from "../../../engine/access-list/describe-entry";
import type { ListChange } from "../../../engine/access-list/files/changes";
import { type CheckedList, checkList } from "../../../engine/access-list/files/check";
import { ListFileError, type ListLine, readList } from "../../../engine/access-list/files/read";
import { inMemory } from "../../../engine/access-list/files/workspace";
import { entryWords } from "../../../engine/messages/operator/entries";
import { listProblemText } from "../../../engine/messages/operator/list-problems";
import type { ConsoleRoute, Visit } from "../../app/visit";
import { withPlainLines } from "../../editor/cells";
import { versionOf } from "../../editor/row-writes";
import { Alert, described, ErrorSummary, FieldNotes } from "../../parts/forms";
import { Table } from "../../parts/table";
import { shortened, visible } from "../../parts/value";
import { pageTexts } from "../../texts/languages";
import { BackToList, EntryLink } from "./access-list-parts";
import { type EntryPlan, MAX_ROWS, plannedEdit, plannedEdits, planRows, SHOWN_CHANGES, writePlan } from "./access-list-write";
import { SetLink, UndoForm } from "./change-set-parts";
import { changeSetTexts } from "./change-set-texts";
import { ConfirmationFields, ConsequenceNotes, consequencesOf, isConfirmed, isMistyped, Mistyped, needsSecond } from "./consequences";
import { propose } from "./propose";
import { type RefusedRow, RefusedRows, settingAside } from "./refused-rows";

const SHOWN_PROBLEMS = 20;

function form(visit: Visit): Promise<Response> {
  const t = visit.say(fileTexts);
  return visit.page(
    t.title,
    <>
      <Upload visit={visit} />
      <BackToList visit={visit} />
    </>,
  );
}

function Upload({ visit, problem }: { readonly visit: Visit; readonly problem?: string }) {
  const t = visit.say(fileTexts);
  return (
    <form class="card" method="post" action="/access-list/import" enctype="multipart/form-data">
      {visit.formToken}
      <p>{t.hint}</p>
      <p class="hint">{t.limit(MAX_ROWS)}</p>
      <p>
        <label for="file">{t.file}</label>
        <input id="file" name="file" type="file" accept=".csv,text/csv" required {...described("file", undefined, problem)} />
        <FieldNotes id="file" hint={undefined} problem={problem} />
      </p>
      <button type="submit">{t.preview}</button>
    </form>
  );
}

async function preview(visit: Visit): Promise<Response> {
  const t = visit.say(fileTexts);
  const text = withPlainLines((await visit.file("file")?.text()) ?? "");
  if (text === "") return await refuse(visit, { count: 1, first: [{ line: 0, why: t.noFile }] });
  const checked = await checkText(visit, text);
  if (!canBePlanned(checked)) return await refuse(visit, checked.problems, checked.refused, text);
  return await showPlan(visit, text, { ...(await planOf(visit, checked.rows)), refused: checked.refused });
}

async function confirm(visit: Visit): Promise<Response> {
  const t = visit.say(fileTexts);
  // Browsers send it back with other line ends; those within notes are part of what is compared.
  const text = withPlainLines(visit.field("text"));
  const checked = await checkText(visit, text);
  if (!canBePlanned(checked)) return await refuse(visit, checked.problems, checked.refused, text);
  const plan = { ...(await planOf(visit, checked.rows)), refused: checked.refused };
  if (plan.version !== visit.field("version")) return await showPlan(visit, text, plan, true);
  const consequences = await consequencesOf(visit, plannedEdits(plan));
  if (consequences.grade === "dangerous" && !isConfirmed(visit, consequences)) return await showPlan(visit, text, plan);
  if (needsSecond(visit, consequences)) return await propose(visit, plannedEdit(plan, "console import"));
  const { set, kept: lost, keptCount } = await writePlan(visit, plan, "console import");
  const count = set.writes - keptCount;
  return await visit.page(
    t.doneTitle,
    <>
      <Alert kind={lost.length > 0 ? "warn" : "good"}>
        <p>{t.done(count)}</p>
        <p>
          {visit.say(changeSetTexts).written} <SetLink id={set.id} />
        </p>
        <UndoForm visit={visit} id={set.id} />
      </Alert>
      {lost.length === 0 ? null : (
        <>
          <p>{t.lost(keptCount)}</p>
          <ul>
            {lost.map((key) => (
              <li>
                <EntryLink entry={key} />
              </li>
            ))}
          </ul>
        </>
      )}
      <BackToList visit={visit} />
    </>,
  );
}

interface CheckedText extends CheckedList {
  /** Rows that cannot be read: the others can be imported without them. */
  readonly refused: readonly RefusedRow[];
}

/** Whether rows are left that do not contradict each other. */
function canBePlanned({ rows, problems, refused }: CheckedText): boolean {
  return problems.count === 0 && (rows.length > 0 || refused.length === 0);
}

async function checkText(visit: Visit, text: string): Promise<CheckedText> {
  const refused: RefusedRow[] = [];
  try {
    const lines = atMostMaxRows(visit, settingAside(refused)(readList(inOnePiece(text), "csv")));
    return { ...(await checkList(lines, inMemory)), refused };
  } catch (error) {
    if (!(error instanceof ListFileError)) throw error;
    const { line, message } = error;
    return { rows: inMemory.groups("file"), repeated: 0, problems: { count: 1, first: [{ line, why: message }] }, refused };
  }
}

async function* inOnePiece(text: string): AsyncGenerator<string> {
  yield text;
}

async function* atMostMaxRows(visit: Visit, blocks: AsyncIterable<readonly ListLine[]>): AsyncGenerator<readonly ListLine[]> {
  let count = 0;
  for await (const block of blocks) {
    count += block.filter(({ read }) => read.ok).length;
    if (count > MAX_ROWS) throw new ListFileError(0, visit.say(fileTexts).tooMany(MAX_ROWS));
    yield block;
  }
}

interface VersionedPlan extends EntryPlan {
  /** Of what was compared: another one means that somebody changed the list, or the file, since. */
  readonly version: string;
}

async function planOf(visit: Visit, rows: CheckedList["rows"]): Promise<VersionedPlan> {
  const plan = await planRows(visit, rows);
  const compared = [...plan.current].map(([key, item]) => [key, versionOf(item)]).sort(([a = ""], [b = ""]) => (a < b ? -1 : 1));
  const version = createHash("sha256")
    .update(JSON.stringify([await rows.group(0), compared]))
    .digest("base64url");
  return { ...plan, version };
}

async function showPlan(visit: Visit, text: string, plan: VersionedPlan & Pick<CheckedText, "refused">, stale = false): Promise<Response> {
  const t = visit.say(fileTexts);
  const { counts, examples, version } = plan;
  const consequences = await consequencesOf(visit, plannedEdits(plan));
  const { added, changed, removed, unchanged } = counts;
  const total = added + changed + removed;
  const summed = (cells: ListChange["is"]) =>
    cells === undefined ? "" : visible(summary(describeEntry(cells, visit.now), visit.say(entryWords)));
  return await visit.page(
    stale ? t.staleTitle : t.previewTitle,
    <>
      <Mistyped visit={visit} consequences={consequences} />
      {stale ? <Alert>{t.stale}</Alert> : null}
      <RefusedRows visit={visit} refused={plan.refused} text={text} />
      <p>{t.summary(added, changed, removed, unchanged)}</p>
      {removed === 0 ? null : <p class="hint">{t.removedHint}</p>}
      {total === 0 ? null : <ConsequenceNotes visit={visit} consequences={consequences} />}
      {total > SHOWN_CHANGES ? <p class="hint">{t.first(SHOWN_CHANGES)}</p> : null}
      <Table
        caption={t.caption}
        columns={[t.entry, t.what, t.was, t.is].map((name) => ({ name }))}
        rows={examples
          .slice(0, SHOWN_CHANGES)
          .map(({ kind, was, is }) => [
            <bdi class="value">{shortened(String((is ?? was)?.entry), 80)}</bdi>,
            t.kinds[kind],
            <bdi class="value">{shortened(summed(was))}</bdi>,
            <bdi class="value">{shortened(summed(is))}</bdi>,
          ])}
        empty={t.nothing}
      />
      {total === 0 ? null : (
        <form method="post" action="/access-list/import/confirm" enctype="multipart/form-data">
          {visit.formToken}
          <input type="hidden" name="text" value={text} />
          <input type="hidden" name="version" value={version} />
          {consequences.grade === "dangerous" ? (
            <ConfirmationFields visit={visit} consequences={consequences} />
          ) : (
            <button type="submit">{t.confirm}</button>
          )}
        </form>
      )}
      <BackToList visit={visit} />
    </>,
    { status: stale ? 409 : isMistyped(visit, consequences) ? 400 : 200 },
  );
}

function refuse(
  visit: Visit,
  { count, first }: CheckedList["problems"],
  refused: readonly RefusedRow[] = [],
  text = "",
): Promise<Response> {
  const t = visit.say(fileTexts);
  const ofRows = refused.flatMap(({ line, read }) => (read.ok ? [] : [{ line, why: read.problems.join("; ") }]));
  const shown = (first.length > 0 ? first : ofRows).slice(0, SHOWN_PROBLEMS);
  const words = (why: string) => listProblemText(visit.language, why);
  const problems = shown.map(({ line, why }) => ({ field: "file", text: line === 0 ? words(why) : t.line(line, words(why)) }));
  const more = count > shown.length ? [t.moreProblems(count - shown.length)] : [];
  return visit.page(
    t.title,
    <>
      <ErrorSummary title={t.badFile} problems={[...problems, ...more]} idOf={(field) => field} />
      <RefusedRows visit={visit} refused={refused} text={text} />
      <Upload visit={visit} problem={problems.length === 1 ? problems[0]?.text : t.badFile} />
      <BackToList visit={visit} />
    </>,
    { status: 400 },
  );
}

export const routes: readonly ConsoleRoute[] = [
  { method: "GET", path: "/access-list/import", access: "Administrator", handler: form },
  { method: "POST", path: "/access-list/import", access: "Administrator", handler: preview },
  { method: "POST", path: "/access-list/import/confirm", access: "Administrator", hidden: ["text", "version"], handler: confirm },
];

const fileTexts = pageTexts(
  {
    title: "Import a CSV file",
    hint: "The first line names the columns: entry,effect,issuer,note,expiresAt. The entries in the file are added or changed; other entries stay. You see the changes before anything is written.",
    limit: (rows: number) =>
      `At most ${rows.toLocaleString("en-US")} rows. For larger lists use: npx --no-install entra-gatehouse list import`,
    file: "CSV file (UTF-8)",
    preview: "Show what changes",
    noFile: "Choose a file first.",
    tooMany: (rows: number) =>
      `The file has more than ${rows.toLocaleString("en-US")} rows. Nothing was written. Use: npx --no-install entra-gatehouse list import`,
    badFile: "The file cannot be imported. Nothing was written.",
    line: (line: number, why: string) => `Line ${line}: ${why}`,
    moreProblems: (count: number) => `And ${count} more problems.`,
    previewTitle: "What would change",
    summary: (added: number, changed: number, removed: number, unchanged: number) =>
      `${added} added, ${changed} changed, ${removed} removed, ${unchanged} unchanged.`,
    removedHint: "Allows of addresses that the file denies are removed: otherwise they would win.",
    nothing: "The list already has all of this: nothing would change.",
    caption: "Changes",
    first: (count: number) => `The first ${count} changes are shown.`,
    what: "What",
    kinds: { added: "Add", changed: "Change", removed: "Remove" },
    entry: "Entry",
    was: "Now",
    is: "Then",
    confirm: "Write these changes",
    staleTitle: "The list has changed in the meantime",
    stale: "Nothing was written. Check below what would change now.",
    doneTitle: "Imported",
    done: (count: number) => `Rows written: ${count}.`,
    lost: (count: number) => `${count} rows were not written because somebody else changed them at the same moment:`,
  },
  {
    title: "CSV 파일 가져오기",
    hint: "첫 줄에는 열 이름을 적습니다: entry,effect,issuer,note,expiresAt. 파일의 항목은 추가되거나 변경되고, 파일에 없는 항목은 그대로 남습니다. 저장하기 전에 변경 내용을 먼저 보여 드립니다.",
    limit: (rows) => `최대 ${rows}행입니다. 더 큰 목록에는 npx --no-install entra-gatehouse list import 명령을 사용하세요.`,
    file: "CSV 파일(UTF-8)",
    preview: "변경 내용 보기",
    noFile: "먼저 파일을 선택하세요.",
    tooMany: (rows) =>
      `파일이 ${rows}행을 넘습니다. 저장된 내용은 없습니다. npx --no-install entra-gatehouse list import 명령을 사용하세요.`,
    badFile: "파일을 가져올 수 없습니다. 저장된 내용은 없습니다.",
    line: (line, why) => `${line}번째 줄: ${why}`,
    moreProblems: (count) => `그 밖에 문제가 ${count}건 더 있습니다.`,
    previewTitle: "변경될 내용",
    summary: (added, changed, removed, unchanged) => `추가 ${added}, 변경 ${changed}, 삭제 ${removed}, 그대로 ${unchanged}.`,
    removedHint: "파일이 거부하는 주소를 허용하던 항목은 삭제됩니다. 남겨 두면 허용이 우선하기 때문입니다.",
    nothing: "목록이 이미 같은 내용이어서 변경할 것이 없습니다.",
    caption: "변경",
    first: (count) => `처음 ${count}건만 표시합니다.`,
    what: "작업",
    kinds: { added: "추가", changed: "변경", removed: "삭제" },
    entry: "항목",
    was: "현재",
    is: "변경 후",
    confirm: "이대로 저장",
    staleTitle: "그사이 목록이 변경되었습니다",
    stale: "저장된 내용은 없습니다. 지금 기준으로 변경될 내용을 다시 확인하세요.",
    doneTitle: "가져왔습니다",
    done: (count) => `${count}행을 저장했습니다.`,
    lost: (count) => `같은 순간에 다른 사람이 변경한 ${count}행은 그대로 두었습니다:`,
  },
);
