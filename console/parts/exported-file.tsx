import type { Child } from "hono/jsx";
import type { Visit } from "../app/visit";
import { pageTexts } from "../texts/languages";
import { refusalPage } from "./back-link";
import { Alert, ButtonLink } from "./forms";
import { CURSOR_PARAMETER } from "./paging";
import { countText, visible } from "./value";
import { passingParameters, thisAddress } from "./with-query";

/** Largest size of a part. If a part's first rows are larger, the part holds these rows alone. A function's answer holds 6 MB. */
const MAX_PART_BYTES = 4 * 1_024 * 1_024;
/** Time limit of reading a part. The part then ends with the page that was read last. The console's function has 29 seconds. */
const PART_MS = 12_000;
const NAMED_ROWS = 10;

const types = { csv: "text/csv; charset=utf-8", jsonl: "application/x-ndjson; charset=utf-8" } as const;

/** If the file is too long for one answer, it is downloaded in parts. @template P a place in the file, in a form that JSON can hold */
export interface ExportedFile<P> {
  readonly name: string;
  readonly ending: keyof typeof types;
  /** The first line of each part, so that a part can be read without the others. Absent if lines need no heading. */
  readonly header?: string;
  readonly action: string;
  /** The keyed hash of the person, if the file is about one person. */
  readonly person?: string;
  /** Sentences on what the file leaves out. A page shows them before the file. @default nothing that is known beforehand */
  readonly leftOut?: readonly string[];
  /** `none`: shown in place of an empty file. */
  readonly words: { readonly title: string; readonly intro: string; readonly none?: string };
  /** The command that writes the whole content into one file. */
  readonly command: string;
  readonly back: Child;
  /** Reads pages, beginning at a place. The order is always the same. */
  pages(from: P | undefined): AsyncIterable<FilePage<P>>;
}

interface FilePage<P> {
  readonly text: string;
  readonly rows: number;
  /** Ids of unreadable rows, which are left out. */
  readonly unreadable?: readonly string[];
  /** The place right after this page. Absent if this page is known to be the last. */
  readonly next?: P | undefined;
}

interface FilePart<P> extends FilePage<P> {
  readonly unreadable: readonly string[];
}

interface Start<P> {
  readonly number: number;
  readonly from?: P | undefined;
  /** True if the part itself is requested, and not the page that offers it. */
  readonly isFile?: true;
}

async function partFrom<P>({ header = "", pages }: ExportedFile<P>, from: P | undefined): Promise<FilePart<P>> {
  const end = Date.now() + PART_MS;
  const texts = [header];
  const unreadable: string[] = [];
  let rows = 0;
  let length = 0;
  let place = from;
  const part = (next?: P) => ({ text: texts.join(""), rows, unreadable, next });
  for await (const page of pages(from)) {
    length += Buffer.byteLength(page.text);
    // The part always gets its first rows. They fit into an answer, because DynamoDB returns at most a megabyte at once.
    if (length > MAX_PART_BYTES && rows > 0) return part(place);
    texts.push(page.text);
    rows += page.rows;
    unreadable.push(...(page.unreadable ?? []));
    place = page.next;
    if (place !== undefined && Date.now() >= end) return part(place);
  }
  return part();
}

/**
 * Answers with the file, or with one of its parts. If the file is too long, or if something is left out, answers with a page that offers
 * the parts.
 */
export async function exportFile<P>(visit: Visit, file: ExportedFile<P>): Promise<Response> {
  const cursor = visit.query(CURSOR_PARAMETER);
  const start: Start<P> | undefined = cursor === "" ? { number: 1 } : ((await visit.openCursor(cursor)) as Start<P> | undefined);
  if (start === undefined) {
    const back = { path: thisAddress(visit, [CURSOR_PARAMETER]), text: t.restart };
    return await refusalPage(visit, { title: file.words.title, why: t.noSuchPart, back, status: 400 });
  }
  const part = await partFrom(file, start.from);
  const isRead = cursor === "" && part.next === undefined && part.unreadable.length === 0;
  if (isRead && part.rows === 0 && file.words.none !== undefined)
    return await visit.page(file.words.title, [<LeftOut {...file} />, <p>{file.words.none}</p>, file.back]);
  const isWhole = isRead && (file.leftOut ?? []).length === 0;
  if (isWhole) return await answer(visit, file, part, `${file.name}.${file.ending}`);
  return start.isFile
    ? await answer(visit, file, part, `${file.name}-${start.number}.${file.ending}`)
    : await offerPart(visit, file, part, start);
}

/** Writes the entry of the audit log first. If it cannot be written, nothing is downloaded. */
async function answer<P>(
  { context, recorded }: Visit,
  { action, person, ending }: ExportedFile<P>,
  { text, rows: count }: FilePage<P>,
  subject: string,
): Promise<Response> {
  await recorded({ action, subject, count, person });
  return context.body(text, 200, {
    "Content-Type": types[ending],
    "Content-Disposition": `attachment; filename="${subject}"`,
  });
}

function LeftOut({ leftOut = [] }: Pick<ExportedFile<unknown>, "leftOut">) {
  return (
    <>
      {leftOut.map((each) => (
        <Alert kind="warn">{each}</Alert>
      ))}
    </>
  );
}

async function offerPart<P>(
  visit: Visit,
  file: ExportedFile<P>,
  { next, rows, unreadable }: FilePart<P>,
  start: Start<P>,
): Promise<Response> {
  const from = async (place: Start<P>) => thisAddress(visit, passingParameters, { [CURSOR_PARAMETER]: await visit.sealCursor(place) });
  return await visit.page(
    file.words.title,
    <>
      <LeftOut {...file} />
      {unreadable.length === 0 ? null : (
        <Alert>
          {t.unreadable} <code>{visible(unreadable.slice(0, NAMED_ROWS).join(", "))}</code>
        </Alert>
      )}
      <p>{file.words.intro}</p>
      <p>
        {t.command} <code>{file.command}</code>
      </p>
      <p class="actions">
        <ButtonLink path={await from({ ...start, isFile: true })} text={t.part(start.number, countText(visit, rows))} class="button" />
        {next === undefined ? null : (
          <ButtonLink path={await from({ number: start.number + 1, from: next })} text={t.nextPart} rel="next" />
        )}
      </p>
      {file.back}
    </>,
  );
}

const t = pageTexts({
  command: ["To write all of it into one file:", "전체를 한 파일로 저장하는 명령:"],
  part: [(number: number, rows: string) => `Download part ${number} (${rows} rows)`, (number, rows) => `${number}부 내려받기(${rows}행)`],
  unreadable: ["Left out, as they cannot be read. Correct or delete them, by id:", "읽을 수 없어 제외한 행의 id(고치거나 삭제하세요):"],
  nextPart: ["Next part", "다음 부분"],
  noSuchPart: [
    "The address of this page does not belong to an export, or is too old.",
    "내보내기의 부분이 아니거나 너무 오래된 주소입니다.",
  ],
  restart: ["Start the export again", "내보내기 다시 시작"],
});
