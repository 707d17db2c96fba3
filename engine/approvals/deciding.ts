import { readReference } from "../sign-up/call";
import { normaliseEmail } from "../sign-up/email";
import { MAX_TEXT_LENGTH } from "../sign-up/text";
import { type Refused, refused, type TransitionResult, type Why } from "./change";
import { type Decider, isOwnRequest } from "./own-request";
import type { ApprovalRequest, ApproverDecision, Stored } from "./request";
import { stateAt } from "./standing";
import { approve, deny, reopen, retry, type Say } from "./transitions";

// What approvers do to requests, whichever way they come: terminal, HTTP, console.

const transitions = { approve, deny, reopen, retry } as const;
export type Verb = keyof typeof transitions;
export const verbs = Object.keys(transitions) as readonly Verb[];

/** The table of requests, as far as a decision needs it. */
export interface Changing {
  change(id: string, transition: (stored: Stored) => TransitionResult, signal?: AbortSignal): Promise<TransitionResult>;
}

/** The table of requests, as far as finding one needs it. */
export interface RequestLookup {
  get(id: string): Promise<Stored>;
  byEmail(email: string): AsyncIterable<readonly ApprovalRequest[]>;
  byReference(reference: string): AsyncIterable<readonly ApprovalRequest[]>;
}

/** As much of a request as whoever decides has to have seen. */
export interface Seen {
  readonly decision?: Pick<ApproverDecision, "at"> | undefined;
}

/** Which request, who decides, and what they want kept with it. */
export interface Deciding extends Say {
  readonly id: string;
  /**
   * The code of the request that was looked at. Whoever asks anew, with other attributes perhaps, gets another code under
   * the same id: then nothing is decided.
   */
  readonly reference?: string;
  /** The request as it was looked at: an approval given since is not taken back unseen. Absent: as it stands when the call begins. */
  readonly seen?: Seen;
  readonly decider?: Decider;
}

export interface DecidedRequest {
  readonly ok: true;
  readonly request: ApprovalRequest;
  /** What follows, in a sentence. */
  readonly message: string;
}

export interface NotDecided extends Omit<Refused, "why"> {
  /** `own`: nobody decides on a request of their own. */
  readonly why: Why | "asked-anew" | "own";
  /** Why not, who decided before, and what can be done, in a sentence. */
  readonly message: string;
}

/** Does one thing to one request. Of two approvers at once one wins, and the other is told who: a denial takes back no approval of that moment. */
export async function decideRequest(
  store: Changing,
  verb: Verb,
  { id, reference, seen, decider, ...say }: Deciding,
  now: Date,
  signal?: AbortSignal,
): Promise<DecidedRequest | NotDecided> {
  let anew: Stored;
  let own = false;
  let looked = seen;
  const outcome = await store.change(
    id,
    (stored) => {
      anew = stored !== undefined && reference !== undefined && stored.reference !== reference ? stored : undefined;
      if (anew !== undefined) return refused(anew, stateAt(anew, now));
      own = stored !== undefined && decider !== undefined && isOwnRequest(stored, decider);
      if (stored !== undefined && own) return refused(stored, stateAt(stored, now));
      looked ??= stored;
      return changed(verb, stored, { seen: looked, ...say }, now);
    },
    signal,
  );
  if (anew !== undefined) return askedAnew(anew);
  if (own) return ownRequest();
  return outcome.ok ? { ok: true, request: outcome.request, message: wordsOf(verb, outcome.request) } : told(verb, outcome);
}

interface Saying extends Say {
  readonly seen?: Seen | undefined;
  readonly decider?: Decider;
}

function changed(verb: Verb, stored: Stored, { seen, ...say }: Omit<Saying, "decider">, now: Date): TransitionResult {
  const unseen = verb === "deny" && stored?.decision?.verdict === "approved" && stored.decision.at !== seen?.decision?.at;
  return unseen ? refused(stored, stateAt(stored, now)) : transitions[verb](stored, say, now);
}

/** What `decide` would refuse a request as it stands, without writing anything; undefined if it would not. */
export function objection(
  verb: Verb,
  request: ApprovalRequest,
  { seen = request, decider, ...say }: Saying,
  now: Date,
): NotDecided | undefined {
  if (decider !== undefined && isOwnRequest(request, decider)) return ownRequest();
  const outcome = changed(verb, request, { seen, ...say }, now);
  return outcome.ok ? undefined : told(verb, outcome);
}

/** 22 base64url characters. */
const idForm = /^[\w-]{22}$/;

export function isRequestId(text: string): boolean {
  return idForm.test(text);
}

/**
 * The requests that somebody means by an id, a code (`k7qd 9mxd`) or an address, as they stand now: none, one, or, for a
 * person who came through several providers, more. Undefined for a text that is none of these.
 */
