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
import { versionOf } from "../../editor/row-version";
import { Alert } from "../../parts/alert";
import { described, ErrorSummary, FieldNotes } from "../../parts/error-summary";
import { Table } from "../../parts/table";
import { shortened, visible } from "../../parts/value";
import { fileTexts } from "./access-list-file-texts";
import { BackToList, EntryLink } from "./access-list-parts";
import { type EntryPlan, MAX_ROWS, plannedEdit, plannedEdits, planRows, SHOWN_CHANGES, writePlan } from "./access-list-write";
import { SetLink, UndoForm } from "./change-set-parts";
import { changeSetTexts } from "./change-set-texts";
import { ConfirmationFields, ConsequenceNotes, consequencesOf, isConfirmed, isMistyped, Mistyped, needsSecond } from "./consequences";
import { propose } from "./propose";

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
  const { rows, problems } = await checkText(visit, text);
  return problems.count === 0 ? await showPlan(visit, text, await planOf(visit, rows)) : await refuse(visit, problems);
}

async function confirm(visit: Visit): Promise<Response> {
  const t = visit.say(fileTexts);
  // Browsers send it back with other line ends; those within notes are part of what is compared.
  const text = withPlainLines(visit.field("text"));
  const { rows, problems } = await checkText(visit, text);
  if (problems.count > 0) return await refuse(visit, problems);
  const plan = await planOf(visit, rows);
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

async function checkText(visit: Visit, text: string): Promise<CheckedList> {
  try {
    return await checkList(atMostMaxRows(visit, readList(inOnePiece(text), "csv")), inMemory);
  } catch (error) {
    if (!(error instanceof ListFileError)) throw error;
    const { line, message } = error;
    return { rows: inMemory.groups("file"), repeated: 0, problems: { count: 1, first: [{ line, why: message }] } };
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
  const compared = [...plan.standing].map(([key, item]) => [key, versionOf(item)]).sort(([a = ""], [b = ""]) => (a < b ? -1 : 1));
  const version = createHash("sha256")
    .update(JSON.stringify([await rows.group(0), compared]))
    .digest("base64url");
  return { ...plan, version };
}

async function showPlan(visit: Visit, text: string, plan: VersionedPlan, stale = false): Promise<Response> {
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
      {stale ? (
        <Alert>
          <p>{t.stale}</p>
        </Alert>
      ) : null}
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

function refuse(visit: Visit, { count, first }: CheckedList["problems"]): Promise<Response> {
  const t = visit.say(fileTexts);
  const shown = first.slice(0, SHOWN_PROBLEMS);
  const told = (why: string) => listProblemText(visit.language, why);
  const problems = shown.map(({ line, why }) => ({ field: "file", text: line === 0 ? told(why) : t.line(line, told(why)) }));
  const more = count > shown.length ? [t.moreProblems(count - shown.length)] : [];
  return visit.page(
    t.title,
    <>
      <ErrorSummary title={t.badFile} problems={[...problems, ...more]} idOf={(field) => field} />
      <Upload visit={visit} problem={problems.length === 1 ? problems[0]?.text : t.badFile} />
      <BackToList visit={visit} />
    </>,
    { status: 400 },
  );
}

export const routes: readonly ConsoleRoute[] = [
  { method: "GET", path: "/access-list/import", access: "Administrator", handler: form },
  { method: "POST", path: "/access-list/import", access: "Administrator", handler: preview },
  { method: "POST", path: "/access-list/import/confirm", access: "Administrator", handler: confirm },
];
