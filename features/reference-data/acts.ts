import { type Act, type Concern, type Doing, readEach, type Weight } from "../../adapters/operator/act";
import type { WorldOf } from "../../adapters/operator/world";
import { computeRowVersion, type Item, toRow } from "../../adapters/tables/item";
import type { Actor } from "../../engine/audited-change";
import { groupBy, mapInBatches } from "../../engine/collections";
import type { HashOf } from "../../engine/sign-up/person";
import { isCurrent } from "../../engine/sign-up/row-end";
import { canBeKey } from "../../engine/table-keys";
import { rowMark } from "../audit/store/audited-rows";
import { commitRow } from "../audit/store/audited-tables";
import { hashes, trail } from "../audit/world";
import { findValueFlaws, hasExactCase, ledgerIds, listSpellings, type SetColumns, usesIn, type ValueFlaw, valueProblems } from "./row";
import { valueWords as words } from "./words";
import { addedValues, freedUses, removedValues, usesById, valueRows } from "./world";

const may = "Administrator";
const TABLE = "reference-data";

interface PolicyInput {
  /** The columns that rules of the policies read. Undefined if the door cannot read a policy. */
  readonly columns: readonly SetColumns[] | undefined;
}

/** The current values of the list that a rule which ignores case takes for the same. */
function findAlike(value: string, rows: ReadonlyMap<string, Item>, now: Date): readonly string[] {
  return listSpellings(value).filter((each) => {
    const item = each === value ? undefined : rows.get(each);
    return item !== undefined && isCurrent(toRow(item), now);
  });
}

export interface AddTarget {
  readonly list: string;
  readonly rows: readonly Item[];
  /** True if the values are random: no other value is like them. @default the act looks */
  readonly areRandom?: boolean;
}

interface AddInput extends PolicyInput {
  /** Called for each row that was added. */
  onAdded?(): void;
}

interface AddState extends AddTarget {
  /** The rows of the list that have one of the values already. */
  readonly there: ReadonlySet<string>;
  readonly alike: ReadonlyMap<string, readonly string[]>;
  /** Makes the marks by which the audit log finds rows that one entry announces. */
  readonly hashOf: HashOf | undefined;
  readonly now: Date;
}

/**
 * The weight of a concern at each door. A script that makes codes stops before it makes some that count for nothing, and adds columns
 * later by its file. The console asks for the columns.
 */
const weights = {
  past: { console: "shown", command: "refused" },
  lacks: { console: "refused", command: "shown" },
} as const satisfies Readonly<Record<string, Readonly<Record<"console" | "command", Weight>>>>;

/** Number of rows written in parallel. */
const AT_ONCE = { console: 8, command: 50 } as const;

const addUses = { valueRows, addedValues, trail, hashes };

