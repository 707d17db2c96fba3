import { sponsorOf } from "../../engine/approvals/invitation";
import type { ApprovalStore } from "../tables/approvals";

export type PersonsRequests = Pick<ApprovalStore, "byPerson">;

/** What a person's invitation or request says that an account's row keeps: who answers for them, and what they read. */
export async function requestBehind(
  requests: PersonsRequests,
  { personId, gate, reference }: { readonly personId: string; readonly gate?: string | undefined; readonly reference: string },
): Promise<{ readonly sponsor?: string; readonly locales?: readonly string[] }> {
  for await (const page of requests.byPerson(personId)) {
    const found = page.find((each) => each.reference === reference || (each.gate === gate && each.state === "admitted"));
    if (found === undefined) continue;
    const sponsor = sponsorOf(found);
    return { ...(sponsor !== undefined && { sponsor }), ...(found.locales.length > 0 && { locales: found.locales }) };
  }
  return {};
}
