import type { Child } from "hono/jsx";
import { toRow, versionOfAll } from "../../../adapters/tables/item";
import { type ConsoleRoute, MAX_BODY_MB, type Visit } from "../../../console/app/visit";
import { withPlainLines } from "../../../console/editor/cell-view";
import { editorTexts } from "../../../console/editor/editor-texts";
import { BackLink } from "../../../console/parts/back-link";
import { exportFile } from "../../../console/parts/exported-file";
import { Alert, ErrorSummary, type FieldProblem, InputField, PostForm, Select, SubmitButton } from "../../../console/parts/forms";
import { PageHead } from "../../../console/parts/page-head";
import { Table } from "../../../console/parts/table";
import { shortenText, visible } from "../../../console/parts/value";
import { frameTexts } from "../../../console/texts/frame-texts";
import { capitaliseTitle, findText, pageTexts } from "../../../console/texts/languages";
import { FileError } from "../../../engine/files/file-problem";
import { guessFormat } from "../../../engine/files/format";
import { importRows } from "../acts/file";
import type { ListEffect } from "../entry";
import { type Disagreement, disagreementProblem, disagreements, firstOfEach, type NumberedRow } from "../files/check";
import { type ListLine, readList } from "../files/read";
import { csvHeader, formatCsvLine } from "../files/row";
import { describeImport } from "../import-notes";
import { problemColumn, type TypedRowProblem } from "../problem";
import { describeProblem } from "../problem-texts";
import { toList } from "./access-list-parts";
import { accessListTexts } from "./access-list-texts";
import { countedRows, countsText, IMPORT_PATH, setPath } from "./change-set-parts";
import { makeEdit, reviewEdit } from "./make-edit";

const REFUSED_PATH = "/access-list/import/refused";
/** About the number of short rows that fit in one form. */
const MAX_FILE_ROWS = 100_000;
const SHOWN_PROBLEMS = 20;
const MAX_NAME = 100;
const ACCEPTED = ".csv,.txt,.jsonl,.ndjson,text/csv,text/plain";
const EFFECT_FIELD = "effect";
const effectsByCaution = ["deny", "approval", "allow"] as const;

function importPage(visit: Visit, content: Child, status: 200 | 400 = 200): Promise<Response> {
  return visit.page(t.title, content, { status, head: <PageHead title={t.title} of={toList()} /> });
}

const SAMPLE = `entry,effect,expiresAt,note
contoso.com,allow,2027-01-31,Partner since May
lee@fabrikam.com,deny,,Left the company
fabrikam.com,approval,,An approver decides`;

interface UploadProps {
  readonly problem?: FieldProblem;
  /** A file that was sent already, of which only the effect is asked. */
  readonly kept?: Readonly<Record<"text" | "name", string>>;
}

function upload(visit: Visit, { problem, kept }: UploadProps = {}): Child {
  const effects = effectsByCaution.map((each) => [each, accessListTexts.names[each]] as const);
  const isNew = kept === undefined;
  return (
    <PostForm visit={visit} class="card" action={IMPORT_PATH} enctype="multipart/form-data" hidden={kept}>
      {isNew && (
        <>
          <p>{t.hint}</p>
          <pre>
            <code>{SAMPLE}</code>
          </pre>
          <p class="hint">{t.limit(MAX_FILE_ROWS, MAX_BODY_MB)}</p>
          <p>
            <InputField id="file" type="file" accept={ACCEPTED} label={t.file} problem={problem?.text} required />
          </p>
        </>
      )}
      <p>
        <label for={EFFECT_FIELD}>{isNew ? t.effect : t.effectOfAll}</label>
        <Select
          id={EFFECT_FIELD}
          name={EFFECT_FIELD}
          options={isNew ? [["", t.noEffect], ...effects] : effects}
          chosen={visit.field(EFFECT_FIELD)}
        />
      </p>
      <SubmitButton text={t.preview} />
    </PostForm>
  );
}

