import type { AccountNote } from "../../approvals/client/accounts";
import { findSponsor } from "../../approvals/own-request";
import { makeAccountKeeper, type RowsWorld } from "./account-rows";

export function accountNote(world: RowsWorld): AccountNote {
  const keep = makeAccountKeeper(world);
  return async (request, accountId, hasSetSponsor) => {
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
    await keep?.(newcomer, letInAt, hasSetSponsor);
  };
}
