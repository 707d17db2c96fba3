import { findSponsor } from "../../approvals/own-request";
import type { ApprovalRequest } from "../../approvals/request";
import { makeAccountKeeper, type RowsWorld } from "./account-rows";

export function accountNote(world: RowsWorld): (request: ApprovalRequest, accountId: string) => Promise<void> {
  const keep = makeAccountKeeper(world);
  return async (request, accountId) => {
    const { gate, personId, email, emailProven, emailVouchers, reference, decision, changedAt } = request;
    const sponsor = findSponsor(request);
    const letInAt = decision?.at ?? changedAt;
    const newcomer = {
      id: accountId.toLowerCase(),
      ...(gate !== undefined && { gate }),
      personId,
      email,
      emailProven,
      ...(emailVouchers !== undefined && { emailVouchers }),
      reference,
      letInAt,
      userType: "Guest" as const,
      ...(sponsor !== undefined && { sponsor }),
      by: "provisioning" as const,
    };
    await keep?.(newcomer, letInAt);
  };
}