export async function requestsMeant(store: RequestLookup, text: string): Promise<readonly ApprovalRequest[] | undefined> {
  const email = text.includes("@") ? normaliseEmail(text) : undefined;
  const reference = readReference(text);
  if (email !== undefined) return await current(store, store.byEmail(email));
  if (reference !== undefined) return await current(store, store.byReference(reference));
  if (!isRequestId(text)) return undefined;
  const request = await store.get(text);
  return request === undefined ? [] : [request];
}

/** An index lags behind: what it finds is read again. */
async function current(store: RequestLookup, pages: AsyncIterable<readonly ApprovalRequest[]>): Promise<readonly ApprovalRequest[]> {
  const found: Promise<Stored>[] = [];
  for await (const page of pages) found.push(...page.map(({ id }) => store.get(id)));
  return (await Promise.all(found)).filter((request) => request !== undefined);
}

/** A request as it stands now, without what only we need of it, and without the link that would accept an invitation. */
export function requestView(request: ApprovalRequest, now: Date) {
  const { turn: _, call: __, lease: ___, account, ...told } = request;
  return { ...told, state: stateAt(request, now), ...(account !== undefined && { account: { id: account.id } }) };
}

function wordsOf(verb: Verb, request: ApprovalRequest): string {
  const { state, onApproval, passUntil, answerBy } = request;
  switch (state) {
    case "approved":
      if (onApproval === "continue") return `Approved: the person may sign up until ${passUntil}, once.`;
      return verb === "retry" ? "The account is tried again." : "Approved: the account is made next.";
    case "denied":
      return deniedWords(request);
    case "pending":
      return `Reopened: it waits for an answer until ${answerBy}.`;
    default:
      return "Reopened: what it held of the person is gone, so they may sign up and ask anew.";
  }
}

function deniedWords({ mayAskAgainAt, history, account, attempts }: ApprovalRequest): string {
  const from = history.at(-1)?.from;
  const verdict = from === "pending" ? "Denied" : "Denied, and the approval taken back";
  const again =
    mayAskAgainAt === undefined
      ? "the person cannot ask again unless the request is reopened."
      : `the person may ask again from ${mayAskAgainAt}.`;
  if (account !== undefined) return `${verdict}: ${again} The account ${account.id} was begun: delete it in Entra.`;
  const tried = attempts !== undefined || from === "failed";
  return `${verdict}: ${again}${tried ? " It was tried to make the account: see in Entra that there is none." : ""}`;
}

/** A refusal in words. */
function told(verb: Verb, refusal: Refused): NotDecided {
  return { ...refusal, message: refusalWords(verb, refusal) };
}

function askedAnew(request: ApprovalRequest): NotDecided {
  return { ok: false, why: "asked-anew", message: `The person has asked anew since: look at that request, ${request.reference}.` };
}

function ownRequest(): NotDecided {
  return { ok: false, why: "own", message: "It is your own request: ask another approver to decide on it." };
}

function refusalWords(verb: Verb, { why, decision }: Refused): string {
  const whoDecided = decision === undefined ? "" : ` (${decisionSentence(decision)})`;
  switch (why) {
    case "unknown":
      return "There is no such request.";
    case "already":
      return `It is ${decision?.verdict ?? "decided"} already${whoDecided}.`;
    case "note-too-long":
      return `The note is longer than ${MAX_TEXT_LENGTH} characters.`;
    case "stripped":
      return "What it held of the person is gone, so no account can be made of it: reopen it, and have the person sign up again.";
    case "pending":
      return "It still waits for an answer: approve or deny it.";
    case "approved":
      return `It is approved${whoDecided}${verb === "retry" ? ", and has not failed." : ": deny it to take that back."}`;
    case "denied":
      return `It is denied${whoDecided}: reopen it first.`;
    case "expired":
      return verb === "reopen"
        ? "It has ended, and what it held of the person is gone: they may sign up and ask anew."
        : `Its time is over${whoDecided}: reopen it, or have the person sign up again.`;
    case "provisioning":
      return `It is approved${whoDecided}, and its account is being made at this moment.`;
    case "provisioned":
      return `It is approved${whoDecided}, and its account is made.`;
    case "failed":
      return `It is approved${whoDecided}, but its account could not be made: retry it, deny it, or reopen it to decide anew.`;
    case "admitted":
      return `The person was let in at sign-up already${whoDecided}.`;
    default:
      return `It cannot be done now: ${why}.`;
  }
}

/** "approved by alice at 2026-11-20T10:00:00.000Z: partner since 2024" */
export function decisionSentence({ verdict, by, at, note }: ApproverDecision): string {
  return `${verdict} by ${by.name} at ${at}${note === undefined ? "" : `: ${JSON.stringify(note)}`}`;
}
