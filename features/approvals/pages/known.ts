import { readFirstPage } from "../../../adapters/tables/search";
import type { Visit } from "../../../console/app/visit";
import { AT_ONCE } from "../../../console/editor/row-writes";
import { DOMAIN_DAYS } from "../../../console/parts/domain-link";
import { inBatches } from "../../../engine/collections";
import type { DecisionRecord } from "../../../engine/sign-up/record";
import { requestSubject, type Task } from "../../../engine/tasks/task";
import { findDenyingEntries, type NamedEntry } from "../../access-list/pages/access-list-parts";
import { referringEntry } from "../../decisions/remedies";
import type { LookAlike } from "../../look-alikes/store";
import { noAccountWhy } from "../client/bodies";
import { decisionsBehind } from "../decisions-behind";
import { changedSince, type EarlierChange } from "../differences";
import type { ApprovalRequest } from "../request";
import { stateAt } from "../state-at";
import { getRequestDomain } from "./queue-asked";

/** The kinds in the order of listing: the certain reasons come first. */
export const kindsOfBlocker = [
  "issuer-not-supported",
  "identity-incomplete",
  "failed-before",
  "account-exists",
  "denied-by-list",
  "look-alike",
  "not-proven",
] as const;
export type Blocker = (typeof kindsOfBlocker)[number];

function findBlockers(request: ApprovalRequest, { others, deny, like }: Omit<KnownBesides, "changes" | "blockers">): readonly Blocker[] {
  const isMade = request.onApproval === "provision";
  const refusal = noAccountWhy(request);
  const has = (state: ApprovalRequest["state"]) => request.history.some(({ to }) => to === state);
  const stands: Readonly<Record<Blocker, boolean>> = {
    "issuer-not-supported": refusal === "issuer-not-supported",
    "identity-incomplete": refusal === "identity-incomplete",
    "failed-before": isMade && has("failed"),
    "account-exists":
      isMade && (has("provisioned") || others.some(({ state, account }) => state === "provisioned" || account !== undefined)),
    "denied-by-list": deny !== undefined,
    "look-alike": like !== undefined,
    "not-proven": !request.emailProven,
  };
  return kindsOfBlocker.filter((kind) => stands[kind]);
}

const MAX_OTHERS = 20;

/** The person's other requests, with any provider and any spelling of the address, newest first. Omits stripped requests. */
async function readOtherRequests({ world }: Visit, request: ApprovalRequest): Promise<readonly ApprovalRequest[]> {
  if (request.strippedAt !== undefined) return [];
  const newest = await readFirstPage(world.readableApprovals().byPerson(request.personId));
  return newest.filter(({ id, strippedAt }) => id !== request.id && strippedAt === undefined).slice(0, MAX_OTHERS);
}

export function lastBefore(request: ApprovalRequest, others: readonly ApprovalRequest[]): ApprovalRequest | undefined {
  return others
    .filter(({ requestedAt }) => requestedAt < request.requestedAt)
    .toSorted((a, b) => (a.requestedAt > b.requestedAt ? -1 : 1))[0];
}

export interface KnownBesides {
  readonly changes: readonly EarlierChange[];
  readonly blockers: readonly Blocker[];
  readonly deny?: NamedEntry | undefined;
  readonly like?: LookAlike | undefined;
  readonly others: readonly ApprovalRequest[];
}

/** Facts by request id. */
export type KnownOf = ReadonlyMap<string, KnownBesides>;

/** Only readers get facts about other requests. Contacts of partners get no entries of the access list. */
export async function readKnownFacts(visit: Visit, requests: readonly ApprovalRequest[]): Promise<KnownOf> {
  const factsById = new Map<string, KnownBesides>();
  const domains = [...new Set(requests.map(getRequestDomain))];
  // In these states, an approver still decides whether the account is created.
  const isOpen = (request: ApprovalRequest) => ["pending", "failed"].includes(stateAt(request, visit.now));
  const waiting = visit.partnerDomain === undefined ? requests.filter(isOpen) : [];
  const [alike, denied] = await Promise.all([visit.world.alike.lookAlikesOf(domains), findDenyingEntries(visit, waiting)]);
  await inBatches(requests, AT_ONCE, async (request) => {
    const others = visit.may("Reader") ? await readOtherRequests(visit, request) : [];
    const changes = request.strippedAt === undefined ? changedSince(request, lastBefore(request, others)) : [];
    const about = { others, like: alike.get(getRequestDomain(request))?.[0], deny: denied.get(request) };
    factsById.set(request.id, { ...about, changes, blockers: findBlockers(request, about) });
  });
  return factsById;
}

export interface RequestAbout {
  readonly request: ApprovalRequest;
  readonly known: KnownBesides;
  readonly decisions: readonly string[];
  /** The entry that sent the person to an approver. Only readers see it. */
  readonly referredBy?: string | undefined;
  /** Refusals among the newest decisions. Undefined if there are none. */
  readonly refused: { readonly count: number; readonly last: Pick<DecisionRecord, "at" | "reference"> } | undefined;
  readonly task: Task | undefined;
  /** Approximate number of people of the domain who tried to sign up recently. */
  readonly domainPeople: number;
  readonly isIn: boolean;
}

export async function aboutRequest(visit: Visit, request: ApprovalRequest, facts?: KnownBesides): Promise<RequestAbout> {
  const { decisions, tasks, domainCounts } = visit.world;
  const domain = getRequestDomain(request);
  const [behind, refused, task, counts, isIn, besides] = await Promise.all([
    decisionsBehind(request, decisions.byEmail(request.email)),
    refusedBefore(visit, request),
    tasks.get(requestSubject(request.id)),
    domainCounts.domainDays([domain], DOMAIN_DAYS),
    // If the account's row is unreadable, the access counts as ended. The person's page reports the row.
    request.account === undefined ? undefined : visit.world.isAccountIn?.(request.account.id).catch(() => undefined),
    facts ?? readKnownFacts(visit, [request]).then((factsById) => factsById.get(request.id) as KnownBesides),
  ]);
  const domainPeople = counts.get(domain)?.all.people ?? 0;
  const referredBy = visit.may("Reader") ? behind.map(referringEntry).find((entry) => entry !== undefined) : undefined;
  const codes = behind.map(({ reference }) => reference);
  return { request, known: besides, decisions: codes, referredBy, refused, task, domainPeople, isIn: isIn ?? false };
}

/** The person's refusals among the newest decisions. A request for approval is not a refusal. */
async function refusedBefore({ world }: Visit, { email }: ApprovalRequest): Promise<RequestAbout["refused"]> {
  const newest = await readFirstPage(world.decisions.byEmail(email));
  const refusals = newest.filter(
    ({ verdict, reasons }) => verdict === "block" && !reasons.some((reason) => reason.startsWith("approval.")),
  );
  const [last] = refusals;
  return last && { count: refusals.length, last };
}