/** Adds values to a list. Rows that are there stay as they are. The outcome is the values that were added. */
export const addValues: Act<typeof addUses, AddTarget, AddInput, AddState, readonly string[]> = {
  ...{ name: "reference-data.add", may, uses: addUses },
  read: readEach(async (target, world, { actor, now }) => {
    const hashOf = actor.via === "command" ? (await world.hashes()).hashOf : undefined;
    if (target.areRandom) return { ...target, there: new Set(), alike: new Map(), hashOf, now };
    const added = new Map(target.rows.map((row) => [getValue(row), row]));
    const values = [...added.keys()];
    const rows = await world.valueRows(target.list, [...new Set(values.flatMap(listSpellings))]);
    const there = new Set(values.filter((value) => rows.has(value)));
    const alike = new Map(values.map((value) => [value, findAlike(value, new Map([...added, ...rows]), now)]));
    return { ...target, there, alike, hashOf, now };
  }),
  concerns({ list, rows, areRandom, there, alike, now }, { columns }, { via }) {
    const door = via === "command" ? "command" : "console";
    // Rows of random values have the same cells.
    const added = (areRandom ? rows.slice(0, 1) : rows).filter((row) => !there.has(getValue(row))).map(toRow);
    const concerns: Concern[] = [];
    if (columns !== undefined && !columns.some((each) => each.list === list))
      concerns.push({ code: "unread", weight: "shown", text: () => words.unread(list) });
    const flaws = added.flatMap((row) => findValueFlaws(row, columns ?? [], now));
    const lacking = [
      ...new Set(flaws.flatMap(({ column }) => (column !== undefined && column.tooLong === undefined ? column.column : []))),
    ];
    if (lacking.length > 0)
      concerns.push({
        code: "lacks",
        weight: weights.lacks[door],
        facts: { columns: lacking },
        text: () => words.lacks(lacking.join(", ")),
      });
    if (added.some((row) => valueProblems(row, now).expired))
      concerns.push({ code: "past", weight: weights.past[door], text: () => words.past });
    const others = flaws.filter(({ column }) => column === undefined || column.tooLong !== undefined);
    for (const [first] of groupBy(others, (flaw) => JSON.stringify(flaw)).values()) if (first !== undefined) concerns.push(tellFlaw(first));
    if (!hasExactCase(list, columns ?? []))
      for (const [value, same] of alike)
        if (same.length > 0 && !there.has(value))
          concerns.push({ code: "alike", weight: "shown", text: () => words.alike(value, same.join(", ")) });
    return concerns;
  },
  // The console writes an entry with each row.
  entry({ list, rows, hashOf }, _, { actor }) {
    if (actor.via !== "command" || hashOf === undefined) return undefined;
    const marks = rows.map((row) => rowMark(TABLE, row, hashOf)).filter((mark) => mark !== undefined);
    return { action: `${TABLE}.codes-created`, subject: list, count: marks.length, marks };
  },
  async perform({ rows, there }, { onAdded }, world, { actor, now }) {
    const door = actor.via === "command" ? "command" : "console";
    const add = async (item: Item): Promise<readonly string[]> => {
      const write = { before: undefined, after: toRow(item), write: world.addedValues.writing({ after: item }) };
      const isAdded = await (door === "command" ? world.addedValues.add(item) : commitRow(world.trail, TABLE, write, toAuthor(actor), now));
      if (isAdded) onAdded?.();
      return isAdded ? [getValue(item)] : [];
    };
    const wanted = rows.filter((row) => !there.has(getValue(row)));
    return (await mapInBatches(wanted, AT_ONCE[door], add)).flat();
  },
};

function getValue({ value }: Item): string {
  return String(value?.S);
}

function tellFlaw(flaw: ValueFlaw): Concern {
  const { code, column } = flaw;
  const text = () =>
    column === undefined ? words.flaws[code as Exclude<typeof code, "column">] : words.flaws.column(column.attribute, column);
  return { code, weight: "shown", facts: { flaw }, text };
}

function toAuthor({ by, name, via }: Actor) {
  return { by, ...(name !== undefined && { name }), via };
}

interface ValueTarget {
  readonly list: string;
  readonly value: string;
  /** True if somebody typed the value: it then stands for the row that a rule which ignores case finds. @default it is the row's value */
  readonly isTyped?: boolean;
}

export interface ValueState {
  readonly list: string;
  readonly value: string;
  readonly stored: Item | undefined;
  /** The rows of the usage table that count who used it. */
  readonly uses: readonly Item[];
  /** Other values of the list that a rule which ignores case takes for the same, and that stay. */
  readonly alike: readonly string[];
}

const readUses = { valueRows, usesById, hashes };

