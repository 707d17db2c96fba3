import { type Item, toItem, toRow } from "../../../adapters/tables/item";
import type { Visit } from "../../../console/app/visit";
import type { EditedTable, RowProblems } from "../../../console/editor/described-table";
import { isAskedFor, isFlaggedOnly, search } from "../../../console/editor/table-page";
import { hasGates, readGate } from "../../../console/parts/gates";
import type { Paged } from "../../../console/parts/paging";
import { findNoteMark, plainText, visible } from "../../../console/parts/value";
import { asksFor, readPageQuery } from "../../../console/parts/view-page";
import { OPEN_PARAMETER } from "../../../console/parts/with-query";
import { frameTexts } from "../../../console/texts/frame-texts";
import { omit } from "../../../engine/collections";
import type { Row } from "../../../engine/sign-up/rule";
import { toStoredTime } from "../../../engine/zone-time";
import { editRows } from "../acts/edit";
import { describeEntry } from "../describe-entry";
import { readEntry, readListEffect } from "../entry";
import { eachColumn, mapColumns, plainColumns } from "../entry-columns";
import { type EntryFlaw, findFlaws } from "../entry-flaws";
import { type EntryQuery, findMeantKeys, isEntryMeant, normaliseKeyPrefix, readEnds } from "../entry-search";
import { readCells } from "../files/row";
import { entryFilters } from "../filters";
import { describeFlaw } from "../flaw-texts";
import { planWantedRow } from "../let-in";
import { readRow } from "../row";
import { keptBeside } from "../store/access-list";
import type { ListOrder, ListReading } from "../store/list-indexes";
import { effectLooks, entryPath, unusedAmong, writtenList } from "./access-list-parts";
import { accessListTexts as t } from "./access-list-texts";
import { setMade } from "./change-set-parts";
import { EntryFields, effects, endTyped, entryProblems } from "./entry-fields";
import { EntryLinks, entryFacts } from "./entry-links";
import { makeEdit } from "./make-edit";
import { isHiddenAtFirst, shortList, silentGates, tallyOf, unaskedAllows } from "./tally";

/**
 * Parameter of a page that also shows entries with a feature's mark. No view shows only marked entries, because no index finds them in a
 * list of a million.
 */
export const MARKED = "marked";

/** True if the page hides entries with a feature's mark. The views of problems and of unused entries hide none. */
export function hidesMarked(visit: Visit): boolean {
  return viewsHideMarked(visit) && ["problem", "used"].every((name) => visit.query(name) === "");
}

/**
 * True if views hide entries with a feature's mark. False if the visitor searches or asks for marked entries. These parameters stay in the
 * address from view to view.
 */
export function viewsHideMarked(visit: Visit): boolean {
  return findNoteMark(visit) !== undefined && ["q", "note", MARKED].every((name) => visit.query(name) === "");
}

const tones = Object.fromEntries(effects.map((effect) => [effect, effectLooks[effect].tone]));

export const accessListTable: EditedTable = {
  ...writtenList,
  list: "/access-list",
  columns: [
    { name: "effect", kind: "choice", choices: tones },
    ...eachColumn.map(([name, { cell }]) => ({ name, ...cell, ...(name === "expiresAt" && { typed: endTyped }) })),
  ],
  texts: t,
  find: findEntries,
  matches(visit, row) {
    const isShown = String(row.entry) === visit.queryAsTyped(OPEN_PARAMETER) || !hidesMarked(visit) || !isHiddenAtFirst(visit, row);
    return isShown && isEntryMeant(readAskedQuery(visit), row, visit.now);
  },
  asks: {
    ...omit(asksFor(entryFilters), "q"),
    gate: "gates",
    [MARKED]: ["yes"],
    set: "any",
  },
  problems: entryRowProblems,
  shown: (row, now) => ({
    effect: describeEntry(row, now).effect,
    ...mapColumns((_, name) => plainText(row[name])),
    gates: readRow(row).gates?.join(" ") ?? plainText(row.gates),
  }),
  fields: (visit, typedCells, problems) => <EntryFields visit={visit} of="row" typed={typedCells} problems={problems} />,
  mended: (_, item) => (readEntry(String(item.entry?.S)).ok ? undefined : <p class="hint">{t.mend}</p>),
  wanted(visit, { entry = "" }, typedCells, current) {
    const filledCells = Object.entries(typedCells).flatMap(([name, text]) => (text.trim() === "" ? [] : [[name, text.trim()]]));
    const before = toRow(current);
    const { allowedUntil: typedUntil, ...cells } = Object.fromEntries(filledCells);
    const isKept = typedCells.allowedUntil === undefined || typedUntil === plainText(before.allowedUntil).trim();
    const allowedUntil = isKept ? before.allowedUntil : typedUntil && toStoredTime(typedUntil, visit.zone);
    const isRefusal = readListEffect(cells.effect) !== "allow";
    const read = readCells({
      entry: current.typed?.S ?? entry,
      ...cells,
      ...(isRefusal && allowedUntil !== undefined && { allowedUntil }),
    });
    if (!read.ok) return { ok: false, problems: entryProblems(visit, read.problems) };
    const planned = planWantedRow(read.row, before, visit.world.gates, visit.now);
    if (!planned.ok) return { ok: false, problems: entryProblems(visit, [planned.problem]) };
    const wanted = omit(planned.row, "looser", "typed", "entry", ...plainColumns);
    const texts = Object.fromEntries(plainColumns.flatMap((name) => (read.row[name] === undefined ? [] : [[name, read.row[name]]])));
    // The row keeps its key. If the new effect requires another key, the act moves it.
    const unseen = hasGates(visit) ? undefined : current.gates;
    const item = {
      ...keptBeside(current),
      ...toItem({ entry, ...wanted, ...texts }),
      ...(current.typed && { typed: current.typed }),
      ...(unseen && { gates: unseen }),
    };
    return { ok: true, item };
  },
  /** Shows the effect before a removal, and before any other edit that may do harm. */
  async write(visit, row, form, end) {
    const entry = String(row.before?.entry?.S);
    const title = (row.after === undefined ? frameTexts.removeIt : t.change)(visible(entry));
    return await makeEdit(visit, {
      ...{ act: editRows, target: { rows: [row], means: "console" }, form },
      review: { title, button: title, asksOnlyIfDoubtful: row.after !== undefined },
      back: entryPath(entry),
      again: () => end(undefined),
      answerWritten: ({ set, keptCount }) => end(keptCount > 0 ? undefined : `&set=${set.id}`),
    });
  },
  facts: entryFacts,
  links: (visit, { entry = "" }) => <EntryLinks visit={visit} entry={entry} />,
};