async function importFile(visit: Visit): Promise<Response> {
  // After the preview, the browser sends the text with changed line ends. Without plain line ends, a note of several lines would differ
  // from the preview.
  const upload = visit.file("file");
  const text = withPlainLines((await upload?.text()) ?? visit.field("text"));
  if (text === "") return await refuse(visit, { problem: t.noFile });
  const file = (upload?.name ?? visit.field("name")).slice(0, MAX_NAME);
  const effect = effectsByCaution.find((each) => each === visit.field(EFFECT_FIELD));
  const read = await readRows(text, effect).catch((error) => {
    if (error instanceof FileError) return error;
    throw error;
  });
  if (read === "too many") return await refuse(visit, { problem: t.tooMany(MAX_FILE_ROWS) });
  if (read instanceof FileError) {
    const { line, problem } = read;
    if (problem.code === "plainList" || (problem.code === "missingColumn" && problem.name === "effect"))
      return await refuse(visit, { problem: t.line(line, t.namesNoEffect), kept: { text, name: file } });
    // Names of columns stay as they are in the file.
    return await refuse(visit, { problem: t.line(line, describeProblem(problem, visit.language)) });
  }
  const rowsByEntry = firstOfEach(read.rows);
  const target = { rows: rowsByEntry, ...(file !== "" && { file }) };
  const reviewed = await reviewEdit(visit, importRows, target);
  const { edit, plan, compared } = reviewed.state;
  const refusedLines = plan.refused.flatMap(({ entry, problem }) => {
    const { line, end, cells } = rowsByEntry.get(entry) as ReadRows["rows"][number];
    return [{ line, end, cells, problems: [problem] }];
  });
  const refused = [...read.refused, ...refusedLines].sort((one, other) => one.line - other.line);
  const { draft, changes } = edit;
  const refusedPart = refusedRows(visit, refused, refusedText(text, read.hasHeader, refused));
  const { unchanged } = plan.counts;
  if (changes.length + unchanged === 0 && refused.length > 0) return await refuse(visit, { rows: refusedPart });
  const intro = (
    <>
      <p>{[...(changes.length === 0 ? [] : [countsText(draft)]), ...(unchanged === 0 ? [] : [t.unchanged(unchanged)])].join(", ")}</p>
      {describeImport({ repeated: read.rows.length - rowsByEntry.size, passedOver: read.passedOver, overruled: draft.removed }).map(
        (note) => (
          <p class="hint">{note}</p>
        ),
      )}
      {refusedPart}
    </>
  );
  return await makeEdit(visit, {
    ...{ act: importRows, target, reviewed },
    form: { action: IMPORT_PATH, fields: { text, name: file, [EFFECT_FIELD]: effect ?? "" } },
    review: {
      title: file === "" ? t.previewTitle : t.previewOf(visible(file)),
      version: versionOfAll([read.rows, compared]),
      intro,
      button: t.confirm,
    },
    again: () => importFile(visit),
    answerWritten({ set }) {
      const leftParameter = refused.length === 0 ? "" : `&left=${refused.length}`;
      return visit.goTo(`${setPath(set.id)}&done=imported${leftParameter}`);
    },
  });
}

interface ReadRows {
  readonly rows: readonly (NumberedRow & Pick<RefusedRow, "cells" | "end">)[];
  readonly refused: readonly RefusedRow[];
  /** Columns that were not read. */
  readonly passedOver: readonly string[];
  /** False if the first line is a row: in JSON Lines, and in lists without columns that begin with no comment. */
  readonly hasHeader: boolean;
}

async function readRows(text: string, effect: ListEffect | undefined): Promise<ReadRows | "too many"> {
  const lines: ListLine[] = [];
  const passedOver: string[] = [];
  const options = { ...(effect && { effect }), onPassedOver: (names: readonly string[]) => passedOver.push(...names) };
  for await (const block of readList(yieldOnce(text), guessFormat(text), options)) {
    lines.push(...block);
    if (lines.length > MAX_FILE_ROWS) return "too many";
  }
  const findEndLine = (index: number) => lines[index + 1]?.line ?? Number.POSITIVE_INFINITY;
  const readable = lines.flatMap(({ line, cells, read }, index) =>
    read.ok ? [{ ...read.row, line, cells, end: findEndLine(index) }] : [],
  );
  const foundDisagreements = disagreements(readable);
  // Nobody knows which of two contradicting rows is meant, so both are refused.
  const disagreementsByEntry = new Map(foundDisagreements.flatMap((each) => each.rows.map(({ entry }) => [entry, each] as const)));
  const refusals = lines.flatMap(({ line, cells, read }, index): readonly RefusedRow[] => {
    const problems = read.ok ? contradictions(disagreementsByEntry.get(read.row.entry), line) : read.problems;
    return problems.length === 0 ? [] : [{ line, end: findEndLine(index), cells, problems }];
  });
  const rows = readable.filter(({ entry }) => !disagreementsByEntry.has(entry));
  return { rows, refused: refusals, passedOver, hasHeader: lines[0]?.line !== 1 };
}

