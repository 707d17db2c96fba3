import * as v from "valibot";
import {
  anyObject,
  anyText,
  createChoiceSchema,
  createListSchema,
  flag,
  instant,
  oneOfMore,
  wholeNumber,
  withMeaning,
} from "../../engine/fields";
import { keepGiven } from "../../engine/json";
import { listIssuers } from "../../engine/sign-up/issuers";
import type { Attributes } from "../../engine/sign-up/sign-up";
import { MS_PER_HOUR } from "../../engine/sign-up/time";
import { emailProvenInEvent, issuersInEvent } from "../decisions/events";
import {
  type Actor,
  type ApprovalRequest,
  type ApprovalState,
  approverWays,
  type InvitationWords,
  type Stages,
  type Stored,
  stageChanges,
  states,
} from "./request";
import { listNonVoters, listVotesNow } from "./stages";
import { stateAt } from "./state-at";

// Each version of an event has a fixed shape. From these shapes, docs/schemas and docs/events.md are generated.

/** A new or reopened request waits for an answer. */
export const APPROVAL_REQUESTED = "approval.requested.v1";
/** An approver approved, denied or revoked. */
export const APPROVAL_DECIDED = "approval.decided.v1";
/** The time for an answer, or for using the pass, has ended. */
export const APPROVAL_EXPIRED = "approval.expired.v1";
/** An approver invited a person, or sent an invitation again with another code. */
export const INVITATION_SENT = "invitation.sent.v1";
/** A request with stages continues: a vote, the next stage, other approvers. */
export const APPROVAL_STAGE = "approval.stage.v1";
export const ACCOUNT_CREATED = "account.created.v1";
/** The account cannot be made without a change by an operator. */
export const ACCOUNT_FAILED = "account.failed.v1";

/** Members of all events. Of the person's input, they contain only the name that approvers see. */
const common = {
  id: anyText("The same each time this event is sent."),
  time: instant("ISO 8601, UTC, milliseconds, as all times."),
  requestId: anyText("For `npm run gate -- approvals` and the HTTP route: the same each time one person asks at one provider and gate."),
  reference: anyText("The person's code, new each time they ask."),
  gate: v.optional(anyText("The gate, unless it is the default one.")),
  state: oneOfMore(states, "The state now; others may come."),
  onApproval: createChoiceSchema(
    ["provision", "continue"],
    "What follows an approval. provision: Gatehouse creates the account. continue: the person signs up again and is let in once.",
  ),
  personId: anyText("The person, the same for all spellings of the mailbox, in all events and logs."),
  email: anyText("In lower case."),
  emailProven: emailProvenInEvent,
  issuers: issuersInEvent,
  locales: createListSchema(v.string(), "The person's languages, preferred first, as BCP 47 tags."),
  requestedAt: instant("When the person asked or was invited."),
  invited: v.optional(flag("An invitation; the person has not asked.")),
  ask: v.optional(
    withMeaning(
      v.object({ name: v.string(), address: v.optional(v.string()), why: v.optional(v.string()) }),
      "A colleague asks for this guest: their name and address, and what they wrote. An approval sends an invitation.",
    ),
  ),
};
type ToldOfRequest = Readonly<v.InferOutput<v.ObjectSchema<typeof common, undefined>>>;

function approvalEventSchema<const M extends v.ObjectEntries>(more: M, means: string) {
  return withMeaning(v.object({ ...common, ...more }), means);
}

const stageInEvent = withMeaning(
  v.object({
    number: wholeNumber("Which stage, from 1.", 1),
    of: wholeNumber("Of how many.", 1),
    need: wholeNumber("How many different people have to approve at it.", 1),
    votes: wholeNumber("How many have."),
    asked: createListSchema(v.string(), "Who is asked and has not voted: addresses, `role:NAME`, `group:OBJECT-ID`, ARNs."),
  }),
  "The stage that is asked now, if the policy has stages.",
);

