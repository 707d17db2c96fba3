import type { Child } from "hono/jsx";
import type { RowEdit } from "../../adapters/tables/edited-rows";
import { type Item, toRow } from "../../adapters/tables/item";
import type { Row } from "../../engine/sign-up/rule";
import type { Visit } from "../app/visit";
import { pageWithForm } from "../parts/back-link";
import { Badge } from "../parts/badge";
import { Alert, FormFold, type FormProblem, PostForm, SubmitButton } from "../parts/forms";
import { type Fact, Facts } from "../parts/table";
import { plainText, ShownValue, shortenText } from "../parts/value";
import { OPEN_PARAMETER, UNDO_PARAMETER } from "../parts/with-query";
import { frameTexts } from "../texts/frame-texts";
import { cellView } from "./cell-view";
import {
  type EditedTable,
  formatName,
  innerKey,
  joinedKey,
  type Key,
  keyAsked,
  keyFrom,
  listPath,
  type RepeatedForm,
  rowPath,
  type Typed,
  tableFor,
  type Wanted,
} from "./described-table";
import { editorTexts as e } from "./editor-texts";
import { fieldId, RowFields } from "./row-fields";
import { computeRowVersion, isAsShown, writeRow } from "./row-writes";
import { longTexts, toTypedRow, typedIn, wantedItem } from "./typed-row";

/** The row that the list's address opens; undefined if it opens none. */
export async function rowPanel(visit: Visit, described: EditedTable): Promise<Child | undefined> {
  const open = visit.queryAsTyped(OPEN_PARAMETER);
  if (open === "") return undefined;
  const key = keyAsked(visit, described, OPEN_PARAMETER);
  const item = await described.rows(visit.world).get(key);
  const table = tableFor(visit, described, item);
  return (
    <>
      <header>
        <p class="entity">
          <bdi class="value">{shortenText(open, 80)}</bdi>
        </p>
      </header>
      <section>{await rowContent(visit, table, key, item)}</section>
      {item && visit.may("Administrator") ? (
        <footer>
          {changeFold(visit, table, item)}
          {removeForm(visit, table, item)}
        </footer>
      ) : null}
    </>
  );
}

/** A row and its problems. @param typed of a form that was sent, shown where its row is gone */
async function rowContent(visit: Visit, table: EditedTable, key: Key, item: Item | undefined, typed?: Typed) {
  const links = await table.links?.(visit, key, item);
  if (item === undefined) {
    return (
      <>
        <p>{e.gone}</p>
        {typed && <Facts facts={cellFacts(visit, table, Object.fromEntries(Object.entries(typed).filter(([, text]) => text !== "")))} />}
        {links}
      </>
    );
  }
  const row = toRow(item);
  const problems = await table.problems(visit, row);
  const { problem: _said, ...cells } = row;
  return (
    <>
      {problems.expired || problems.words.length > 0 ? (
        <Alert kind="warn">
          {problems.expired ? <Badge tone="warn">{e.expired}</Badge> : null}
          {problems.words.map((words) => (
            <p>
              <ShownValue text={words} />
            </p>
          ))}
        </Alert>
      ) : null}
      <Facts facts={[...cellFacts(visit, table, problems.words.length > 0 ? cells : row), ...((await table.facts?.(visit, item)) ?? [])]} />
      {links}
    </>
  );
}

/** The form that changes a row: folded until somebody has sent it. @param sent what they typed. @param problems of that */
function changeFold(visit: Visit, table: EditedTable, item: Item, sent?: Typed, problems?: readonly FormProblem[]): Child {
  const typed = { ...toTypedRow(table, item, visit.now), ...sent };
  const usual = (
    <PostForm visit={visit} action={`${table.path}/save`} hidden={fieldsOfRow(table, item)} class={table.fields && "add-row"} data-asks="">
      {table.fields?.(visit, typed, problems) ?? <RowFields table={table} typed={typed} form="edit" problems={problems} />}
      <p class="actions">
        <SubmitButton text={e.save} />
      </p>
    </PostForm>
  );
  return (
    <FormFold text={e.edit} isOpen={sent !== undefined}>
      {table.mended?.(visit, item) ?? usual}
    </FormFold>
  );
}

/** Asks before it removes: a table that keeps a record of edits asks by a page that shows the effect. */
function removeForm(visit: Visit, table: EditedTable, item: Item): Child {
  const form = { visit, action: `${table.path}/remove`, hidden: fieldsOfRow(table, item) };
  if (table.write !== undefined) {
    return (
      <PostForm {...form} data-asks="">
        <SubmitButton text={`${frameTexts.remove}…`} class="danger" />
      </PostForm>
    );
  }
  return (
    <FormFold text={frameTexts.remove} class="button danger">
      <PostForm {...form}>
        <p class="hint">{e.removeHint}</p>
        <SubmitButton text={frameTexts.removeIt(shortenText(innerKey(table, toRow(item)), 80))} class="danger" />
      </PostForm>
    </FormFold>
  );
}

