import { toRow } from "../../../adapters/tables/item";
import { csvHeader, csvLineOf } from "../../../engine/access-list/files/export-line";
import type { ConsoleRoute, Visit } from "../../app/visit";
import { CURSOR_PARAMETER } from "../../paging/cursor-parameter";
import { pageAsked } from "../../paging/page-asked";
import { StalePage } from "../../paging/pager";
import { Alert } from "../../parts/alert";
import { Table } from "../../parts/table";
import { exportTexts } from "./access-list-export-texts";
import { BackToList } from "./access-list-parts";

const CSV_PATH = "/access-list/export.csv";
const PAGE_PATH = "/access-list/export";
/** Of a part: a function's answer holds 6 MB, and one more page of the table may come on top. */
const MAX_PART_BYTES = 4 * 1_024 * 1_024;
/** Parts that a page names: reading one takes a while. */
const SHOWN_PARTS = 10;

/** Where a part begins. */
interface Start {
  readonly number: number;
  /** The entry after which it begins, in the order of the table. */
  readonly after?: string;
}

const FIRST: Start = { number: 1 };

interface ListPart {
  readonly start: Start;
  /** With a header of its own: each part can be imported by itself. */
  readonly text: string;
  readonly rows: number;
  /** Absent from the last. */
  readonly next?: Start;
}

/** As the table has it, not its indexes: nothing is left out that they have not yet. */
async function partFrom({ world }: Visit, start: Start): Promise<ListPart> {
  const { number, after } = start;
  const texts = [csvHeader];
  let rows = 0;
  let length = 0;
  let last = after;
  for await (const page of world.accessList.pages(after)) {
    const text = page.map((item) => csvLineOf(toRow(item))).join("");
    length += Buffer.byteLength(text);
    // The first page fits: DynamoDB gives a megabyte at once.
    if (length > MAX_PART_BYTES && rows > 0) {
      return { start, text: texts.join(""), rows, next: { number: number + 1, ...(last !== undefined && { after: last }) } };
    }
    texts.push(text);
    rows += page.length;
    last = page.at(-1)?.entry?.S;
  }
  return { start, text: texts.join(""), rows };
}

/** The whole list, or the part of it that the address asks for. */
async function exportCsv(visit: Visit): Promise<Response> {
  const cursor = visit.query(CURSOR_PARAMETER);
  if (cursor === "") {
    const part = await partFrom(visit, FIRST);
    return part.next === undefined ? await csvOf(visit, part, "access-list.csv") : visit.goTo(PAGE_PATH);
  }
  const start = (await visit.openCursor(cursor)) as Start | undefined;
  if (start === undefined) return await noSuchPart(visit);
  const part = await partFrom(visit, start);
  const { rows, next } = part;
  const response = await csvOf(visit, part, `access-list-${start.number}.csv`);
  response.headers.set("X-Gatehouse-Rows", String(rows));
  if (next !== undefined) response.headers.set("X-Gatehouse-Next", await partPath(visit, next));
  return response;
}

/** Told in the audit trail first: what it does not take is not given out. */
async function csvOf({ context, world, session, now }: Visit, { text, rows: count }: ListPart, name: string): Promise<Response> {
  const { subject: by, name: operator } = session;
  await world.audit.tell(
    { by, name: operator, via: "console", action: "access-list.exported", outcome: "done", subject: name, count },
    now,
  );
  return context.body(text, 200, {
    "Content-Type": "text/csv; charset=utf-8",
    "Content-Disposition": `attachment; filename="${name}"`,
  });
}

async function partPath(visit: Visit, start: Start): Promise<string> {
  return `${CSV_PATH}?${new URLSearchParams({ [CURSOR_PARAMETER]: await visit.sealCursor(start, CSV_PATH) })}`;
}

function noSuchPart(visit: Visit): Promise<Response> {
  const t = visit.say(exportTexts);
  const content = (
    <>
      <Alert>{t.noSuchPart}</Alert>
      <p class="actions">
        <a class="button" href={PAGE_PATH}>
          {t.again}
        </a>
      </p>
      <BackToList visit={visit} />
    </>
  );
  return visit.page(t.title, content, { status: 400 });
}

/** The parts of a list that is too long for one answer, each a link; with script, a button that puts them together. */
async function showParts(visit: Visit): Promise<Response> {
  const t = visit.say(exportTexts);
  const page = await pageAsked<ListPart, Start>(visit, {
    async read(from = FIRST) {
      const part = await partFrom(visit, from);
      return { items: [part], next: part.next, searched: part.rows };
    },
    after: ({ next = FIRST }) => next,
    rows: SHOWN_PARTS,
  });
  const rows = page.items.map(async (part) => [
    <a href={await partPath(visit, part.start)}>access-list-{part.start.number}.csv</a>,
    part.rows.toLocaleString(visit.language),
  ]);
  return await visit.page(
    t.title,
    <>
      <StalePage visit={visit} page={page} />
      <p>{t.intro}</p>
      <div
        class="card"
        data-export={await partPath(visit, FIRST)}
        data-name="access-list.csv"
        data-so-far={t.soFar}
        data-again={t.tryingAgain}
        data-interrupted={t.interrupted}
        data-done={t.done}
        hidden
      >
        <p>{t.oneFileHint}</p>
        <button type="button">{t.oneFile}</button>
        <p role="status" />
      </div>
      <Table
        caption={t.parts}
        columns={[{ name: t.part }, { name: t.rows, number: true }]}
        rows={await Promise.all(rows)}
        empty={t.noParts}
      />
      {page.next === undefined ? null : (
        <p class="actions">
          <a class="button quiet" href={page.next} rel="next">
            {t.moreParts}
          </a>
        </p>
      )}
      <p class="hint">
        {t.command} <code>npx entra-gatehouse list export access-list.csv</code>
      </p>
      <BackToList visit={visit} />
    </>,
  );
}

export const routes: readonly ConsoleRoute[] = [
  { method: "GET", path: CSV_PATH, access: "Reader", handler: exportCsv },
  { method: "GET", path: PAGE_PATH, access: "Reader", handler: showParts },
];
