import { environment } from "../services/environment";
import type { TableName } from "../sign-up/verdict";

/** What is fixed about each table: its key attribute, and the variable that holds its name in a function. */
export const tables: Readonly<Record<TableName, { readonly keyAttribute: string; readonly variable: string }>> = {
  accessList: { keyAttribute: "entry", variable: environment.accessListTable },
  decisions: { keyAttribute: "id", variable: environment.decisionsTable },
};
