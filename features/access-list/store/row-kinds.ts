import * as v from "valibot";
import type { RowKind } from "../../../adapters/tables/row-kind";
import { buildActionName, rowFact } from "../../../engine/audited-change";
import { CHANGE_SETS, changeSetRow } from "../change-set";
import { PROPOSALS } from "../proposal";
import { proposalChange } from "../proposal-change";

/** The heads of change sets. Their writes are under their ids, and reported by the list's own stream. */
export const changeSetKind: RowKind = {
  table: "listChanges",
  under: CHANGE_SETS,
  audited: "list-changes",
  // A set is a record: the digests of its rows prove it.
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
