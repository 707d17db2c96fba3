import { CHANGE_SETS } from "../../engine/access-list/change-set";
import { PROPOSALS } from "../../engine/access-list/proposal";
import type { RowKind } from "../tables/row-kind";

/** The heads of change sets. What they wrote is under their ids: the list's own stream tells of it. */
export const changeSetKind: RowKind = {
  table: "listChanges",
  under: CHANGE_SETS,
  audited: "list-changes",
  shape: { streamed: "wanted", ages: true },
};

/** Edits that wait for a second person. */
export const proposalKind: RowKind = { table: "listChanges", under: PROPOSALS, audited: "list-changes" };
