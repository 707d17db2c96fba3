import { createHash } from "node:crypto";
import { Readable } from "node:stream";
import type { Item } from "../../../adapters/tables/rows";
import { toRow } from "../../../adapters/tables/rows";
import { describeEntry, summary } from "../../../engine/access-list/describe-entry";
import { compare, disagreements, folded, type NumberedRow } from "../../../engine/access-list/files/compare";
import { csvHeader, csvLineOf } from "../../../engine/access-list/files/export-line";
import type { ListChange } from "../../../engine/access-list/files/list-change";
import { ListFileError, readListText } from "../../../engine/access-list/files/read";
import type { ConsoleRoute, Visit } from "../../app/visit";
import { withPlainLines } from "../../editor/cells";
import { versionOf } from "../../editor/row-version";
import { Alert } from "../../parts/alert";
import { Table } from "../../parts/table";
import { shortened, visible } from "../../parts/value";
import { fileTexts } from "./access-list-file-texts";
import { BackToList, entryPath } from "./access-list-parts";
import { entriesUnder, writeChanges } from "./access-list-write";

/** Written one by one, each with its entry in the audit trail, within the 30 s that the API waits. */
export const MAX_ROWS = 1_000;
const MAX_EXPORT_BYTES = 4 * 1_024 * 1_024;
const SHOWN_CHANGES = 100;
const SHOWN_PROBLEMS = 20;

type Problem = { readonly line: number; readonly why: string };
type FileRead =
  | { readonly ok: true; readonly rows: readonly NumberedRow[] }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/** The whole list. A function's answer holds 6 MB: a longer list is the command line's. */
async function exportCsv(visit: Visit): Promise<Response> {
  const t = visit.say(fileTexts);
  const lines = [csvHeader];
  let length = 0;
  for await (const page of visit.world.accessList.pages()) {
    const text = page.map((item) => csvLineOf(toRow(item))).join("");
    length += Buffer.byteLength(text);
    if (length > MAX_EXPORT_BYTES) return await visit.page(t.tooLongTitle, <p>{t.tooLong}</p>, { status: 413 });
    lines.push(text);
  }
  return visit.context.body(lines.join(""), 200, {
    "Content-Type": "text/csv; charset=utf-8",
    "Content-Disposition": 'attachment; filename="access-list.csv"',
  });
}

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

function Upload({ visit }: { readonly visit: Visit }) {
  const t = visit.say(fileTexts);
  return (
    <form class="card" method="post" action="/access-list/import" enctype="multipart/form-data">
      {visit.formToken}
      <p>{t.hint}</p>
      <p class="hint">{t.limit(MAX_ROWS)}</p>
      <p>
        <label for="file">{t.file}</label>
        <input id="file" name="file" type="file" accept=".csv,text/csv" required />
      </p>
      <button type="submit">{t.preview}</button>
    </form>
  );
}

async function preview(visit: Visit): Promise<Response> {
  const t = visit.say(fileTexts);
  const text = withPlainLines((await visit.file("file")?.text()) ?? "");
  if (text === "") return await refuse(visit, [{ line: 0, why: t.noFile }]);
  const read = await readFile(visit, text);
  return read.ok ? await showPlan(visit, text, await planOf(visit, read.rows)) : await refuse(visit, read.problems);
}

async function confirm(visit: Visit): Promise<Response> {
  const t = visit.say(fileTexts);
  // Browsers send it back with other line ends; those within notes are part of what is compared.
  const text = withPlainLines(visit.field("text"));
  const read = await readFile(visit, text);
  if (!read.ok) return await refuse(visit, read.problems);
  const plan = await planOf(visit, read.rows);
  if (plan.version !== visit.field("version")) return await showPlan(visit, text, plan, true);
  const { count, lost } = await writeChanges(visit, plan.changes, plan.standing);
  return await visit.page(
    t.doneTitle,
    <>
      <Alert kind={lost.length > 0 ? "warn" : "good"}>
        <p>{t.done(count)}</p>
      </Alert>
      {lost.length === 0 ? null : (
        <>
          <p>{t.lost(lost.length)}</p>
          <ul>
            {lost.map((key) => (
              <li>
                <a href={entryPath(key)}>
                  <bdi class="value">{shortened(key, 80)}</bdi>
                </a>
              </li>
            ))}
          </ul>
        </>
      )}
      <BackToList visit={visit} />
    </>,
  );
}

