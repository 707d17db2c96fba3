import type { Child } from "hono/jsx";
import { toRow } from "../../adapters/tables/item";
import { mapInBatches } from "../../engine/collections";
import type { Visit } from "../app/visit";
import { pageWithForm } from "../parts/back-link";
import {
  type FieldProblem,
  FormFold,
  type FormProblem,
  findFieldProblem,
  PostForm,
  SubmitButton,
  summariseProblems,
  TextField,
} from "../parts/forms";
import { REMARKS_PARAMETER, UNDO_PARAMETER } from "../parts/with-query";
import { frameTexts } from "../texts/frame-texts";
import { withPlainLines } from "./cell-view";
import {
  type AddedRows,
  type EditedTable,
  formatName,
  innerColumn,
  innerKey,
  joinedKey,
  type Key,
  keyFrom,
  listPath,
  type NewRow,
  type Typed,
  tableFor,
} from "./described-table";
import { editorTexts as e } from "./editor-texts";
import { AT_ONCE, fieldId, RowFields, writeRow } from "./row-parts";
import { longTexts, typedIn, wantedItem } from "./typed-row";

const MAX_LINES = 500;

interface TypedRows {
  /** The outer part of the rows' key: it names the list to which the rows belong. Empty if the table has only one key column. */
  readonly of: Key;
  readonly keys: string;
  readonly typed: Typed;
}

function addForm(visit: Visit, table: EditedTable, { of, keys, typed }: TypedRows, problems: readonly FormProblem[] = []): Child {
  const t = table.texts;
  const hint = [e.onePerLine(MAX_LINES), t.addHint ?? ""].join(" ").trim();
  const name = innerColumn(table);
  const outer = table.key.slice(0, -1).map((column) => [column, of[column] ?? ""]);
  return (
    <PostForm visit={visit} class="card" action={`${table.path}/add`} hidden={Object.fromEntries(outer)}>
      <RowFields table={table} typed={typed} form="add" problems={problems}>
        <div>
          <TextField
            id={name}
            label={e.required(formatName(table, name))}
            value={keys}
            rows={1}
            required
            spellcheck={false}
            autofocus={problems.length > 0 && summariseProblems(problems).length === 0}
            hint={hint}
            problem={findFieldProblem(problems, name)}
          />
        </div>
      </RowFields>
      <SubmitButton text={frameTexts.add} />
    </PostForm>
  );
}

export function addFold(visit: Visit, table: EditedTable, isOpen: boolean): Child {
  if (table.readKey === undefined || !visit.may("Administrator")) return null;
  return (
    <FormFold text={table.texts.add} class="button" act="new" isOpen={isOpen}>
      {addForm(visit, table, { of: keyFrom(table, visit.query), keys: "", typed: {} })}
    </FormFold>
  );
}

/** Adds the rows that were sent. If one of them is invalid, nothing is written. A row that exists already stays as it is. */
export async function addRows(visit: Visit, definition: EditedTable): Promise<Response> {
  const table = tableFor(visit, definition);
  const name = innerColumn(table);
  const of = keyFrom({ ...table, key: table.key.slice(0, -1) }, visit.field);
  const sentForm = { of, keys: withPlainLines(visit.field(name)), typed: typedIn(visit, table) };
  const { rows, problems } = readRows(visit, table, sentForm);
  const outcome = problems.length > 0 ? { problems } : await (table.add?.(visit, rows) ?? addEach(visit, table, rows));
  if (outcome.problems !== undefined) {
    const buildFieldId = (field: string) => (field === name ? field : fieldId("add", field));
    const back = { path: listPath(table, of), text: e.back };
    return await pageWithForm(
      visit,
      { title: table.texts.add, problems: summariseProblems(outcome.problems), idOf: buildFieldId, back, status: 400 },
      addForm(visit, table, sentForm, outcome.problems),
    );
  }
  const { added, remarks } = outcome;
  const [only] = rows.length === 1 ? added : [];
  const undo = only && `&${UNDO_PARAMETER}=${encodeURIComponent(innerKey(table, only).toWellFormed())}`;
  const note = remarks.length === 0 ? "" : `&${REMARKS_PARAMETER}=${await visit.keepResult(remarks)}`;
  const doneQuery = `done=added&added=${added.length}&there=${rows.length - added.length}${undo ?? ""}${note}`;
  return visit.goTo(listPath(table, rows[0]?.key ?? of, doneQuery));
}

async function addEach(visit: Visit, table: EditedTable, rows: readonly NewRow[]): Promise<AddedRows> {
  const results = await mapInBatches(rows, AT_ONCE, async ({ key, item }) => {
    const isThere = (await table.rows(visit.world).get(key)) !== undefined;
    if (isThere || !(await writeRow(visit, table, { after: item }))) return undefined;
    const { expired, words } = await table.problems(visit, toRow(item));
    return { key, remarks: [...(expired ? [e.isOver] : []), ...words] };
  });
  const added = results.filter((each) => each !== undefined);
  return { added: added.map(({ key }) => key), remarks: [...new Set(added.flatMap(({ remarks }) => remarks))] };
}

function readRows(visit: Visit, table: EditedTable, { of, keys, typed }: TypedRows) {
  const problem = (text: string): FieldProblem => ({ field: innerColumn(table), text });
  const lines = keys.split("\n").flatMap((line, index) => (line.trim() === "" ? [] : [{ line, at: index + 1 }]));
  const read = lines.slice(0, MAX_LINES).map(({ line, at }) => ({ line, at, key: table.readKey?.(line, of) }));
  const keysByText = new Map(read.flatMap(({ key }) => (key === undefined ? [] : [[joinedKey(table, key), key] as const])));
  const wantedRows = [...keysByText.values()].map((key) => ({ key, row: wantedItem(visit, table, key, typed) }));
  const problems: readonly FormProblem[] = [
    ...(lines.length === 0 ? [problem(e.badCell.empty(formatName(table, innerColumn(table))))] : []),
    ...(lines.length > MAX_LINES ? [problem(e.tooMany(MAX_LINES))] : []),
    // Problems of the typed values are the same for every row, so they are reported only once.
    ...longTexts(visit, table, typed),
    ...wantedRows.slice(0, 1).flatMap(({ row }) => (row.ok ? [] : row.problems)),
    ...read.flatMap(({ line, at, key }) => (key === undefined ? [problem(e.inLine(at, table.texts.badKey?.(line) ?? ""))] : [])),
  ];
  return { rows: wantedRows.flatMap(({ key, row }) => (row.ok ? [{ key, item: row.item }] : [])), problems };
}
