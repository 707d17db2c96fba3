import { randomBytes } from "node:crypto";
import * as v from "valibot";
import type { AwsClient } from "../../../adapters/aws/client";
import { all, between } from "../../../adapters/tables/conditions";
import { absent, below, type Expression, equal } from "../../../adapters/tables/expressions";
import { getItem } from "../../../adapters/tables/get-item";
import { type Item, toItem, toRow } from "../../../adapters/tables/item";
import { getPage, pagesOf } from "../../../adapters/tables/search";
import {
  changing,
  type DynamoTable,
  deleteItem,
  putItem,
  putting,
  type TableWrite,
  updateItem,
  writeAlone,
} from "../../../adapters/tables/table";
import { EXPIRY_ATTRIBUTE, tables } from "../../../adapters/tables/tables";
import { invalidMember } from "../../../engine/fields";
import { canBeKey, MAX_SORT_KEY_BYTES } from "../../../engine/sign-up/key-sizes";
import { CHANGE_SETS, type ChangeSet, changeSetRow } from "../change-set";
import { type Phase, phases } from "../files/changes";
import { packedRows, phaseOf, type SetPart, unpackedRows } from "./parts";
import { type ProposalStore, proposalStore } from "./proposals";
import type { RowChange } from "./row-changes";

const MS_PER_SECOND = 1_000;
const PAGE_SETS = 50;
/** Parts of up to 300 KB; DynamoDB answers with 1 MB at most. */
const PAGE_PARTS = 3;

export interface ChangeSetPage {
  readonly sets: readonly ChangeSet[];
  /** Rows that are no change sets, by their ids: each is left out. */
  readonly unreadable: readonly string[];
  /** The id before which the next page begins; absent from the last. */
  readonly next?: string;
}

/** The access list's change sets. */
export interface ChangeSetStore {
  /** False where a set has that id already. */
  begin(set: ChangeSet): Promise<boolean>;
  /** Undefined too where its row is none, or its time is over, whether DynamoDB has removed it yet or not. */
  get(id: string): Promise<ChangeSet | undefined>;
  /** Newest first. @param before an id */
  page(before?: string, limit?: number): Promise<ChangeSetPage>;
  /** Changes a set, if it still has these values. False if it has not. */
  update(id: string, expected: Partial<ChangeSet>, set: Partial<ChangeSet>): Promise<boolean>;
  /** The writes of a set that is made at once, and of its record. */
  recording(set: ChangeSet, parts: readonly SetPart[]): Promise<readonly TableWrite[]>;
  /** What `update` writes. */
  updating(id: string, expected: Partial<ChangeSet>, set: Partial<ChangeSet>): TableWrite;
  putPart(set: Pick<ChangeSet, "id" | "expires">, part: SetPart): Promise<void>;
  /** The parts of some phases in that order, a few in memory at a time. @param after the key of the part before the first */
  parts(id: string, of?: readonly Phase[], after?: string): AsyncIterable<SetPart>;
  /** The parts that may hold an entry: few, however many there are. @param group the entry's */
  partsOfGroup(id: string, group: number): AsyncIterable<SetPart>;
  removePart(id: string, key: string): Promise<void>;
  /** Leaves rows out of the parts that may hold entries of a group. False where a part changed meanwhile. */
  leaveOut(id: string, group: number, isOut: (row: RowChange) => boolean): Promise<boolean>;
  /** Edits that wait for a second person. */
  readonly proposals: ProposalStore;
}

export function newRun(): string {
  return randomBytes(9).toString("base64url");
}

export function changeSetStore(client: AwsClient, name: string, now: () => Date = () => new Date()): ChangeSetStore {
  const table = { client, name, key: tables.listChanges.key };
  const isOver = ({ expires }: ChangeSet) => expires * MS_PER_SECOND <= now().getTime();
  const updating: ChangeSetStore["updating"] = (...given) => updateOf(table, ...given);
  return {
    proposals: proposalStore(client, name),
    begin: async (set) => (await putItem(table, itemOf(set), absent("set"))).written,
    async recording(set, parts) {
      const items = await Promise.all(parts.map((part) => partItem(set, part)));
      return [putting(table, itemOf(set), absent("set")), ...items.map((item) => putting(table, item))];
    },
    updating,
    async get(id) {
      if (!canBeKey(id, MAX_SORT_KEY_BYTES)) return undefined;
      const item = await getItem(table, { set: CHANGE_SETS, part: id });
      const set = item && isChangeSet(item) ? changeSetOf(item) : undefined;
      return set === undefined || isOver(set) ? undefined : set;
    },
    async page(before, limit = PAGE_SETS) {
      const ofList = equal({ set: { S: CHANGE_SETS } });
      const from = before !== undefined && canBeKey(before, MAX_SORT_KEY_BYTES) ? before : undefined;
      const where = from === undefined ? ofList : all(ofList, below("part", { S: from }));
      const { items, next } = await getPage(table, { where, order: "descending", limit });
      const unreadable = items.flatMap((item) => (isChangeSet(item) ? [] : [String(item.part?.S)]));
      const sets = items
        .filter(isChangeSet)
        .map(changeSetOf)
        .filter((set) => !isOver(set));
      return { sets, unreadable, ...(next?.part?.S !== undefined && { next: next.part.S }) };
    },
    update: async (...given) => (await writeAlone(updating(...given))).written,
    ...partsIn(table),
  };
}

