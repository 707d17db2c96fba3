import { moved } from "./change";
import type { Actor, ApprovalRequest } from "./request";

const restore: Actor = { kind: "gatehouse", name: "restore" };

/**
 * So far ahead a request counts on that comes from a backup. The ids of events hold the count: those of the time that was
 * lost must not come again with another content.
 */
const AHEAD = 1_000;

/**
 * A request as it is put back from a backup. One whose account was still to be made is stopped: the account may have been
 * made since, so somebody looks first and then has it tried again.
 * Links in mail decide no more: one may have been used since.
 * @param at when the backup was made: the same request comes to the same row, however often it is put back
 */
export function putBack(request: ApprovalRequest, at: Date): ApprovalRequest {
  const { mailSecrets: _, ...kept } = request;
  const counted = { ...kept, turn: request.turn + AHEAD };
  const isUnderWay = request.state === "provisioning" || (request.state === "approved" && request.onApproval === "provision");
  return isUnderWay ? moved(counted, "failed", { by: restore }, at, { failure: { reason: "restored" } }) : counted;
}
