import type { Child } from "hono/jsx";
import type { Visit } from "../app/visit";
import { pageTexts } from "../texts/languages";
import { refusalPage } from "./back-link";
import { Alert, ButtonLink } from "./forms";
import { CURSOR_PARAMETER } from "./paging";
import { countText, visible } from "./value";
import { withQuery } from "./with-query";

/** The size of a part. A function's answer holds 6 MB, and one more page of the table may be added. */
const MAX_PART_BYTES = 4 * 1_024 * 1_024;
/** A part ends with the page that is read after this time. The console's function has 29 seconds. */
const PART_MS = 12_000;
const NAMED_ROWS = 10;

const types = { csv: "text/csv; charset=utf-8", jsonl: "application/x-ndjson; charset=utf-8" } as const;

/** A file of any length, downloaded in parts that continue each other. @template P a place in it, as JSON can hold it */
export interface ExportedFile<P> {
  /** Without its ending. */
  readonly name: string;
  readonly ending: keyof typeof types;
  /** The file's address, with the search. Without the ending, it is the address of the page of parts. */
  readonly path: string;
  /** Begins each part, so that it can be read by itself; absent if lines need no heading. */
  readonly header?: string;
  readonly action: string;
  /** The keyed hash of the one person that it is about. */
  readonly person?: string;
  /** `none`: said in place of an empty file. */
  readonly words: { readonly title: string; readonly intro: string; readonly none?: string };
  /** At the foot of the page of its parts. */
  readonly back: Child;
  /** Reads on from a place, always in the same order. */
  pages(from: P | undefined): AsyncIterable<FilePage<P>>;
}

interface FilePage<P> {
  readonly text: string;
  readonly rows: number;
  /** Rows that cannot be read, by their ids: each is left out. */
  readonly unreadable?: readonly string[] | undefined;
  /** The place right after it; absent on the last, if known. */
  readonly next?: P | undefined;
}

interface Start<P> {
  readonly number: number;
  readonly from?: P;
}

interface FilePart<P> {
  readonly start: Start<P>;
  readonly text: string;
  readonly rows: number;
  readonly unreadable: readonly string[];
  /** Absent from the last. */
  readonly next?: Start<P>;
}

const FIRST = { number: 1 } as const;

async function partFrom<P>({ header = "", pages }: ExportedFile<P>, start: Start<P>): Promise<FilePart<P>> {
  const end = Date.now() + PART_MS;
  const texts = [header];
  const unreadable: string[] = [];
  let rows = 0;
  let length = 0;
  let place = start.from;
  const part = (from: P | undefined): FilePart<P> => ({
    ...{ start, text: texts.join(""), rows, unreadable },
    ...(from !== undefined && { next: { number: start.number + 1, from } }),
  });
  for await (const page of pages(place)) {
    length += Buffer.byteLength(page.text);
    // The first page fits: DynamoDB gives a megabyte at once.
    if (length > MAX_PART_BYTES && rows > 0) return part(place);
    texts.push(page.text);
    rows += page.rows;
    unreadable.push(...(page.unreadable ?? []));
    place = page.next;
    if (place !== undefined && Date.now() >= end) return part(place);
  }
  return part(undefined);
}

/** Answers for the file, and for the page of its parts. If rows are left out, that page names them first. */
export async function exportFile<P>(visit: Visit, file: ExportedFile<P>): Promise<Response> {
  const cursor = visit.query(CURSOR_PARAMETER);
  const start = cursor === "" ? FIRST : ((await visit.openCursor(cursor)) as Start<P> | undefined);
  if (start === undefined) {
    const back = { path: partsPath(file), text: t.restart };
    return await refusalPage(visit, { title: file.words.title, why: t.noSuchPart, back, status: 400 });
  }
  const part = await partFrom(file, start);
  const isEmpty = cursor === "" && part.rows === 0 && part.next === undefined && part.unreadable.length === 0;
  if (isEmpty && file.words.none !== undefined) return await visit.page(file.words.title, [<p>{file.words.none}</p>, file.back]);
  if (!visit.context.req.path.endsWith(`.${file.ending}`)) return await showParts(visit, file, part);
  if (cursor === "")
    return part.next === undefined && part.unreadable.length === 0
      ? await answer(visit, file, part, `${file.name}.${file.ending}`)
      : visit.goTo(partsPath(file));
  const response = await answer(visit, file, part, partName(file, part));
  response.headers.set("X-Gatehouse-Rows", String(part.rows));
  if (part.next !== undefined) response.headers.set("X-Gatehouse-Next", await partPath(visit, file, part.next));
  return response;
}

