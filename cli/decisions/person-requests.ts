import type { ApprovalStore } from "../../adapters/tables/approvals";
import type { ApprovalRequest, ApprovalState } from "../../engine/approvals/request";
import { stateAt } from "../../engine/approvals/standing";
import { CommandError } from "../failure";

/** Somebody, or something, still has to act on these. */
const open: readonly ApprovalState[] = ["pending", "approved", "provisioning"];

/** Throws if a request must not be deleted as it stands. @param approvals whether open ones go too */
export function assertErasable(requests: readonly ApprovalRequest[], { approvals }: { readonly approvals?: boolean }, now: Date): void {
  for (const request of requests) {
    const state = stateAt(request, now);
    if (!open.includes(state)) continue;
    if (state === "provisioning") {
      throw new CommandError(
        `Nothing was deleted: the account of request ${request.reference} is being made at this moment. Repeat the command in a minute.`,
      );
    }
    if (!approvals) {
      throw new CommandError(
        `Nothing was deleted: request ${request.reference} is ${state}. Decide on it first (approvals deny), or delete it too with --approvals.`,
      );
    }
  }
}

/** Throws where a request has changed since it was looked at. */
export async function eraseRequests(requests: readonly ApprovalRequest[], store: ApprovalStore): Promise<void> {
  for (const { id, turn, reference } of requests) {
    const current = await store.get(id);
    if (current === undefined) continue;
    if (current.turn !== turn) throw new CommandError(`Somebody changed request ${reference} at this moment: repeat the command.`);
    await store.remove(id);
  }
}
