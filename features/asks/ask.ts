import { referenceFor } from "../../engine/sign-up/call";
import { DEFAULT_GATE } from "../../engine/sign-up/gate";
import { buildPersonId, directoryAccount, eachHash, type HashOf, hashAccount, type PersonHashes } from "../../engine/sign-up/person";
import { normaliseMailbox } from "../../engine/sign-up/spellings";
import { MS_PER_DAY, timeAfter } from "../../engine/sign-up/time";
import { applyExpiry, buildCondition, limitHistory, refuseChange, type TransitionResult } from "../approvals/change";
import type { ApprovalRequest, Ask, Stored } from "../approvals/request";
import { stateAt } from "../approvals/state-at";

/** Limit of an asker's open asks. */
export const MOST_OPEN = 5;
/** Limit of what one asker asks for in 30 days. */
export const MOST_A_MONTH = 20;
/** Limit of the tenant's open asks. */
export const MOST_OPEN_OF_ALL = 100;
export const MONTH_MS = 30 * MS_PER_DAY;

/** The colleague who asks, as their session names them. */
export interface Asker {
  /** Object id in Entra. */
  readonly by: string;
  readonly name: string;
  /** The first becomes the sponsor. */
  readonly addresses: readonly [string, ...string[]];
}

export interface Wish extends Pick<ApprovalRequest, "stages" | "asked" | "escalatesAt">, Pick<Ask, "why" | "concerns" | "invites"> {
  /** The guest's normalised address. */
  readonly email: string;
  /** @default the default gate */
  readonly gate?: string | undefined;
  /** The guest's name, as the asker typed it. */
  readonly displayName?: string | undefined;
  /** The language of the invitation: a BCP 47 tag. */
  readonly language?: string | undefined;
  readonly answerWithinDays: number;
  /** Length of the invitation that follows. */
  readonly days: number;
}

/** Returns the ids of approved requests whose invitation was revoked since. Who is invited anew has the same row. */
export async function findRevoked(
  requests: readonly ApprovalRequest[],
  store: { getAll(ids: readonly string[]): Promise<readonly Pick<ApprovalRequest, "id" | "state">[]> },
): Promise<ReadonlySet<string>> {
  const approved = requests.filter(({ state }) => state === "admitted").map(({ id, ask }) => [id, ask?.invites ?? ""] as const);
  const rows = approved.length === 0 ? [] : await store.getAll([...new Set(approved.map(([, invites]) => invites))]);
  const revoked = new Set(rows.filter(({ state }) => state === "denied").map(({ id }) => id));
  return new Set(approved.filter(([, invites]) => revoked.has(invites)).map(([id]) => id));
}

/** An asker's requests, and how much of the limits is used. */
export interface Asked {
  /** Newest first. */
  readonly requests: readonly ApprovalRequest[];
  /** Number of the asker's open requests, of those of the last 30 days, and of the tenant's open ones. */
  readonly open: number;
  readonly month: number;
  readonly openOfAll: number;
}

/** Each combination of gate, mailbox and asker has one row, so nobody learns from the form that somebody else asked for the guest. */
export function askId(email: string, gate: string | undefined, by: string, hashOf: HashOf): string {
  return hashOf(JSON.stringify(["ask", gate ?? DEFAULT_GATE, normaliseMailbox(email), by]));
}

/** Returns the asker's ids: the account's comes first, because a colleague has one account and several addresses. */
export function askerIds({ by, addresses }: Asker, hashes: PersonHashes): readonly [string, ...string[]] {
  return eachHash(hashes).flatMap((hashOf) => [
    hashAccount([directoryAccount(by)], hashOf),
    ...addresses.map((address) => buildPersonId(address, hashOf)),
  ]) as [string, ...string[]];
}

export function askReference(id: string, storedRequest: Stored, now: Date): string {
  // Without a stored row, the code depends on the time, because old mail may still contain the code of an erased row with this id.
  return referenceFor(storedRequest === undefined ? `${id}/${now.toISOString()}` : `${id}/${storedRequest.turn + 1}`);
}

/** Asks for a guest. Refused with `pending` while the asker's last ask for the same guest waits. */
export function submitAsk(storedRequest: Stored, id: string, asker: Asker, wish: Wish, hashOf: HashOf, now: Date): TransitionResult {
  if (storedRequest !== undefined && stateAt(storedRequest, now) === "pending") return refuseChange(storedRequest, "pending");
  const last = storedRequest && applyExpiry(storedRequest, now);
  const { email, gate, displayName, language, why, concerns, invites, stages, asked, escalatesAt, answerWithinDays, days } = wish;
  const at = now.toISOString();
  const request: ApprovalRequest = {
    id,
    turn: (storedRequest?.turn ?? 0) + 1,
    state: "pending",
    onApproval: "continue",
    ...(gate !== undefined && gate !== DEFAULT_GATE && { gate }),
    reference: askReference(id, storedRequest, now),
    personId: buildPersonId(email, hashOf),
    email,
    // The invitation's code proves the address once the guest comes.
    emailProven: true,
    identities: [],
    attributes: displayName === undefined ? {} : { displayName },
    ask: {
      ...{ by: asker.by, name: asker.name, addresses: asker.addresses, personId: buildPersonId(asker.addresses[0], hashOf) },
      invites,
      ...(why !== undefined && { why }),
      ...(concerns !== undefined && concerns.length > 0 && { concerns }),
    },
    ...(stages && { stages }),
    ...(asked && { asked }),
    ...(escalatesAt !== undefined && { escalatesAt }),
    locales: language === undefined ? [] : [language],
    requestedAt: at,
    changedAt: at,
    answerBy: timeAfter(at, answerWithinDays * MS_PER_DAY),
    answerWithinDays,
    askAgainAfterDays: 0,
    passDays: days,
    call: "",
    history: limitHistory([
      ...(last?.history ?? []),
      { at, from: last?.state ?? "none", to: "pending", by: { kind: "console", name: asker.name } },
    ]),
  };
  return { ok: true, request, condition: buildCondition(storedRequest) };
}
