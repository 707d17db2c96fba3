import { promisify } from "node:util";
import { deflateRaw, inflateRaw } from "node:zlib";
import * as v from "valibot";
import type { AwsClient } from "../../../adapters/aws/client";
import { all, between } from "../../../adapters/tables/conditions";
import { type Item, toItem, toRow } from "../../../adapters/tables/item";
import { readPages } from "../../../adapters/tables/search";
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
import { type TransactionResult, transact } from "../../../adapters/tables/transaction";
import { omit } from "../../../engine/collections";
import { anyObject, createTextSchema, invalidMember } from "../../../engine/fields";
import { toBaseSpelling, toCountedSpelling } from "../../../engine/sign-up/spellings";
import { MS_PER_DAY } from "../../../engine/sign-up/time";
import { hash } from "../../../engine/table-keys";
import { CHANGE_SET_DAYS, CHANGE_SETS, type ChangeMeans, type ChangeSet, changeSetRow } from "../change-set";
import type { LastEdit } from "./list-indexes";
import { changingRow, type NewestRows, newestRows, rowOfId } from "./newest-rows";
import { type RowChange, rowPhases } from "./row-changes";

const MS_PER_SECOND = 1_000;
/** The number of parts in a page: a part has up to 300 KB, and DynamoDB returns at most 1 MB. */
const PAGE_PARTS = 3;

export interface SetPart {
  readonly writes: readonly RowChange[];
  /** `2-017-000003`: kind, last group of entries, number of the part. */
  readonly key: string;
  readonly from: number;
}

/** Phases of changes: see `rowPhases`. In sets of earlier versions, kind 3 has the allows that were added. */
export const partKinds = { "denies in and out": 0, "denies in": 1, allows: 2, "denies out": 4 } as const;
export const PART_KINDS = [0, 1, 2, 3, 4] as const;
export type PartKind = (typeof PART_KINDS)[number];

export function partKind(change: RowChange): PartKind {
  const phases = rowPhases(change);
  return phases === "denies in and out" && !change.between ? partKinds["denies in"] : partKinds[phases];
}

/**
 * Number of groups of entries. The history of an entry reads only the parts with the entry's group: even in a long set, these parts are
 * few.
 */
export const GROUPS = 128;

/** The bytes of a part before compression. Compression shrinks rows to a tenth, so a part of this size always fits an item. */
export const MAX_PART_BYTES = 300_000;
const LAST_GROUP = GROUPS - 1;
export interface ChangeSetStore {
  /** The parts must be stored already. Makes `otherWrites` in the same transaction. */
  begin(changeSet: ChangeSet, otherWrites: readonly TableWrite[]): Promise<TransactionResult>;
  /** Undefined if the set is absent, unreadable or expired, even if DynamoDB has not removed the expired row yet. */
  get(id: string): Promise<ChangeSet | undefined>;
  /** Newest first. @param before an id: the page begins with the next older set */
  page(before?: string, limit?: number): Promise<Omit<NewestRows<ChangeSet>, "items"> & { readonly sets: readonly ChangeSet[] }>;
  /** Returns false if the set no longer has the expected values. */
  update(id: string, expectedFields: Partial<ChangeSet>, newFields: Partial<ChangeSet>): Promise<boolean>;
  buildSetWrites(changeSet: ChangeSet, parts: readonly SetPart[]): Promise<readonly TableWrite[]>;
  buildSetUpdate(id: string, expectedFields: Partial<ChangeSet>, newFields: Partial<ChangeSet>): TableWrite;
  putPart(changeSet: Pick<ChangeSet, "id" | "expires">, part: SetPart): Promise<void>;
  /**
   * Yields the parts of a set in the order of their keys. Keeps only a few parts in memory.
   * @param after a key of this kind: only later parts are read
   */
  parts(id: string, of?: PartKind, after?: string): AsyncIterable<SetPart>;
  /** Yields the few parts that may contain an entry of this group. */
  partsOfGroup(id: string, group: number): AsyncIterable<SetPart>;
  /** Removes rows from the parts that may contain entries of a group. False if a part has changed since it was read. */
  leaveOut(id: string, group: number, isOut: (row: RowChange) => boolean): Promise<boolean>;
}

