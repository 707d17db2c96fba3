import { marshall } from "@aws-sdk/util-dynamodb";
import { type Item, toRow } from "../../../adapters/tables/item";
import { keptBeside } from "../../../adapters/tables/list-writer";
import { describeEntry, lastDay } from "../../../engine/access-list/describe-entry";
import { entryKey, readEntry } from "../../../engine/access-list/entry";
import { type FileRow, type FileRowRead, readCells } from "../../../engine/access-list/files/row";
import { inMemory } from "../../../engine/access-list/files/workspace";
import type { ConsoleRoute, Visit } from "../../app/visit";
import { withPlainLines } from "../../editor/cells";
import { EditForms } from "../../editor/edit-forms";
import { versionOf } from "../../editor/row-version";
import { Alert } from "../../parts/alert";
import { Table } from "../../parts/table";
import { ShownValue, shortened } from "../../parts/value";
import { frameTexts } from "../../texts/frame-texts";
import { whatIf } from "./access-list-check";
import { BackToList, EffectTag, EntryFields, EntryRow, entryPath, type Typed, Wanted } from "./access-list-parts";
import { accessListTexts } from "./access-list-texts";
import { entriesUnder, planRows, writeEntry, writePlan } from "./access-list-write";

const SHOWN = 100;
/** Rows that a search by beginning reads at most: some 20 pages of the table. */
const MAX_READ = 10_000;

async function list(visit: Visit): Promise<Response> {
  const t = visit.say(accessListTexts);
  const { items, cut } = await search(visit);
  const done = visit.done(t.done);
  return await visit.page(
    t.title,
    <>
      {done === undefined ? null : <Alert kind="good">{done}</Alert>}
      <SearchForm visit={visit} />
      {cut ? <p class="note warn">{t.cut}</p> : null}
      <Entries visit={visit} items={items} />
      <p class="actions">
        <a class="button quiet" href="/access-list/check">
          {t.whatIf}
        </a>
        <a class="button quiet" href="/access-list/export.csv">
          {t.exportButton}
        </a>
        {visit.may("Administrator") ? (
          <a class="button quiet" href="/access-list/import">
            {t.importButton}
          </a>
        ) : null}
      </p>
      {visit.may("Administrator") ? (
        <AddForm visit={visit} entry="" typed={{ effect: "allow", issuer: "", expiresAt: "", note: "" }} />
      ) : null}
    </>,
  );
}

/** Rows of that very entry, wherever they stand in a list of any length; else those that begin like that. */
async function search(visit: Visit): Promise<{ readonly items: readonly Item[]; readonly cut: boolean }> {
  const text = visit.query("q");
  const flagged = visit.query("problem") === "1";
  const read = readEntry(text);
  const keys = text === "" ? [] : [text, ...(read.ok ? [entryKey(read.entry, "allow"), entryKey(read.entry, "deny")] : [])];
  const exact = flagged ? [] : [...(await entriesUnder(visit, keys)).values()];
  const items = new Map(exact.map((item) => [String(item.entry?.S), item]));
  const beginning = text.toLowerCase();
  let count = 0;
  for await (const page of visit.world.accessList.pages()) {
    for (const item of page) {
      count += 1;
      const entry = String(item.entry?.S);
      if (!entry.toLowerCase().startsWith(beginning) || (flagged && describeEntry(toRow(item), visit.now).problem === undefined)) continue;
      if (items.size >= SHOWN && !items.has(entry)) return { items: [...items.values()], cut: true };
      items.set(entry, item);
    }
    if (count >= MAX_READ) return { items: [...items.values()], cut: true };
  }
  return { items: [...items.values()].sort((a, b) => (String(a.entry?.S) < String(b.entry?.S) ? -1 : 1)), cut: false };
}

function SearchForm({ visit }: { readonly visit: Visit }) {
  const t = visit.say(accessListTexts);
  return (
    <form class="card" method="get" action="/access-list">
      <div class="fields">
        <div>
          <label for="q">{t.searchLabel}</label>
          <input id="q" name="q" value={visit.query("q")} aria-describedby="q-hint" autocomplete="off" spellcheck={false} />
          <small id="q-hint">{t.searchHint}</small>
        </div>
        <div>
          <label>
            <input type="checkbox" name="problem" value="1" checked={visit.query("problem") === "1"} /> {t.flaggedOnly}
          </label>
        </div>
      </div>
      <button type="submit">{t.search}</button>
    </form>
  );
}