const requestedMembers = {
  answerBy: instant("When it expires unanswered."),
  displayName: v.optional(anyText("The name that the person typed.")),
  askedOf: v.optional(anyText("The sponsor's address, from the policy's askedOf or from the ended invitation.")),
  waitlist: v.optional(flag("On the waiting list: nobody is asked, and approvers get no mail.")),
  reopened: v.optional(
    oneOfMore(
      ["undone", "again"],
      "undone: whoever decided took it back within the hour, and nobody has to vote anew. again: somebody put it before the approvers again.",
    ),
  ),
  renews: v.optional(
    withMeaning(
      v.object({
        since: instant(),
        endedAt: instant(),
        how: oneOfMore(["on-its-day", "early", "not-renewed", "idle", "unredeemed"], ""),
        by: v.optional(v.string()),
      }),
      "The ended access that the person asks to renew: when it began and ended, how, and who ended it.",
    ),
  ),
  attributes: v.optional(anyObject<Attributes>("Values of the attributes in the policy's show.")),
  verifications: v.optional(
    createListSchema(
      v.object({ vendor: v.string(), outcome: v.string(), code: v.optional(v.string()), reference: v.optional(v.string()) }),
      "Answers of identity vendors: vendor, outcome, code, id of the call.",
    ),
  ),
};
const requestedEvent = approvalEventSchema(
  { ...requestedMembers, stage: v.optional(stageInEvent) },
  "A new or reopened request waits for an answer.",
);
/** The detail of the event approval.requested.v1: docs/events.md. */
export type ApprovalRequested = Readonly<v.InferOutput<typeof requestedEvent>>;

const stageEvent = approvalEventSchema(
  {
    ...requestedMembers,
    stage: stageInEvent,
    change: oneOfMore(
      stageChanges,
      "voted: somebody approved; the stage needs more votes. passed: the next stage is asked. withdrawn: the last voter took their approval back. escalated: more people are asked, because time ran out. reassigned: other people are asked. reminded: the same people are asked again.",
    ),
    escalatedTo: v.optional(createListSchema(v.string(), "Who is asked besides the others from now on, because time ran out.")),
    by: v.optional(withMeaning(v.object({ kind: v.string(), name: v.string() }), "Who did it; absent if time did.")),
    note: v.optional(anyText("A note for the record, not for the person.")),
    news: v.optional(flag("The person gets a mail about it.")),
  },
  "A vote, the next stage or other approvers; the request still waits.",
);
/** The detail of the event approval.stage.v1: docs/events.md. */
export type ApprovalStageChanged = Readonly<v.InferOutput<typeof stageEvent>>;
/** The detail of an event about a request that waits. */
export type ApprovalAsked = ApprovalRequested & Partial<Pick<ApprovalStageChanged, "change" | "escalatedTo" | "stage">>;

/** True if people are asked again only because a vote or decision was withdrawn. */
export function isUndo({ change, reopened }: Partial<Pick<ApprovalStageChanged, "change" | "reopened">>): boolean {
  return change === "withdrawn" || reopened === "undone";
}

/**
 * Returns the event of a request as the request is now. Undefined if nobody is asked any more whom the event asked: the request was decided,
 * has ended, has passed the stage, or asks others.
 */
export function renewAsked(event: ApprovalAsked, request: Stored, now: Date): ApprovalAsked | undefined {
  if (request === undefined || request.reference !== event.reference || stateAt(request, now) !== "pending") return undefined;
  if (isTakenBack(event, request)) return undefined;
  const current = { ...event, ...describeRequested(request), id: event.id, time: event.time };
  const { stages } = request;
  if (event.stage === undefined || stages === undefined) return current;
  const stage = describeStage(request, stages);
  const asked = stage.asked.filter((each) => event.stage?.asked.includes(each));
  return stage.number === event.stage.number && asked.length > 0 ? { ...current, stage: { ...stage, asked } } : undefined;
}

type Revocable = Pick<ApprovalStageChanged, "time"> & Partial<Pick<ApprovalStageChanged, "change" | "reopened" | "stage">>;

