import type { Child } from "hono/jsx";
import type { RowEdit } from "../../adapters/tables/edited-rows";
import { computeRowVersion, type Item, toRow } from "../../adapters/tables/item";
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
  keyFrom,
  listPath,
  type RepeatedForm,
  readAskedKey,
  rowPath,
  type Typed,
  tableFor,
  type Wanted,
} from "./described-table";
import { editorTexts as e } from "./editor-texts";
import { fieldId, isAsShown, RowFields, writeRow } from "./row-parts";
import { longTexts, toTypedRow, typedIn, wantedItem } from "./typed-row";

export async function rowPanel(visit: Visit, definition: EditedTable): Promise<Child | undefined> {
  const open = visit.queryAsTyped(OPEN_PARAMETER);
  if (open === "") return undefined;
  const key = readAskedKey(visit, definition, OPEN_PARAMETER);
  const item = await definition.rows(visit.world).get(key);
  const table = tableFor(visit, definition, item);
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
          {await removeForm(visit, table, item)}
        </footer>
      ) : null}
    </>
  );
}

async function rowContent(visit: Visit, table: EditedTable, key: Key, item: Item | undefined, typedCells?: Typed) {
  const links = await table.links?.(visit, key, item);
  if (item === undefined) {
    return (
      <>
        <p>{e.gone}</p>
        {typedCells && (
          <Facts facts={cellFacts(visit, table, Object.fromEntries(Object.entries(typedCells).filter(([, text]) => text !== "")))} />
        )}
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
          {problems.expired ? (
            <p>
              <Badge tone="warn">{e.expired}</Badge>
            </p>
          ) : null}
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

/** Folded until somebody has sent the form. */
function changeFold(visit: Visit, table: EditedTable, item: Item, sentCells?: Typed, problems?: readonly FormProblem[]): Child {
  const typedCells = { ...toTypedRow(table, item, visit.now), ...sentCells };
  const usual = (
    <PostForm visit={visit} action={`${table.path}/save`} hidden={fieldsOfRow(table, item)} class={table.fields && "add-row"} data-asks="">
      {table.fields?.(visit, typedCells, problems) ?? <RowFields table={table} typed={typedCells} form="edit" problems={problems} />}
      <p class="actions">
        <SubmitButton text={e.save} />
      </p>
    </PostForm>
  );
  return (
    <FormFold text={e.edit} isOpen={sentCells !== undefined}>
      {table.mended?.(visit, item) ?? usual}
    </FormFold>
  );
}

/** If the table has `write`, the question is on a page that shows the effect of the removal. Otherwise the form itself asks. */
async function removeForm(visit: Visit, table: EditedTable, item: Item): Promise<Child> {
  const form = { visit, action: `${table.path}/remove`, hidden: fieldsOfRow(table, item) };
  if (table.write !== undefined) {
    return (
      <PostForm {...form} data-asks="">
        <SubmitButton text={`${frameTexts.remove}…`} class="danger" />
      </PostForm>
    );
  }
  const remarks = (await table.removal?.(visit, keyOfItem(table, item))) ?? [];
  return (
    <FormFold text={frameTexts.remove} class="button danger">
      <PostForm {...form}>
        {[...remarks, e.removeHint].map((text) => (
          <p class="hint">{text}</p>
        ))}
        <SubmitButton text={frameTexts.removeIt(shortenText(innerKey(table, toRow(item)), 80))} class="danger" />
      </PostForm>
    </FormFold>
  );
}

function keyOfItem(table: EditedTable, item: Item): Key {
  return keyFrom(table, (column) => String(item[column]?.S));
}

export function fieldsOfRow(table: EditedTable, item: Item): RepeatedForm["fields"] {
  return { ...keyOfItem(table, item), version: computeRowVersion(item) };
}

export async function saveRow(visit: Visit, definition: EditedTable): Promise<Response> {
  const key = keyFrom(definition, visit.field);
  const item = await definition.rows(visit.world).get(key);
  const table = tableFor(visit, definition, item);
  const typedCells = typedIn(visit, table);
  if (!isAsShown(visit, item)) return await answerUnwritten(visit, definition, item, typedCells);
  const long = longTexts(visit, table, typedCells, item);
  const wantedRow: Wanted =
    long.length > 0
      ? { ok: false, problems: long }
      : (table.wanted?.(visit, key, typedCells, item) ?? wantedItem(visit, table, key, typedCells, item));
  if (wantedRow.ok) return await write(visit, definition, { before: item, after: wantedRow.item }, typedCells);
  return await answerUnwritten(visit, definition, item, typedCells, wantedRow.problems);
}

export async function removeRow(visit: Visit, table: EditedTable): Promise<Response> {
  const item = await table.rows(visit.world).get(keyFrom(table, visit.field));
  if (!isAsShown(visit, item)) return await answerUnwritten(visit, table, item);
  return await write(visit, table, { before: item, after: undefined });
}

export async function putBackRow(visit: Visit, table: EditedTable): Promise<Response> {
  const key = keyFrom(table, visit.field);
  const after = await table.removed(visit, key);
  if (after !== undefined && (await writeRow(visit, table, { after }))) return visit.goTo(`${rowPath(table, key)}&done=back`);
  return await answerUnwritten(visit, table, await table.rows(visit.world).get(key));
}

async function write(visit: Visit, table: EditedTable, edit: RowEdit, typedCells?: Typed): Promise<Response> {
  const key = keyFrom(table, visit.field);
  const fields = { ...typedCells, ...key, version: visit.field("version") };
  const form = { action: `${table.path}/${typedCells ? "save" : "remove"}`, fields };
  const finishWrite = async (note?: string) => {
    if (note === undefined) return await answerUnwritten(visit, table, await table.rows(visit.world).get(key), typedCells);
    return visit.goTo(typedCells ? `${rowPath(table, key)}&done=changed${note}` : listPath(table, key, `done=removed${note}`));
  };
  if (table.write !== undefined) return await table.write(visit, edit, form, finishWrite);
  const note = typedCells ? "" : `&${UNDO_PARAMETER}=${encodeURIComponent(innerKey(table, key))}`;
  return await finishWrite((await writeRow(visit, table, edit)) ? note : undefined);
}

async function answerUnwritten(
  visit: Visit,
  definition: EditedTable,
  item: Item | undefined,
  typedCells?: Typed,
  problems?: readonly FormProblem[],
): Promise<Response> {
  const table = tableFor(visit, definition, item);
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
      {typedCells && item ? <h2>{e.asItIs}</h2> : null}
      {await rowContent(visit, table, key, item, typedCells)}
      {typedCells && item ? <h2>{e.yourChange}</h2> : null}
      {item && (
        <section class="card">
          {typedCells ? changeFold(visit, table, item, typedCells, problems) : await removeForm(visit, table, item)}
        </section>
      )}
    </>,
  );
}

/** The table's own columns come first. The key is left out, because the heading contains it. */
function cellFacts(visit: Visit, table: EditedTable, row: Row): readonly Fact[] {
  const ownNames = table.columns.filter(({ name, kind }) => name in row || kind === "day").map(({ name }) => name);
  const names = [...new Set([...ownNames, ...Object.keys(row).sort()])].filter((name) => !table.key.includes(name));
  return names.map((name): Fact => {
    const column = table.columns.find((each) => each.name === name && each.kind !== "text");
    const text = plainText(row[name]);
    return [formatName(table, name), column ? cellView(visit, table, column, text, false) : <ShownValue text={text} />];
  });
}