/** All rows of a file that is right in every line, or what is wrong with it. */
async function readFile(visit: Visit, text: string): Promise<FileRead> {
  const t = visit.say(fileTexts);
  const rows: NumberedRow[] = [];
  const problems: Problem[] = [];
  try {
    for await (const block of readListText(Readable.from([Buffer.from(text)]), "csv")) {
      for (const { line, read } of block) {
        if (read.ok) rows.push({ ...read.row, line });
        else problems.push({ line, why: read.problem });
      }
      if (rows.length > MAX_ROWS) return { ok: false, problems: [{ line: 0, why: t.tooMany(MAX_ROWS) }] };
    }
  } catch (error) {
    if (!(error instanceof ListFileError)) throw error;
    problems.push({ line: error.line, why: error.message });
  }
  disagreements(rows, (line, why) => problems.push({ line, why }));
  return problems.length === 0 ? { ok: true, rows } : { ok: false, problems: problems.sort((a, b) => a.line - b.line) };
}

interface Plan {
  readonly changes: readonly ListChange[];
  readonly unchanged: number;
  readonly standing: ReadonlyMap<string, Item>;
  /** Of what was compared: another one means that somebody changed the list, or the file, since. */
  readonly version: string;
}

async function planOf(visit: Visit, rows: readonly NumberedRow[]): Promise<Plan> {
  const wanted = folded(rows);
  const keys = [...wanted.values()].flatMap(({ entry, looser }) => (looser === undefined ? [entry] : [entry, looser]));
  const standing = await entriesUnder(visit, keys);
  const { changes, unchanged } = compare(wanted, [...standing.values()], false);
  const compared = [...standing].map(([key, item]) => [key, versionOf(item)]).sort(([a = ""], [b = ""]) => (a < b ? -1 : 1));
  const version = createHash("sha256")
    .update(JSON.stringify([rows, compared]))
    .digest("base64url");
  return { changes, unchanged, standing, version };
}

function showPlan(visit: Visit, text: string, { changes, unchanged, version }: Plan, stale = false): Promise<Response> {
  const t = visit.say(fileTexts);
  const count = (kind: ListChange["kind"]) => changes.filter((change) => change.kind === kind).length;
  const summed = (cells: ListChange["is"]) => (cells === undefined ? "" : visible(summary(describeEntry(cells, visit.now))));
  return visit.page(
    stale ? t.staleTitle : t.previewTitle,
    <>
      {stale ? (
        <Alert>
          <p>{t.stale}</p>
        </Alert>
      ) : null}
      <p>{t.summary(count("added"), count("changed"), count("removed"), unchanged)}</p>
      {count("removed") === 0 ? null : <p class="hint">{t.removedHint}</p>}
      {changes.length > SHOWN_CHANGES ? <p class="hint">{t.first(SHOWN_CHANGES)}</p> : null}
      <Table
        caption={t.caption}
        columns={[t.entry, t.what, t.was, t.is].map((name) => ({ name }))}
        rows={changes
          .slice(0, SHOWN_CHANGES)
          .map(({ kind, was, is }) => [
            <bdi class="value">{shortened(String((is ?? was)?.entry), 80)}</bdi>,
            t.kinds[kind],
            <bdi class="value">{shortened(summed(was))}</bdi>,
            <bdi class="value">{shortened(summed(is))}</bdi>,
          ])}
        empty={t.nothing}
      />
      {changes.length === 0 ? null : (
        <form method="post" action="/access-list/import/confirm" enctype="multipart/form-data">
          {visit.formToken}
          <input type="hidden" name="text" value={text} />
          <input type="hidden" name="version" value={version} />
          <button type="submit">{t.confirm}</button>
        </form>
      )}
      <BackToList visit={visit} />
    </>,
    { status: stale ? 409 : 200 },
  );
}

function refuse(visit: Visit, problems: readonly Problem[]): Promise<Response> {
  const t = visit.say(fileTexts);
  const shown = problems.slice(0, SHOWN_PROBLEMS);
  return visit.page(
    t.title,
    <>
      <Alert>
        <p>{t.badFile}</p>
        <ul>
          {shown.map(({ line, why }) => (
            <li>{visible(line === 0 ? why : t.line(line, why))}</li>
          ))}
        </ul>
        {problems.length > shown.length ? <p>{t.moreProblems(problems.length - shown.length)}</p> : null}
      </Alert>
      <Upload visit={visit} />
      <BackToList visit={visit} />
    </>,
    { status: 400 },
  );
}

export const routes: readonly ConsoleRoute[] = [
  { method: "GET", path: "/access-list/export.csv", access: "Reader", handler: exportCsv },
  { method: "GET", path: "/access-list/import", access: "Administrator", handler: form },
  { method: "POST", path: "/access-list/import", access: "Administrator", handler: preview },
  { method: "POST", path: "/access-list/import/confirm", access: "Administrator", handler: confirm },
];