/** True if the event's vote or Undo has been taken back since. Then no mail about the event is sent. */
export function isTakenBack(event: Revocable, request: Stored): boolean {
  if (request === undefined) return false;
  const { state, stages } = request;
  const stagesBack = stages === undefined ? 0 : (event.stage?.number ?? 1) - (stages.running + 1);
  if (!isUndo(event)) return event.change === "passed" && stagesBack > 0;
  // A vote withdrawn and cast again may change neither state nor stage. But the new vote is later.
  const isVotedAgain = event.change === "withdrawn" && stages?.votes.some(({ at }) => at > event.time) === true;
  return state !== "pending" || stagesBack !== 0 || isVotedAgain;
}

const decidedEvent = approvalEventSchema(
  {
    decision: withMeaning(
      v.object({
        verdict: v.picklist(["approved", "denied"]),
        by: v.object({ kind: v.picklist(approverWays), name: v.string() }),
        at: instant(),
        note: v.optional(v.string()),
        reply: v.optional(v.string()),
      }),
      "The verdict, who decided, when, a note for the record, not for the person, and a reply for the colleague who asked for a guest.",
    ),
    passUntil: v.optional(instant("With onApproval continue: until when the person may sign up.")),
  },
  "An approver approved, denied, or took an approval back (denied after approved).",
);
/** The detail of the event approval.decided.v1: docs/events.md. */
export type ApprovalDecided = Readonly<v.InferOutput<typeof decidedEvent>>;

const expiredEvent = approvalEventSchema(
  {
    from: createChoiceSchema(["pending", "approved"], "pending: nobody answered. approved: the person did not sign up."),
    sponsor: v.optional(anyText("Of an invitation: the sponsor's address.")),
  },
  "Nobody answered in time, or the person did not sign up in time.",
);
/** The detail of the event approval.expired.v1: docs/events.md. */
export type ApprovalExpired = Readonly<v.InferOutput<typeof expiredEvent>>;

const sentEvent = approvalEventSchema(
  {
    invitedBy: withMeaning(v.object({ kind: v.picklist(approverWays), name: v.string() }), "Who invites the person."),
    sponsor: v.optional(anyText("The sponsor's address.")),
    passUntil: instant("The invitation's end."),
  },
  "An invitation was sent, or sent again. Only the mail holds its code.",
);
/** The detail of the event invitation.sent.v1: docs/events.md. */
export type InvitationSent = Readonly<v.InferOutput<typeof sentEvent>>;

const createdEvent = approvalEventSchema(
  {
    accountId: anyText("The account's object id in Entra."),
    redeemUrl: v.optional(
      anyText("Where the person accepts, if invitationMail is off. Anybody who has it can accept: give it to nobody else."),
    ),
  },
  "An approved person has an account, created or found.",
);
/** The detail of the event account.created.v1: docs/events.md. */
export type AccountCreated = Readonly<v.InferOutput<typeof createdEvent>>;

const failedEvent = approvalEventSchema(
  {
    failure: withMeaning(
      v.object({ reason: v.string(), detail: v.optional(v.string()), graph: v.optional(v.string()) }),
      "Why: a code of docs/approvals.md, the attribute that was refused or the entry that denies, Graph's status and code.",
    ),
  },
  "The account of an approved person cannot be created.",
);
export type AccountFailed = Readonly<v.InferOutput<typeof failedEvent>>;

export const approvalEvents = {
  [ACCOUNT_CREATED]: createdEvent,
  [ACCOUNT_FAILED]: failedEvent,
  [APPROVAL_DECIDED]: decidedEvent,
  [APPROVAL_EXPIRED]: expiredEvent,
  [APPROVAL_REQUESTED]: requestedEvent,
  [APPROVAL_STAGE]: stageEvent,
  [INVITATION_SENT]: sentEvent,
} as const;

export type ApprovalEvent =
  | { readonly type: typeof APPROVAL_REQUESTED; readonly detail: ApprovalRequested }
  | { readonly type: typeof APPROVAL_STAGE; readonly detail: ApprovalStageChanged }
  | { readonly type: typeof APPROVAL_DECIDED; readonly detail: ApprovalDecided }
  | { readonly type: typeof APPROVAL_EXPIRED; readonly detail: ApprovalExpired }
  | { readonly type: typeof INVITATION_SENT; readonly detail: InvitationSent }
  | { readonly type: typeof ACCOUNT_CREATED; readonly detail: AccountCreated }
  | { readonly type: typeof ACCOUNT_FAILED; readonly detail: AccountFailed };