/** Fields that identify a form's row, as the page shows it. */
export function fieldsOfRow(table: EditedTable, item: Item): RepeatedForm["fields"] {
  return { ...keyFrom(table, (column) => String(item[column]?.S)), version: computeRowVersion(item) };
}

export async function saveRow(visit: Visit, described: EditedTable): Promise<Response> {
  const key = keyFrom(described, visit.field);
  const item = await described.rows(visit.world).get(key);
  const table = tableFor(visit, described, item);
  const typed = typedIn(visit, table);
  if (!isAsShown(visit, item)) return await notWritten(visit, described, item, typed);
  const long = longTexts(visit, table, typed, item);
  const wanted: Wanted =
    long.length > 0 ? { ok: false, problems: long } : (table.wanted?.(visit, key, typed, item) ?? wantedItem(table, key, typed, item));
  if (wanted.ok) return await write(visit, described, { before: item, after: wanted.item }, typed);
  return await notWritten(visit, described, item, typed, wanted.problems);
}

export async function removeRow(visit: Visit, table: EditedTable): Promise<Response> {
  const item = await table.rows(visit.world).get(keyFrom(table, visit.field));
  if (!isAsShown(visit, item)) return await notWritten(visit, table, item);
  return await write(visit, table, { before: item, after: undefined });
}

export async function putBackRow(visit: Visit, table: EditedTable): Promise<Response> {
  const key = keyFrom(table, visit.field);
  const after = await table.removed(visit, key);
  if (after !== undefined && (await writeRow(visit, table, { after }))) return visit.goTo(`${rowPath(table, key)}&done=back`);
  return await notWritten(visit, table, await table.rows(visit.world).get(key));
}

/** Makes an edit of a row that is as its page showed it. @param typed undefined for a removal */
async function write(visit: Visit, table: EditedTable, edit: RowEdit, typed?: Typed): Promise<Response> {
  const key = keyFrom(table, visit.field);
  const fields = { ...typed, ...key, version: visit.field("version") };
  const form = { action: `${table.path}/${typed ? "save" : "remove"}`, fields };
  const finishWrite = async (note?: string) => {
    if (note === undefined) return await notWritten(visit, table, await table.rows(visit.world).get(key), typed);
    return visit.goTo(typed ? `${rowPath(table, key)}&done=changed${note}` : listPath(table, key, `done=removed${note}`));
  };
  if (table.write !== undefined) return await table.write(visit, edit, form, finishWrite);
  const note = typed ? "" : `&${UNDO_PARAMETER}=${encodeURIComponent(innerKey(table, key))}`;
  return await finishWrite((await writeRow(visit, table, edit)) ? note : undefined);
}

/**
 * The row and the form with the typed values, to be sent again.
 * @param problems of what was typed. Without any, it says who changed the row first
 */
async function notWritten(
  visit: Visit,
  described: EditedTable,
  item: Item | undefined,
  typed?: Typed,
  problems?: readonly FormProblem[],
): Promise<Response> {
  const table = tableFor(visit, described, item);
  const key = keyFrom(table, visit.field);
  const name = shortenText(innerKey(table, key), 80);
  const page = problems ? { title: name, problems } : { title: e.conflictTitle(name), status: 409 as const };
  const by = problems ? [] : visit.features.map((feature) => feature.lastChange?.(visit, joinedKey(table, key)));
  return await pageWithForm(
    visit,
    { ...page, idOf: (field) => fieldId("edit", field), back: { path: listPath(table, key), text: e.back } },
    <>
      {problems ? null : (
        <Alert>
          {e.conflict} {await Promise.all(by)}
        </Alert>
      )}
      {typed && item ? <h2>{e.asItIs}</h2> : null}
      {await rowContent(visit, table, key, item, typed)}
      {typed && item ? <h2>{e.yourChange}</h2> : null}
      {item && <section class="card">{typed ? changeFold(visit, table, item, typed, problems) : removeForm(visit, table, item)}</section>}
    </>,
  );
}

/** A row's cells, the table's own columns first. The heading names its key. */
function cellFacts(visit: Visit, table: EditedTable, row: Row): readonly Fact[] {
  const own = table.columns.filter(({ name, kind }) => name in row || kind === "day").map(({ name }) => name);
  const names = [...new Set([...own, ...Object.keys(row).sort()])].filter((name) => !table.key.includes(name));
  return names.map((name): Fact => {
    const column = table.columns.find((each) => each.name === name && each.kind !== "text");
    const text = plainText(row[name]);
    return [formatName(table, name), column ? cellView(visit, table, column, text, false) : <ShownValue text={text} />];
  });
}
