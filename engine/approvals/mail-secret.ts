import { createHmac, timingSafeEqual } from "node:crypto";
import { canonicalJson } from "../audit/chain";
import { MS_PER_DAY } from "../sign-up/time";
import type { TransitionResult } from "./change";
import { type DecidedRequest, decideRequest, isRequestId, type NotDecided, type RequestTable } from "./deciding";
import type { Decider } from "./own-request";
import type { ApprovalRequest, MailSecret, Stored } from "./request";
import { asks, isAskedAs } from "./stages";
import { isPast, timeAfter } from "./times";

// Decisions by the link of a mail. The link holds a secret for one request and approver; the request keeps a hash of it.

/** How long a link decides. */
const MAIL_SECRET_MS = 3 * MS_PER_DAY;

/** 32 random bytes in base64url. */
const secretForm = /^[\w-]{43}$/;

/** One mail's link: its secret, and who gets it. */
export interface MailLink {
  readonly address: string;
  readonly secret: string;
}

/** The secrets of a request with those of new mails: each address has one, the newest. */
export function withMailSecrets(request: ApprovalRequest, links: readonly MailLink[], now: Date): readonly MailSecret[] {
  const until = timeAfter(now.toISOString(), MAIL_SECRET_MS);
  const added = links.map(({ address, secret }) => ({ hash: hashOfLink(request, address, secret), address, until }));
  const replaced = new Set(links.map(({ address }) => address));
  const others = (request.mailSecrets ?? []).filter((each) => !replaced.has(each.address) && !isPast(each.until, now));
  return [...others, ...added];
}

/**
 * Whether a request asks the approver at an address now, who then may get a link: nobody about their own, and nobody twice. People
 * that an operator asks in others' place have to sign in: anybody can have several mailboxes.
 */
export function mayGetLink(request: Stored, address: string, now: Date): request is ApprovalRequest {
  const decider = deciderAt(address);
  return request !== undefined && asks(request, decider, now) && isNamedByPolicy(request, decider);
}

function isNamedByPolicy({ stages }: ApprovalRequest, decider: Decider): boolean {
  return stages === undefined || stages.list.some(({ by, orElse = [] }) => [...by, ...orElse].some((each) => isAskedAs(each, decider)));
}

/** The person who gets mail at an address: the same, whichever way they come to decide. */
export function deciderAt(address: string): Decider {
  return { names: [address], addresses: [address] };
}

/**
 * What a request keeps of the secret that a link shows; undefined for any other, and for one that is over: used, 72 hours old,
 * or made before the request was decided, asked again or changed. Takes as long whichever secret is shown.
 */
function mailSecretOf(request: Stored, secret: string, now: Date): MailSecret | undefined {
  if (request === undefined || !isLinkSecret(secret)) return undefined;
  const found = (request.mailSecrets ?? []).filter((each) => isSameHash(each.hash, hashOfLink(request, each.address, secret)));
  return found.find(({ address, until }) => !isPast(until, now) && mayGetLink(request, address, now));
}

/** What a link holds, as somebody shows it. */
export interface ShownLink {
  readonly id: string;
  readonly secret: string;
}

type LinkedRequests = RequestTable & { get(id: string): Promise<Stored> };

/** The request that a link opens, with what it keeps of the link; undefined if the link decides nothing. */
export async function requestOfLink(
  store: Pick<LinkedRequests, "get">,
  { id, secret }: ShownLink,
  now: Date,
): Promise<{ readonly request: ApprovalRequest; readonly kept: MailSecret } | undefined> {
  const request = isRequestId(id) ? await store.get(id) : undefined;
  const kept = mailSecretOf(request, secret, now);
  return request === undefined || kept === undefined ? undefined : { request, kept };
}

/** Decides as the approver who got the mail; the link is used up with it. Undefined if the link decides nothing. */
export async function decideByMail(
  store: LinkedRequests,
  verb: "approve" | "deny",
  { id, secret, ...say }: ShownLink & { readonly note?: string },
  now: Date,
  signal?: AbortSignal,
): Promise<DecidedRequest | NotDecided | undefined> {
  const linked = await requestOfLink(store, { id, secret }, now);
  if (linked === undefined) return undefined;
  const { hash, address } = linked.kept;
  /** Of two who come with one link, the second finds it used. */
  const withLink: RequestTable = {
    change: (id, transition, signal) => {
      const checked = (stored: Stored): TransitionResult =>
        mailSecretOf(stored, secret, now) === undefined ? { ok: false, why: "unknown" } : used(transition(stored), hash);
      return store.change(id, checked, signal);
    },
  };
  const who = { by: { kind: "mail", name: address }, decider: deciderAt(address) } as const;
  const result = await decideRequest(withLink, verb, { id, ...who, ...say }, now, signal);
  return !result.ok && result.why === "unknown" ? undefined : result;
}

function used(outcome: TransitionResult, hash: string): TransitionResult {
  if (!outcome.ok || outcome.request.mailSecrets === undefined) return outcome;
  const mailSecrets = outcome.request.mailSecrets.filter((each) => each.hash !== hash);
  return { ...outcome, request: { ...outcome.request, mailSecrets } };
}

/** Covers what the approver is shown: a link to anything else has another hash. */
function hashOfLink(
  { id, reference, email, emailProven, identities, attributes, verifications = [], renews, stages }: ApprovalRequest,
  address: string,
  secret: string,
): string {
  // Another stage, or the same one reassigned, began at another time.
  const stage = stages && { running: stages.running, since: stages.since };
  return shownHash({ id, address, reference, email, emailProven, identities, attributes, verifications, renews, stage }, secret);
}

/** Whether a text can be the secret of a link. */
export function isLinkSecret(text: string): boolean {
  return secretForm.test(text);
}

/** The hash that a row keeps of a link: of everything that its page shows, keyed by its secret. */
export function shownHash(shown: object, secret: string): string {
  return createHmac("sha256", secret).update(canonicalJson(shown)).digest("base64url");
}

/** In constant time. */
export function isSameHash(one: string, other: string): boolean {
  const [a, b] = [Buffer.from(one), Buffer.from(other)];
  return a.length === b.length && timingSafeEqual(a, b);
}
