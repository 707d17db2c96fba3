import { findSponsor } from "../../approvals/own-request";
import type { ApprovalRequest } from "../../approvals/request";
import type { ApprovalStore } from "../../approvals/store/approvals";

export type PersonsRequests = Pick<ApprovalStore, "byPerson" | "byEmail">;

/** An invitation that was revoked after its use has let its account in, too. */
function hasLetIn({ state, invitation }: ApprovalRequest): boolean {
  return state === "admitted" || invitation?.usedBy !== undefined;
}

/** For an unproven address, only a request with the account's code counts: any other request may be somebody else's. */
export async function requestBehind(
  requests: PersonsRequests,
  person: {
    readonly personId: string;
    readonly email: string;
    readonly emailProven: boolean;
    readonly gate?: string | undefined;
    readonly reference: string;
  },
): Promise<{ readonly sponsor?: string; readonly locales?: readonly string[] }> {
  const { personId, email, emailProven, gate, reference } = person;
  // A request of before a key rotation has another hash of the person.
  for (const pages of [requests.byPerson(personId), requests.byEmail(email)]) {
    for await (const page of pages) {
      const request = page.find((each) => each.reference === reference || (emailProven && each.gate === gate && hasLetIn(each)));
      if (request === undefined) continue;
      const sponsor = findSponsor(request);
      return { ...(sponsor !== undefined && { sponsor }), ...(request.locales.length > 0 && { locales: request.locales }) };
    }
  }
  return {};
}
