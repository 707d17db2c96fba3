import type { Decider } from "../../engine/audited-change";
import { capitalise } from "../../engine/characters";
import { omit } from "../../engine/collections";
import { readNamedAddress } from "../../engine/directory-account";
import { keepGiven } from "../../engine/json";
import { readReference } from "../../engine/sign-up/call";
import { type Changed, type DecisionAction, type Refused, refuseChange, type Say, type TransitionResult, type Why } from "./change";
import { decidingWords, followsText, refusalText, type ShowTime, showStored } from "./deciding-words";
import { isAskerUnknown, isOwnRequest } from "./own-request";
import type { ApprovalRequest, ApproverDecision, Stages, Stored } from "./request";
import { stateAt } from "./state-at";
import { approve, deny, reopen, retry } from "./transitions";

const transitions: Readonly<Record<DecisionAction, typeof approve>> = { approve, deny, reopen, retry };

export interface RequestTable {
  change(
    id: string,
    transition: (storedRequest: Stored) => TransitionResult,
    options?: { readonly signal?: AbortSignal | undefined },
  ): Promise<TransitionResult>;
}

export interface RequestLookup {
  get(id: string): Promise<Stored>;
  byEmail(email: string): AsyncIterable<readonly ApprovalRequest[]>;
  byReference(reference: string): AsyncIterable<readonly ApprovalRequest[]>;
}

/** The part of a request that the decider must have seen. */
export interface Seen {
  readonly decision?: Pick<ApproverDecision, "at"> | undefined;
  readonly stages?: Pick<Stages, "running"> | undefined;
}

export interface Deciding extends Say {
  readonly id: string;
  readonly decider: Decider;
  /** The code of the shown request. If the person has asked again since, the code differs and nothing is decided. */
  readonly reference?: string | undefined;
  /**
   * The part of the request that the decider saw. A denial does not revoke an approval that they have not seen. A vote counts only for the seen stage.
   * @default the request as `decideRequest` finds it
   */
  readonly seen?: Seen | undefined;
  /** The shown stage, from 0. Replaces `seen` for callers that know only the stage. */
  readonly running?: number | undefined;
}

export interface DecidedRequest {
  readonly ok: true;
  readonly request: ApprovalRequest;
  readonly message: string;
}

export interface NotDecided extends Omit<Refused, "why"> {
  /** `own`: it is the decider's own request. `own-ask`: the decider asked for the guest. `asker-unknown`: nothing tells whether the decider asked for the guest. */
  readonly why: Why | "asked-again" | "own" | "own-ask" | "asker-unknown";
  readonly message: string;
}

/**
 * If two approvers act at once, the second reads who decided, or that the link in the mail no longer works. If the stage needs several
 * votes, both count. A denial does not revoke an approval given at the same moment.
 */
export async function decideRequest(
  store: RequestTable,
  verb: DecisionAction,
  { id, ...deciding }: Deciding,
  now: Date,
  signal?: AbortSignal,
): Promise<DecidedRequest | NotDecided> {
  let { seen } = deciding;
  let refusal: NotDecided | undefined;
  const outcome = await store.change(
    id,
    (storedRequest) => {
      // After a lost write, the request that was found first counts as seen.
      seen ??= storedRequest && seenAt(storedRequest, deciding);
      const predicted = predictDecision(verb, storedRequest, { ...deciding, seen }, now);
      refusal = predicted.ok ? undefined : predicted;
      return predicted.ok ? predicted : { ok: false, why: "unknown" };
    },
    { signal },
  );
  if (!outcome.ok) return refusal ?? toNotDecided(verb, outcome);
  return { ok: true, request: outcome.request, message: followsText(decidingWords.en, verb, outcome.request, showStored) };
}

/**
 * Restricts a change to the shown request and stage. So if the shown stage is over, a change of its approvers does not affect the next
 * stage.
 */
export function restrictToShown(
  { reference, stages }: Pick<ApprovalRequest, "reference"> & Seen,
  step: (storedRequest: Stored) => TransitionResult,
): (storedRequest: Stored) => TransitionResult {
  return (storedRequest) => {
    if (storedRequest === undefined || storedRequest.reference !== reference) return { ok: false, why: "unknown" };
    return storedRequest.stages?.running === stages?.running ? step(storedRequest) : refuseChange(storedRequest, "stage-passed");
  };
}

type Saying = Omit<Deciding, "id" | "decider"> & Pick<Say, "decider">;

function seenAt({ decision, stages }: ApprovalRequest, { running }: Pick<Deciding, "running">): Seen {
  return { decision, stages: running === undefined ? stages : { running } };
}

