import type { Child } from "hono/jsx";
import { type Item, toRow } from "../../../adapters/tables/item";
import type { ConsoleRoute, Visit } from "../../../console/app/visit";
import { SOON_DAYS } from "../../../console/editor/cell-view";
import type { ListExtras } from "../../../console/editor/described-table";
import { editorRoutes, isFlaggedOnly, SHOWN_ROWS } from "../../../console/editor/table-page";
import { Badge } from "../../../console/parts/badge";
import { addressWith, type Chip, choiceChip } from "../../../console/parts/chips";
import { gateChip } from "../../../console/parts/gates";
import { Icon } from "../../../console/parts/icon";
import type { PageView } from "../../../console/parts/page-head";
import type { Paged } from "../../../console/parts/paging";
import type { Column } from "../../../console/parts/table";
import { dayName, lastDayName } from "../../../console/parts/time";
import { countSoFar, findNoteMark } from "../../../console/parts/value";
import { filterChips } from "../../../console/parts/view-page";
import { OPEN_PARAMETER } from "../../../console/parts/with-query";
import type { Row } from "../../../engine/sign-up/rule";
import { MS_PER_DAY } from "../../../engine/sign-up/time";
import { DAYS, EXPIRED, entryFilters } from "../filters";
import { isSuspended, readRow } from "../row";
import { USE_DAYS } from "../store/entry-people";
import { readLastEdit } from "../store/list-indexes";
import { accessListTable, hidesMarked, MARKED, viewsHideMarked } from "./access-list";
import { LastChange, PeopleCell, PROPOSALS_PATH, writtenList } from "./access-list-parts";
import { accessListTexts as t } from "./access-list-texts";
import { BulkBar, SELECTED_PATH } from "./bulk-edit";
import { renderWrittenSet, setMade } from "./change-set-parts";
import { EntryForm } from "./entry-form";
import { type ListTally, tallyOf } from "./tally";

async function listExtras(visit: Visit, { items, next, later }: Paged<Item>): Promise<ListExtras> {
  const mayEdit = visit.may("Administrator");
  const entries = items.map(({ entry }) => String(entry?.S));
  const edits = new Map(items.map((item) => [String(item.entry?.S), readLastEdit(item)]));
  const [head, tally, people, made] = await Promise.all([
    listHead(visit),
    tallyOf(visit),
    visit.world.peopleOfEntries(entries),
    setMade(visit),
  ]);
  const isView = ["q", "note", "gate", "effect"].every((name) => visit.query(name) === "");
  const all = isView ? head.views?.each.find(({ isHere }) => isHere)?.count : undefined;
  const texts = later ? [] : shownText(items, { all, isWhole: next === undefined });
  const notes = markedNote(visit, tally);
  const total = [...texts, texts.length > 0 && notes.length > 0 && " · ", ...notes];
  const peopleColumn: Column<Row> = [
    { name: t.people(USE_DAYS), number: true },
    ({ entry }) => <PeopleCell people={people.get(String(entry))} />,
  ];
  const readSuspended = (row: Row) => {
    const read = readRow(row);
    return isSuspended(read, visit.now) ? read.allowedUntil : undefined;
  };
  const suspendedColumn: Column<Row> = [
    t.names.allowedUntil,
    (row) => {
      const end = readSuspended(row);
      return end === undefined ? null : <Badge tone="good">{lastDayName(visit, end)}</Badge>;
    },
  ];
  const hasSuspended = items.some((item) => readSuspended(toRow(item)) !== undefined);
  return {
    ...head,
    above: await renderWrittenSet(visit),
    chips: buildChips(visit),
    ...(texts.length + notes.length > 0 && { total }),
    marked: visit.query(OPEN_PARAMETER) || made?.entry,
    ...(visit.query("used") === "no" && { empty: t.noneUnused(USE_DAYS) }),
    // If only flagged rows are shown, the column of people is omitted: the sentences of the warnings need its width.
    columns: [...(hasSuspended ? [suspendedColumn] : []), ...(isFlaggedOnly(visit) ? [] : [peopleColumn])],
    lastColumns: [[t.changed, ({ entry }: Row) => <LastChange edit={edits.get(String(entry))} />]],
    ...(mayEdit && {
      ahead: visit.query("used") === "no" ? await unusedHint(visit) : <EntryForm visit={visit} />,
      form: { action: SELECTED_PATH, byKeys: true, bar: <BulkBar visit={visit} /> },
    }),
  };
}

/** Names the beginning of the evidence. Before it, nobody counted whom an entry let in. */
async function unusedHint(visit: Visit) {
  const since = await visit.world.counts.since();
  const known = since === undefined ? undefined : new Date(Date.parse(since) + USE_DAYS * MS_PER_DAY);
  return (
    <p class="hint">
      {t.unusedHint(USE_DAYS)}{" "}
      {known === undefined || since === undefined
        ? t.useUncounted
        : known <= visit.now
          ? t.useSince(dayName(visit, new Date(since)))
          : t.useYoung(dayName(visit, new Date(since)), dayName(visit, known))}
    </p>
  );
}