/** Returns the end of a set in epoch seconds. */
export function computeSetExpiry(now: Date): number {
  return Math.floor((now.getTime() + CHANGE_SET_DAYS * MS_PER_DAY) / MS_PER_SECOND);
}

export function toLastEdit({ at, by, name = by }: ChangeSet): LastEdit {
  return { at, name };
}

export function toVia(means: ChangeMeans): "console" | "command" {
  return means.startsWith("console") ? "console" : "command";
}

export function changeSetStore(client: AwsClient, name: string, now: () => Date = () => new Date()): ChangeSetStore {
  const table = { client, name, key: tables.listChanges.key };
  const isOver = ({ expires }: ChangeSet) => expires * MS_PER_SECOND <= now().getTime();
  const buildSetUpdate: ChangeSetStore["buildSetUpdate"] = (...updateArgs) => changingRow(table, CHANGE_SETS, ...updateArgs);
  const readSet = (item: Item) =>
    invalidMember(v.omit(changeSetRow, ["rows"]), toRow(item)) === undefined ? parseChangeSet(item) : undefined;
  return {
    begin: (changeSet, otherWrites) => transact(client, [putting(table, toSetItem(changeSet), absent("set")), ...otherWrites]),
    async buildSetWrites(changeSet, parts) {
      const items = await Promise.all(parts.map((part) => partItem(changeSet, part)));
      return [putting(table, toSetItem(changeSet), absent("set")), ...items.map((item) => putting(table, item))];
    },
    buildSetUpdate,
    async get(id) {
      const item = await rowOfId(table, CHANGE_SETS, id);
      const changeSet = item && readSet(item);
      return changeSet === undefined || isOver(changeSet) ? undefined : changeSet;
    },
    async page(before, limit) {
      const { items, ...page } = await newestRows(table, CHANGE_SETS, readSet, before, limit);
      return { sets: items.filter((changeSet) => !isOver(changeSet)), ...page };
    },
    update: async (...updateArgs) => (await writeAlone(buildSetUpdate(...updateArgs))).written,
    ...createPartStore(table),
  };
}

function createPartStore(table: DynamoTable): Pick<ChangeSetStore, "putPart" | "parts" | "partsOfGroup" | "leaveOut"> {
  async function* itemsWhere(where: Expression): AsyncGenerator<Item> {
    for await (const items of readPages(table, { where, limit: PAGE_PARTS })) yield* items;
  }

  async function* itemsOfGroup(id: string, group: number): AsyncGenerator<Item> {
    for (const kind of PART_KINDS) {
      for await (const item of itemsWhere(buildPartsQuery(id, kind, `${kind}-${digits(group, 3)}`))) {
        if (Number(item.from?.N ?? 0) > group) break;
        yield item;
      }
    }
  }

  return {
    async putPart(changeSet, part) {
      await putItem(table, await partItem(changeSet, part));
    },
    async *parts(id, of, after = "") {
      const start = after === "" ? `${of}-` : `${after}!`;
      for await (const item of itemsWhere(of === undefined ? equal({ set: { S: id } }) : buildPartsQuery(id, of, start)))
        yield await parseSetPart(item);
    },
    async *partsOfGroup(id, group) {
      for await (const item of itemsOfGroup(id, group)) yield await parseSetPart(item);
    },
    async leaveOut(id, group, isOut) {
      for await (const item of itemsOfGroup(id, group)) {
        const { writes } = await parseSetPart(item);
        const leftWrites = writes.filter((row) => !isOut(row));
        if (leftWrites.length === writes.length) continue;
        const { set, part, rows } = item as Required<Item>;
        const packedWrites = { B: (await packedRows(leftWrites)) as unknown as Uint8Array };
        if (!(await updateItem(table, item, { set: { rows: packedWrites }, remove: [] }, equal({ set, part, rows } as Item))).written)
          return false;
      }
      return true;
    },
  };
}

function buildPartsQuery(id: string, kind: PartKind, start: string): Expression {
  return all(equal({ set: { S: id } }), between("part", { S: start }, { S: `${kind}.` }));
}

function digits(value: number, width: number): string {
  return String(value).padStart(width, "0");
}

