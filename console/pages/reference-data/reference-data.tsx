import type { Item } from "../../../adapters/tables/item";
import { canBeKey } from "../../../engine/sign-up/records";
import type { ConsoleRoute, Visit } from "../../app/visit";
import { type EditedTable, type ListExtras, listPath } from "../../editor/described-table";
import { editorRoutes } from "../../editor/editor-routes";
import { editorTexts } from "../../editor/editor-texts";
import { showTable } from "../../editor/list-page";
import { KeyField } from "../../editor/row-fields";
import { BackLink, nameOf } from "../../editor/row-parts";
import { nothingTyped } from "../../editor/typed-row";
import { Table } from "../../parts/table";
import { shortened } from "../../parts/value";
import { AddValues, addValues } from "./add-values";
import { codeUses, free } from "./code-uses";
import { valuesFrom } from "./reference-data-search";
import { referenceDataTexts } from "./reference-data-texts";
import { ledgerIds, readListName, usesIn, valueProblems } from "./reference-row";

/** Rows that the overview counts. */
const MAX_COUNTED = 10_000;

const number = (count: number) => count.toLocaleString("en");

const referenceData: EditedTable = {
  path: "/reference-data",
  list: "/reference-data/list",
  one: "value",
  key: [
    { column: "list", parameter: "list" },
    { column: "value", parameter: "value" },
  ],
  columns: [
    { name: "expiresAt", kind: "day" },
    { name: "note", kind: "note" },
  ],
  texts: referenceDataTexts,
  rows: (world) => world.referenceData,
  find: (visit) => valuesFrom(visit, referenceData, visit.query("list")),
  problems(visit, row) {
    const t = visit.say(referenceDataTexts);
    const { expired, badExpiry, ...problems } = valueProblems(row, visit.now);
    const named = (["neverFound", "mixedCase", "spaces"] as const).filter((name) => problems[name]).map((name) => t[name]);
    return { expired, words: badExpiry ? [...named, visit.say(editorTexts).badExpiry] : named };
  },
  listExtras: valueList,
  beside: codeUses,
};

async function valueList(visit: Visit, { items }: { readonly items: readonly Item[] }): Promise<ListExtras> {
  const t = visit.say(referenceDataTexts);
  const list = visit.query("list");
  const uses = await usesOf(visit, list, items);
  const counted: ListExtras =
    uses.size === 0 ? {} : { columns: [{ name: t.taken, number: true }], cells: ({ value }) => [number(uses.get(String(value)) ?? 0)] };
  const below = (
    <>
      {uses.size === 0 ? null : <p class="hint">{t.takenHint}</p>}
      {visit.may("Administrator") ? (
        <AddValues visit={visit} table={referenceData} list={list} given typed={nothingTyped} lines="" />
      ) : null}
      <BackLink path="/reference-data" text={t.allLists} />
    </>
  );
  return { title: t.one(shortened(list, 80)), done: addedWords(visit), below, ...counted };
}

/** Said once after values were added; numbers alone come from the address. */
function addedWords(visit: Visit): string | undefined {
  const [added, there] = [Number(visit.query("added")), Number(visit.query("there"))];
  const isSaid = visit.query("done") === "added" && Number.isSafeInteger(added) && Number.isSafeInteger(there);
  return isSaid ? visit.say(referenceDataTexts).added(added, there) : undefined;
}

/** How many people have used each value, by its text; those that nobody has used are left out. */
async function usesOf({ world }: Visit, list: string, items: readonly Item[]): Promise<ReadonlyMap<string, number>> {
  const hashes = await world.hashes();
  const values = items.map(({ value }) => String(value?.S));
  const ids = [...new Set(values.flatMap((value) => ledgerIds(list, value, hashes)))].filter((id) => canBeKey(id));
  const rows = await world.rows.read(ids.map((id) => ({ table: "ledger", key: { id } })));
  const byId = new Map([...rows.values()].map((row) => [String(row.id), usesIn(row)]));
  return new Map(
    values.flatMap((value) => {
      const uses = ledgerIds(list, value, hashes).flatMap((id) => byId.get(id) ?? [])[0];
      return uses === undefined ? [] : [[value, uses] as const];
    }),
  );
}

async function overview(visit: Visit): Promise<Response> {
  const t = visit.say(referenceDataTexts);
  const { counts, cut } = await visit.world.referenceData.lists(MAX_COUNTED);
  const lists = [...counts].sort(([one], [other]) => (one < other ? -1 : 1));
  return await visit.page(
    t.title,
    <>
      <p>{t.about}</p>
      {cut ? <p class="note warn">{t.cutLists(number(MAX_COUNTED))}</p> : null}
      <Table
        caption={t.lists}
        columns={[{ name: nameOf(visit, referenceData, "list") }, { name: t.count, number: true }]}
        rows={lists.map(([list, count]) => [
          <a href={listPath(referenceData, { list })}>
            <bdi class="value">{shortened(list, 80)}</bdi>
          </a>,
          cut ? t.atLeast(number(count)) : number(count),
        ])}
        empty={t.noLists}
      />
      <form class="card narrow" method="get" action={referenceData.list}>
        <KeyField id="list" label={t.openList} hint={t.listHint} value="" />
        <button type="submit" class="quiet">
          {t.open}
        </button>
      </form>
      {visit.may("Administrator") ? (
        <AddValues visit={visit} table={referenceData} list="" given={false} typed={nothingTyped} lines="" />
      ) : null}
    </>,
  );
}

async function list(visit: Visit): Promise<Response> {
  return readListName(visit.query("list")) === undefined ? visit.goTo("/reference-data") : await showTable(visit, referenceData);
}

export const routes: readonly ConsoleRoute[] = [
  { method: "GET", path: "/reference-data", access: "Reader", handler: overview },
  ...editorRoutes(referenceData, list),
  { method: "POST", path: "/reference-data/add", access: "Administrator", handler: (visit) => addValues(visit, referenceData) },
  { method: "POST", path: "/reference-data/free", access: "Administrator", handler: (visit) => free(visit, referenceData) },
];
