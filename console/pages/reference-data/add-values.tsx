import type { Child } from "hono/jsx";
import { type Item, toRow } from "../../../adapters/tables/item";
import type { Visit } from "../../app/visit";
import type { Typed } from "../../editor/cells";
import { withPlainLines } from "../../editor/cells";
import { type EditedTable, type Key, keyFrom, listPath, rowPath } from "../../editor/described-table";
import { editorTexts } from "../../editor/editor-texts";
import { fieldId, RowFields } from "../../editor/row-fields";
import { nameOf, Refusal } from "../../editor/row-parts";
import { isAsShown, mapInOrder, VersionField, writeRow } from "../../editor/row-writes";
import { longTexts, typedIn, wantedItem } from "../../editor/typed-row";
import { BackLink, refusalPage } from "../../parts/back-link";
import { described, FieldNotes, type FormProblem, InputField, problemOf } from "../../parts/forms";
import { shortened } from "../../parts/value";
import { referenceDataTexts } from "./reference-data-texts";
import { ledgerIds, readListName, readValue, usesIn } from "./reference-row";

/** Values that one form may add. */
const MAX_LINES = 500;

interface AddValuesProps {
  readonly visit: Visit;
  readonly table: EditedTable;
  readonly list: string;
  /** Whether the list is fixed, or typed too. */
  readonly given: boolean;
  readonly typed: Typed;
  readonly lines: string;
  /** Why what was typed cannot be saved. */
  readonly problems?: readonly FormProblem[];
}

/** The form for new values of a list: one per line, all with the same note and end. */
export function AddValues({ visit, table, list, given, typed, lines, problems = [] }: AddValuesProps) {
  const t = visit.say(referenceDataTexts);
  const linesHint = t.addHint(MAX_LINES.toLocaleString("en"));
  return (
    <form class="card" method="post" action="/reference-data/add">
      <h2>{t.add}</h2>
      {visit.formToken}
      {given ? (
        <input type="hidden" name="list" value={list} />
      ) : (
        <p>
          <InputField
            id="add-list"
            name="list"
            label={nameOf(visit, table, "list")}
            hint={t.listHint}
            value={list}
            problem={problemOf(problems, "list")}
            required
          />
        </p>
      )}
      <p>
        <label for="lines">{t.lines}</label>
        <textarea id="lines" name="lines" required spellcheck={false} {...described("lines", linesHint, problemOf(problems, "lines"))}>
          {/* The first line end of a text area is not part of it. */}
          {`\n${lines}`}
        </textarea>
        <FieldNotes id="lines" hint={linesHint} problem={problemOf(problems, "lines")} />
      </p>
      <RowFields visit={visit} table={table} typed={typed} form="add" problems={problems} />
      <button type="submit">{visit.say(editorTexts).addButton}</button>
    </form>
  );
}

/** Adds one or several values; nothing is written if one of them cannot be. Existing values stay as they are. */
export async function addValues(visit: Visit, table: EditedTable): Promise<Response> {
  const t = visit.say(referenceDataTexts);
  const typed = typedIn(visit, table);
  const form = { list: visit.field("list"), lines: withPlainLines(visit.field("lines")) };
  const read = readValues(visit, table, form, typed);
  if (!read.ok) {
    const content = (
      <>
        <Refusal visit={visit} problems={read.problems} idOf={(field) => (field === "lines" ? field : fieldId("add", field))} />
        <AddValues visit={visit} table={table} given={false} typed={typed} problems={read.problems} {...form} />
        <BackLink path="/reference-data" text={t.allLists} />
      </>
    );
    return await visit.page(t.title, content, { status: 400 });
  }
  let added = 0;
  await mapInOrder(read.items, async (item) => {
    if (await addOne(visit, table, item)) added += 1;
  });
  return visit.goTo(listPath(table, { list: read.list }, `done=added&added=${added}&there=${read.items.length - added}`));
}

/** A value that exists leaves no entry in the trail. */
async function addOne(visit: Visit, table: EditedTable, item: Item): Promise<boolean> {
  const key = { list: String(item.list?.S), value: String(item.value?.S) };
  return (await table.rows(visit.world).get(key)) === undefined && (await writeRow(visit, table, key, { before: undefined, after: item }));
}

type ValuesRead =
  | { readonly ok: true; readonly list: string; readonly items: readonly Item[] }
  | { readonly ok: false; readonly problems: readonly FormProblem[] };

