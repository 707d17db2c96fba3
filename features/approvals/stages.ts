import type { Decider } from "../../engine/audited-change";
import { omit } from "../../engine/collections";
import { keepGiven } from "../../engine/json";
import { foldLetters, normaliseMailbox, readMailbox, toBaseSpelling } from "../../engine/sign-up/spellings";
import { isPast, MS_PER_MINUTE, timeAfter } from "../../engine/sign-up/time";
import { listPossibleEmails } from "../../engine/unmatched";
import {
  buildNoteField,
  buildSayFields,
  change,
  limitHistory,
  type Say,
  sweeper,
  type Transition,
  type TransitionResult,
  type Why,
} from "./change";
import { isAskerUnknown, isOwnRequest, listIdentities, stripSessionName } from "./own-request";
import {
  type ApprovalRequest,
  type ApproverDecision,
  type HistoryEntry,
  isSameActor,
  type Stage,
  type Stages,
  type Stored,
  type Vote,
} from "./request";
import { stateAt } from "./state-at";

// The approvers of a request with stages, and its way from one stage to the next.

/** Prefixes by which a row names a role or a group. Other names are addresses and ARNs. */
export const ROLE_PREFIX = "role:";
export const GROUP_PREFIX = "group:";

export const REMIND_EVERY_MS = 12 * 60 * MS_PER_MINUTE;

export type Asking = Pick<
  ApprovalRequest,
  "state" | "answerBy" | "stages" | "asked" | "escalatesAt" | "email" | "identities" | "account" | "ask"
>;

/**
 * True if the request asks the person now. Nobody is asked about their own request, or twice. Without stages, a request asks every
 * approver.
 */
export function asks(request: Asking, decider: Decider, now: Date): boolean {
  if (isOwnRequest(request, decider) || isAskerUnknown(request, decider) || stateAt(request, now) !== "pending") return false;
  return request.stages === undefined || typeof findVotingRight(request, request.stages, decider, now) !== "string";
}

/** Includes the people of `orElse` once an escalation is due, even if the sweeper has not yet written it. */
export function listAskedNow(
  { asked = [], stages, escalatesAt }: Pick<Asking, "asked" | "stages" | "escalatesAt">,
  now: Date,
): readonly string[] {
  if (escalatesAt === undefined || !isPast(escalatesAt, now)) return asked;
  return [...new Set([...asked, ...(runningStage(stages)?.orElse ?? [])])];
}

/** The approvers asked by name. Empty if every approver is asked. */
export function askedByName(request: Pick<Asking, "asked" | "stages" | "escalatesAt"> & { readonly askedOf?: string }, now: Date) {
  return request.stages === undefined ? [request.askedOf ?? []].flat() : listAskedNow(request, now);
}

/** True if the request asks one of these approvers now, named as rows name them: an address, a role, a group, an ARN. */
export function isWaitingFor(names: readonly string[], request: Parameters<typeof askedByName>[0], now: Date): boolean {
  const wanted = names.map(toComparedName);
  return askedByName(request, now).some((each) => wanted.includes(toComparedName(each)));
}

/** Names are equal if whoever decides by one also decides by the other: see `isAskedAs`. */
function toComparedName(approverName: string): string {
  return readMailbox(approverName) || stripSessionName(approverName).toLowerCase();
}

export function listAddresses(approverNames: readonly string[]): readonly string[] {
  return approverNames.filter((each) => askedKind(each) === "address");
}

export function askedKind(approverName: string): "role" | "group" | "arn" | "address" {
  if (approverName.startsWith(ROLE_PREFIX)) return "role";
  if (approverName.startsWith(GROUP_PREFIX)) return "group";
  return approverName.startsWith("arn:") ? "arn" : "address";
}

export function runningStage(stages: Stages | undefined): Stage | undefined {
  return stages?.list[stages.running];
}

export function listVotesNow({ votes, running }: Stages): readonly Vote[] {
  return votes.filter(({ stage }) => stage === running);
}

/** Number of approvals that the running stage still needs after one more approval. Zero without stages. */
export function countMissingVotes(stages: Stages | undefined): number {
  return stages === undefined ? 0 : (runningStage(stages)?.need ?? 1) - listVotesNow(stages).length - 1;
}

