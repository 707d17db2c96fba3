import type { AuditDetails, TableChange } from "../../engine/audited-change";
import { omit } from "../../engine/collections";
import { canonicalJson } from "../../engine/json";
import type { Row } from "../../engine/sign-up/rule";
import { PROPOSALS } from "./proposal";

interface ProposalChange {
  readonly action: string;
  readonly details: AuditDetails;
}

const settlement = ["state", "settledAt", "settledBy", "settledName", "changeSet"] as const;

export function proposalSubject(id: string): string {
  return `${PROPOSALS}/${id}`;
}

/** Omits the rows that the proposal would write, because the proposal's page shows them. Undefined if nothing changed. */
export function proposalChange({ before, after }: Pick<TableChange, "before" | "after">): ProposalChange | undefined {
  const id = String((after ?? before)?.part ?? "");
  const details = { subject: id, ...(before && { before: shownOfProposal(before) }), ...(after && { after: shownOfProposal(after) }) };
  if (after === undefined) return { action: "access-list.proposal-removed", details };
  if (before === undefined) return { action: "access-list.proposed", details };
  if (canonicalJson(before) === canonicalJson(after)) return undefined;
  const isSettled = before.state === "open" && ["confirmed", "rejected"].includes(String(after.state)) && isSameEdit(before, after);
  if (!isSettled) {
    const rows = canonicalJson(before.rows) === canonicalJson(after.rows) ? {} : { rows: "changed" };
    return { action: "access-list.proposal-changed", details: { ...details, after: { ...shownOfProposal(after), ...rows } } };
  }
  return { action: `access-list.proposal-${after.state}`, details };
}

function isSameEdit(before: Row, after: Row): boolean {
  const edit = (row: Row) => Object.fromEntries(Object.entries(row).filter(([name]) => !(settlement as readonly string[]).includes(name)));
  return canonicalJson(edit(before)) === canonicalJson(edit(after));
}

function shownOfProposal(row: Row): Row {
  return omit(row, "set", "part", "rows", "expires");
}
