import { approvalIndexes } from "./approvals";
import { decisionIndexes } from "./decisions";
import type { TableIndex } from "./table-index";
import type { AnyTableName } from "./tables";

/** What a table must have beside its key. */
export interface TableShape {
  /** Whether functions read its changes, rows before and after each. */
  readonly streamed: boolean;
  /** Whether rows name a moment after which DynamoDB may remove them. */
  readonly ages: boolean;
  /** What else it is asked by. */
  readonly indexes: readonly TableIndex[];
}

const plain: TableShape = { streamed: false, ages: false, indexes: [] };

/** Apart from `tables`, which is in every function's bundle. */
export const tableShapes: Readonly<Record<AnyTableName, TableShape>> = {
  accessList: { ...plain, streamed: true },
  decisions: { streamed: true, ages: true, indexes: Object.values(decisionIndexes) },
  profiles: plain,
  referenceData: plain,
  ledger: { ...plain, ages: true },
  approvals: { ...plain, streamed: true, indexes: Object.values(approvalIndexes) },
  audit: plain,
};
