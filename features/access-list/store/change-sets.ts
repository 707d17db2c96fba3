import { promisify } from "node:util";
import { deflateRaw, inflateRaw } from "node:zlib";
import * as v from "valibot";
import type { AwsClient } from "../../../adapters/aws/client";
import { all, between } from "../../../adapters/tables/conditions";
import { type Item, toItem, toRow } from "../../../adapters/tables/item";
import { pagesOf } from "../../../adapters/tables/search";
import {
  absent,
  type DynamoTable,
  type Expression,
  equal,
  putItem,
  putting,
  type TableWrite,
  updateItem,
  writeAlone,
} from "../../../adapters/tables/table";
import { EXPIRY_ATTRIBUTE, tables } from "../../../adapters/tables/tables";
import { anyObject, filled, invalidMember } from "../../../engine/fields";
import { MS_PER_DAY } from "../../../engine/sign-up/time";
import { CHANGE_SET_DAYS, CHANGE_SETS, type ChangeMeans, type ChangeSet, changeSetRow } from "../change-set";
import { GROUPS, groupOf } from "../entry-group";
import { type Phase, phases } from "../files/changes";
import type { LastEdit } from "./list-indexes";
import { changingRow, type NewestRows, newestRows, rowOfId } from "./newest-rows";
import type { PhasedRow, RowChange } from "./row-changes";

const MS_PER_SECOND = 1_000;
/** Parts have up to 300 KB, and DynamoDB returns at most 1 MB. */
const PAGE_PARTS = 3;

export interface SetPart {
  readonly phase: Phase;
  readonly writes: readonly RowChange[];
  /** `2-017-000003`: phase, last group of entries, number. Parts are written in the order of their keys. */
  readonly key: string;
  readonly from: number;
  readonly to: number;
}

/** Uncompressed size that always fits an item: compression shrinks rows to a tenth. */
export const MAX_PART_BYTES = 300_000;
const SORTED_NOT = GROUPS - 1;
export interface ChangeSetPage extends Omit<NewestRows<ChangeSet>, "items"> {
  readonly sets: readonly ChangeSet[];
}

export interface ChangeSetStore {
  /** False if a set already has that id. */
  begin(set: ChangeSet): Promise<boolean>;
  /** Undefined too for an unreadable or expired row, even if DynamoDB has not removed it yet. */
  get(id: string): Promise<ChangeSet | undefined>;
  /** Newest first. @param before an id */
  page(before?: string, limit?: number): Promise<ChangeSetPage>;
  /** Updates a set if it still has the expected values. False otherwise. */
  update(id: string, expected: Partial<ChangeSet>, set: Partial<ChangeSet>): Promise<boolean>;
  recording(set: ChangeSet, parts: readonly SetPart[]): Promise<readonly TableWrite[]>;
  updating(id: string, expected: Partial<ChangeSet>, set: Partial<ChangeSet>): TableWrite;
  putPart(set: Pick<ChangeSet, "id" | "expires">, part: SetPart): Promise<void>;
  /** The parts of some phases in that order, a few in memory at a time. @param after the key of the part before the first */
  parts(id: string, of?: readonly Phase[], after?: string): AsyncIterable<SetPart>;
  /** The few parts that may contain an entry. @param group the entry's */
  partsOfGroup(id: string, group: number): AsyncIterable<SetPart>;
  /** Removes rows from the parts that may contain entries of a group. False if a part changed meanwhile. */
  leaveOut(id: string, group: number, isOut: (row: RowChange) => boolean): Promise<boolean>;
}

/** Expiry of a set that begins now, in epoch seconds. */
export function expiryOf(now: Date): number {
  return Math.floor((now.getTime() + CHANGE_SET_DAYS * MS_PER_DAY) / MS_PER_SECOND);
}

export function editOf({ at, by, name = by }: ChangeSet): LastEdit {
  return { at, name };
}

export function viaOf(means: ChangeMeans): "console" | "command" {
  return means.startsWith("console") ? "console" : "command";
}

export function changeSetStore(client: AwsClient, name: string, now: () => Date = () => new Date()): ChangeSetStore {
  const table = { client, name, key: tables.listChanges.key };
  const isOver = ({ expires }: ChangeSet) => expires * MS_PER_SECOND <= now().getTime();
  const updating: ChangeSetStore["updating"] = (...given) => changingRow(table, CHANGE_SETS, ...given);
  const readSet = (item: Item) => (isChangeSet(item) ? changeSetOf(item) : undefined);
  return {
    begin: async (set) => (await putItem(table, itemOf(set), absent("set"))).written,
    async recording(set, parts) {
      const items = await Promise.all(parts.map((part) => partItem(set, part)));
      return [putting(table, itemOf(set), absent("set")), ...items.map((item) => putting(table, item))];
    },
    updating,
    async get(id) {
      const item = await rowOfId(table, CHANGE_SETS, id);
      const set = item && readSet(item);
      return set === undefined || isOver(set) ? undefined : set;
    },
    async page(before, limit) {
      const { items, ...page } = await newestRows(table, CHANGE_SETS, readSet, before, limit);
      return { sets: items.filter((set) => !isOver(set)), ...page };
    },
    update: async (...given) => (await writeAlone(updating(...given))).written,
    ...partsIn(table),
  };
}