/** Says how many rows are shown. Empty for a whole view whose name has the number (`all`). Without `all`, empty for a part or no rows. */
function shownText({ length }: readonly Item[], { all, isWhole }: { readonly all: PageView["count"]; readonly isWhole: boolean }) {
  if (all === undefined) return isWhole && length > 0 ? [t.found(length)] : [];
  return isWhole ? [] : [t.shown(Math.min(length, SHOWN_ROWS), String(all))];
}

function markedNote(visit: Visit, { marked, isAll }: ListTally): readonly Child[] {
  const mark = findNoteMark(visit);
  const count = marked[visit.query("ends") === "" ? "all" : "expiring"];
  if (mark === undefined || (count === 0 && isAll)) return [];
  if (visit.query(MARKED) !== "") return [<a href={addressWith(visit, [MARKED], {})}>{mark.hide}</a>];
  const hiddenCount = countSoFar(visit, count, isAll);
  if (hiddenCount === undefined || !hidesMarked(visit)) return [];
  const show = <a href={addressWith(visit, [], { [MARKED]: "yes" })}>{t.show}</a>;
  return [mark.hidden(hiddenCount), " ", show];
}

const VIEWED = ["ends", "problem", "used"];

/** The number of edits that wait for a second person. Empty if unknown. Undefined if none waits and no second person is needed. */
async function openProposals(visit: Visit): Promise<string | undefined> {
  const { items, next } = await visit.world.proposals.page();
  const open = items.filter(({ state, expires }) => state === "open" && expires * 1_000 > Date.now()).length;
  if (open === 0 && visit.world.secondPerson !== true) return undefined;
  return countSoFar(visit, open, next === undefined) ?? "";
}

/** Returns the list's views and actions. The page of proposals shows them too, because it is one of the views. */
export async function listHead(visit: Visit): Promise<Pick<ListExtras, "views" | "actions">> {
  const [proposals, tally] = await Promise.all([openProposals(visit), tallyOf(visit)]);
  const ofProposals = visit.context.req.path === PROPOSALS_PATH;
  const count = (of: keyof ListTally["counts"]) => countSoFar(visit, tally.counts[of] - (hides ? tally.marked[of] : 0), tally.isAll);
  const hides = viewsHideMarked(visit);
  const parameters: Readonly<Record<string, string>> = Object.fromEntries(VIEWED.map((name) => [name, visit.query(name)]));
  const view = (name: string, values: Readonly<Record<string, string>>, more: Pick<PageView, "count" | "tone"> = {}): PageView => ({
    ...{ name, ...more },
    isHere: !ofProposals && VIEWED.every((each) => parameters[each] === (values[each] ?? "")),
    path: ofProposals ? `${writtenList.path}?${new URLSearchParams(values)}`.replace(/\?$/, "") : addressWith(visit, VIEWED, values),
  });
  const waiting = { name: t.proposals, path: PROPOSALS_PATH, isHere: ofProposals, count: proposals || undefined, tone: "asked" } as const;
  const all = [
    view(t.all, {}, { count: count("all") }),
    view(t.expiring, { ends: String(SOON_DAYS) }, { count: count("expiring") }),
    view(t.warnings, { problem: "1" }, { count: count("warnings"), ...(tally.counts.warnings > 0 && { tone: "warn" }) }),
    view(t.unused, { used: "no" }),
    ...(proposals === undefined ? [] : [waiting]),
  ];
  const each = all.filter(({ isHere, count }) => isHere || count !== "0");
  const actions = (
    <>
      {visit.may("Administrator") ? (
        <a class="button quiet" href="/access-list/import">
          <Icon name="import" /> <span>{t.imported}</span>
        </a>
      ) : null}
      <a class="button quiet" href="/access-list/export.csv">
        <Icon name="export" /> <span>{t.exportButton}</span>
      </a>
    </>
  );
  return { views: { label: t.views, each }, actions };
}

function buildChips(visit: Visit): readonly Chip[] {
  const { effect, ends, note } = entryFilters;
  const choices: Readonly<Record<string, string>> = ends.choices;
  const options = [EXPIRED, ...DAYS.map(String)].map((value) => [value, choices[value] ?? ""] as const);
  return [
    ...filterChips(visit, { effect }, []),
    // The view of expiring entries sets this number of days itself, so the chip is not marked as set.
    {
      ...choiceChip(visit, { name: "ends", label: ends.label, options }),
      ...(visit.query("ends") === String(SOON_DAYS) && { set: undefined }),
    },
    ...filterChips(visit, { note }, []),
    ...gateChip(visit),
  ];
}

export const routes: readonly ConsoleRoute[] = editorRoutes({ ...accessListTable, listExtras });
