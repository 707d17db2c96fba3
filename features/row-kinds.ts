import type { AwsClient } from "../adapters/aws/client";
import { MAIL_PREFIX } from "../adapters/mail/mail-sending";
import type { Item } from "../adapters/tables/item";
import type { PersonNames, RowKind, TableShape } from "../adapters/tables/row-kind";
import { type AnyTableName, SESSION_PREFIX, tables } from "../adapters/tables/tables";
import { rows } from "./lists/rows";
import { sortByOrder } from "./order";

const ledgerKind: RowKind = { table: "ledger", shape: { hashed: true, accumulates: true, ages: true } };
/** Rows contain sealed tokens, and an ended session must not be restored. */
const sessionKind: RowKind = { table: "ledger", under: SESSION_PREFIX, personal: false, backedUp: false };
/** Rows expire, and name people only by hashes. Nobody can compute these hashes without the event. */
const mailKind: RowKind = { table: "ledger", under: MAIL_PREFIX, personal: false, backedUp: false };

export const rowKinds: readonly RowKind[] = [ledgerKind, sessionKind, mailKind, ...sortByOrder<RowKind>(rows)];

/** The kind with the longest matching prefix wins. */
export function getRowKind(table: AnyTableName, key: Item): RowKind | undefined {
  const partition = key[tables[table].key[0]]?.S ?? "";
  const fitting = rowKinds.filter(({ table: its, under = "" }) => its === table && partition.startsWith(under));
  return fitting.sort(({ under: one = "" }, { under: other = "" }) => other.length - one.length)[0];
}

export function keysUnder(table: AnyTableName, isMeant: (kind: RowKind) => boolean): readonly string[] {
  return rowKinds.flatMap((kind) => (kind.table === table && kind.under !== undefined && isMeant(kind) ? [kind.under] : []));
}

/** Removes a person from rows that no search for the person finds. @param nameOf undefined for a table that the stack lacks */
export function forgetElsewhere(client: AwsClient, nameOf: (table: AnyTableName) => string | undefined) {
  return async (person: PersonNames): Promise<void> => {
    for (const { table, forget } of rowKinds) {
      const name = nameOf(table);
      if (name !== undefined) await forget?.(person, client, name);
    }
  };
}

export const tableShapes = Object.fromEntries(
  rowKinds.flatMap(({ table, shape }) => (shape === undefined ? [] : [[table, { indexes: [], ...shape }]])),
) as unknown as Readonly<Record<AnyTableName, TableShape & Required<Pick<TableShape, "indexes">>>>;