/** Returns the problems of an entry, such as an allow that lets in more people than it seems to. */
export async function entryRowProblems(visit: Visit, row: Row): Promise<RowProblems> {
  const { state } = describeEntry(row, visit.now);
  const like = (await unaskedAllows(visit)).get(String(row.entry))?.like;
  const facts = { gates: visit.world.gates, silent: silentGates(visit), like };
  const each = findFlaws(row, facts, visit.now).map((flaw) => tellFlaw(visit, flaw));
  return { expired: state === "expired", hasNoEffect: state === "void", brief: each[0]?.[0], words: each.map(([, words]) => words) };
}

/** Returns a few words for the list, and the whole text. */
function tellFlaw(visit: Visit, flaw: EntryFlaw): readonly [brief: string, words: string] {
  const isVoid = flaw.code === "unreadable" && flaw.isVoid;
  const text = describeFlaw(flaw, visit.world.gates, { language: visit.language, end: t.end, hasConsequences: !isVoid });
  switch (flaw.code) {
    case "unreadable":
      return isVoid ? [t.void, `${t.void}: ${text}`] : [t.flawed, text];
    case "looksLike":
      return [t.looksLike(visible(flaw.domain)), visible(text)];
    default:
      return [t[flaw.code], text];
  }
}

/** The filters as the address has them. A value that is no choice is left out. */
function readAskedQuery(visit: Visit): EntryQuery {
  return { ...readPageQuery(visit, entryFilters).query, gate: readGate(visit) };
}

/**
 * Number of rows in one read of a shard: `first`, then more with each read, up to `most`. The limit is `mostWhereFiltered` if the page
 * shows few of the rows that it reads.
 */
const PER_SHARD = { first: 40, most: 400, mostWhereFiltered: 2_000 } as const;
const MORE = 5;
const LISTED_AT_ONCE = 100;

/** The place after which a page begins: of an index, or among the tally's entries, which come first. */
type ListPlace = string | { readonly listed: string };

async function findEntries(visit: Visit): Promise<Paged<Item>> {
  const text = visit.query("q");
  const note = visit.query("note");
  const ends = readEnds(readAskedQuery(visit), visit.now);
  const by: ListOrder = isFlaggedOnly(visit) ? "problem" : ends === undefined ? "entry" : "end";
  const range: Partial<ListReading> = by === "end" ? { ...ends } : { prefix: normaliseKeyPrefix(text) };
  const most = note === "" && !hidesMarked(visit) ? PER_SHARD.most : PER_SHARD.mostWhereFiltered;
  // No index finds the tally's `judged` and `rested` entries, so they are read by their keys.
  const listed = by === "problem" ? (await tallyOf(visit)).judged : by === "end" ? (await tallyOf(visit)).rested : [];
  const sortedListed = [...listed].sort();
  let perShard: number = PER_SHARD.first;
  const find = search<ListPlace>(
    visit,
    accessListTable,
    findMeantKeys(text).map((entry) => ({ entry })),
    {
      async read(place = { listed: "" }) {
        if (typeof place !== "string") {
          const some = sortedListed.filter((entry) => entry > place.listed).slice(0, LISTED_AT_ONCE);
          const last = some.at(-1);
          if (last !== undefined) {
            const rows = [...(await visit.world.accessList.many(some)).values()].map((item) => ({ item }));
            return { items: rows, next: { listed: last }, searched: some.length };
          }
        }
        const reading = { ...range, isNoted: note !== "", after: typeof place === "string" ? place : undefined, perShard };
        const { rows: found, next, searched } = await visit.world.accessList.inOrder(by, reading, await shortList(visit));
        perShard = Math.min(perShard * MORE, most);
        const rows = found.filter(({ item }) => !listed.includes(String(item.entry?.S)));
        return { items: visit.query("used") === "no" ? await unusedAmong(visit, rows) : rows, next, searched };
      },
      after: ({ item, place }) => place ?? { listed: String(item.entry?.S) },
    },
  );
  const [found, first] = await Promise.all([find, shownFirst(visit)]);
  const isOn = found.items.some(({ entry }) => entry?.S === first?.entry?.S);
  if (first === undefined || (isOn && visit.query(OPEN_PARAMETER) !== "")) return found;
  return { ...found, items: [first, ...found.items.filter(({ entry }) => entry?.S !== first.entry?.S)] };
}

/** The entry shown at the top, wherever it is in the list: that of the open panel, or else the one just written. */
async function shownFirst(visit: Visit): Promise<Item | undefined> {
  const open = visit.queryAsTyped(OPEN_PARAMETER) || ((await setMade(visit))?.entry ?? "");
  const item = open === "" ? undefined : await visit.world.accessList.get(open);
  return item !== undefined && (await isAskedFor(visit, accessListTable, item)) ? item : undefined;
}