function Entries({ visit, items }: { readonly visit: Visit; readonly items: readonly Item[] }) {
  const t = visit.say(accessListTexts);
  const { characters } = visit.say(frameTexts);
  return (
    <Table
      caption={t.caption}
      columns={[t.entry, t.effect, t.issuer, t.expiresAt, t.note, t.problem].map((name) => ({ name }))}
      rows={items.map((item) => {
        const row = describeEntry(toRow(item), visit.now);
        return [
          <a href={entryPath(row.entry)}>
            <bdi class="value">{shortened(row.entry, 80)}</bdi>
          </a>,
          <EffectTag visit={visit} row={row} />,
          row.issuer === undefined ? null : <bdi class="value">{shortened(row.issuer, 60)}</bdi>,
          row.expiresAt && lastDay(row.expiresAt),
          row.note === undefined ? null : <ShownValue text={row.note} characters={characters} />,
          row.problem === undefined ? null : <ShownValue text={row.problem} characters={characters} />,
        ];
      })}
      empty={t.none}
    />
  );
}

interface AddFormProps {
  readonly visit: Visit;
  readonly entry: string;
  readonly typed: Typed;
}

function AddForm({ visit, entry, typed }: AddFormProps) {
  const t = visit.say(accessListTexts);
  return (
    <form class="card" method="post" action="/access-list/add">
      <h2>{t.add}</h2>
      {visit.formToken}
      <p>
        <label for="entry">{t.entry}</label>
        <input id="entry" name="entry" value={entry} required aria-describedby="entry-hint" autocomplete="off" spellcheck={false} />
        <small id="entry-hint">{t.searchHint}</small>
      </p>
      <EntryFields visit={visit} typed={typed} name="add" />
      <button type="submit">{t.addButton}</button>
    </form>
  );
}

function typedIn(visit: Visit): Typed {
  return {
    effect: visit.field("effect"),
    issuer: visit.field("issuer").trim(),
    expiresAt: visit.field("expiresAt").trim(),
    note: withPlainLines(visit.field("note")),
  };
}

/** An empty field is a cell that is not there. */
function rowFrom(entry: string, typed: Typed): FileRowRead {
  return readCells({ entry, ...Object.fromEntries(Object.entries(typed).filter(([, text]) => text !== "")) });
}

async function add(visit: Visit): Promise<Response> {
  const t = visit.say(accessListTexts);
  const typed = typedIn(visit);
  const entry = visit.field("entry").trim();
  const read = rowFrom(entry, typed);
  if (!read.ok) {
    const content = (
      <>
        <Alert>
          <p>{`${t.notReadable}: ${read.problem}.`}</p>
        </Alert>
        <AddForm visit={visit} entry={entry} typed={typed} />
        <BackToList visit={visit} />
      </>
    );
    return await visit.page(t.title, content, { status: 400 });
  }
  const { row } = read;
  const rows = inMemory.groups<FileRow>("added");
  rows.add(row.entry, row);
  const plan = await planRows(visit, rows);
  const exists = () => showExisting(visit, row.entry);
  if (plan.standing.has(row.entry)) return await exists();
  const { lost } = await writePlan(visit, plan);
  return lost.length > 0 ? await exists() : visit.goTo("/access-list?done=added");
}

function showExisting(visit: Visit, key: string): Promise<Response> {
  const t = visit.say(accessListTexts);
  return visit.page(
    t.existsTitle,
    <>
      <Alert>
        <p>{t.exists}</p>
      </Alert>
      <p>
        <a class="button" href={entryPath(key)}>
          {t.open}
        </a>
      </p>
      <BackToList visit={visit} />
    </>,
    { status: 409 },
  );
}

async function entry(visit: Visit): Promise<Response> {
  const item = await visit.world.accessList.get(visit.queryAsTyped("key"));
  return item === undefined ? await showGone(visit) : await showEntry(visit, item);
}

function showGone(visit: Visit): Promise<Response> {
  const t = visit.say(accessListTexts);
  const content = (
    <>
      <p>{t.gone}</p>
      <BackToList visit={visit} />
    </>
  );
  return visit.page(t.title, content, { status: 404 });
}

function textOf(cell: unknown): string {
  if (cell === undefined) return "";
  return typeof cell === "string" ? cell : JSON.stringify(cell);
}

