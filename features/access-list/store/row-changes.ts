import type { AwsClient } from "../../../adapters/aws/client";
import { type Replacement, replaceEach } from "../../../adapters/tables/conditional-batch";
import type { RowEdit } from "../../../adapters/tables/edited-rows";
import { type Item, toItem, toRow } from "../../../adapters/tables/item";
import { tables } from "../../../adapters/tables/tables";
import { omit } from "../../../engine/collections";
import { compareStrictness, readListEffect } from "../entry";
import { type ListChange, type Phases, pickCells, type StoredRow } from "../files/plan";
import { covers, eitherGates } from "../hygiene";
import { readRow } from "../row";
import { keptBeside, sameness } from "./access-list";
import { addIndexes, type LastEdit } from "./list-indexes";

/** The row before and after a change, in DynamoDB's form. If `before` or `after` is absent, there is no row at that time. */
export interface RowChange extends RowEdit {
  readonly entry: string;
  /** Row after the first of two writes. Null if there is no row then: only in sets of earlier versions. */
  readonly between?: Item | null;
}

export function toRowChange({ before, after }: RowEdit): RowChange {
  const entry = String((after ?? before)?.entry?.S);
  const between = rowPhases({ before, after }) === "denies in and out" ? rowBetween(before, after) : undefined;
  return { entry, ...(before && { before }), ...(after && { after }), ...(between && { between }) };
}

/**
 * "denies in": the change keeps out more people. "denies out": fewer. "denies in and out": both, in two writes. "allows": neither row keeps
 * anybody out. A row with `allowedUntil` both lets in and keeps out.
 */
export function rowPhases({ before, after }: RowEdit): Phases {
  if (letsIn(before) || letsIn(after)) return suspendedPhases(before, after);
  if (!keepsOut(before)) return keepsOut(after) ? "denies in" : "allows";
  if (!keepsOut(after)) return "denies out";
  const [was, is] = [readRow(toRow(before)), readRow(toRow(after))];
  const strictness = compareStrictness(is.effect, was.effect);
  if (strictness <= 0 && covers(is, was)) return "denies in";
  return strictness >= 0 && covers(was, is) ? "denies out" : "denies in and out";
}

/** One write is enough only if both rows keep out the same people, because the row between them must not let in anybody. */
function suspendedPhases(before: Item | undefined, after: Item | undefined): Phases {
  if (!keepsOut(before) || !keepsOut(after)) return "denies in and out";
  const [was, is] = [readRow(toRow(before)), readRow(toRow(after))];
  if (was.effect !== is.effect || !covers(was, is) || !covers(is, was)) return "denies in and out";
  return (is.allowedUntil ?? 0) > (was.allowedUntil ?? 0) ? "denies out" : "denies in";
}

function letsIn(row: Item | undefined): boolean {
  return row?.allowedUntil !== undefined && readRow(toRow(row)).allowedUntil !== undefined;
}

/** If the effect cannot be read, the row denies. */
function keepsOut(row: Item | undefined): row is Item {
  return row !== undefined && readListEffect(row.effect?.S) !== "allow";
}

/** Keeps out everyone that `before` or `after` keeps out, at once: has the later end and the stricter effect. */
function rowBetween(before: Item | undefined, after: Item | undefined): Item | undefined {
  if (!keepsOut(before) || !keepsOut(after)) {
    const row = keepsOut(before) ? before : after;
    return row && omit(row, "allowedUntil");
  }
  const [was, is] = [readRow(toRow(before)), readRow(toRow(after))];
  const { issuer, ...others } = omit(after, "gates", "expiresAt", "allowedUntil");
  const gates = eitherGates(was, is);
  const [last] = was.expiresAt === undefined || is.expiresAt === undefined ? [] : [was.expiresAt > is.expiresAt ? before : after];
  return {
    ...others,
    effect: { S: compareStrictness(was.effect, is.effect) < 0 ? was.effect : is.effect },
    ...(issuer && was.issuer === is.issuer && { issuer }),
    ...(gates && { gates: { S: gates.join(" ") } }),
    ...(last?.expiresAt && { expiresAt: last.expiresAt }),
  };
}

export function storedRow(item: Item): StoredRow {
  const odd = Object.entries(item).filter(([name, cell]) => cell.S === undefined && sameness.columns.includes(name));
  return { cells: toRow(item), kept: keptBeside(item), ...(odd.length > 0 && { odd: Object.fromEntries(odd) }) };
}

export function toStoredItem({ cells, kept, odd }: StoredRow): Item {
  const item: Item = {};
  for (const [name, cell] of Object.entries(cells)) {
    if (name in kept || (odd !== undefined && name in odd)) continue;
    if (typeof cell === "string") item[name] = { S: cell };
    else Object.assign(item, toItem({ [name]: cell }));
  }
  return Object.assign(item, kept, odd);
}

export function plannedChange({ stored, wanted }: ListChange): RowChange {
  const after = wanted && toStoredItem({ cells: pickCells(wanted), kept: stored?.kept ?? {} });
  return toRowChange({ ...(stored && { before: toStoredItem(stored) }), ...(after && { after }) });
}

export interface ListPorts {
  readonly client: AwsClient;
  readonly list: string;
  /** Called at most once, if the database accepts no batches. @param why the error code */
  onBatchless?(why: string): void;
}

/** Writes at most 25 rows with different keys. Resolves to the edits that were not written, because somebody else changed the row. */
export async function writeRows<T extends RowEdit>(
  { client, list: name, onBatchless }: ListPorts,
  edits: readonly T[],
  edit?: LastEdit,
): Promise<readonly T[]> {
  const table = { client, name, key: tables.accessList.key };
  const replacements = edits.map(
    ({ before, after }) => ({ before: before && addIndexes(before), after: after && addIndexes(after, edit) }) as Replacement,
  );
  const writtenFlags = await replaceEach(table, replacements, sameness, onBatchless);
  return edits.filter((_, index) => writtenFlags[index] === false);
}
