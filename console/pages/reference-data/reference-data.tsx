import { type Item, toRow } from "../../../adapters/tables/item";
import { expiryTime } from "../../../engine/access-list/row";
import { canBeKey } from "../../../engine/sign-up/key-limits";
import type { ConsoleRoute, Visit } from "../../app/visit";
import { withPlainLines } from "../../editor/cells";
import { mapInOrder } from "../../editor/map-in-order";
import { writeRow } from "../../editor/row-edits";
import { Alert } from "../../parts/alert";
import { Table } from "../../parts/table";
import { ShownValue, shortened } from "../../parts/value";
import { frameTexts } from "../../texts/frame-texts";
import { free, oneValue, removeValue, save } from "./one-value";
import { AddForm, BackLink, listPath, MAX_LINES, ProblemList, Refusal, type TypedValues, valuePath } from "./reference-data-parts";
import { isFlagged, valuesFrom } from "./reference-data-search";
import { referenceDataTexts } from "./reference-data-texts";
import { ledgerIds, problemsOf, readList, readValue, usesIn } from "./reference-row";

/** Rows that the overview counts. */
const MAX_COUNTED = 10_000;
const nothingTyped: TypedValues = { list: "", lines: "", note: "", expiresAt: "" };

const number = (count: number) => count.toLocaleString("en");

async function overview(visit: Visit): Promise<Response> {
  const t = visit.say(referenceDataTexts);
  const { counts, cut } = await visit.world.referenceData.lists(MAX_COUNTED);
  const lists = [...counts].sort(([one], [other]) => (one < other ? -1 : 1));
  return await visit.page(
    t.title,
    <>
      <p>{t.intro}</p>
      {cut ? <p class="note warn">{t.cutLists(number(MAX_COUNTED))}</p> : null}
      <Table
        caption={t.caption}
        columns={[{ name: t.list }, { name: t.count, number: true }]}
        rows={lists.map(([list, count]) => [
          <a href={listPath(list)}>
            <bdi class="value">{shortened(list, 80)}</bdi>
          </a>,
          cut ? t.atLeast(number(count)) : number(count),
        ])}
        empty={t.noLists}
      />
      <form class="card narrow" method="get" action="/reference-data/list">
        <p>
          <label for="list">{t.openList}</label>
          <input id="list" name="list" required aria-describedby="list-hint" autocomplete="off" spellcheck={false} />
          <small id="list-hint">{t.listHint}</small>
        </p>
        <button type="submit" class="quiet">
          {t.open}
        </button>
      </form>
      {visit.may("Administrator") ? <AddForm visit={visit} typed={nothingTyped} given={false} /> : null}
    </>,
  );
}

async function list(visit: Visit): Promise<Response> {
  const t = visit.say(referenceDataTexts);
  const name = readList(visit.query("list"));
  if (name === undefined) return visit.goTo("/reference-data");
  const found = await valuesFrom(visit, name);
  const done = doneWords(visit);
  return await visit.page(
    t.one(shortened(name, 80)),
    <>
      {done === undefined ? null : <Alert kind="good">{done}</Alert>}
      <SearchForm visit={visit} list={name} />
      {found.cut ? <p class="note warn">{t.cut}</p> : null}
      <Values visit={visit} list={name} items={found.items} uses={await usesOf(visit, name, found.items)} />
      {found.next === undefined ? null : (
        <p>
          <a class="button quiet" href={`${listPath(name)}&${new URLSearchParams({ q: visit.query("q"), after: found.next })}`}>
            {t.more}
          </a>
        </p>
      )}
      {visit.may("Administrator") ? <AddForm visit={visit} typed={{ ...nothingTyped, list: name }} given /> : null}
      <BackLink path="/reference-data" text={t.back} />
    </>,
  );
}

/** Said once after a change; numbers alone come from the address. */
function doneWords(visit: Visit): string | undefined {
  const t = visit.say(referenceDataTexts);
  const [added, there] = [Number(visit.query("added")), Number(visit.query("there"))];
  if (visit.query("done") !== "added") return visit.done(t.done);
  return Number.isSafeInteger(added) && Number.isSafeInteger(there) ? t.added(added, there) : undefined;
}

/** How many people have used each value, by its text; those that nobody has used are left out. */
async function usesOf({ world }: Visit, list: string, items: readonly Item[]): Promise<ReadonlyMap<string, number>> {
  const values = items.map(({ value }) => String(value?.S));
  const ids = [...new Set(values.flatMap((value) => ledgerIds(list, value)))].filter((id) => canBeKey(id));
  const rows = await world.rows.read(ids.map((id) => ({ table: "ledger", key: { id } })));
  const byId = new Map([...rows.values()].map((row) => [String(row.id), usesIn(row)]));
  return new Map(
    values.flatMap((value) => {
      const uses = ledgerIds(list, value).flatMap((id) => byId.get(id) ?? [])[0];
      return uses === undefined ? [] : [[value, uses] as const];
    }),
  );
}

