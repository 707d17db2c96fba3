import type { Deployment } from "../../../cli/deployment";
import { splitAddress } from "../../../engine/sign-up/email";
import { readLookAlikes } from "../../access-list/verbs/allowed-look-alikes";
import { readDenials } from "../../access-list/verbs/denied";
import type { ApprovalRequest } from "../request";

export async function readWarnings(
  requests: readonly ApprovalRequest[],
  deployment: Deployment,
  now: Date,
): Promise<ReadonlyMap<ApprovalRequest, readonly string[]>> {
  const [denied, alike] = await Promise.all([readDenials(requests, deployment, now), readLookAlikes(requests, deployment, "approve")]);
  return new Map(
    requests.flatMap((request) => {
      const [entry, like] = [denied.get(request), alike.get(splitAddress(request.email).domain)];
      const warnings = [...(entry === undefined ? [] : [deniedText(request, entry)]), ...(like === undefined ? [] : [like])];
      return warnings.length === 0 ? [] : [[request, warnings] as const];
    }),
  );
}

function deniedText({ onApproval }: ApprovalRequest, entry: string): string {
  const follows = onApproval === "provision" ? "no account is made" : "the sign-up is refused";
  return `The access list denies them, by the entry ${entry}: a deny always wins, so ${follows} while it stands.`;
}
