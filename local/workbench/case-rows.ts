import { jsonLineOf } from "../../engine/access-list/files/row";
import type { Row } from "../../engine/sign-up/rule";
import type { TableName } from "../../engine/sign-up/verdict";
import { type CaseRows, type RequestState, requestStates } from "../cases/format";

/**
 * The rows that operators keep, as a case names them: whatever else stands in the table has no part in it. Rows of the ledger
 * and requests for approval stand under hashes that only the instance can make.
 */
export function rowsForCase(found: ReadonlyMap<string, Row>): CaseRows {
  const of = (table: TableName) => [...found].flatMap(([id, row]) => (tableOf(id) === table ? [row] : []));
  return {
    accessList: of("accessList").map((row) => JSON.parse(jsonLineOf(row))),
    profiles: of("profiles") as CaseRows["profiles"] & object,
    referenceData: of("referenceData") as CaseRows["referenceData"] & object,
  };
}

/** Where the person's request for approval stood. */
export function earlierIn(found: ReadonlyMap<string, Row>): RequestState | undefined {
  const states = [...found].flatMap(([id, row]) => (tableOf(id) === "approvals" ? [String(row.state)] : []));
  return requestStates.find((state) => states.includes(state));
}

function tableOf(id: string): TableName {
  return (JSON.parse(id) as readonly [TableName])[0];
}