function contradictions(disagreement: Disagreement | undefined, line: number): readonly TypedRowProblem[] {
  const other = disagreement?.rows.findLast((row) => row.line !== line);
  return disagreement === undefined || other === undefined ? [] : [disagreementProblem(other, disagreement)];
}

async function* yieldOnce(text: string): AsyncGenerator<string> {
  yield text;
}

interface RefusedFile extends Pick<UploadProps, "kept"> {
  readonly problem?: string;
  readonly rows?: Child;
}

function refuse(visit: Visit, { problem: text = t.noRow, rows, kept }: RefusedFile): Promise<Response> {
  const problem = { field: kept === undefined ? "file" : EFFECT_FIELD, text };
  const content = (
    <>
      <ErrorSummary title={kept === undefined ? t.badFile : t.notYet} problems={[problem]} />
      {rows}
      {upload(visit, kept === undefined ? { problem } : { kept })}
    </>
  );
  return importPage(visit, content, 400);
}

interface RefusedRow extends Pick<ListLine, "line" | "cells"> {
  /** The line after the row's last line. */
  readonly end: number;
  readonly problems: readonly TypedRowProblem[];
}

function refusedRows(visit: Visit, refusals: readonly RefusedRow[], text: string): Child {
  if (refusals.length === 0) return null;
  const names = { ...editorTexts.names, ...accessListTexts.names };
  const flaws = refusals.flatMap(({ line, cells, problems }) =>
    problems.map((problem) => {
      const about = problemColumn(problem);
      const column = about === "entry" && cells.entry === undefined ? "" : about;
      const why = describeProblem(problem, visit.language, accessListTexts.end);
      return { line, why, column, value: column === "" ? "" : String(cells[column] ?? "") };
    }),
  );
  return (
    <>
      <Alert kind="warn">{t.leftOut(refusals.length)}</Alert>
      <Table
        caption={t.unreadCells}
        columns={[
          [t.lineNumber, ({ line }) => String(line)],
          [t.cell, ({ column }) => findText(names, column)],
          [frameTexts.value, ({ value }) => <bdi class="value">{shortenText(value, 80)}</bdi>],
          [frameTexts.why, ({ why }) => capitaliseTitle(why)],
        ]}
        rows={flaws.slice(0, SHOWN_PROBLEMS)}
      />
      {flaws.length > SHOWN_PROBLEMS ? <p class="hint">{frameTexts.andMore(flaws.length - SHOWN_PROBLEMS)}</p> : null}
      <PostForm visit={visit} action={REFUSED_PATH} enctype="multipart/form-data" hidden={{ text }}>
        <p>
          <SubmitButton text={t.download} class="quiet" />
        </p>
      </PostForm>
    </>
  );
}

function refusedText(text: string, hasHeader: boolean, refusals: readonly RefusedRow[]): string {
  const lines = text.split("\n");
  const rows = refusals.flatMap(({ line, end }) => lines.slice(line - 1, end - 1));
  return `${[...lines.slice(0, hasHeader ? 1 : 0), ...rows].join("\n").trimEnd()}\n`;
}

/** Returns the text that the form sent, which comes from the visitor's own file. */
function refusedFile(visit: Visit): Response {
  const text = withPlainLines(visit.field("text"));
  const format = guessFormat(text);
  return visit.context.body(text, 200, {
    "Content-Type": `${format === "csv" ? "text/csv" : "application/x-ndjson"}; charset=utf-8`,
    "Content-Disposition": `attachment; filename="refused-rows.${format}"`,
  });
}

/** Reads the table, because its indexes may lack the newest rows. The export can continue after any entry. */
function exportList(visit: Visit): Promise<Response> {
  return exportFile<string>(visit, {
    name: "access-list",
    ending: "csv",
    header: csvHeader,
    action: "access-list.exported",
    words: listExportTexts,
    command: "npm run gate -- list export access-list.csv",
    back: <BackLink {...toList()} />,
    async *pages(after) {
      for await (const page of visit.world.accessList.pages(after)) {
        yield { text: page.map((item) => formatCsvLine(toRow(item))).join(""), rows: page.length, next: page.at(-1)?.entry?.S };
      }
    },
  });
}

