import type { Child } from "hono/jsx";
import type { Concern } from "../../../adapters/operator/act";
import { computeRowVersion, type Item, toRow } from "../../../adapters/tables/item";
import { type ConsoleRoute, oncePer, type Visit } from "../../../console/app/visit";
import {
  type EditedColumn,
  type EditedTable,
  endAndNote,
  formatName,
  type Key,
  keyFrom,
  type ListExtras,
  listPath,
  rowPath,
} from "../../../console/editor/described-table";
import { editorTexts } from "../../../console/editor/editor-texts";
import { editorRoutes, isFlaggedOnly, READ_ROWS, search, showTable } from "../../../console/editor/table-page";
import { refusalPage } from "../../../console/parts/back-link";
import { ButtonLink, FormFold, PostForm, SubmitButton } from "../../../console/parts/forms";
import { gateName } from "../../../console/parts/gates";
import { dataHead } from "../../../console/parts/menu";
import { PageHead } from "../../../console/parts/page-head";
import type { Paged } from "../../../console/parts/paging";
import { type Column, Table } from "../../../console/parts/table";
import { momentText } from "../../../console/parts/time";
import { atLeast, claimName, countText, shortenText, ValueLink } from "../../../console/parts/value";
import { frameTexts } from "../../../console/texts/frame-texts";
import { DEFAULT_GATE } from "../../../engine/sign-up/gate";
import type { DecisionRecord } from "../../../engine/sign-up/record";
import type { Row } from "../../../engine/sign-up/rule";
import { byteOrder, MAX_SORT_KEY_BYTES } from "../../../engine/table-keys";
import { mergedParts } from "../../access-list/store/list-indexes";
import { committedRows } from "../../audit/pages/trailed-rows";
import { addValues, freeValue, removeValue, type ValueState } from "../acts";
import {
  columnsIn,
  findValueFlaws,
  readListName,
  readValue,
  type SetColumns,
  usesByValue,
  usesIn,
  type ValueFlaw,
  valueProblems,
} from "../row";
import { valueWords } from "../words";
import { referenceDataTexts as t } from "./reference-data-texts";

const MAX_COUNTED = 10_000;
const FREE_PATH = "/reference-data/free";

const trailedValues = committedRows("reference-data", (world) => world.referenceData);

export const referenceDataTable: EditedTable = {
  path: "/reference-data",
  list: "/reference-data/list",
  key: ["list", "value"],
  columns: endAndNote,
  attributes: readColumns,
  texts: t,
  ...trailedValues,
  async commit(visit, edit) {
    const { before, after } = edit;
    if (before === undefined || after !== undefined) return await trailedValues.commit(visit, edit);
    const target = { list: String(before.list?.S), value: valueIn(before) };
    const seen = computeRowVersion(before);
    const { kind } = await visit.carryOut(removeValue, { target, input: listReaders(visit), seen, answered: "all" });
    return kind === "done";
  },
  async add(visit, rows) {
    const target = { list: rows[0]?.key.list ?? "", rows: rows.map(({ item }) => item) };
    const result = await visit.carryOut(addValues, { target, input: listReaders(visit), answered: "all" });
    if (result.kind === "changed") return { added: [], remarks: [frameTexts.stale] };
    const texts = result.concerns.flatMap((concern) => (concern.code === "unread" ? [] : describeConcern(visit, concern)));
    if (result.kind === "stopped") return { problems: texts };
    const added = new Set(result.outcome);
    return { added: rows.flatMap(({ key }) => (added.has(key.value ?? "") ? [key] : [])), remarks: texts };
  },
  async removal(visit, key) {
    const { concerns } = await reviewRemoval(visit, key);
    return concerns.filter(({ weight }) => weight !== "refused").map(({ text }) => text(momentText));
  },
  find: valuesFrom,
  problems: (visit, row) => ({
    expired: valueProblems(row, visit.now).expired,
    words: findValueFlaws(row, listListsOfRules(visit), visit.now).map((flaw) => describeFlaw(visit, flaw)),
  }),
  readKey(text, of) {
    const [list, value] = [readListName(of.list ?? ""), readValue(text)];
    return list === undefined || value === undefined ? undefined : { list, value };
  },
  listExtras: valueList,
  async links(visit, key) {
    const { state, concerns } = await reviewRemoval(visit, key);
    return [renderTwins(state, concerns), renderUses(visit, state)];
  },
};

function listReaders(visit: Visit) {
  return { columns: listListsOfRules(visit) };
}