function readValues(visit: Visit, table: EditedTable, form: Pick<AddValuesProps, "list" | "lines">, typed: Typed): ValuesRead {
  const t = visit.say(referenceDataTexts);
  const list = readListName(form.list);
  const ofLines = (text: string) => ({ field: "lines", text });
  const lines = form.lines.split("\n").map((line, index) => ({ line, number: index + 1 }));
  const filled = lines.filter(({ line }) => line.trim() !== "");
  const values = new Set(filled.slice(0, MAX_LINES).flatMap(({ line }) => readValue(line) ?? []));
  const wanted = [...values].map((value) => wantedItem(visit, table, { list: list ?? "", value }, typed));
  const problems = [
    ...(list === undefined ? [{ field: "list", text: t.badList }] : []),
    ...(filled.length === 0 ? [ofLines(t.noValues)] : []),
    ...(filled.length > MAX_LINES ? [ofLines(t.tooMany(MAX_LINES.toLocaleString("en")))] : []),
    // The same for every value.
    ...longTexts(visit, table, typed),
    ...(wanted.find((each) => !each.ok)?.problems ?? []),
    ...filled.slice(0, MAX_LINES).flatMap(({ line, number }) => (readValue(line) === undefined ? [ofLines(t.badLine(number))] : [])),
  ];
  if (list === undefined || problems.length > 0) return { ok: false, problems };
  return { ok: true, list, items: wanted.flatMap((each) => (each.ok ? [each.item] : [])) };
}

/** Shows who used a code, and the form that frees it. Undefined if nobody has used it. */
export async function codeUses(visit: Visit, { list = "", value = "" }: Key): Promise<Child | undefined> {
  if (list === "" || value === "") return undefined;
  const hashes = await visit.world.hashes();
  const rows = await Promise.all(ledgerIds(list, value, hashes).map((id) => visit.world.ledger.get({ id })));
  const uses = rows.filter((row) => row !== undefined);
  return uses.length === 0 ? undefined : uses.map((use) => <CodeUse visit={visit} list={list} value={value} use={use} />);
}

interface CodeUseProps {
  readonly visit: Visit;
  readonly list: string;
  readonly value: string;
  readonly use: Item;
}

function CodeUse({ visit, list, value, use }: CodeUseProps) {
  const t = visit.say(referenceDataTexts);
  const id = String(use.id?.S);
  return (
    <section class="card">
      <h2>{t.uses}</h2>
      <p>
        {t.usesBy(usesIn(toRow(use)))} <code>{shortened(id)}</code>
      </p>
      {visit.may("Administrator") ? (
        <form method="post" action="/reference-data/free">
          {visit.formToken}
          <input type="hidden" name="list" value={list} />
          <input type="hidden" name="value" value={value} />
          <input type="hidden" name="id" value={id} />
          <VersionField item={use} />
          <p class="hint">{t.freeHint}</p>
          <button type="submit" class="danger">
            {t.free}
          </button>
        </form>
      ) : null}
    </section>
  );
}

/** Lets a code be used as if nobody had. Only rows of the ledger that count this value's uses can go. */
export async function free(visit: Visit, table: EditedTable): Promise<Response> {
  const t = visit.say(referenceDataTexts);
  const key = keyFrom(table, visit.field);
  const { list = "", value = "" } = key;
  const hashes = await visit.world.hashes();
  const id = ledgerIds(list, value, hashes).find((each) => each === visit.field("id"));
  const use = id === undefined ? undefined : await visit.world.ledger.get({ id });
  if (use !== undefined && (await freed(visit, use))) return visit.goTo(`${rowPath(table, key)}&done=freed`);
  const why = use === undefined ? t.noSuchUse : t.useChanged;
  return await refusalPage(visit, { title: t.title, why, back: { path: rowPath(table, key), text: shortened(value, 80) }, status: 409 });
}

async function freed(visit: Visit, use: Item): Promise<boolean> {
  const { world, session, now } = visit;
  if (!isAsShown(visit, use)) return false;
  const entry = {
    by: session.subject,
    name: session.name,
    action: "ledger.freed",
    subject: String(use.id?.S),
    before: { people: usesIn(toRow(use)) },
  };
  return await world.audit.audited(entry, now, () => world.ledger.remove(use));
}
