import type { ListLine } from "../../../engine/access-list/files/read";
import { columns } from "../../../engine/access-list/files/row";
import { listProblemText } from "../../../engine/messages/operator/list-problems";
import type { ConsoleRoute, Visit } from "../../app/visit";
import { withPlainLines } from "../../editor/cells";
import { Alert, PostForm, SubmitButton } from "../../parts/forms";
import { Table } from "../../parts/table";
import { shortened } from "../../parts/value";
import { pageTexts } from "../../texts/languages";

const REFUSED_PATH = "/access-list/import/refused";
const SHOWN_ROWS_OF_FILE = 20;

/** A row of a file that cannot be read, and what it is in the file. */
export interface RefusedRow extends ListLine {
  /** The line after its last. */
  readonly end: number;
}

/** Goes through the lines of a file, and sets aside those that cannot be read. */
export function settingAside(refused: RefusedRow[]) {
  return async function* (blocks: AsyncIterable<readonly ListLine[]>): AsyncGenerator<readonly ListLine[]> {
    let open: ListLine | undefined;
    for await (const block of blocks) {
      for (const line of block) {
        if (open !== undefined) refused.push({ ...open, end: line.line });
        open = line.read.ok ? undefined : line;
      }
      yield block.filter(({ read }) => read.ok);
    }
    if (open !== undefined) refused.push({ ...open, end: Number.POSITIVE_INFINITY });
  };
}

/** Each cell that keeps a row out, with its line; and a button that hands these rows out as a file, to be corrected. */
export function RefusedRows({
  visit,
  refused,
  text,
}: {
  readonly visit: Visit;
  readonly refused: readonly RefusedRow[];
  readonly text: string;
}) {
  if (refused.length === 0) return null;
  const flaws = refused.flatMap(({ line, cells, read }) =>
    read.ok ? [] : read.problems.map((why) => ({ line, why, ...cellIn(cells, why) })),
  );
  return (
    <>
      <Alert kind="warn">{t.leftOut(refused.length.toLocaleString(visit.language))}</Alert>
      <Table
        caption={t.caption}
        columns={[t.line, t.cell, t.value, t.why]}
        rows={flaws
          .slice(0, SHOWN_ROWS_OF_FILE)
          .map(({ line, column, value, why }) => [
            String(line),
            <code>{column}</code>,
            <bdi class="value">{shortened(value, 80)}</bdi>,
            listProblemText(visit.language, why),
          ])}
        empty=""
      />
      {flaws.length > SHOWN_ROWS_OF_FILE ? <p class="hint">{t.more(flaws.length - SHOWN_ROWS_OF_FILE)}</p> : null}
      <PostForm visit={visit} action={REFUSED_PATH} enctype="multipart/form-data" hidden={{ text: refusedText(text, refused) }}>
        <p>
          <SubmitButton text={t.download} class="quiet" />
        </p>
      </PostForm>
    </>
  );
}

/** The cell that a problem begins with; otherwise the entry, where the row has cells at all. */
function cellIn(cells: ListLine["cells"], why: string): { readonly column: string; readonly value: string } {
  const column = columns.find((name) => why.startsWith(name)) ?? (cells.entry === undefined ? "" : "entry");
  const value = cells[column as keyof typeof cells];
  return { column, value: value === undefined ? "" : String(value) };
}

/** The first line, which names the columns, and the rows as they are in the file. */
function refusedText(text: string, refused: readonly RefusedRow[]): string {
  const lines = text.split("\n");
  const rows = refused.flatMap(({ line, end }) => lines.slice(line - 1, end - 1));
  return `${[lines[0], ...rows].join("\n").trimEnd()}\n`;
}

/** Hands back what the page held: the rows of somebody's own file. */
function refusedFile(visit: Visit): Response {
  return visit.context.body(withPlainLines(visit.field("text")), 200, {
    "Content-Type": "text/csv; charset=utf-8",
    "Content-Disposition": 'attachment; filename="refused-rows.csv"',
  });
}

export const routes: readonly ConsoleRoute[] = [
  { method: "POST", path: REFUSED_PATH, access: "Administrator", hidden: ["text"], handler: refusedFile },
];

const t = pageTexts({
  leftOut: [
    (rows: string) => `Rows that cannot be imported and are left out: ${rows}. Download and correct them, then import that file.`,
    (rows) => `가져올 수 없어 제외한 행: ${rows}. 내려받아 고친 뒤 그 파일을 가져오세요.`,
  ],
  caption: ["Cells that cannot be read", "읽을 수 없는 칸"],
  line: ["Line", "줄"],
  cell: ["Cell", "칸"],
  value: ["What is there", "내용"],
  why: ["Why", "이유"],
  more: [(count: number) => `And ${count} more.`, (count) => `그 밖에 ${count}건이 더 있습니다.`],
  download: ["Download the refused rows", "제외된 행 내려받기"],
});
