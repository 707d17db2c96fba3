import { createHmac, timingSafeEqual } from "node:crypto";
import type { Actor, Decider } from "../../engine/audited-change";
import { canonicalJson, keepGiven } from "../../engine/json";
import { normaliseMailbox } from "../../engine/sign-up/spellings";
import { isPast, MS_PER_DAY, timeAfter } from "../../engine/sign-up/time";
import type { TransitionResult } from "./change";
import { isRequestId, type RequestTable } from "./deciding";
import { type Delegation, listDelegationsTo } from "./delegation";
import type { ApprovalRequest, MailSecret, Stored } from "./request";
import { asks, isAskedAs } from "./stages";

// The link in a mail holds a secret for one request and one approver. The request keeps a hash of the secret.

const MAIL_SECRET_MS = 3 * MS_PER_DAY;

const secretForm = /^[\w-]{43}$/;

export interface LinkHolder {
  readonly address: string;
  /** The approver, if a delegate decides. */
  readonly for?: string;
  readonly delegatedAt?: string;
}

export interface MailLink extends LinkHolder {
  readonly secret: string;
}

/** Omits expired secrets, and earlier secrets of addresses that get a new mail. */
export function withMailSecrets(request: ApprovalRequest, links: readonly MailLink[], now: Date): readonly MailSecret[] {
  const until = timeAfter(now.toISOString(), MAIL_SECRET_MS);
  const addedSecrets = links.map(({ secret, ...holder }) => ({ ...holder, hash: hashLink(request, holder, secret), until }));
  const replacedAddresses = new Set(links.map(({ address }) => address));
  const others = (request.mailSecrets ?? []).filter((each) => !replacedAddresses.has(each.address) && !isPast(each.until, now));
  return [...others, ...addedSecrets];
}

/**
 * Returns who decides with a link sent to the address. If that person is a delegate, `for` names the approver. Undefined if the address may
 * not get a link now.
 */
export function linkHolder(
  request: ApprovalRequest,
  address: string,
  delegations: readonly Delegation[],
  now: Date,
): LinkHolder | undefined {
  const delegators = listDelegationsTo(delegations, new Set([normaliseMailbox(address)]));
  // Without stages, every approver may decide. But if `askedOf` delegates to this person, the person decides for `askedOf`.
  const isDelegate = request.stages === undefined && delegators.some(({ from }) => isNamedAlone(request, from));
  if (!isDelegate && mayGetLink(request, address, now)) return { address };
  const holders = delegators.map(({ from, since }) => ({ address, for: from, ...keepGiven({ delegatedAt: since }) }));
  return holders.find((each) => mayDecideByLink(request, each, delegations, now));
}

/**
 * True if the person with this address may decide now. In a request with stages, the policy must name the address. People that only an
 * operator asks must sign in, because one person can have several mailboxes.
 */
export function mayGetLink(request: Stored, address: string, now: Date): request is ApprovalRequest {
  const decider = toMailDecider(address);
  return request !== undefined && asks(request, decider, now) && isNamedByPolicy(request, decider);
}

/** For a delegate, true if the approver is still asked, is named by `askedOf` or the policy, and delegated personally. */
function mayDecideByLink(request: Stored, holder: LinkHolder, delegations: readonly Delegation[], now: Date): request is ApprovalRequest {
  const { address, for: from, delegatedAt } = holder;
  if (request === undefined || from === undefined) return mayGetLink(request, address, now);
  const delegation = delegations.find((each) => each.own && each.from === from && isAskedAs(each.to, toMailDecider(address)));
  const isGiven = delegation !== undefined && delegation.since === delegatedAt;
  const isNamed = request.stages === undefined ? isNamedAlone(request, from) : isNamedByPolicy(request, toMailDecider(from));
  return isGiven && isNamed && asks(request, buildDecider(holder), now);
}

function isNamedAlone({ askedOf }: ApprovalRequest, address: string): boolean {
  return askedOf !== undefined && normaliseMailbox(askedOf) === normaliseMailbox(address);
}

function buildDecider({ address, for: from }: LinkHolder): Decider {
  return from === undefined ? toMailDecider(address) : { names: [address], standsInFor: [from] };
}