export const routes: readonly ConsoleRoute[] = [
  { method: "GET", path: IMPORT_PATH, access: "Administrator", handler: (visit) => importPage(visit, upload(visit)) },
  { method: "POST", path: IMPORT_PATH, access: "Administrator", hidden: ["text", "version", "name"], handler: importFile },
  { method: "POST", path: REFUSED_PATH, access: "Administrator", hidden: ["text"], handler: refusedFile },
  { method: "GET", path: "/access-list/export.csv", access: "Reader", sendsData: true, handler: exportList },
];

const t = pageTexts({
  title: ["Import a file", "파일 가져오기"],
  hint: [
    "The entries in the file are added or changed; other entries stay. You see the changes before anything is written. The first line names the columns; only entry and effect are required. A block list with one domain a line is read too.",
    "파일의 항목은 추가되거나 변경되고, 파일에 없는 항목은 그대로 남습니다. 저장하기 전에 변경 내용을 먼저 보여 드립니다. 첫 줄에는 열 이름을 적으며, 처음 두 열만 있어도 됩니다. 한 줄에 도메인 하나를 적은 차단 목록도 읽습니다.",
  ],
  limit: [
    (rows: number, megabytes: number) => `At most ${rows.toLocaleString("en-US")} rows or ${megabytes} MB. Import a larger list in parts.`,
    (rows, megabytes) => `최대 ${rows.toLocaleString("ko")}행 또는 ${megabytes}메가바이트입니다. 더 큰 목록은 나누어 가져오세요.`,
  ],
  file: ["File (CSV, UTF-8)", "파일(CSV, UTF-8)"],
  effect: ["Rows without an effect", "효과가 없는 행"],
  effectOfAll: ["Effect of its entries", "모든 항목의 효과"],
  noEffect: ["Leave out", "제외"],
  namesNoEffect: ["the file names no effect: choose the effect of its entries", "파일에 효과가 없습니다. 항목의 효과를 선택하세요"],
  notYet: ["One thing is missing. Nothing was written.", "정할 것이 하나 남았습니다. 저장된 내용은 없습니다."],
  preview: ["Show what changes", "변경 내용 보기"],
  noRow: ["No row of it can be imported.", "가져올 수 있는 행이 없습니다."],
  noFile: ["Choose a file first.", "먼저 파일을 선택하세요."],
  tooMany: [
    (rows: number) => `The file has more than ${rows.toLocaleString("en-US")} rows. Nothing was written. Use: npm run gate -- list import`,
    (rows) => `파일이 ${rows}행을 넘습니다. 저장된 내용은 없습니다. npm run gate -- list import 명령을 사용하세요.`,
  ],
  badFile: ["The file cannot be imported. Nothing was written.", "파일을 가져올 수 없습니다. 저장된 내용은 없습니다."],
  line: [(line: number, why: string) => `Line ${line}: ${why}`, (line, why) => `${line}번째 줄: ${why}`],
  previewTitle: ["What would change", "변경될 내용"],
  previewOf: [(file: string) => `What ${file} would change`, (file) => `${file}: 변경될 내용`],
  unchanged: [(rows: number) => `${rows.toLocaleString("en")} unchanged`, (rows) => `그대로 ${rows.toLocaleString("ko")}`],
  confirm: ["Write these changes", "이대로 저장"],
  leftOut: [
    (rows: number) => `${countedRows(rows)} cannot be imported and will be left out. Correct them in your file, then import it again.`,
    (rows) => `${rows}행은 가져올 수 없어 제외합니다. 파일에서 고친 뒤 다시 가져오세요.`,
  ],
  unreadCells: ["Why they are left out", "제외한 이유"],
  lineNumber: ["Line", "줄"],
  cell: ["Cell", "칸"],
  download: ["Download the refused rows", "제외된 행 내려받기"],
});

const listExportTexts = pageTexts({
  title: ["Export the access list", "접근 목록 내보내기"],
  intro: [
    "A long list comes in parts, in no order. Each part is a CSV file that can be imported by itself; together they are the whole list.",
    "긴 목록은 여러 부분으로 나누어 순서 없이 내보냅니다. 각 부분은 따로 가져올 수 있는 CSV 파일이며, 모두 합치면 전체 목록입니다.",
  ],
});
