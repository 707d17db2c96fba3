import { type Item, toRow } from "../../../adapters/tables/item";
import type { RowKind } from "../../../adapters/tables/row-kind";
import { buildActionName } from "../../../engine/audited-change";
import { buildApprovalEvent } from "../build-event";
import { type ApprovalRequest, approvalRequest, readRequest, type Stored } from "../request";
import { classifyChange } from "../request-change";
import { eraseAsker } from "../transitions";
import { approvalIndexes, approvalStore } from "./approvals";

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
  event: ({ before, after }) => after && buildApprovalEvent(before && readImage(before), readRequest(toRow(after))),
  /** Takes a colleague out of what they asked for. Who would answer for the guest is gone, so what still waits is over. */
  async forget(person, client, name) {
    const store = approvalStore(client, name, () => {});
    for await (const page of store.asksBy(person)) {
      for (const { id } of page) await store.change(id, (storedRequest) => eraseAsker(storedRequest, new Date()));
    }
  },
  audited: "approvals",
  fact(change) {
    const request = classifyChange(change);
    if (request.kind === "none") return undefined;
    if (request.kind === "unexplained") return { ...request.details, action: buildActionName(change) };
    const { kind: _, details, by, how, along, ...said } = request;
    if (how === "console")
      return { ...details, ...said, claims: { action: said.action, subject: details.subject }, ...(along && { along }) };
    return { ...details, ...said, author: { by, via: how === "cli" ? "command" : how === "mail" ? "mail" : "api" } };
  },
};

/** Undefined for an unreadable row: a stream may show such a row until somebody fixes it. */
function readImage(image: Item): Stored {
  try {
    return readRequest(toRow(image));
  } catch {
    return undefined;
  }
}