function isNamedByPolicy({ stages }: ApprovalRequest, decider: Decider): boolean {
  return stages === undefined || stages.list.some(({ by, orElse = [] }) => [...by, ...orElse].some((each) => isAskedAs(each, decider)));
}

/** Contains the address, by which the same person is recognised in the console. */
export function toMailDecider(address: string): Decider {
  return { names: [address], addresses: [address] };
}

/** Undefined if the secret is wrong, used or 72 hours old, or if the request has changed since. Takes equally long for every secret. */
function findMailSecret(request: Stored, secret: string, delegations: readonly Delegation[], now: Date): MailSecret | undefined {
  if (request === undefined || !isLinkSecret(secret)) return undefined;
  const matchingSecrets = (request.mailSecrets ?? []).filter((each) => isSameHash(each.hash, hashLink(request, each, secret)));
  return matchingSecrets.find((each) => !isPast(each.until, now) && mayDecideByLink(request, each, delegations, now));
}

export interface ShownLink {
  readonly id: string;
  readonly secret: string;
}

export interface LinkedRequests {
  get(id: string): Promise<Stored>;
  delegations(now: Date): Promise<readonly Delegation[]>;
}

export interface OpenedLink {
  readonly request: ApprovalRequest;
  readonly kept: MailSecret;
  readonly delegations: readonly Delegation[];
}

/** The request that a link belongs to. Undefined if the link is invalid or no longer works. */
export async function findLinkedRequest(store: LinkedRequests, { id, secret }: ShownLink, now: Date): Promise<OpenedLink | undefined> {
  const request = isRequestId(id) ? await store.get(id) : undefined;
  const delegations = request?.mailSecrets?.some((each) => each.for !== undefined) ? await store.delegations(now) : [];
  const mailSecret = findMailSecret(request, secret, delegations, now);
  return request === undefined || mailSecret === undefined ? undefined : { request, kept: mailSecret, delegations };
}

/** Who decides with the link. */
export function linkActor({ kept }: OpenedLink): Actor {
  return { by: kept.address, via: "mail", isOperator: false, decider: buildDecider(kept) };
}

/**
 * Adds the link to the conditions of a decision, which uses it up: if two people use one link, the second finds it used. Answers "unknown"
 * for a link that no longer works.
 */
export function guardByLink({ kept, delegations }: OpenedLink, secret: string, now: Date): (table: RequestTable) => RequestTable {
  const changeWithSecret = (storedRequest: Stored, transition: (storedRequest: Stored) => TransitionResult): TransitionResult =>
    findMailSecret(storedRequest, secret, delegations, now)?.hash === kept.hash
      ? removeUsedSecret(transition(storedRequest), kept.hash)
      : { ok: false, why: "unknown" };
  return (table) => ({
    change: (id, transition, options) => table.change(id, (storedRequest) => changeWithSecret(storedRequest, transition), options),
  });
}

function removeUsedSecret(outcome: TransitionResult, hash: string): TransitionResult {
  if (!outcome.ok || outcome.request.mailSecrets === undefined) return outcome;
  const mailSecrets = outcome.request.mailSecrets.filter((each) => each.hash !== hash);
  return { ...outcome, request: { ...outcome.request, mailSecrets } };
}

/** Covers everything that the approver sees: once any of it changes, the link no longer works. */
function hashLink(
  { id, reference, email, emailProven, identities, attributes, verifications = [], renews, ask, stages }: ApprovalRequest,
  { address, for: from }: LinkHolder,
  secret: string,
): string {
  // The running stage's start is included: a reassignment starts the stage anew, so that older links no longer decide.
  const stage = stages && { running: stages.running, since: stages.since };
  return shownHash(
    { id, address, for: from, reference, email, emailProven, identities, attributes, verifications, renews, ask, stage },
    secret,
  );
}

export function isLinkSecret(text: string): boolean {
  return secretForm.test(text);
}

/** Covers everything that the link's page shows. Its key is the link's secret. */
export function shownHash(content: object, secret: string): string {
  return createHmac("sha256", secret).update(canonicalJson(content)).digest("base64url");
}

/** Compares two hashes in constant time. */
export function isSameHash(one: string, other: string): boolean {
  const [a, b] = [Buffer.from(one), Buffer.from(other)];
  return a.length === b.length && timingSafeEqual(a, b);
}