/**
 * The event of a change. Undefined for a lease, a release, or the removal of values. Undefined if the person was let through at sign-up,
 * because that decision is already an event. A new row has an event only if it is pending or an invitation. Other new rows come from a
 * backup.
 */
export function buildApprovalEvent(before: Stored, after: ApprovalRequest): ApprovalEvent | undefined {
  switch (after.state) {
    case "pending":
      if (before?.state === "pending" && lastChange(before) === lastChange(after)) return undefined;
      return (before?.state === "pending" ? buildStageEvent(before, after) : undefined) ?? buildRequestedEvent(before, after);
    case "approved":
      if (after.invitation !== undefined) return buildInvitationEvent(before, after, after.invitation);
      return before?.state === "pending" ? buildDecidedEvent(after) : undefined;
    case "denied":
      return before !== undefined && deniable.has(before.state) ? buildDecidedEvent(after) : undefined;
    case "expired":
      if (before?.state !== "pending" && before?.state !== "approved") return undefined;
      return {
        type: APPROVAL_EXPIRED,
        detail: { ...buildEventDetail(after), from: before.state, ...keepGiven({ sponsor: after.invitation?.sponsor }) },
      };
    case "provisioned":
      return before?.state === "provisioning" ? buildCreatedEvent(after) : undefined;
    case "failed":
      return before?.state === "provisioning"
        ? after.failure && { type: ACCOUNT_FAILED, detail: { ...buildEventDetail(after), failure: after.failure } }
        : undefined;
    case "admitted":
      return before?.state === "pending" && after.ask !== undefined ? buildDecidedEvent(after) : undefined;
    default:
      return undefined;
  }
}

/**
 * The states in which a denial is an event. In "approved" and "failed", it revokes an approval that has had no effect yet; in "admitted", a
 * used invitation.
 */
const deniable: ReadonlySet<ApprovalState> = new Set(["pending", "approved", "failed", "admitted"]);

/** Identifies the last change, to tell a new or reopened request from a rewrite of the same request. */
function lastChange({ history }: ApprovalRequest): string {
  const { at, what } = history.at(-1) ?? {};
  return `${at} ${what}`;
}

function buildRequestedEvent(before: Stored, request: ApprovalRequest): ApprovalEvent {
  const { stages } = request;
  const reopeningKind = before && classifyReopening(before, request);
  const more = keepGiven({ reopened: reopeningKind, stage: stages && describeStage(request, stages) });
  return { type: APPROVAL_REQUESTED, detail: { ...describeRequested(request), ...more } };
}

/** If a decision is undone within this time, the mail that other approvers already have is still correct. */
const UNDONE_MS = MS_PER_HOUR;

/**
 * "undone": the decider took back the decision within UNDONE_MS, and all votes of others remain. "again": any other reopening. Undefined
 * for a new request.
 */
function classifyReopening(
  { decision, stages, reference }: ApprovalRequest,
  after: ApprovalRequest,
): ApprovalRequested["reopened"] | undefined {
  if (reference !== after.reference) return undefined;
  const by = after.history.at(-1)?.by;
  const isTheirs = (other: Actor | undefined) => other !== undefined && other.kind === by?.kind && other.name === by.name;
  const isSoon = decision !== undefined && Date.parse(after.changedAt) - Date.parse(decision.at) <= UNDONE_MS;
  const areKept = (stages?.votes ?? []).every((vote) => isTheirs(vote.by) || after.stages?.votes.some(({ at }) => at === vote.at));
  return isSoon && isTheirs(decision.by) && areKept ? "undone" : "again";
}