type AskedFields = Pick<ApprovalRequest, "stages" | "asked" | "escalatesAt">;

export function beginFirstStage(list: readonly Stage[], news: boolean, now: Date): AskedFields {
  return beginStage({ list, running: 0, since: now.toISOString(), votes: [], ...(news && { news }) }, 0, now);
}

export function restartStages({ stages }: ApprovalRequest, now: Date): AskedFields {
  return stages === undefined ? {} : beginStage({ ...stages, votes: [] }, 0, now);
}

function beginStage(stages: Stages, running: number, now: Date): AskedFields {
  const { remindedAt: _, ...kept } = stages;
  const since = now.toISOString();
  const next = stages.list[running];
  return { stages: { ...kept, running, since }, asked: next?.by ?? [], ...buildEscalation(next, since) };
}

function buildEscalation(stage: Stage | undefined, since: string): Pick<ApprovalRequest, "escalatesAt"> {
  const { orElse, withinMinutes } = stage ?? {};
  return orElse === undefined || withinMinutes === undefined ? {} : { escalatesAt: timeAfter(since, withinMinutes * MS_PER_MINUTE) };
}

interface VotingRight {
  readonly for?: string;
}

function findVotingRight(request: Asking, stages: Stages, decider: Decider, now: Date): VotingRight | "not-asked" | "voted" {
  const identities = listIdentities(decider);
  // A person without any identity could vote twice, and who asked for a guest never votes.
  if (identities.length === 0 || isOwnRequest(request, decider) || isAskerUnknown(request, decider)) return "not-asked";
  if (hasVoted(stages, identities)) return "voted";
  const approverNames = listAskedNow(request, now);
  if (approverNames.some((each) => isAskedAs(each, decider))) return {};
  const { standsInFor: addresses = [] } = decider;
  const delegators = listAddresses(approverNames).filter((each) => isAskedAs(each, { names: [], addresses }));
  if (delegators.length === 0) return "not-asked";
  // A delegate cannot vote for an approver who has already voted, or for one who made the request.
  const free = delegators.find((each) => !hasVoted(stages, [toBaseSpelling(each)]) && !isOwnRequest(request, { names: [each] }));
  return free === undefined ? "voted" : { for: free };
}

function hasVoted({ votes }: Pick<Stages, "votes">, identities: readonly string[]): boolean {
  // Earlier versions stored addresses of voters with their letters unfolded.
  return votes.some(({ who }) => who.map(foldLetters).some((each) => identities.includes(each)));
}

export function isAskedAs(approverName: string, { addresses = [], roles = [], groups = [], arn }: Decider): boolean {
  switch (askedKind(approverName)) {
    case "role":
      // A role that a policy or a command writes in other letters is the same role.
      return roles.some((each) => approverName.slice(ROLE_PREFIX.length).toLowerCase() === each.toLowerCase());
    case "group":
      return groups.some((each) => each.toLowerCase() === approverName.slice(GROUP_PREFIX.length).toLowerCase());
    case "arn":
      return arn !== undefined && stripSessionName(arn) === stripSessionName(approverName);
    case "address":
      return listPossibleEmails(addresses).some((each) => normaliseMailbox(each) === normaliseMailbox(approverName));
  }
}

export function isAskedAt(address: string, { addresses = [], standsInFor = [] }: Pick<Decider, "addresses" | "standsInFor">): boolean {
  return isAskedAs(address, { names: [], addresses: [...addresses, ...standsInFor] });
}