function applyVerb(
  verb: DecisionAction,
  storedRequest: ApprovalRequest,
  { decision, stages }: Seen,
  say: Say,
  now: Date,
): TransitionResult {
  const { decision: storedDecision, state } = storedRequest;
  const isOther = storedDecision !== undefined && storedDecision.at !== decision?.at;
  // Neither a denial nor an Undo revokes an unseen approval. If the decider saw a decision, an Undo revokes no later decision.
  const isApproval = storedDecision?.verdict === "approved" && verb === "deny";
  const isLater = verb === "reopen" && (storedDecision?.verdict === "approved" || decision !== undefined);
  if (isOther && (isApproval || isLater)) return refuseChange(storedRequest, stateAt(storedRequest, now));
  const isOtherStage = storedRequest.stages !== undefined && state === "pending" && storedRequest.stages.running !== stages?.running;
  return isOtherStage && (verb === "approve" || verb === "deny")
    ? refuseChange(storedRequest, "stage-passed")
    : transitions[verb](storedRequest, say, now);
}

/** Everything that `decideRequest` checks. Writes nothing. */
export function predictDecision(verb: DecisionAction, request: Stored, saying: Saying, now: Date): Changed | NotDecided {
  if (request === undefined) return toNotDecided(verb, { ok: false, why: "unknown" });
  const { reference, seen = seenAt(request, saying) } = saying;
  if (reference !== undefined && request.reference !== reference)
    return { ok: false, why: "asked-again", message: `${decidingWords.en.why["asked-again"]} Its code is ${request.reference}.` };
  if (saying.decider !== undefined && isOwnRequest(request, saying.decider))
    return refuseDecider(request.ask === undefined ? "own" : "own-ask");
  if (isAskerUnknown(request, saying.decider ?? { names: [] })) return refuseDecider("asker-unknown");
  const outcome = applyVerb(verb, request, seen, saying, now);
  return outcome.ok ? outcome : toNotDecided(verb, outcome);
}

/** Undefined if `decideRequest` would decide. */
export function findObjection(verb: DecisionAction, request: ApprovalRequest, saying: Saying, now: Date): NotDecided | undefined {
  const outcome = predictDecision(verb, request, saying, now);
  return outcome.ok ? undefined : outcome;
}

const idForm = /^[\w-]{22}$/;

export function isRequestId(text: string): boolean {
  return idForm.test(text);
}

/**
 * Finds requests by an id, a code (`k7qd 9mxd`) or an address. A person with several providers may have several requests. Undefined if the
 * text is none of the three.
 */
export async function findMeantRequests(store: RequestLookup, text: string): Promise<readonly ApprovalRequest[] | undefined> {
  const email = readNamedAddress(text);
  const reference = readReference(text);
  if (email !== undefined) return await rereadRequests(store, store.byEmail(email));
  if (reference !== undefined) return await rereadRequests(store, store.byReference(reference));
  if (!isRequestId(text)) return undefined;
  const request = await store.get(text);
  return request === undefined ? [] : [request];
}

/** Reads each found request by its id, because an index lags behind the rows. */
async function rereadRequests(store: RequestLookup, pages: AsyncIterable<readonly ApprovalRequest[]>): Promise<readonly ApprovalRequest[]> {
  const readings: Promise<Stored>[] = [];
  for await (const page of pages) readings.push(...page.map(({ id }) => store.get(id)));
  return (await Promise.all(readings)).filter((request) => request !== undefined);
}

/** The request without internal fields. It does not contain the link or code with which anyone could accept an invitation. */
export function requestView(request: ApprovalRequest, now: Date) {
  const { account, invitation, ...rest } = omit(request, "turn", "call", "lease", "mailSecrets");
  return {
    ...rest,
    state: stateAt(request, now),
    ...keepGiven({
      account: account && { id: account.id },
      invitation: invitation && { sentAt: invitation.sentAt, ...keepGiven({ sponsor: invitation.sponsor }) },
    }),
  };
}

function toNotDecided(verb: DecisionAction, refusal: Refused): NotDecided {
  return { ...refusal, message: describeRefusal(verb, refusal, showStored) };
}

/** Returns the refusal and, if there is one, the earlier decision, in English. */
export function describeRefusal(
  verb: DecisionAction,
  refusal: Pick<NotDecided, "why" | "decision">,
  time: ShowTime,
  of?: Pick<ApprovalRequest, "invitation">,
): string {
  return refusalText(decidingWords.en, verb, refusal, (decision) => `${capitalise(decisionSentence(decision, time, of))}.`);
}

function refuseDecider(why: "own" | "own-ask" | "asker-unknown"): NotDecided {
  return { ok: false, why, message: decidingWords.en.why[why] };
}

/** `approved by alice at 2026-11-20T10:00:00.000Z: "partner since 2024"`. @param of what was decided on @default a request */
export function decisionSentence(
  { verdict, by, at, note }: ApproverDecision,
  time = showStored,
  { invitation }: Pick<ApprovalRequest, "invitation"> = {},
): string {
  const word = invitation === undefined ? verdict : verdict === "approved" ? "invited" : "revoked";
  return `${word} by ${by.name} at ${time(at)}${note === undefined ? "" : `: ${JSON.stringify(note)}`}`;
}
