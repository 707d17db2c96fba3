import { PROPOSALS } from "../access-list/proposal";
import type { Row } from "../sign-up/rule";
import { canonicalJson } from "./chain";
import type { AuditDetails } from "./entry";
import type { TableChange } from "./table-change";

/** What happened to an edit that waits for a second person. */
export interface ProposalChange {
  readonly action: string;
  readonly details: AuditDetails;
  /** What the console says beforehand of just this; undefined for what it never does. */
  readonly said?: { readonly subject: string; readonly by: string };
}

/** What deciding on a proposal writes. */
const settlement = ["state", "settledAt", "settledBy", "settledName", "changeSet"] as const;

/** Where a proposal's row is, as a stream calls it. */
export function proposalSubject(id: string): string {
  return `${PROPOSALS}/${id}`;
}

/** Undefined where nothing of it changed. Without the rows that it would write: its own page shows them. */
export function proposalChange({ before, after }: Pick<TableChange, "before" | "after">): ProposalChange | undefined {
  const id = String((after ?? before)?.part ?? "");
  const details = { subject: id, ...(before && { before: shownOf(before) }), ...(after && { after: shownOf(after) }) };
  if (after === undefined) return { action: "access-list.proposal-removed", details };
  if (before === undefined) {
    const said = { subject: String(after.entry ?? after.means), by: String(after.by) };
    // Nobody can propose what is decided already.
    return { action: "access-list.proposed", details, ...(after.state === "open" && { said }) };
  }
  if (canonicalJson(before) === canonicalJson(after)) return undefined;
  const isSettled = before.state === "open" && ["confirmed", "rejected"].includes(String(after.state)) && isSameEdit(before, after);
  if (!isSettled) {
    const rows = canonicalJson(before.rows) === canonicalJson(after.rows) ? {} : { rows: "changed" };
    return { action: "access-list.proposal-changed", details: { ...details, after: { ...shownOf(after), ...rows } } };
  }
  return { action: `access-list.proposal-${after.state}`, details, said: { subject: id, by: String(after.settledBy) } };
}

function isSameEdit(before: Row, after: Row): boolean {
  const edit = (row: Row) => Object.fromEntries(Object.entries(row).filter(([name]) => !(settlement as readonly string[]).includes(name)));
  return canonicalJson(edit(before)) === canonicalJson(edit(after));
}

function shownOf(row: Row): Row {
  const { set: _, part: __, rows: ___, expires: ____, ...shown } = row;
  return shown;
}
