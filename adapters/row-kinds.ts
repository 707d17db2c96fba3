import { accountRows } from "./access/rows";
import { approvalRows } from "./approvals/rows";
import { archiveMarks } from "./audit/archive-mark";
import { incidentRows } from "./incidents/rows";
import { changeSetRows, proposalRows } from "./list-changes/row-kinds";
import { partnerRows } from "./partners/rows";
import { postureRows } from "./posture/rows";
import { auditRows } from "./tables/audit";
import { countRows } from "./tables/counts";
import { decisionRows } from "./tables/decision-rows";
import { delegationRows } from "./tables/delegations";
import { profileRows } from "./tables/edited-rows";
import type { Item } from "./tables/item";
import { listRows } from "./tables/list-indexes";
import { lookAlikeRows } from "./tables/look-alikes";
import { referenceRows } from "./tables/reference-data";
import type { RowKind, TableShape } from "./tables/row-kind";
import { type AnyTableName, SESSION_PREFIX, tables } from "./tables/tables";

/** What rules use up, and whatever else is small. */
const ledgerRows: RowKind = { table: "ledger", shape: { hashed: true, accumulates: true, ages: true } };
/** They hold sealed tokens, and one that has ended stays so. */
const sessionRows: RowKind = { table: "ledger", under: SESSION_PREFIX, personal: false, backedUp: false };

/** Every kind of row that others than its feature come across. A feature has its line here. */
export const rowKinds: readonly RowKind[] = [
  listRows,
  decisionRows,
  postureRows,
  partnerRows,
  profileRows,
  referenceRows,
  ledgerRows,
  sessionRows,
  archiveMarks,
  countRows,
  lookAlikeRows,
  delegationRows,
  approvalRows,
  accountRows,
  changeSetRows,
  proposalRows,
  incidentRows,
  auditRows,
];

/** The kind of a row, by its key: the one whose keys begin most like it. */
export function kindOf(table: AnyTableName, key: Item): RowKind | undefined {
  const partition = key[tables[table].key[0]]?.S ?? "";
  const fitting = rowKinds.filter(({ table: its, under = "" }) => its === table && partition.startsWith(under));
  return fitting.sort(({ under: one = "" }, { under: other = "" }) => other.length - one.length)[0];
}

/** With what the keys of some kinds in a table begin. */
export function keysUnder(table: AnyTableName, isMeant: (kind: RowKind) => boolean): readonly string[] {
  return rowKinds.flatMap((kind) => (kind.table === table && kind.under !== undefined && isMeant(kind) ? [kind.under] : []));
}

/** What each table must have. */
export const tableShapes = Object.fromEntries(
  rowKinds.flatMap(({ table, shape }) => (shape === undefined ? [] : [[table, { indexes: [], ...shape }]])),
) as unknown as Readonly<Record<AnyTableName, TableShape & Required<Pick<TableShape, "indexes">>>>;