function partsIn(table: DynamoTable): Pick<ChangeSetStore, "putPart" | "parts" | "partsOfGroup" | "leaveOut"> {
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
  };
}

/** Parts of a phase that may contain an entry of the group, and the one after them. */
function ofGroup(id: string, group: number, phase: Phase): Expression {
  const [first, last] = keysOf(phase);
  const start = `${first}${String(group).padStart(3, "0")}`;
  return all(equal({ set: { S: id } }), between("part", { S: start }, { S: last }));
}

function keysOf(phase: Phase): readonly [string, string] {
  const number = phases.indexOf(phase) + 1;
  return [`${number}-`, `${number}.`];
}

/** @param least no key before it in its phase has a lower group */
export function setPart(phase: Phase, number: number, writes: readonly RowChange[], least = 0): SetPart {
  const groups = writes.map(({ entry }) => groupOf(entry));
  const [from, last] = [groups.reduce((a, b) => Math.min(a, b)), groups.reduce((a, b) => Math.max(a, b))];
  // Unsorted rows may be in any part; the keys still increase.
  const to = from < least ? SORTED_NOT : last;
  const digits = (value: number, width: number) => String(value).padStart(width, "0");
  const key = `${phases.indexOf(phase) + 1}-${digits(to, 3)}-${digits(number, 6)}`;
  return { key, phase, from: to === SORTED_NOT ? 0 : from, to, writes };
}

export function partsOfFew(rows: readonly PhasedRow[]): readonly SetPart[] {
  const some = phases.filter((each) => rows.some(({ phase }) => phase === each));
  return some.map((each, number) =>
    setPart(
      each,
      number,
      rows.filter(({ phase }) => phase === each).map(({ phase: _, ...row }) => row),
    ),
  );
}

/** The approximate length of its JSON in bytes: at least what DynamoDB counts for all its rows. */
export function rowBytes({ entry, before, after, first, final }: RowChange): number {
  let bytes = Buffer.byteLength(entry);
  for (const item of [before, after, first, final]) {
    for (const name in item) {
      const cell = item[name];
      bytes += Buffer.byteLength(name) + Buffer.byteLength(cell?.S ?? JSON.stringify(cell)) + 10;
    }
  }
  return bytes;
}

function itemOf({ id, ...set }: ChangeSet): Item {
  // The functions of a deployed earlier version expect who is writing.
  return toItem({ set: CHANGE_SETS, part: id, run: id, ...set });
}

async function partItem({ id, expires }: Pick<ChangeSet, "id" | "expires">, { key, from, writes }: SetPart): Promise<Item> {
  const rows = { B: (await packedRows(writes)) as unknown as Uint8Array };
  return { ...toItem({ set: id, part: key, from, [EXPIRY_ATTRIBUTE]: expires }), rows };
}

function isChangeSet(item: Item): boolean {
  return invalidMember(v.omit(changeSetRow, ["rows"]), toRow(item)) === undefined;
}

function changeSetOf(item: Item): ChangeSet {
  // Earlier versions noted who was writing, and until when at most.
  const { set: _, part, run: __, aliveUntil: ___, ...rest } = toRow(item);
  return { id: part, ...rest } as unknown as ChangeSet;
}

async function partOf(item: Item): Promise<SetPart> {
  const { key, from } = { key: String(item.part?.S), from: Number(item.from?.N ?? 0) };
  const writes = await unpackedRows(item.rows?.B as unknown as string).catch((): readonly RowChange[] => {
    throw new TypeError(`A part of the change set ${item.set?.S} cannot be read: ${key}.`);
  });
  const [phase = 0, to = 0] = key.split("-").map(Number);
  return { key, phase: phases[phase - 1] as Phase, from, to, writes };
}

const compress = promisify<Buffer, { level: number }, Buffer>(deflateRaw);
const decompress = promisify<Uint8Array, Buffer>(inflateRaw);
/** Favours speed over size. */
const LEVEL = 1;

/** Base64, as DynamoDB accepts bytes. */
export async function packedRows(rows: readonly RowChange[]): Promise<string> {
  return (await compress(Buffer.from(JSON.stringify(rows)), { level: LEVEL })).toString("base64");
}

const item = v.optional(v.record(v.string(), anyObject()));
const rowChange = v.object({ entry: filled(), before: item, after: item, first: item, final: item });

/** Throws if they are unreadable. @param isWanted an extra condition for each row */
export async function unpackedRows<T extends RowChange = RowChange>(
  packed: string,
  isWanted: (row: RowChange) => row is T = (_): _ is T => true,
): Promise<readonly T[]> {
  const rows: unknown = JSON.parse((await decompress(Buffer.from(packed, "base64"))).toString("utf8"));
  const isRow = (row: unknown): row is T => invalidMember(rowChange, row) === undefined && isWanted(row as RowChange);
  if (!Array.isArray(rows) || !rows.every(isRow)) throw new Error("Some rows are no changes of rows.");
  return rows;
}