/** `isLast`: this vote decides the request. */
export function addVote(
  request: ApprovalRequest,
  stages: Stages,
  say: Say,
  verdict: ApproverDecision["verdict"],
  now: Date,
): Why | { readonly request: ApprovalRequest; readonly isLast: boolean } {
  const { decider = { names: [] } } = say;
  if (verdict === "denied" && say.wasAsked) return { request, isLast: true };
  const as = findVotingRight(request, stages, decider, now);
  if (typeof as === "string") return as;
  if (verdict === "denied") return { request, isLast: true };
  const { running } = stages;
  const at = now.toISOString();
  const who = [...new Set([...listIdentities(decider), ...(as.for === undefined ? [] : [toBaseSpelling(as.for)])])];
  const account = say.account === undefined ? {} : { account: say.account };
  const vote: Vote = { stage: running, by: say.by, who, at, ...account, ...as, ...buildNoteField(say.note) };
  const after: Stages = { ...stages, votes: [...stages.votes, vote] };
  const currentRequest = isEscalationDue(request, now) ? withEscalation(request, stages) : request;
  const votedRequest = { ...currentRequest, stages: after };
  if (listVotesNow(after).length < (runningStage(after)?.need ?? 1))
    return {
      request: addHistoryStep(votedRequest, { at, by: say.by, what: "voted", stage: running, ...buildSayFields(say) }),
      isLast: false,
    };
  if (running + 1 >= stages.list.length) return { request: votedRequest, isLast: true };
  const rest = omit(votedRequest, "escalatesAt", "mailSecrets");
  const next = { ...rest, ...beginStage(after, running + 1, now) };
  const entry = { at, by: say.by, what: "passed", stage: running, asked: next.asked ?? [], ...buildSayFields(say) } as const;
  return { request: addHistoryStep(next, entry), isLast: false };
}

/** The request without the last vote. Undefined if somebody else cast that vote, or if something has happened since. */
export function withdrawLastVote(request: ApprovalRequest, { by, note, act, decider }: Say, now: Date): ApprovalRequest | undefined {
  const { stages, history, state } = request;
  const [last, vote] = [history.at(-1), stages?.votes.at(-1)];
  const isLast = state === "pending" && last?.at === vote?.at && (last?.what === "voted" || last?.what === "passed");
  if (stages === undefined || vote === undefined || !isLast || !isVoter(vote, decider)) return undefined;
  const { stage } = vote;
  const before = { ...stages, votes: stages.votes.slice(0, -1) };
  const entry = { at: now.toISOString(), by, what: "withdrawn", stage, ...buildSayFields({ note, act }) } as const;
  if (stage === stages.running) return addHistoryStep({ ...request, stages: before }, entry);
  const rest = omit(request, "escalatesAt", "mailSecrets");
  return addHistoryStep({ ...rest, ...resumeStage(before, stage, history, now) }, entry);
}

/**
 * The stages as they were before the decision, so that other people's votes still count. Undefined if somebody else revokes the decision,
 * or if something has happened since.
 */
export function restoreStages({ stages, history, decision }: ApprovalRequest, { by, decider }: Say, now: Date): AskedFields | undefined {
  const last = history.at(-1);
  if (stages === undefined || decision === undefined || last?.from !== "pending" || last.at !== decision.at) return undefined;
  const vote = decision.verdict === "approved" ? stages.votes.at(-1) : undefined;
  const isAuthor = isSameActor({ ...decision.by, account: decision.account }, { ...by, account: decider?.objectId });
  const isTheirs = vote === undefined ? isAuthor : isVoter(vote, decider);
  if (!isTheirs) return undefined;
  const votes = stages.votes.filter((each) => each !== vote);
  return resumeStage({ ...stages, votes }, stages.running, history, now);
}

/** True if the decider cast the vote. If a delegate cast it, false for the approver who delegated. */
function isVoter({ who, for: delegator = "" }: Vote, decider: Decider = { names: [] }): boolean {
  const identities = listIdentities(decider);
  return who.map(foldLetters).some((each) => each !== toBaseSpelling(delegator) && identities.includes(each));
}

/** Begins the stage again with the people it asked last. After an escalation or reassignment, these are not the policy's people. */
function resumeStage(stages: Stages, stage: number, history: ApprovalRequest["history"], now: Date): AskedFields {
  const before = history.slice(0, -1);
  const steps = before.slice(before.findLastIndex(({ what }) => what === undefined) + 1);
  // The `stage` of a "passed" step is the stage that was passed, but its `asked` are the people of the next stage.
  const getStage = ({ what, stage: of = 0 }: HistoryEntry) => (what === "passed" ? of + 1 : of);
  const approverNames = steps.findLast((each) => each.asked !== undefined && getStage(each) === stage)?.asked;
  return { ...beginStage(stages, stage, now), ...keepGiven({ asked: approverNames }) };
}

/** Adds the people of `orElse` once the stage's time has ended. Links in earlier mails stay valid. */
export function escalate(storedRequest: Stored, now: Date): TransitionResult {
  return changeStages(storedRequest, undefined, now, (request, stages) =>
    isEscalationDue(request, now) ? withEscalation(request, stages) : { why: "not-yet", until: request.escalatesAt ?? request.answerBy },
  );
}