function buildStageEvent(before: ApprovalRequest, request: ApprovalRequest): ApprovalEvent | undefined {
  const { stages, history } = request;
  const last = history.at(-1);
  if (stages === undefined || last?.what === undefined) return undefined;
  const { at, by, what, note } = last;
  const author = by.kind !== "gatehouse" && { by: { kind: by.kind, name: by.name } };
  const isSame = before.stages?.since === stages.since;
  const escalatedTo = isSame ? listNonVoters(request, stages).filter((each) => !before.asked?.includes(each)) : [];
  const more = {
    ...author,
    ...keepGiven({ escalatedTo: escalatedTo.length > 0 ? escalatedTo : undefined, note }),
    ...(what === "passed" && stages.news && { news: true }),
  };
  return {
    type: APPROVAL_STAGE,
    detail: { ...describeRequested(request), time: at, stage: describeStage(request, stages), change: what, ...more },
  };
}

function describeStage(request: ApprovalRequest, stages: Stages): Readonly<v.InferOutput<typeof stageInEvent>> {
  const { list, running } = stages;
  return {
    number: running + 1,
    of: list.length,
    need: list[running]?.need ?? 1,
    votes: listVotesNow(stages).length,
    asked: listNonVoters(request, stages),
  };
}

function describeRequested(
  request: ApprovalRequest,
): Readonly<v.InferOutput<v.ObjectSchema<typeof common & typeof requestedMembers, undefined>>> {
  const { displayName } = request.attributes;
  const nameField = typeof displayName === "string" && { displayName };
  const { answerBy, askedOf, renews, verifications, waitlist } = request;
  const { shortNames = {}, show = [] } = request;
  const namedAttributes = Object.entries(request.attributes).map(([name, value]) => [shortNames[name] ?? name, value] as const);
  const shownAttributes = namedAttributes.filter(([name]) => show.includes(name));
  const attributes = shownAttributes.length === 0 ? undefined : Object.fromEntries(shownAttributes);
  const shownFields = keepGiven({ askedOf, renews, waitlist: waitlist || undefined, attributes, verifications });
  return { ...buildEventDetail(request), answerBy, ...nameField, ...shownFields };
}

function buildDecidedEvent(request: ApprovalRequest): ApprovalEvent | undefined {
  if (request.decision === undefined) return undefined;
  const { account: _, ...decision } = request.decision;
  const { passUntil } = request;
  return { type: APPROVAL_DECIDED, detail: { ...buildEventDetail(request), decision, ...keepGiven({ passUntil }) } };
}

/** Undefined for a new row with a higher turn: the row comes from a backup, and its mail was sent long ago. */
function buildInvitationEvent(before: Stored, after: ApprovalRequest, { sentAt, sponsor }: InvitationWords): ApprovalEvent | undefined {
  const isSent = before === undefined ? after.turn === 1 : before.invitation?.sentAt !== sentAt;
  const { decision, passUntil } = after;
  if (!isSent || decision === undefined || passUntil === undefined) return undefined;
  const detail = { ...buildEventDetail(after), invitedBy: decision.by, ...keepGiven({ sponsor }), passUntil };
  return { type: INVITATION_SENT, detail };
}

function buildCreatedEvent(request: ApprovalRequest): ApprovalEvent | undefined {
  if (request.account === undefined) return undefined;
  const { id, redeemUrl } = request.account;
  return { type: ACCOUNT_CREATED, detail: { ...buildEventDetail(request), accountId: id, ...keepGiven({ redeemUrl }) } };
}

function buildEventDetail(request: ApprovalRequest): ToldOfRequest {
  const { id, personId, turn, changedAt, reference, gate, state, onApproval, email, emailProven, locales, requestedAt } = request;
  const { invitation, ask } = request;
  return {
    // The id contains the time, because a person who asks again after an erasure gets a row with the same key.
    id: `${id}.${Date.parse(requestedAt).toString(36)}.${turn}`,
    time: changedAt,
    requestId: id,
    reference,
    ...keepGiven({ gate }),
    state,
    onApproval,
    personId,
    email,
    emailProven,
    issuers: listIssuers(request),
    locales,
    requestedAt,
    ...(invitation !== undefined && { invited: true }),
    ...(ask !== undefined && { ask: { name: ask.name, ...keepGiven({ address: ask.addresses[0], why: ask.why }) } }),
  };
}
