import * as v from "valibot";
import type { RowKind } from "../../../adapters/tables/row-kind";
import { buildActionName, GATEHOUSE, rowFact } from "../../../engine/audited-change";
import { anyText, createTextSchema, typedEnd, typedNote, typedTexts } from "../../../engine/fields";
import { CHANGE_SETS, changeSetRow } from "../change-set";
import { mapColumns } from "../entry-columns";
import { isTidying } from "../hygiene";
import { PROPOSALS, proposalChange } from "../proposal";
import { dropIndexes, listIndexes } from "./list-indexes";

export const accessListRow = v.object({
  entry: createTextSchema("Who the row is about: see [access-list.md](access-list.md)."),
  effect: anyText("`allow`, `approval` or `deny`, in any case; anything else denies."),
  ...mapColumns(({ kind, means }) => (kind === "gates" ? typedTexts(means) : kind === "end" ? typedEnd(means) : typedNote(means))),
  typed: v.optional(anyText("What you typed, before the hygiene worker normalised it.")),
  byPartner: v.optional(anyText("The domain of the partner whose contact wrote the row in the console, until somebody else edits it.")),
  problem: v.optional(anyText("From the hygiene worker: what is unreadable, and what the row does meanwhile.")),
});

export const listKind: RowKind = {
  schema: accessListRow,
  typed: true,
  table: "accessList",
  shape: { streamed: "needed", indexes: /* @__PURE__ */ Object.values(listIndexes) },
  audited: "access-list",
  plain: dropIndexes,
  fact(change, stood) {
    const fact = rowFact(change);
    return isTidying(change, stood) ? { ...fact, action: "access-list.tidied", author: GATEHOUSE } : fact;
  },
};

/** Kind of the rows of change sets. The rows that a set writes are reported by the list's own stream. */
export const changeSetKind: RowKind = {
  table: "listChanges",
  under: CHANGE_SETS,
  audited: "list-changes",
  // The audit log has digests of the rows that the set wrote. So the set's own row needs an entry only if it is removed or unreadable.
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