function partsPath<P>({ path, ending }: ExportedFile<P>): string {
  return path.replace(`.${ending}`, "");
}

function partName<P>({ name, ending }: ExportedFile<P>, { start }: FilePart<P>): string {
  return `${name}-${start.number}.${ending}`;
}

/** Writes to the audit trail first. If that fails, nothing is downloaded. */
async function answer<P>(
  { context, recorded }: Visit,
  { action, person, ending }: ExportedFile<P>,
  { text, rows: count }: FilePart<P>,
  subject: string,
): Promise<Response> {
  await recorded({ action, subject, count, ...(person !== undefined && { person }) });
  return context.body(text, 200, {
    "Content-Type": types[ending],
    "Content-Disposition": `attachment; filename="${subject}"`,
  });
}

async function partPath<P>(visit: Visit, { path }: ExportedFile<P>, start: Start<P>): Promise<string> {
  const [pathname = "", search] = path.split("?");
  const asked = new URLSearchParams(search);
  asked.set(CURSOR_PARAMETER, await visit.sealCursor(start, path));
  return `${pathname}?${asked}`;
}

/** A file that is too long for one answer: part by part, each a link; with script, a button that puts them together. */
async function showParts<P>(visit: Visit, file: ExportedFile<P>, part: FilePart<P>): Promise<Response> {
  const { words } = file;
  const next = part.next && new URLSearchParams({ [CURSOR_PARAMETER]: await visit.sealCursor(part.next) });
  return await visit.page(
    words.title,
    <>
      {part.unreadable.length === 0 ? null : (
        <Alert>
          {t.unreadable} <code>{visible(part.unreadable.slice(0, NAMED_ROWS).join(", "))}</code>
        </Alert>
      )}
      <p>{words.intro}</p>
      <div
        class="card"
        data-export={await partPath(visit, file, FIRST)}
        data-name={`${file.name}.${file.ending}`}
        data-type={types[file.ending]}
        data-headed={file.header !== undefined}
        data-so-far={t.soFar}
        data-again={t.again}
        data-interrupted={t.interrupted}
        data-done={t.done}
        hidden
      >
        <p>{t.oneFileHint}</p>
        <button type="button">{t.oneFile}</button>
        <p role="status" />
      </div>
      <p>
        <a href={await partPath(visit, file, part.start)}>{partName(file, part)}</a>: {t.rows(countText(visit, part.rows))}
      </p>
      {next === undefined ? null : (
        <p class="actions">
          <ButtonLink path={withQuery(partsPath(file), next)} text={t.nextPart} rel="next" />
        </p>
      )}
      {file.back}
    </>,
  );
}

const t = pageTexts({
  oneFileHint: [
    "This page puts all parts into one file. Keep it open until the file is saved.",
    "이 페이지에서 모든 부분을 한 파일로 합칩니다. 저장될 때까지 열어 두세요.",
  ],
  oneFile: ["Download as one file", "한 파일로 내려받기"],
  rows: [(count: string) => `${count} rows`, (count) => `행 ${count}개`],
  soFar: ["{rows} rows so far…", "지금까지 행 {rows}개…"],
  again: ["{rows} rows so far. No answer: trying again…", "지금까지 행 {rows}개. 응답이 없어 다시 시도합니다…"],
  interrupted: [
    "Interrupted after {rows} rows. Press the button again to continue.",
    "행 {rows}개에서 중단되었습니다. 버튼을 다시 누르면 이어서 받습니다.",
  ],
  done: ["Done: {rows} rows.", "완료: 행 {rows}개."],
  unreadable: ["Left out, as they cannot be read. Correct or delete them, by id:", "읽을 수 없어 제외한 행의 id(고치거나 삭제하세요):"],
  nextPart: ["Next part", "다음 부분"],
  noSuchPart: ["The address is no part of an export, or too old.", "내보내기의 부분이 아니거나 너무 오래된 주소입니다."],
  restart: ["Start the export again", "내보내기 다시 시작"],
});
