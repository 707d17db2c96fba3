import type { Item } from "../../../adapters/tables/item";
import type { ListOrder, ListReading } from "../../../adapters/tables/list-indexes";
import { entryKey, readEntry } from "../../../engine/access-list/entry";
import { dayFrom, MS_PER_DAY } from "../../../engine/sign-up/time";
import type { Asks, Visit } from "../../app/visit";
import type { EditedTable } from "../../editor/described-table";
import { isFlaggedOnly, search } from "../../editor/list-page";
import { described, FieldNotes, type FieldProblem, problemOf } from "../../parts/forms";
import { GateField } from "../../parts/gates";
import type { Paged } from "../../parts/paging";
import { accessListTexts } from "./access-list-texts";

/** Rows of each shard that are read together: at first, where most are shown, and then ever more, as few seem to be. */
const PER_SHARD = { first: 40, most: 400, mostWhereFiltered: 2_000 } as const;
const MORE = 5;
/** Days from now within which entries end. */
const DAYS = [7, 30, 90] as const;
const EXPIRED = "expired";

/** What the search's own fields send. */
export const searchAsks: Asks = { note: "any", ends: [EXPIRED, ...DAYS.map(String)], by: "any", gate: "gates" };

/** The page of the list that the address asks for. */
export async function findEntries(visit: Visit, table: EditedTable): Promise<Paged<Item>> {
  const text = visit.query("q");
  const note = visit.query("note");
  const ends = endsAsked(visit);
  const by: ListOrder = isFlaggedOnly(visit) ? "problem" : ends === undefined ? "entry" : "end";
  const range: Partial<ListReading> = by === "end" ? { ...ends } : { prefix: beginningOf(text) };
  const most = note === "" ? PER_SHARD.most : PER_SHARD.mostWhereFiltered;
  let perShard: number = PER_SHARD.first;
  const places = new WeakMap<Item, string>();
  return await search<string>(visit, table, keysMeant(text), {
    async read(after) {
      const { rows, next, searched } = await visit.world.accessList.inOrder(by, { ...range, note, after, perShard });
      for (const { item, place } of rows) places.set(item, place);
      perShard = Math.min(perShard * MORE, most);
      return { items: rows.map(({ item }) => item), next, searched };
    },
    after: (item) => places.get(item) ?? "",
  });
}

/** Whether a row is asked for, by what the order it is read in does not go by. Rows under the very key come in any order. */
export function isEntryAskedFor(visit: Visit, { entry, note, expiresAt }: EntryCells): boolean {
  const text = visit.query("q");
  const ends = endsAsked(visit);
  return (
    (keysMeant(text).some((key) => key.entry === entry) || entry.startsWith(beginningOf(text))) &&
    (visit.query("note") === "" || (note ?? "").toLowerCase().includes(visit.query("note").toLowerCase())) &&
    (ends === undefined || isWithin(ends, expiresAt))
  );
}

interface EntryCells {
  readonly entry: string;
  readonly note: string | undefined;
  /** Epoch milliseconds. */
  readonly expiresAt: number | undefined;
}

function isWithin({ from, to }: Ends, time: number | undefined): boolean {
  return time !== undefined && time <= to.getTime() && (from === undefined || time >= from.getTime());
}

/** The keys that an entry may have, however somebody typed it. */
function keysMeant(text: string): readonly { readonly entry: string }[] {
  const read = readEntry(text);
  const keys = text === "" ? [] : [text, ...(read.ok ? [entryKey(read.entry, "allow"), entryKey(read.entry, "deny")] : [])];
  return [...new Set(keys)].map((entry) => ({ entry }));
}

/** As keys begin: in small letters, but for an account's id. */
function beginningOf(text: string): string {
  const [, issuer, id] = /^(issuer:[^/]*\/)(.*)$/is.exec(text) ?? [];
  return issuer === undefined || id === undefined ? text.toLowerCase() : issuer.toLowerCase() + id;
}

/** Between which moments the entries end that are asked for. */
interface Ends {
  readonly from?: Date;
  readonly to: Date;
}

/** Undefined where nothing is asked of ends. Of two limits the earlier counts. */
function endsAsked(visit: Visit): Ends | undefined {
  const { now } = visit;
  const asked = visit.query("ends");
  const days = DAYS.find((each) => String(each) === asked);
  const by = dayFrom(visit.query("by"));
  const limits = [
    ...(asked === EXPIRED ? [now.getTime()] : []),
    ...(days === undefined ? [] : [now.getTime() + days * MS_PER_DAY]),
    ...(by === undefined ? [] : [by.getTime() + MS_PER_DAY]),
  ];
  if (limits.length === 0) return undefined;
  return { ...(asked !== EXPIRED && { from: now }), to: new Date(Math.min(...limits)) };
}

/** What was typed into them that says nothing. */
export function searchProblems(visit: Visit): readonly FieldProblem[] {
  const by = visit.query("by");
  return by === "" || dayFrom(by) !== undefined ? [] : [{ field: "by", text: visit.say(accessListTexts).badDay }];
}

/** The fields of the search beyond those of every list. */
export function SearchFields({ visit }: { readonly visit: Visit }) {
  const t = visit.say(accessListTexts);
  const asked = visit.query("ends");
  const by = visit.query("by");
  const problem = problemOf(searchProblems(visit), "by");
  return (
    <div class="fields">
      <div>
        <label for="search-note">{t.noteContains}</label>
        <input id="search-note" name="note" value={visit.query("note")} autocomplete="off" />
      </div>
      <div>
        <label for="search-ends">{t.ends}</label>
        <select id="search-ends" name="ends">
          <option value="">{t.endsAny}</option>
          <option value={EXPIRED} selected={asked === EXPIRED}>
            {t.hasEnded}
          </option>
          {DAYS.map((days) => (
            <option value={String(days)} selected={asked === String(days)}>
              {t.endsWithin(days)}
            </option>
          ))}
        </select>
      </div>
      <div>
        <label for="search-by">{t.endsBy}</label>
        <input id="search-by" name="by" type="date" value={by} {...described("search-by", undefined, problem)} />
        <FieldNotes id="search-by" hint={undefined} problem={problem} />
      </div>
      <GateField visit={visit} />
    </div>
  );
}