/** Reviews the removal of the value that the page shows. */
const reviewRemoval = oncePer(async (visit: Visit, { list = "", value = "" }: Key) => {
  const [reviewed] = await visit.review(removeValue, [{ list, value }], listReaders(visit));
  return reviewed as { readonly state: ValueState; readonly concerns: readonly Concern[] };
});

/** Names attributes by their labels. */
function describeConcern(visit: Visit, { facts, text }: Concern): string {
  return facts !== undefined && "flaw" in facts ? describeFlaw(visit, facts.flaw as ValueFlaw) : text(momentText);
}

function describeFlaw(visit: Visit, { code, column }: ValueFlaw): string {
  if (column !== undefined) return valueWords.flaws.column(claimName(visit, column.attribute), column);
  return code === "badExpiry" ? editorTexts.badExpiry : valueWords.flaws[code];
}

function readColumns(visit: Visit): readonly EditedColumn[] {
  const list = visit.query("list") || visit.field("list");
  const sets = listListsOfRules(visit).flatMap((read) => (read.list === list ? Object.entries(read.of) : []));
  const labels = new Map(sets.map(([attribute, column]) => [column, claimName(visit, attribute)]));
  return [...labels].map(([name, label]) => ({ name, label, kind: "text", isRequired: true }));
}

async function valueList(visit: Visit, { items }: { readonly items: readonly Item[] }): Promise<ListExtras> {
  const list = visit.query("list");
  const values = items.map(({ value }) => String(value?.S));
  const uses = await usesByValue(list, values, await visit.world.hashes(), visit.world.rows);
  const usesColumn: Column<Row> = [{ name: t.taken, number: true }, ({ value }) => countText(visit, uses.get(String(value)) ?? 0)];
  return {
    title: shortenText(listName(visit, list), 80),
    of: { path: "/reference-data", text: dataHead(visit, "/reference-data", t.title).title },
    ...(items.length > 0 && { intro: describeUse(visit, list, false) }),
    ...(visit.query("q") === "" && !isFlaggedOnly(visit) && { empty: describeUse(visit, list, true) }),
    ...(uses.size > 0 && { columns: [usesColumn] }),
  };
}

/** Reads `list/value`, as the audit trail names a row. The list ends before the first slash. */
export function valueKey(subject: string) {
  const [list = "", ...value] = subject.split("/");
  return { list, value: value.join("/") };
}

export function valueText(visit: Visit, subject: string): string {
  const { list, value } = valueKey(subject);
  return `${listName(visit, list)} ${value}`;
}

/** Returns the list's name for people. If an attribute's name is the list's name, this is the attribute's label. */
function listName(visit: Visit, list: string): string {
  return list.startsWith("extension_") ? claimName(visit, list) : list;
}

/** Includes lists without rows. */
function listListsOfRules({ world }: Visit): readonly SetColumns[] {
  return columnsIn(world.gates.flatMap((gate) => world.policiesAt(gate)));
}

/** Shows administrators a link for adding the value that was not permitted. */
export async function addValue(visit: Visit, { reasons, asked = [], gate = DEFAULT_GATE }: DecisionRecord): Promise<Child> {
  if (!reasons.includes("value.not-permitted") || !visit.may("Administrator")) return null;
  const read = columnsIn(visit.world.policiesAt(gate)).map(({ list }) => list);
  const list = asked.find((name) => read.includes(name));
  if (list === undefined) return null;
  return <ButtonLink class="button" path={listPath(referenceDataTable, { list }, "add=1")} text={t.addTo(claimName(visit, list, gate))} />;
}

function describeUse({ world }: Visit, list: string, isEmpty: boolean): string {
  const readersAt = (gate: string) =>
    world
      .policiesAt(gate)
      .flatMap(({ rules }) => rules.flatMap((rule) => ("shadow" in rule || rule.columns?.list !== list ? [] : rule.name)));
  const gates = world.gates.filter((gate) => readersAt(gate).length > 0);
  if (gates.length === 0) return t.unread;
  const areSole = gates.flatMap(readersAt).includes("permitted-value");
  const words = areSole ? (isEmpty ? t.noneYet : t.only) : t.codes;
  return gates.length === world.gates.length ? words : `${gates.map((gate) => gateName(gate)).join(", ")}: ${words}`;
}

