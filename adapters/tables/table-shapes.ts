import { accountIndexes } from "./accounts";
import { approvalIndexes } from "./approvals";
import { auditIndexes } from "./audit";
import { decisionIndexes } from "./decision-indexes";
import { listIndexes } from "./list-indexes";
import type { AnyTableName, TableIndex } from "./tables";

/** What a table must have beside its key. */
export interface TableShape {
  /** Whether functions read its changes, rows before and after each: `wanted` where all but the audit trail can do without. */
  readonly streamed: "needed" | "wanted" | false;
  /** Whether its changes become events: a row that is put back is marked, so that it causes no second event. */
  readonly published: boolean;
  /** Whether people stand in it under keyed hashes: its rows mean nothing under another key. */
  readonly hashed: boolean;
  /** Counts a row's changes: of two states of a row, the one that has more is the newer. Absent where nothing counts them. */
  readonly version?: string;
  /** When a row became what it is: one that was deleted and made again counts from the beginning again. */
  readonly changed?: string;
  /** Whether rows tell what was used up: it stays so, whichever state of a row is the newer. Members are only ever added to sets. */
  readonly accumulates: boolean;
  /** Whether rows name a moment after which DynamoDB may remove them. */
  readonly ages: boolean;
  /** What else it is asked by. */
  readonly indexes: readonly TableIndex[];
}

const plain: TableShape = { streamed: false, published: false, hashed: false, accumulates: false, ages: false, indexes: [] };

/** Apart from `tables`, which is in every function's bundle. */
export const tableShapes: Readonly<Record<AnyTableName, TableShape>> = {
  accessList: { ...plain, streamed: "needed", indexes: Object.values(listIndexes) },
  decisions: {
    ...plain,
    streamed: "needed",
    published: true,
    hashed: true,
    version: "revision",
    ages: true,
    indexes: Object.values(decisionIndexes),
  },
  profiles: { ...plain, streamed: "wanted" },
  referenceData: { ...plain, streamed: "wanted" },
  ledger: { ...plain, hashed: true, accumulates: true, ages: true },
  approvals: {
    ...plain,
    streamed: "needed",
    published: true,
    hashed: true,
    version: "turn",
    changed: "changedAt",
    indexes: Object.values(approvalIndexes),
  },
  accounts: {
    ...plain,
    streamed: "needed",
    published: true,
    hashed: true,
    version: "turn",
    ages: true,
    indexes: Object.values(accountIndexes),
  },
  listChanges: { ...plain, streamed: "wanted", ages: true },
  audit: { ...plain, indexes: Object.values(auditIndexes) },
};
