import { invitationCode } from "../../adapters/system";
import type { WriteTogether } from "../../adapters/tables/transaction";
import { eachHash, type HashOf, type PersonHashes } from "../../engine/sign-up/person";
import { MS_PER_DAY } from "../../engine/sign-up/time";
import { refuseChange, type Say } from "../approvals/change";
import {
  type Invitee,
  invitationId,
  invitationReference,
  invitePerson,
  isOpen,
  noteOfMove,
  noteOfTransfer,
  type Sending,
} from "../approvals/invite-person";
import { isOwnSponsor } from "../approvals/own-request";
import type { ApprovalRequest, Stored } from "../approvals/request";
import type { ApprovalStore } from "../approvals/store/approvals";
import { revokeInvitation } from "./invitation";

/** A person's valid invitation or, if there is none, the place for the next one. Its fields do not change after the row is read. */
export interface InvitationPlace {
  readonly email: string;
  /** The reference code of the person's valid invitation, or else of the next one. */
  readonly reference: string;
  readonly isValid: boolean;
  /** Id of the invitation's row. */
  readonly id: string;
  /** The person's last invitation. */
  readonly stored: Stored;
  /** Sends an invitation. Undefined if the person has a valid invitation, which stays as it is. */
  send(
    sending: Omit<Sending, "code">,
    person?: Pick<Invitee, "language" | "sponsor">,
    write?: WriteTogether,
  ): Promise<ApprovalRequest | undefined>;
}

type Invited = Pick<Invitee, "email" | "gate">;

export async function invitationPlace(
  store: Pick<ApprovalStore, "getAll" | "change">,
  invitee: Invited,
  hashes: PersonHashes,
  now: Date,
): Promise<InvitationPlace> {
  const [place] = await invitationPlaces(store, [invitee], hashes, now);
  return place as InvitationPlace;
}

/** Reads the places of several people together. @returns them in order */
export async function invitationPlaces(
  store: Pick<ApprovalStore, "getAll" | "change">,
  invitees: readonly Invited[],
  hashes: PersonHashes,
  now: Date,
): Promise<readonly InvitationPlace[]> {
  const [current, ...others] = eachHash(hashes) as [HashOf, ...HashOf[]];
  const ids = invitees.flatMap(({ email, gate }) => [current, ...others].map((hashOf) => invitationId(email, gate, hashOf)));
  const stored = new Map((await store.getAll([...new Set(ids)])).map((request) => [request.id, request]));
  return invitees.map((invitee) => {
    // After a rotation of the HMAC key, the row still has the hash of the earlier key.
    const isStored = (hashOf: HashOf) => stored.has(invitationId(invitee.email, invitee.gate, hashOf));
    const hashOf = others.find(isStored) ?? current;
    return makePlace(store, invitee, stored.get(invitationId(invitee.email, invitee.gate, hashOf)), hashOf, now);
  });
}

function makePlace(
  store: Pick<ApprovalStore, "change">,
  { email, gate }: Invited,
  stored: Stored,
  hashOf: HashOf,
  now: Date,
): InvitationPlace {
  const id = invitationId(email, gate, hashOf);
  const isValid = stored !== undefined && isOpen(stored, now);
  return {
    ...{ id, stored, email },
    reference: isValid ? stored.reference : invitationReference(id, stored),
    isValid,
    async send(sending, person, write) {
      if (isValid) return undefined;
      const codedSending = { ...sending, code: invitationCode() };
      const step = (current: Stored) => invitePerson(current, { email, gate, ...person }, codedSending, hashOf, now);
      const outcome = await store.change(id, step, { read: { row: stored }, write });
      return outcome.ok ? outcome.request : undefined;
    },
  };
}

interface Transfer {
  /** The recipient's normalised address. */
  readonly to: string;
  readonly by: Say["by"];
  readonly act?: string | undefined;
  readonly longestDays?: number | undefined;
  readonly concerns?: readonly string[];
}

export type Transferred =
  /** `request` is absent if the person was invited by somebody else meanwhile. */
  | { readonly ok: true; readonly request?: ApprovalRequest }
  /** `invited`: the recipient already has a valid invitation. For each `why`, nothing was changed. */
  | { readonly ok: false; readonly why: "same" | "not-open" | "invited" };

/**
 * The new invitation keeps gate, language and end. It also keeps the sponsor, unless the new person is the sponsor. A repeat continues an
 * interrupted call.
 */
export async function moveInvitation(
  store: Pick<ApprovalStore, "getAll" | "change">,
  invitation: ApprovalRequest,
  { to: email, by, act, longestDays, concerns = [] }: Transfer,
  hashes: PersonHashes,
  now: Date,
): Promise<Transferred> {
  if (invitation.email === email) return { ok: false, why: "same" };
  const { id, gate, locales, reference, invitation: { sponsor } = {} } = invitation;
  const person = { language: locales[0], sponsor: isOwnSponsor({ email, sponsor }) ? undefined : sponsor };
  const next = await invitationPlace(store, { email, gate }, hashes, now);
  // Each row names only its own person, so that an erasure finds everything about a person. The note has the other's reference code.
  const note = noteOfMove(next.reference);
  const wasMoved = invitation.state === "denied" && invitation.decision?.note === note;
  if (!isOpen(invitation, now) && !wasMoved) return { ok: false, why: "not-open" };
  if (next.isValid && !wasMoved) return { ok: false, why: "invited" };
  // Revoked before the new one is sent: if the work is interrupted in between, at most one person can use an invitation.
  if (!wasMoved) {
    // The person may have used the invitation since it was read.
    const revokeResult = await store.change(id, (storedRequest) =>
      storedRequest !== undefined && !isOpen(storedRequest, now)
        ? refuseChange(storedRequest, storedRequest.state)
        : revokeInvitation(storedRequest, { by, act, note }, now),
    );
    if (!revokeResult.ok) return { ok: false, why: "not-open" };
  }
  if (next.isValid) return { ok: true };
  const { answerBy } = invitation;
  const days = Math.max(1, Math.ceil((Date.parse(answerBy) - now.getTime()) / MS_PER_DAY));
  // An interrupted transfer may be continued after the invitation's end. The new invitation then lasts one day.
  const until = Date.parse(answerBy) > now.getTime() ? { until: answerBy } : {};
  const request = await next.send({ by, act, days, longestDays, concerns, ...until, note: noteOfTransfer(reference) }, person);
  return { ok: true, ...(request !== undefined && { request }) };
}