function updateOf(table: DynamoTable, id: string, expected: Partial<ChangeSet>, set: Partial<ChangeSet>): TableWrite {
  const given = Object.entries(set);
  const update = {
    set: toItem(Object.fromEntries(given.filter(([, value]) => value !== undefined))),
    remove: given.flatMap(([name, value]) => (value === undefined ? [name] : [])),
  };
  const held = Object.entries(expected);
  const equals = toItem(Object.fromEntries(held.filter(([, value]) => value !== undefined)));
  const missing = held.flatMap(([name, value]) => (value === undefined ? [absent(name)] : []));
  const key = { set: { S: CHANGE_SETS }, part: { S: id } };
  return changing(table, key, update, all(equal({ ...key, ...equals }), ...missing));
}

/** What sets have on record of their rows. */
function partsIn(table: DynamoTable): Pick<ChangeSetStore, "putPart" | "parts" | "partsOfGroup" | "leaveOut" | "removePart"> {
  async function* itemsWhere(where: Expression): AsyncGenerator<Item> {
    for await (const items of pagesOf(table, { where, limit: PAGE_PARTS })) yield* items;
  }

  async function* partsWhere(where: Expression): AsyncGenerator<SetPart> {
    for await (const item of itemsWhere(where)) yield await partOf(item);
  }

  return {
    async putPart(set, part) {
      await putItem(table, await partItem(set, part));
    },
    async *parts(id, of = phases, after = "") {
      for (const phase of of) {
        const [first, last] = keysOf(phase);
        if (after > last) continue;
        const start = after > first ? `${after}!` : first;
        yield* partsWhere(all(equal({ set: { S: id } }), between("part", { S: start }, { S: last })));
      }
    },
    async *partsOfGroup(id, group) {
      for (const phase of phases) {
        for await (const part of partsWhere(ofGroup(id, group, phase))) {
          if (part.from > group) break;
          yield part;
        }
      }
    },
    async leaveOut(id, group, isOut) {
      for (const phase of phases) {
        for await (const item of itemsWhere(ofGroup(id, group, phase))) {
          const { from, writes } = await partOf(item);
          if (from > group) break;
          const left = writes.filter((row) => !isOut(row));
          if (left.length === writes.length) continue;
          const { set, part, rows } = item as Required<Item>;
          const packed = { B: (await packedRows(left)) as unknown as Uint8Array };
          if (!(await updateItem(table, item, { set: { rows: packed }, remove: [] }, equal({ set, part, rows } as Item))).written)
            return false;
        }
      }
      return true;
    },
    async removePart(id, key) {
      await deleteItem(table, { set: { S: id }, part: { S: key } });
    },
  };
}

/** Those of a phase that may hold an entry of the group, and the one after them. */
function ofGroup(id: string, group: number, phase: Phase): Expression {
  const [first, last] = keysOf(phase);
  const start = `${first}${String(group).padStart(3, "0")}`;
  return all(equal({ set: { S: id } }), between("part", { S: start }, { S: last }));
}

/** All keys of a phase's parts lie between these. */
function keysOf(phase: Phase): readonly [string, string] {
  const number = phases.indexOf(phase) + 1;
  return [`${number}-`, `${number}.`];
}

function itemOf({ id, ...set }: ChangeSet): Item {
  return toItem({ set: CHANGE_SETS, part: id, ...set });
}

async function partItem({ id, expires }: Pick<ChangeSet, "id" | "expires">, { key, from, writes }: SetPart): Promise<Item> {
  const rows = { B: (await packedRows(writes)) as unknown as Uint8Array };
  return { ...toItem({ set: id, part: key, from, [EXPIRY_ATTRIBUTE]: expires }), rows };
}

function isChangeSet(item: Item): boolean {
  return invalidMember(v.omit(changeSetRow, ["rows"]), toRow(item)) === undefined;
}

function changeSetOf(item: Item): ChangeSet {
  const { set: _, part, ...rest } = toRow(item);
  return { id: part, ...rest } as unknown as ChangeSet;
}

async function partOf(item: Item): Promise<SetPart> {
  const { key, from } = { key: String(item.part?.S), from: Number(item.from?.N ?? 0) };
  const writes = await unpackedRows(item.rows?.B as unknown as string).catch((): readonly RowChange[] => {
    throw new TypeError(`A part of the change set ${item.set?.S} cannot be read: ${key}.`);
  });
  return { key, phase: phaseOf(key), from, writes };
}