/** @param refused what was typed and why it cannot be saved, if it was tried */
function showEntry(visit: Visit, item: Item, refused?: { readonly typed: Typed; readonly problem: string }): Promise<Response> {
  const t = visit.say(accessListTexts);
  const cells = toRow(item);
  const row = describeEntry(cells, visit.now);
  const typed = refused?.typed ?? {
    effect: row.effect,
    issuer: textOf(cells.issuer),
    expiresAt: textOf(cells.expiresAt),
    note: textOf(cells.note),
  };
  const hidden = (
    <>
      {visit.formToken}
      <input type="hidden" name="key" value={row.entry} />
      <input type="hidden" name="version" value={versionOf(item)} />
    </>
  );
  return visit.page(
    shortened(row.entry, 80),
    <>
      {refused === undefined ? null : (
        <Alert>
          <p>{`${t.notReadable}: ${refused.problem}.`}</p>
        </Alert>
      )}
      {visit.query("done") === "changed" ? <Alert kind="good">{t.done.changed}</Alert> : null}
      <h2>{t.counts}</h2>
      <EntryRow visit={visit} row={row} />
      {visit.may("Administrator") ? (
        <EditForms path="/access-list" texts={t} hidden={hidden}>
          <EntryFields visit={visit} typed={typed} name="edit" />
        </EditForms>
      ) : null}
      <BackToList visit={visit} />
    </>,
    { status: refused === undefined ? 200 : 400 },
  );
}

/** The row that a form speaks of, if it still stands as the form's page showed it. */
async function standingFor(visit: Visit): Promise<{ readonly item: Item | undefined; readonly asShown: boolean }> {
  const item = await visit.world.accessList.get(visit.field("key"));
  return { item, asShown: item !== undefined && versionOf(item) === visit.field("version") };
}

async function save(visit: Visit): Promise<Response> {
  const key = visit.field("key");
  const typed = typedIn(visit);
  const { item, asShown } = await standingFor(visit);
  if (item === undefined || !asShown) return await showConflict(visit, item, typed);
  const cells = toRow(item);
  const read = rowFrom(textOf(cells.typed ?? cells.entry), typed);
  if (!read.ok) return await showEntry(visit, item, { typed, problem: read.problem });
  const { looser: _, typed: __, entry: ___, ...wanted } = read.row;
  // The key stays: if the new effect wants another one, the hygiene worker moves the row within seconds.
  const after: Item = { ...keptBeside(item), ...marshall({ entry: key, ...wanted }), ...(item.typed && { typed: item.typed }) };
  if (!(await writeEntry(visit, key, item, after))) return await showConflict(visit, await visit.world.accessList.get(key), typed);
  return visit.goTo(`${entryPath(key)}&done=changed`);
}

async function remove(visit: Visit): Promise<Response> {
  const key = visit.field("key");
  const { item, asShown } = await standingFor(visit);
  if (item === undefined || !asShown) return await showConflict(visit, item, undefined);
  if (!(await writeEntry(visit, key, item, undefined))) return await showConflict(visit, await visit.world.accessList.get(key), undefined);
  return visit.goTo("/access-list?done=removed");
}

function showConflict(visit: Visit, item: Item | undefined, typed: Typed | undefined): Promise<Response> {
  const t = visit.say(accessListTexts);
  const key = visit.field("key");
  return visit.page(
    t.conflictTitle,
    <>
      <Alert>
        <p>{t.conflict}</p>
      </Alert>
      <h2>{t.conflictNow}</h2>
      {item === undefined ? <p>{t.conflictGone}</p> : <EntryRow visit={visit} row={describeEntry(toRow(item), visit.now)} />}
      {typed === undefined ? null : (
        <>
          <h2>{t.conflictYours}</h2>
          <Wanted typed={{ [t.effect]: typed.effect, [t.issuer]: typed.issuer, [t.expiresAt]: typed.expiresAt, [t.note]: typed.note }} />
        </>
      )}
      {item === undefined ? null : (
        <p>
          <a class="button" href={entryPath(key)}>
            {t.open}
          </a>
        </p>
      )}
      <BackToList visit={visit} />
    </>,
    { status: 409 },
  );
}

export const routes: readonly ConsoleRoute[] = [
  { method: "GET", path: "/access-list", access: "Reader", handler: list },
  { method: "GET", path: "/access-list/entry", access: "Reader", handler: entry },
  { method: "GET", path: "/access-list/check", access: "Reader", handler: whatIf },
  { method: "POST", path: "/access-list/add", access: "Administrator", handler: add },
  { method: "POST", path: "/access-list/save", access: "Administrator", handler: save },
  { method: "POST", path: "/access-list/remove", access: "Administrator", handler: remove },
];
