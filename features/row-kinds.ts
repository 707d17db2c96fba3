import type { AwsClient } from "../adapters/aws/client";
import { MAIL_PREFIX } from "../adapters/mail/mail-claims";
import type { Item } from "../adapters/tables/item";
import type { PersonNames, RowKind, TableShape } from "../adapters/tables/row-kind";
import { type AnyTableName, SESSION_PREFIX, tables } from "../adapters/tables/tables";
import { rows } from "./lists/rows";
import { sortByPlace } from "./place";

/** Used codes, and other small rows. */
const ledgerKind: RowKind = { table: "ledger", shape: { hashed: true, accumulates: true, ages: true } };
/** They hold sealed tokens, and one that has ended stays so. */
const sessionKind: RowKind = { table: "ledger", under: SESSION_PREFIX, personal: false, backedUp: false };
/** They expire, and name people only by hashes that nobody can find without the event. */
const mailKind: RowKind = { table: "ledger", under: MAIL_PREFIX, personal: false, backedUp: false };

/** Every kind of row that others than its feature come across. */
export const rowKinds: readonly RowKind[] = [ledgerKind, sessionKind, mailKind, ...sortByPlace<RowKind>(rows)];

/** The kind of a row, by its key: the one whose keys begin most like it. */
export function getRowKind(table: AnyTableName, key: Item): RowKind | undefined {
  const partition = key[tables[table].key[0]]?.S ?? "";
  const fitting = rowKinds.filter(({ table: its, under = "" }) => its === table && partition.startsWith(under));
  return fitting.sort(({ under: one = "" }, { under: other = "" }) => other.length - one.length)[0];
}

/** Prefixes of the keys of some kinds in a table. */
export function keysUnder(table: AnyTableName, isMeant: (kind: RowKind) => boolean): readonly string[] {
  return rowKinds.flatMap((kind) => (kind.table === table && kind.under !== undefined && isMeant(kind) ? [kind.under] : []));
}

/** Removes people from rows that no search for them finds. @param nameOf undefined for a table that the stack does not have */
export function forgetElsewhere(client: AwsClient, nameOf: (table: AnyTableName) => string | undefined) {
  return async (person: PersonNames): Promise<void> => {
    for (const { table, forget } of rowKinds) {
      const name = nameOf(table);
      if (name !== undefined) await forget?.(person, client, name);
    }
  };
}

/** Requirements of each table. */
export const tableShapes = Object.fromEntries(
  rowKinds.flatMap(({ table, shape }) => (shape === undefined ? [] : [[table, { indexes: [], ...shape }]])),
) as unknown as Readonly<Record<AnyTableName, TableShape & Required<Pick<TableShape, "indexes">>>>;
