import { changeState } from "./change";
import type { Actor, ApprovalRequest } from "./request";

const restore: Actor = { kind: "gatehouse", name: "restore" };

/**
 * Is added to the turn of a request from a backup. Event ids contain the turn, and no two events may have the same id. Events after the
 * backup may have used the next turns.
 */
const AHEAD = 1_000;

/**
 * Prepares a request from a backup. If the request was approved but its account was not yet created, it becomes failed: the account may
 * exist by now, so an operator must look before a retry. Links in mail stop working, because one of them may have been used since.
 * @param at time of the backup, not of the restore: so a repeated restore gives the same row
 */
export function putBack(request: ApprovalRequest, at: Date): ApprovalRequest {
  const { mailSecrets: _, ...kept } = request;
  const raisedRequest = { ...kept, turn: request.turn + AHEAD };
  const isUnderWay = request.state === "provisioning" || (request.state === "approved" && request.onApproval === "provision");
  return isUnderWay ? changeState(raisedRequest, "failed", { by: restore }, at, { failure: { reason: "restored" } }) : raisedRequest;
}
