import { findSponsor } from "../../approvals/own-request";
import type { ApprovalRequest } from "../../approvals/request";
import type { ApprovalStore } from "../../approvals/store/approvals";

export type PersonsRequests = Pick<ApprovalStore, "byPerson">;

/** An invitation that was revoked after its use has let its account in, too. */
function hasLetIn({ state, invitation }: ApprovalRequest): boolean {
  return state === "admitted" || invitation?.usedBy !== undefined;
}

/** For an unproven address, only a request with the account's code counts: any other request may be somebody else's. */
export async function requestBehind(
  requests: PersonsRequests,
  person: {
    readonly personId: string;
    readonly emailProven: boolean;
    readonly gate?: string | undefined;
    readonly reference: string;
  },
): Promise<{ readonly sponsor?: string; readonly locales?: readonly string[] }> {
  const { personId, emailProven, gate, reference } = person;
  for await (const page of requests.byPerson(personId)) {
    const request = page.find((each) => each.reference === reference || (emailProven && each.gate === gate && hasLetIn(each)));
    if (request === undefined) continue;
    const sponsor = findSponsor(request);
    return { ...(sponsor !== undefined && { sponsor }), ...(request.locales.length > 0 && { locales: request.locales }) };
  }
  return {};
}