async function overview(visit: Visit): Promise<Response> {
  const { counts, cut } = await visit.world.referenceData.lists(MAX_COUNTED);
  const empty = listListsOfRules(visit).map(({ list }) => [list, 0] as const);
  const lists = [...new Map([...empty, ...counts])].sort(([one], [other]) => (one < other ? -1 : 1));
  return await visit.page(
    t.title,
    <>
      <p class="hint">{t.about}</p>
      {cut ? <p class="note warn">{t.cutLists(countText(visit, MAX_COUNTED))}</p> : null}
      <Table
        caption={t.lists}
        columns={[
          [
            formatName(referenceDataTable, "list"),
            ([list]) => <ValueLink path={listPath(referenceDataTable, { list })} text={listName(visit, list)} />,
          ],
          [{ name: t.count, number: true }, ([, count]) => atLeast(visit, count, cut)],
          [{ name: t.use, rest: "wraps" }, ([list, count]) => describeUse(visit, list, count === 0 && !cut)],
        ]}
        rows={lists}
        lines
        empty={t.noLists}
      />
    </>,
    { head: <PageHead {...dataHead(visit, "/reference-data", t.title)} /> },
  );
}

async function list(visit: Visit): Promise<Response> {
  return readListName(visit.query("list")) === undefined ? visit.goTo("/reference-data") : await showTable(visit, referenceDataTable);
}

export const routes: readonly ConsoleRoute[] = [
  { method: "GET", path: "/reference-data", access: "Reader", handler: overview },
  ...editorRoutes(referenceDataTable, list),
  { method: "POST", path: FREE_PATH, access: "Administrator", hidden: ["id"], handler: free },
];

function renderTwins({ list, alike }: ValueState, concerns: readonly Concern[]): Child {
  if (!concerns.some(({ code }) => code === "alike")) return null;
  const links = alike.map((twin) => [" ", <ValueLink path={rowPath(referenceDataTable, { list, value: twin })} text={twin} />]);
  return (
    <p class="hint">
      {t.twins}
      {links}. {t.twinsHint}
    </p>
  );
}

function renderUses(visit: Visit, { list, value, uses }: ValueState): Child {
  return uses.map((use) => (
    <>
      <h2>{t.uses}</h2>
      <p>{t.usesBy(usesIn(toRow(use)))}</p>
      {visit.may("Administrator") ? (
        <FormFold text={t.free}>
          <PostForm visit={visit} action={FREE_PATH} hidden={{ list, value, id: String(use.id?.S), version: computeRowVersion(use) }}>
            <p class="hint">{valueWords.frees}</p>
            <SubmitButton text={t.free} />
          </PostForm>
        </FormFold>
      ) : null}
    </>
  ));
}

async function free(visit: Visit): Promise<Response> {
  const key = keyFrom(referenceDataTable, visit.field);
  const { list = "", value = "" } = key;
  const path = rowPath(referenceDataTable, key);
  const target = { list, value, id: visit.field("id") };
  const { kind } = await visit.carryOut(freeValue, { target, input: {}, seen: visit.field("version"), answered: "all" });
  if (kind === "done") return visit.goTo(`${path}&done=freed`);
  return await refusalPage(visit, { title: t.title, why: frameTexts.stale, back: { path, text: shortenText(value, 80) }, status: 409 });
}

/** Reads a page of values. A search finds only values that begin with the searched text, as typed or in lower or upper case. */
async function valuesFrom(visit: Visit): Promise<Paged<Item>> {
  const [list, asked] = [visit.query("list"), visit.query("q")];
  // DynamoDB distinguishes lower and upper case, but lists may have values in either.
  const beginnings = [...new Set([asked, asked.toLowerCase(), asked.toUpperCase()])];
  const rows = isFlaggedOnly(visit) ? READ_ROWS.few : READ_ROWS.most;
  return await search<string>(visit, referenceDataTable, [], {
    async read(after) {
      const foundPart = mergedParts(await Promise.all(beginnings.map((begin) => valuesUnder(visit, list, begin, after, rows))));
      return { items: [...new Map(foundPart.rows.map((row) => [row.place, row])).values()], next: foundPart.end };
    },
    after: ({ item }) => valueIn(item),
  });
}

async function valuesUnder({ world }: Visit, list: string, begin: string, after: string | undefined, rows: number) {
  const isBegun = after !== undefined && byteOrder(after, begin) >= 0;
  if (Buffer.byteLength(begin) > MAX_SORT_KEY_BYTES || (isBegun && !after.startsWith(begin))) return { rows: [] };
  // Reads one row more than the page shows: if this row exists, there is a next page.
  const page = await world.referenceData.valuesUnder(list, begin, isBegun ? after : undefined, rows + 1);
  const placedItems = page.items.slice(0, page.next && rows).map((item) => ({ item, place: valueIn(item) }));
  return { rows: placedItems, ...(page.next && { end: placedItems.at(-1)?.place ?? valueIn(page.next) }) };
}

function valueIn({ value }: Item): string {
  return String(value?.S);
}
