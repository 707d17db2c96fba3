import { changeState } from "./change";
import type { Actor, ApprovalRequest } from "./request";

const restore: Actor = { kind: "gatehouse", name: "restore" };

/**
 * Added to the turn of a request from a backup. Event ids contain the turn, and ids from the lost period must not be used again with other
 * content.
 */
const AHEAD = 1_000;

/**
 * Prepares a request from a backup. If its account was not created yet, it becomes failed: the account may exist by now, so an operator
 * checks and then retries. Links in mail stop working, because one may have been used since.
 * @param at time of the backup: restoring a request repeatedly gives the same row
 */
export function putBack(request: ApprovalRequest, at: Date): ApprovalRequest {
  const { mailSecrets: _, ...kept } = request;
  const raisedRequest = { ...kept, turn: request.turn + AHEAD };
  const isUnderWay = request.state === "provisioning" || (request.state === "approved" && request.onApproval === "provision");
  return isUnderWay ? changeState(raisedRequest, "failed", { by: restore }, at, { failure: { reason: "restored" } }) : raisedRequest;
}