/** @param least the highest group of entries in earlier parts of the same kind */
export function setPart(kind: PartKind, number: number, writes: readonly RowChange[], least = 0): SetPart & { readonly to: number } {
  const groups = writes.map(({ entry }) => computeGroup(entry));
  // If the part's rows are not sorted by group, the part counts as one that may contain any group. Its key has the last of all groups, so
  // that keys still increase.
  const [from, to] = Math.min(...groups) < least ? [0, LAST_GROUP] : [Math.min(...groups), Math.max(...groups)];
  return { key: `${kind}-${digits(to, 3)}-${digits(number, 6)}`, from, to, writes };
}

/** Approximate length of a change's JSON in bytes: at least the size that DynamoDB counts. */
export function rowBytes({ entry, before, after, between }: RowChange): number {
  let bytes = Buffer.byteLength(entry);
  for (const item of [before, after, between]) {
    for (const name in item) {
      const cell = item[name];
      bytes += Buffer.byteLength(name) + Buffer.byteLength(cell?.S ?? JSON.stringify(cell)) + 10;
    }
  }
  return bytes;
}

function toSetItem({ id, ...set }: ChangeSet): Item {
  // Functions of an earlier version may still be deployed, and expect `run`.
  return toItem({ set: CHANGE_SETS, part: id, run: id, ...set });
}

async function partItem({ id, expires }: Pick<ChangeSet, "id" | "expires">, { key, from, writes }: SetPart): Promise<Item> {
  const rows = { B: (await packedRows(writes)) as unknown as Uint8Array };
  return { ...toItem({ set: id, part: key, from, [EXPIRY_ATTRIBUTE]: expires }), rows };
}

function parseChangeSet(item: Item): ChangeSet {
  // Sets of earlier versions also have the column `run`.
  const { part, ...rest } = omit(toRow(item), "set", "run");
  return { id: part, ...rest } as unknown as ChangeSet;
}

async function parseSetPart(item: Item): Promise<SetPart> {
  const [key, from] = [String(item.part?.S), Number(item.from?.N ?? 0)];
  const writes = await unpackedRows(item.rows?.B as unknown as string).catch((): readonly RowChange[] => {
    throw new TypeError(`A part of the change set ${item.set?.S} cannot be read: ${key}.`);
  });
  return { key, from, writes };
}

const compress = promisify<Buffer, { level: number }, Buffer>(deflateRaw);
const decompress = promisify<Uint8Array, Buffer>(inflateRaw);
/** Fast rather than small. */
const LEVEL = 1;

/** Returns base64, because DynamoDB's JSON has bytes in this form. */
export async function packedRows(rows: readonly RowChange[]): Promise<string> {
  return (await compress(Buffer.from(JSON.stringify(rows)), { level: LEVEL })).toString("base64");
}

const item = v.optional(v.record(v.string(), anyObject()));
const storedChange = v.object({
  entry: createTextSchema(),
  before: item,
  after: item,
  between: v.nullish(v.record(v.string(), anyObject())),
  first: item,
  final: item,
});
type StoredChange = RowChange & Partial<Record<"first" | "final", Item>>;

export async function unpackedRows(packedText: string): Promise<readonly RowChange[]> {
  const rows: unknown = JSON.parse((await decompress(Buffer.from(packedText, "base64"))).toString("utf8"));
  const isRow = (row: unknown): row is StoredChange => invalidMember(storedChange, row) === undefined;
  if (!Array.isArray(rows) || !rows.every(isRow)) throw new Error("Some rows are no changes of rows.");
  return rows.flatMap(wholeChange);
}

/**
 * Earlier versions stored a change of two writes as two records. The first has `final`, the row after the second write. The second has
 * `first`, the row before the first write, and is omitted.
 */
function wholeChange({ first, final, ...row }: StoredChange): readonly RowChange[] {
  if (first !== undefined) return [];
  return [final === undefined ? row : { ...row, between: row.after ?? null, after: final }];
}

/** Returns the same text for all keys of an address: for a deny and an allow, with or without tag. */
export function groupKey(entry: string): string {
  return isAddress(entry) ? toBaseSpelling(entry) : entry;
}

/** The keys of stored parts contain the group, so its text is not folded. */
export function computeGroup(entry: string): number {
  return hash(isAddress(entry) ? toCountedSpelling(entry) : entry) % GROUPS;
}

function isAddress(entry: string): boolean {
  return entry.includes("@") && !entry.startsWith("issuer:");
}