function isEscalationDue({ escalatesAt }: ApprovalRequest, now: Date): boolean {
  return escalatesAt !== undefined && isPast(escalatesAt, now);
}

function withEscalation(request: ApprovalRequest, stages: Stages): ApprovalRequest {
  const { escalatesAt: at = stages.since, ...rest } = request;
  const approverNames = listAskedNow(request, new Date(at));
  return addHistoryStep(
    { ...rest, asked: approverNames },
    { at, by: sweeper, what: "escalated", stage: stages.running, asked: approverNames },
  );
}

/** @param to names as in a row: addresses, `role:`, `group:`, ARNs */
export function reassign(storedRequest: Stored, say: Say, to: readonly string[], now: Date): TransitionResult {
  return changeStages(storedRequest, say.note, now, (request, stages) => {
    const { need = 1 } = runningStage(stages) ?? {};
    const approverNames = [...new Set(to)].filter(
      (each) => askedKind(each) !== "address" || (!hasVoted(stages, [toBaseSpelling(each)]) && !isOwnRequest(request, { names: [each] })),
    );
    if (!hasEnoughPeople(approverNames, need - listVotesNow(stages).length)) return "too-few";
    const at = now.toISOString();
    const rest = omit(request, "escalatesAt", "mailSecrets");
    const { remindedAt: _, ...kept } = stages;
    const again = { ...rest, stages: { ...kept, since: at }, asked: approverNames, ...buildEscalation(runningStage(stages), at) };
    const entry = { at, by: say.by, what: "reassigned", stage: stages.running, asked: approverNames } as const;
    return addHistoryStep(again, { ...entry, ...buildSayFields(say) });
  });
}

/** One role, group or ARN is always enough, because it may stand for any number of people. */
function hasEnoughPeople(approverNames: readonly string[], need: number): boolean {
  const addresses = new Set(listAddresses(approverNames).map(toBaseSpelling));
  return approverNames.some((each) => askedKind(each) !== "address") || addresses.size >= need;
}

export function remindApprovers(storedRequest: Stored, say: Say, now: Date): TransitionResult {
  return changeStages(storedRequest, say.note, now, (request, stages) => {
    const { remindedAt, since, running } = stages;
    const from = timeAfter(remindedAt ?? since, remindedAt === undefined ? 0 : REMIND_EVERY_MS);
    if (!isPast(from, now)) return { why: "not-yet", until: from };
    const at = now.toISOString();
    const current = isEscalationDue(request, now) ? withEscalation(request, stages) : request;
    return addHistoryStep(
      { ...current, stages: { ...stages, remindedAt: at } },
      { at, by: say.by, what: "reminded", stage: running, ...buildSayFields(say) },
    );
  });
}

/** A role or group stays in the list, because its name does not show who voted. */
export function listNonVoters({ asked = [] }: Pick<ApprovalRequest, "asked">, stages: Stages): readonly string[] {
  return asked.filter((each) => askedKind(each) !== "address" || !hasVoted(stages, [toBaseSpelling(each)]));
}

function changeStages(
  storedRequest: Stored,
  note: string | undefined,
  now: Date,
  step: (request: ApprovalRequest, stages: Stages) => ReturnType<Transition>,
): TransitionResult {
  return change(storedRequest, now, note, (request) => {
    if (request.stages === undefined) return "no-stages";
    return request.state === "pending" ? step(request, request.stages) : request.state;
  });
}

function addHistoryStep(request: ApprovalRequest, entry: Omit<HistoryEntry, "from" | "to">): ApprovalRequest {
  return { ...request, history: limitHistory([...request.history, { from: "pending", to: "pending", ...entry }]) };
}

/**
 * True if the running stage asks this person, or somebody who delegated to this person. Without stages: true if `askedOf` is one of these
 * people.
 */
export function asksByName(request: Asking & Pick<ApprovalRequest, "askedOf">, decider: Decider, now: Date): boolean {
  if (!asks(request, decider, now)) return false;
  return request.stages !== undefined || (request.askedOf !== undefined && isAskedAt(request.askedOf, decider));
}