function SearchForm({ visit, list: name }: { readonly visit: Visit; readonly list: string }) {
  const t = visit.say(referenceDataTexts);
  return (
    <form class="card narrow" method="get" action="/reference-data/list">
      <input type="hidden" name="list" value={name} />
      <p>
        <label for="q">{t.searchLabel}</label>
        <input id="q" name="q" value={visit.query("q")} autocomplete="off" spellcheck={false} />
      </p>
      <p>
        <label>
          <input type="checkbox" name="problem" value="1" checked={isFlagged(visit)} /> {t.flaggedOnly}
        </label>
      </p>
      <button type="submit">{t.search}</button>
    </form>
  );
}

interface ValuesProps {
  readonly visit: Visit;
  readonly list: string;
  readonly items: readonly Item[];
  readonly uses: ReadonlyMap<string, number>;
}

/** The column of uses is there for codes: where somebody has used one. */
function Values({ visit, list: name, items, uses }: ValuesProps) {
  const t = visit.say(referenceDataTexts);
  const { characters } = visit.say(frameTexts);
  const counted = uses.size > 0;
  return (
    <>
      <Table
        caption={t.values}
        columns={[
          { name: t.value },
          ...(counted ? [{ name: t.taken, number: true as const }] : []),
          ...[t.expiresAt, t.note, t.problem].map((each) => ({ name: each })),
        ]}
        rows={items.map((item) => {
          const row = toRow(item);
          const value = String(row.value);
          return [
            <a href={valuePath(name, value)}>
              <bdi class="value">{shortened(value, 80)}</bdi>
            </a>,
            ...(counted ? [number(uses.get(value) ?? 0)] : []),
            row.expiresAt === undefined ? null : shortened(String(row.expiresAt), 40),
            row.note === undefined ? null : <ShownValue text={String(row.note)} characters={characters} />,
            <ProblemList visit={visit} problems={problemsOf(row, visit.now)} />,
          ];
        })}
        empty={t.none}
      />
      {counted ? <p class="hint">{t.takenHint}</p> : null}
    </>
  );
}

/** Adds one or several values; nothing is written if one cannot be. Values that are there stay as they are. */
async function add(visit: Visit): Promise<Response> {
  const t = visit.say(referenceDataTexts);
  const typed: TypedValues = {
    list: visit.field("list"),
    lines: withPlainLines(visit.field("lines")),
    note: visit.field("note"),
    expiresAt: visit.field("expiresAt").trim(),
  };
  const read = readTyped(visit, typed);
  if (!read.ok) {
    const content = (
      <>
        <Refusal visit={visit} problems={read.problems} />
        <AddForm visit={visit} typed={typed} given={false} />
        <BackLink path="/reference-data" text={t.back} />
      </>
    );
    return await visit.page(t.title, content, { status: 400 });
  }
  let added = 0;
  await mapInOrder(read.items, async (item) => {
    if (await addOne(visit, item)) added += 1;
  });
  return visit.goTo(`${listPath(read.list)}&done=added&added=${added}&there=${read.items.length - added}`);
}

/** One that is there leaves no entry in the trail. */
async function addOne(visit: Visit, item: Item): Promise<boolean> {
  const { referenceData } = visit.world;
  const [list, value] = [String(item.list?.S), String(item.value?.S)];
  if ((await referenceData.get({ list, value })) !== undefined) return false;
  const edit = { what: "reference-data", subject: `${list}/${value}`, before: undefined, after: item };
  return await writeRow(visit, referenceData, edit);
}

type ValuesRead =
  | { readonly ok: true; readonly list: string; readonly items: readonly Item[] }
  | { readonly ok: false; readonly problems: readonly string[] };

function readTyped(visit: Visit, typed: TypedValues): ValuesRead {
  const t = visit.say(referenceDataTexts);
  const list = readList(typed.list);
  const lines = typed.lines.split("\n").map((line, index) => ({ line, number: index + 1 }));
  const filled = lines.filter(({ line }) => line.trim() !== "");
  const problems = [
    ...(list === undefined ? [t.badList] : []),
    ...(filled.length === 0 ? [t.noValues] : []),
    ...(filled.length > MAX_LINES ? [t.tooMany(number(MAX_LINES))] : []),
    ...(typed.expiresAt !== "" && expiryTime(typed.expiresAt) === undefined ? [t.badDate] : []),
    ...filled.slice(0, MAX_LINES).flatMap(({ line, number: at }) => (readValue(line) === undefined ? [t.badLine(at)] : [])),
  ];
  if (list === undefined || problems.length > 0) return { ok: false, problems };
  const values = [...new Set(filled.flatMap(({ line }) => readValue(line) ?? []))];
  const more: Item = {
    ...(typed.note !== "" && { note: { S: typed.note } }),
    ...(typed.expiresAt !== "" && { expiresAt: { S: typed.expiresAt } }),
  };
  return { ok: true, list, items: values.map((value) => ({ list: { S: list }, value: { S: value }, ...more })) };
}

export const routes: readonly ConsoleRoute[] = [
  { method: "GET", path: "/reference-data", access: "Reader", handler: overview },
  { method: "GET", path: "/reference-data/list", access: "Reader", handler: list },
  { method: "GET", path: "/reference-data/value", access: "Reader", handler: oneValue },
  { method: "POST", path: "/reference-data/add", access: "Administrator", handler: add },
  { method: "POST", path: "/reference-data/save", access: "Administrator", handler: save },
  { method: "POST", path: "/reference-data/remove", access: "Administrator", handler: removeValue },
  { method: "POST", path: "/reference-data/free", access: "Administrator", handler: free },
];
