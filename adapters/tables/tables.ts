import type { TableName } from "../../engine/sign-up/verdict";
import { environment, requireVariable, type Variables } from "../aws/environment";

export interface TableKind {
  /** The attributes of its key: partition key, and sort key if it has one. */
  readonly key: readonly [string] | readonly [string, string];
  /** The variable that holds its name in a function. */
  readonly variable: string;
  /** The stack's output that has its name. */
  readonly output: string;
}

/** All there are: those that rules may name, the accounts that gates let in, the change sets of the access list, and the audit trail. */
export type AnyTableName = TableName | "accounts" | "listChanges" | "audit";

/** Fixed properties of each table. */
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

/** The deployed names of tables, by the variables that the stack sets. */
export function tableNamesIn(settings: Variables): (table: AnyTableName) => string {
  return (table) => requireVariable(tables[table].variable, settings);
}

/** Epoch seconds at which DynamoDB may remove a row, in tables whose rows age. */
export const EXPIRY_ATTRIBUTE = "expires";

/** With what the ledger's ids of console sessions begin. */
export const SESSION_PREFIX = "console-session/";

/** With what the ledger's ids begin of what operators have made of what waits for them. */
export const TASK_PREFIX = "task/";
