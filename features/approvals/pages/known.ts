import type { Visit } from "../../../console/app/visit";
import { mapInOrder } from "../../../console/editor/row-writes";
import { foreseenRefusal } from "../client/bodies";
import { changedSince, type EarlierChange } from "../differences";
import type { ApprovalRequest } from "../request";
import { stateAt } from "../state-at";
import { domainOf } from "./queue-asked";

/** What keeps an approval from letting the person in, or speaks against one. Those that come first are certain. */
export const kindsOfBlocker = [
  "issuer-not-supported",
  "identity-incomplete",
  "failed-before",
  "account-exists",
  "look-alike",
  "not-proven",
] as const;
export type Blocker = (typeof kindsOfBlocker)[number];

/** Without an account nobody of these comes in, unless everybody is invited. */
export const certainBlockers: readonly Blocker[] = ["issuer-not-supported", "identity-incomplete"];

/**
 * @param others of the same person
 * @param likes known domains that the address's own only looks like
 */
export function blockersOf(
  request: ApprovalRequest,
  others: readonly ApprovalRequest[],
  likes: readonly string[] = [],
): readonly Blocker[] {
  const isMade = request.onApproval === "provision";
  const refusal = isMade ? foreseenRefusal(request.identities) : undefined;
  const has = (state: ApprovalRequest["state"]) => request.history.some(({ to }) => to === state);
  const stands: Readonly<Record<Blocker, boolean>> = {
    "issuer-not-supported": refusal === "issuer-not-supported",
    "identity-incomplete": refusal === "identity-incomplete",
    "failed-before": isMade && has("failed"),
    "account-exists":
      isMade && (has("provisioned") || others.some(({ state, account }) => state === "provisioned" || account !== undefined)),
    "look-alike": likes.length > 0,
    "not-proven": !request.emailProven,
  };
  return kindsOfBlocker.filter((kind) => stands[kind]);
}

/** Of one person's other requests as many are shown. */
const MAX_OTHERS = 20;

/** Other requests of the same person, in whatever spelling and by whatever provider, the newest first; not what was forgotten. */
async function othersOf({ world }: Visit, request: ApprovalRequest): Promise<readonly ApprovalRequest[]> {
  if (request.strippedAt !== undefined) return [];
  const store = world.readableApprovals(() => {});
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
  readonly blockers: readonly Blocker[];
  /** Known domains that the address's own only looks like. */
  readonly likes: readonly string[];
  /** Of the same person. */
  readonly others: readonly ApprovalRequest[];
}

/** By the id of the request. */
export type KnownOf = ReadonlyMap<string, KnownBesides>;

/** @param mostDomains so many of their domains are compared with known ones: thirty rows are read for each */
export async function knownOf(
  visit: Visit,
  requests: readonly ApprovalRequest[],
  mostDomains = Number.POSITIVE_INFINITY,
): Promise<KnownOf> {
  const found = new Map<string, KnownBesides>();
  const domains = [...new Set(requests.filter((request) => stateAt(request, visit.now) === "pending").map(domainOf))];
  const alike = await visit.world.alike.lookAlikesOf(domains.slice(0, mostDomains));
  await mapInOrder(requests, async (request) => {
    const others = await othersOf(visit, request);
    const changes = request.strippedAt === undefined ? changedSince(request, lastBefore(request, others)) : [];
    const likes = (alike.get(domainOf(request)) ?? []).map(({ like }) => like);
    found.set(request.id, { changes, blockers: blockersOf(request, others, likes), likes, others });
  });
  return found;
}
