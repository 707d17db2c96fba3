import { foreseenRefusal } from "../../../adapters/graph/accounts/bodies";
import { changedSince, type EarlierChange } from "../../../engine/approvals/differences";
import type { ApprovalRequest } from "../../../engine/approvals/request";
import type { Visit } from "../../app/visit";
import { mapInOrder } from "../../editor/row-writes";

/** What keeps an approval from letting the person in, or speaks against one. Those that come first are certain. */
export const kindsOfHindrance = ["issuer-not-supported", "identity-incomplete", "failed-before", "account-exists", "not-proven"] as const;
export type Hindrance = (typeof kindsOfHindrance)[number];

/** Without an account nobody of these comes in, unless everybody is invited. */
export const certainHindrances: readonly Hindrance[] = ["issuer-not-supported", "identity-incomplete"];

/** @param others of the same person */
export function hindrancesOf(request: ApprovalRequest, others: readonly ApprovalRequest[]): readonly Hindrance[] {
  const isMade = request.onApproval === "provision";
  const refusal = isMade ? foreseenRefusal(request.identities) : undefined;
  const has = (state: ApprovalRequest["state"]) => request.history.some(({ to }) => to === state);
  const stands: Readonly<Record<Hindrance, boolean>> = {
    "issuer-not-supported": refusal === "issuer-not-supported",
    "identity-incomplete": refusal === "identity-incomplete",
    "failed-before": isMade && has("failed"),
    "account-exists": isMade && (has("provisioned") || accountBehind(others) !== undefined),
    "not-proven": !request.emailProven,
  };
  return kindsOfHindrance.filter((kind) => stands[kind]);
}

/** Another request of the person by which an account was made. */
export function accountBehind(others: readonly ApprovalRequest[]): ApprovalRequest | undefined {
  return others.find(({ state, account }) => state === "provisioned" || account !== undefined);
}

/** Of one person's other requests as many are shown. */
const MAX_OTHERS = 20;

/** Other requests of the same person, in whatever spelling and by whatever provider, the newest first; not what was forgotten. */
export async function othersOf({ world }: Visit, request: ApprovalRequest): Promise<readonly ApprovalRequest[]> {
  const store = world.legibleApprovals(() => {});
  for await (const page of store.byPerson(request.personId)) {
    return page.filter(({ id, strippedAt }) => id !== request.id && strippedAt === undefined).slice(0, MAX_OTHERS);
  }
  return [];
}

/** The one that the person made last before this one. */
export function lastBefore(request: ApprovalRequest, others: readonly ApprovalRequest[]): ApprovalRequest | undefined {
  return others
    .filter(({ requestedAt }) => requestedAt < request.requestedAt)
    .toSorted((a, b) => (a.requestedAt > b.requestedAt ? -1 : 1))[0];
}

/** What else is known of a request than what it says itself. */
export interface KnownBesides {
  /** What differs from what the person asked before. */
  readonly changes: readonly EarlierChange[];
  readonly hindrances: readonly Hindrance[];
}

/** By the id of the request. */
export type KnownOf = ReadonlyMap<string, KnownBesides>;

export async function knownOf(visit: Visit, requests: readonly ApprovalRequest[]): Promise<KnownOf> {
  const found = new Map<string, KnownBesides>();
  await mapInOrder(requests, async (request) => {
    const others = request.strippedAt === undefined ? await othersOf(visit, request) : [];
    const changes = request.strippedAt === undefined ? changedSince(request, lastBefore(request, others)) : [];
    found.set(request.id, { changes, hindrances: hindrancesOf(request, others) });
  });
  return found;
}
