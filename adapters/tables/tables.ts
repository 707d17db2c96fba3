import type { TableName } from "../../engine/sign-up/verdict";
import { environment, requireVariable, type Variables } from "../aws/environment";

export interface TableKind {
  readonly key: readonly [string] | readonly [string, string];
  /** The variable with the table's deployed name. */
  readonly variable: string;
  /** The stack's output with the table's deployed name. */
  readonly output: string;
}

/** Names of all tables: those that rules may name, and the tables of accounts, of the access list's change sets, and of the audit log. */
export type AnyTableName = TableName | "accounts" | "listChanges" | "audit";

export const tables: Readonly<Record<AnyTableName, TableKind>> = {
  accessList: { key: ["entry"], variable: environment.accessListTable, output: "AccessListTable" },
  decisions: { key: ["reference", "id"], variable: environment.decisionsTable, output: "DecisionsTable" },
  profiles: { key: ["person"], variable: environment.profilesTable, output: "ProfilesTable" },
  referenceData: { key: ["list", "value"], variable: environment.referenceDataTable, output: "ReferenceDataTable" },
  ledger: { key: ["id"], variable: environment.ledgerTable, output: "LedgerTable" },
  approvals: { key: ["id"], variable: environment.approvalsTable, output: "ApprovalsTable" },
  accounts: { key: ["id"], variable: environment.accountsTable, output: "AccountsTable" },
  listChanges: { key: ["set", "part"], variable: environment.listChangesTable, output: "ListChangesTable" },
  audit: { key: ["trail", "number"], variable: environment.auditTable, output: "AuditTable" },
};

export function tableNamesIn(settings: Variables): (table: AnyTableName) => string {
  return (table) => requireVariable(tables[table].variable, settings);
}

/** Column with the epoch seconds from which DynamoDB may remove a row, in tables whose rows age. */
export const EXPIRY_ATTRIBUTE = "expires";

/** Key prefix of console sessions in the usage table. */
export const SESSION_PREFIX = "console-session/";

/** Key prefix of operators' tasks in the usage table. */
export const TASK_PREFIX = "task/";