async function readValues(
  targets: readonly ValueTarget[],
  world: WorldOf<typeof readUses>,
  { now }: Pick<Doing, "now">,
): Promise<readonly ValueState[]> {
  const hashes = await world.hashes();
  const lists = new Map<string, ReadonlyMap<string, Item>>();
  for (const [list, some] of groupBy(targets, ({ list }) => list))
    lists.set(list, await world.valueRows(list, [...new Set(some.flatMap(({ value }) => listSpellings(value)))]));
  const found = targets.map((target) => {
    const rows = lists.get(target.list) ?? new Map<string, Item>();
    const spellings = target.isTyped ? listSpellings(target.value) : [target.value];
    const stored = spellings.map((each) => rows.get(each)).find((row) => row !== undefined);
    return { list: target.list, value: stored === undefined ? target.value : getValue(stored), stored, rows };
  });
  const ids = found.map(({ list, value }) => ledgerIds(list, value, hashes).filter((id) => canBeKey(id)));
  const usesOf = await world.usesById([...new Set(ids.flat())]);
  const isMeant = (list: string, value: string) => found.some((each) => each.list === list && each.value === value);
  return found.map(({ rows, ...each }, index) => ({
    ...each,
    uses: (ids[index] ?? []).map((id) => usesOf.get(id)).filter((use) => use !== undefined),
    alike: findAlike(each.value, rows, now).filter((other) => !isMeant(each.list, other)),
  }));
}

/** Counts the people who used a value. The first row is that of the rule's spelling. */
function countUses({ uses: [first] }: Pick<ValueState, "uses">): number {
  return first === undefined ? 0 : usesIn(toRow(first));
}

const missing: Concern = { code: "missing", weight: "refused", text: () => words.missing };

const removeUses = { ...readUses, removedValues, trail };

/** Takes a value out of its list: it lets nobody in any more. The outcome is the number of people who had used it. */
export const removeValue: Act<typeof removeUses, ValueTarget, PolicyInput, ValueState, number> = {
  ...{ name: "reference-data.remove", may, uses: removeUses },
  read: readValues,
  version: ({ stored }) => stored && computeRowVersion(stored),
  concerns({ list, stored, alike, ...state }, { columns }) {
    if (stored === undefined) return [missing];
    const count = countUses(state);
    const concerns: Concern[] = [];
    if (count > 0) concerns.push({ code: "used", weight: "shown", facts: { count }, text: () => words.used(count) });
    if (alike.length > 0 && !hasExactCase(list, columns ?? []))
      concerns.push({ code: "alike", weight: "shown", facts: { alike }, text: () => words.stays(alike.join(", ")) });
    return concerns;
  },
  async perform({ stored, ...state }, _, { trail, removedValues }, { actor, now }) {
    if (stored === undefined) return undefined;
    const removal = { before: toRow(stored), after: undefined, write: removedValues.writing({ before: stored }) };
    return (await commitRow(trail, TABLE, removal, toAuthor(actor), now)) ? countUses(state) : undefined;
  },
};

const freeUses = { usesById, hashes, freedUses };

interface FreeTarget extends ValueTarget {
  /** The id of the row that counts who used it. */
  readonly id: string;
}

/** Forgets who used a value, so that they may use it again. A row that counts something else stays. The outcome is that row. */
export const freeValue: Act<typeof freeUses, FreeTarget, object, { readonly use: Item | undefined }, Item> = {
  ...{ name: "reference-data.free", may, uses: freeUses },
  read: readEach(async ({ list, value, id }, { usesById, hashes }) => {
    const isOwn = ledgerIds(list, value, await hashes()).includes(id);
    return { use: isOwn ? (await usesById([id])).get(id) : undefined };
  }),
  version: ({ use }) => use && computeRowVersion(use),
  concerns: ({ use }) => [use === undefined ? missing : { code: "frees", weight: "asked", text: () => words.frees }],
  entry: ({ use = {} }) => ({ action: "ledger.freed", subject: String(use.id?.S), before: { people: usesIn(toRow(use)) } }),
  perform: async ({ use }, _, { freedUses }) => (use !== undefined && (await freedUses.remove(use)) ? use : undefined),
};

export const acts = [addValues, removeValue, freeValue];
