import type { Row } from "../sign-up/rule";
import type { AuditDetails, AuditNews } from "./entry";
import { actionOf, type TableChange } from "./table-change";

/** What the trail says of a change of a row that it knows nothing of. */
export interface AuditFact extends AuditDetails {
  readonly action: string;
  /** Absent where the row names nobody, or cannot prove it: it was changed outside. */
  readonly author?: Pick<AuditNews, "by" | "via">;
  /** Where the row says that a page of ours made the change: the entry that this page has written then. */
  readonly claims?: { readonly action: string; readonly subject: string | undefined };
}

/**
 * What a kind of row says of its changes; undefined for one that the trail need not have.
 * @param stood the row that is, or was, under a key of the list: null where its cells are not known
 */
export type FactOf = (change: TableChange, stood: (entry: string) => Row | null | undefined) => AuditFact | undefined;

/** The author of what Gatehouse does by itself. */
export const GATEHOUSE = { by: "gatehouse", via: "gatehouse" } as const;

/** The row before and after. */
export function rowFact({ table, subject, before, after }: TableChange): AuditFact {
  const rows = { ...(before && { before }), ...(after && { after }) };
  return { subject, ...rows, action: actionOf({ table, ...rows }) };
}
