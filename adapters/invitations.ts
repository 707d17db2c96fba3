import { inState } from "../engine/approvals/in-state";
import { type Invitee, invitationId, invitationReference, invitePerson, isOpen, type Sending } from "../engine/approvals/invitation";
import type { ApprovalRequest } from "../engine/approvals/request";
import { eachHash, type HashOf, type PersonHashes } from "../engine/sign-up/person";
import { invitationCode } from "./random-code";
import type { ApprovalStore } from "./tables/approvals";

/** What came of inviting one person. */
export interface Invited {
  readonly email: string;
  /** Absent: they have a valid invitation, which stays as it is. */
  readonly request?: ApprovalRequest;
}

/** The person's row, and the hash that it has: after a rotation of the key, a row keeps its own. */
async function rowOf(store: Pick<ApprovalStore, "get">, { email, gate }: Invitee, hashes: PersonHashes) {
  const [current, ...others] = eachHash(hashes) as [HashOf, ...HashOf[]];
  for (const hashOf of others) {
    const stored = await store.get(invitationId(email, gate, hashOf));
    if (stored !== undefined) return { hashOf, stored };
  }
  return { hashOf: current, stored: await store.get(invitationId(email, gate, current)) };
}

/** The reference code that a person's invitation has or, if they have no valid one, gets once they are invited. */
export async function invitationOf(
  store: Pick<ApprovalStore, "get">,
  invitee: Invitee,
  hashes: PersonHashes,
  now: Date,
): Promise<{ readonly reference: string; readonly isValid: boolean }> {
  const { hashOf, stored } = await rowOf(store, invitee, hashes);
  if (stored !== undefined && isOpen(stored, now)) return { reference: stored.reference, isValid: true };
  return { reference: invitationReference(invitationId(invitee.email, invitee.gate, hashOf), stored), isValid: false };
}

/** Invites one person with a new code. */
export async function sendInvitation(
  store: Pick<ApprovalStore, "get" | "change">,
  invitee: Invitee,
  sending: Omit<Sending, "code">,
  hashes: PersonHashes,
  now: Date,
): Promise<Invited> {
  const { hashOf } = await rowOf(store, invitee, hashes);
  const coded = { ...sending, code: invitationCode() };
  const id = invitationId(invitee.email, invitee.gate, hashOf);
  const outcome = await store.change(id, (stored) => invitePerson(stored, invitee, coded, hashOf, now));
  return { email: invitee.email, ...(outcome.ok && { request: outcome.request }) };
}

/** Those on the waiting list who have waited longest. */
export async function oldestWaiting(
  store: Pick<ApprovalStore, "byState">,
  count: number,
  now: Date,
  isMeant: (request: ApprovalRequest) => boolean = () => true,
): Promise<readonly ApprovalRequest[]> {
  const waiting: ApprovalRequest[] = [];
  for await (const page of inState(store, "pending", now)) {
    waiting.push(...page.filter((each) => each.waitlist === true && isMeant(each)));
    if (waiting.length >= count) break;
  }
  return waiting.slice(0, count);
}
