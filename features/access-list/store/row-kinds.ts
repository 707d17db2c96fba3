import * as v from "valibot";
import type { RowKind } from "../../../adapters/tables/row-kind";
import { buildActionName, rowFact } from "../../../engine/audited-change";
import { CHANGE_SETS, changeSetRow } from "../change-set";
import { PROPOSALS } from "../proposal";
import { proposalChange } from "../proposal-change";

/**
 * The kind of change sets' own rows. The rows that a change set writes are recorded under the set's id, and the list's own stream reports
 * them.
 */
export const changeSetKind: RowKind = {
  table: "listChanges",
  under: CHANGE_SETS,
  audited: "list-changes",
  // A change set is a record of its own: the digests of its rows prove it. So the audit log needs an entry only for a removal, or for an
  // unreadable row.
  fact(change) {
    if (change.after === undefined) return { action: buildActionName(change), subject: String(change.before?.part) };
    return v.is(changeSetRow, change.after) ? undefined : rowFact(change);
  },
  shape: { streamed: "wanted", ages: true },
};

export const proposalKind: RowKind = {
  table: "listChanges",
  under: PROPOSALS,
  audited: "list-changes",
  fact(change) {
    const { action, details } = proposalChange(change) ?? {};
    return action === undefined ? undefined : { ...details, action };
  },
};
