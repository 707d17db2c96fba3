import { approvalEvent } from "../../engine/approvals/event";
import { type ApprovalRequest, approvalRequest, readRequest, type Stored } from "../../engine/approvals/request";
import { approvalIndexes } from "../tables/approvals";
import { type Item, toRow } from "../tables/item";
import type { RowKind } from "../tables/row-kind";

const internalColumns: readonly (keyof ApprovalRequest)[] = [
  "turn",
  "shortNames",
  "show",
  "answerWithinDays",
  "askAgainAfterDays",
  "passDays",
  "call",
  "mailSecrets",
  "lease",
];

/** Requests for approval. */
export const approvalKind: RowKind = {
  schema: approvalRequest,
  internal: internalColumns,
  table: "approvals",
  shape: {
    streamed: "needed",
    published: true,
    hashed: true,
    version: "turn",
    changed: "changedAt",
    indexes: Object.values(approvalIndexes),
  },
  event: ({ before, after }) => after && approvalEvent(before && requestIn(before), readRequest(toRow(after))),
  audited: "approvals",
};

/** Undefined too where the row could not be read before somebody fixed it. */
function requestIn(image: Item): Stored {
  try {
    return readRequest(toRow(image));
  } catch {
    return undefined;
  }
}
