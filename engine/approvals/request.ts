import { wrongColumn } from "../columns";
import {
  amount,
  anyObject,
  anyText,
  either,
  filled,
  flag,
  listOf,
  object,
  objectAs,
  oneOf,
  optional,
  type TypeOf,
  textLike,
  time,
  wholeNumber,
} from "../schema";
import { readReference } from "../sign-up/call";
import { type HashOf, type Identifiable, personKeyAt } from "../sign-up/person";
import type { RecordKey, Row } from "../sign-up/rule";
import type { Attributes, Identity, SignUp } from "../sign-up/sign-up";
import type { Put } from "../sign-up/verdict";

/** Where a request can stand, as the table says it. A moment that passes changes it without a write: see `stateAt`. */
export const states = ["pending", "approved", "denied", "expired", "provisioning", "provisioned", "failed", "admitted"] as const;
export type ApprovalState = (typeof states)[number];

/** What follows an approval: the account is created through Graph, or the person signs up again and is let in once. */
export type OnApproval = "provision" | "continue";

/** The ways in which somebody decides on requests; `mail` is the link of a mail. */
export const approverWays = ["cli", "iam", "console", "mail"] as const;

/** Somebody who decides on requests, by the name that their way in knows: an ARN, an operator's name, an address. Never a name from a body. */
export interface Approver {
  readonly kind: (typeof approverWays)[number];
  readonly name: string;
}

/** What changes a request: an approver, or a part of Gatehouse. */
export type Actor = Approver | { readonly kind: "gatehouse"; readonly name: "sign-up" | "worker" | "sweeper" | "restore" };

/** A row edited by hand may name others. */
export const actorMembers = { kind: filled("How they came."), name: filled("An ARN, an operator's name.") };

/** What happens to a request whose stages go on while it waits. */
export const stageChanges = ["voted", "passed", "escalated", "reassigned", "reminded"] as const;
export type StageChange = (typeof stageChanges)[number];

/** One change. */
const historyEntry = object({
  at: time("When."),
  from: filled<ApprovalState | "none">("The state left."),
  to: filled<ApprovalState>("The state entered."),
  by: objectAs<Actor>(actorMembers, "Who did it."),
  note: optional(anyText("What they wrote for the record.")),
  what: optional(
    filled<StageChange>("Within the stages, where the state stays the same: voted, passed, escalated, reassigned or reminded."),
  ),
  stage: optional(wholeNumber("The number of that stage, from 0.")),
  asked: optional(listOf(filled(""), "Who is asked since then.")),
});
export type HistoryEntry = TypeOf<typeof historyEntry>;

const approverDecision = object(
  {
    verdict: oneOf(["approved", "denied"], "What was decided."),
    by: objectAs<Approver>(actorMembers, "Who decided."),
    at: time("When."),
    note: optional(anyText("What they wrote for the record.")),
    account: optional(anyText("The approver's object id in Entra, where they decided in the console.")),
  },
  "The verdict, who decided, when, their note and, in the console, their object id.",
);
export type ApproverDecision = TypeOf<typeof approverDecision>;

/** Codes and attribute names alone, for the operator. */
const provisioningFailure = object(
  {
    reason: filled("A code."),
    detail: optional(anyText("The name of an attribute.")),
    graph: optional(anyText("Graph's status and code, such as `403 Authorization_RequestDenied`.")),
  },
  "Why there is no account: code, attribute, Graph's status and code.",
);
export type ProvisioningFailure = TypeOf<typeof provisioningFailure>;

const provisionedAccount = object(
  {
    id: filled("Its object id in Entra."),
    redeemUrl: optional(anyText("Where an invited person accepts, if Gatehouse sends the link. Everyone who has it can accept.")),
  },
  "The account's object id; with `invitationMail` off also the invitation's link, until stripped.",
);
export type ProvisionedAccount = TypeOf<typeof provisionedAccount>;

const earlierApproval = object(
  {
    reference: textLike("", (code) => readReference(code) === code),
    decision: approverDecision,
    attributes: anyObject<Attributes>(""),
  },
  "The earlier approval, for comparison: code, decision, attributes; until stripped.",
);

const endedAccess = object(
  {
    since: time("When the gate had let the person in."),
    endedAt: time("When the account was disabled, or was gone."),
    how: oneOf(
      ["on-its-day", "early", "not-renewed"],
      "on-its-day: the policy's days were over. early: somebody ended it. not-renewed: its sponsor let it end.",
    ),
    by: optional(anyText("Who ended it, or let it end.")),
  },
  "The ended access that the person asks to renew.",
);
/** The access of a person who asks for its renewal: since when they had it, when it ended, and by what. */
export type EndedAccess = TypeOf<typeof endedAccess>;

const vendorWord = object(
  {
    vendor: filled("idology, experian, or one of the policy's own."),
    outcome: filled("What it came to: verified, refuted, review or unavailable."),
    code: optional(anyText("The vendor's own code.")),
    reference: optional(anyText("The vendor's id of the call.")),
  },
  "",
);
/** What an identity vendor said of a person who asks. */
export type VendorWord = TypeOf<typeof vendorWord>;

const invitation = object(
  {
    code: filled("What the person shows if nothing else proves the address: the newest one alone counts."),
    sentAt: time("When it was last sent."),
    sponsor: optional(filled("Who answers for the person: an address.")),
    usedBy: optional(filled("Keyed hash of the account that came with it.")),
  },
  "The request is an invitation: code, time, sponsor.",
);
const mailSecret = object(
  {
    hash: filled("HMAC-SHA256 of what the mail showed, keyed by the secret in its link."),
    address: filled("Who got the mail: the decision counts as theirs."),
    for: optional(filled("The approver whose delegate got it: the decision counts as theirs too.")),
    delegatedAt: optional(time("When that approver delegated: the link is good for that delegation alone.")),
    until: time("The link is good until then."),
  },
  "",
);
/** What remains of the secret in the link of one mail to one approver. */
export type MailSecret = TypeOf<typeof mailSecret>;

/** What a request holds that is an invitation. */
export type InvitationWords = TypeOf<typeof invitation>;

const vote = object(
  {
    stage: wholeNumber("The number of the stage, from 0."),
    by: objectAs<Approver>(actorMembers, "Who voted."),
    who: listOf(filled(""), "Every name that the voter is known by, so that nobody votes twice: addresses, object id, ARN."),
    at: time("When."),
    account: optional(anyText("The voter's object id in Entra, where known.")),
    for: optional(filled("The address of the approver who delegated to the voter.")),
    note: optional(anyText("What they wrote for the record.")),
  },
  "",
);
/** One approver's yes at one stage. */
export type Vote = TypeOf<typeof vote>;

const stage = object(
  {
    by: listOf(filled(""), "Who decides: addresses, `role:NAME`, `group:OBJECT-ID`, ARNs."),
    need: wholeNumber("How many different people have to approve.", 1),
    orElse: optional(listOf(filled(""), "Who is asked as well if the stage takes longer.")),
    withinMinutes: optional(wholeNumber("After how many minutes.", 1)),
  },
  "",
);
/** One stage, with the approvers of this very request. */
export type Stage = TypeOf<typeof stage>;

const anyStages = object(
  {
    list: listOf(stage, "All stages, in order."),
    running: wholeNumber("The number of the stage that is asked now or was last, from 0."),
    since: time("Since when the approvers of that stage are asked."),
    votes: listOf(vote, "Everybody who approved, oldest first."),
    remindedAt: optional(time("When they were last reminded.")),
    news: optional(flag("The person gets a mail each time a stage is passed.")),
  },
  "The policy's stages, their approvers at the time of asking, and the votes.",
);
/** The stages of a request, and how far it has come. */
export type Stages = TypeOf<typeof anyStages>;
/** One of them is running: past the last one, a single vote would decide. */
const stages: typeof anyStages = {
  ...anyStages,
  accepts: (value) => anyStages.accepts(value) && (value as Stages).running < (value as Stages).list.length,
};

const days = amount("");

/** One person's request to be let in: a row of the table of approvals. A person has one at most at each gate. */
export const approvalRequest = object({
  id: filled("Keyed hash of address, provider, account and named gate."),
  turn: wholeNumber("Counts the writes; each is conditional on it."),
  state: oneOf(states, "A `pending` row past `answerBy` counts as expired. Index `by-state`."),
  onApproval: oneOf(["provision", "continue"], "The policy's `then` at that time."),
  gate: optional(filled("The only gate where the approval counts; absent: the default one.")),
  reference: textLike("The person's code, new each time they ask. Index `by-reference`.", (code) => readReference(code) === code),
  personId: filled("Keyed hash of the mailbox. Index `by-person`."),
  email: filled("Normalised address. Index `by-email`."),
  emailProven: flag("Whether the address is proven, by `provenBy` of `requestApproval`."),
  identities: listOf(
    objectAs<Identity>({ issuer: filled(""), issuerAssignedId: optional(anyText("")), signInType: optional(anyText("")) }),
    "Accounts at providers other than Microsoft; empty once stripped.",
  ),
  attributes: anyObject<Attributes>("What the person typed, after the policy's changes, by Entra's names; empty once stripped."),
  shortNames: optional(anyObject<Readonly<Record<string, string>>>("Names of attributes at sign-up, where they differ.")),
  earlier: optional(earlierApproval),
  renews: optional(endedAccess),
  verifications: optional(listOf(vendorWord, "Answers of identity vendors: vendor, outcome, code, id of the call.")),
  askedOf: optional(filled("The sponsor who gets mail about the request: found by the policy's `askedOf`, or from the ended invitation.")),
  sponsor: optional(filled("The sponsor's address, where the policy asks the sponsor.")),
  stages: optional(stages),
  asked: optional(
    listOf(filled(""), "Who is asked now: addresses, `role:NAME`, `group:OBJECT-ID`, ARNs. Absent: everybody with the role."),
  ),
  escalatesAt: optional(time("When the stage's `orElse` is asked as well.")),
  show: optional(listOf(filled(""), "The policy's `show`.")),
  locales: listOf(filled(""), "The person's languages, first choice first."),
  requestedAt: time("ISO 8601, UTC, as all times here."),
  changedAt: time("When the state last changed. Sorts the indexes."),
  answerBy: time("When a pending request expires."),
  answerWithinDays: amount("The policy's option at that time, like the next two."),
  askAgainAfterDays: either(oneOf(["never"], ""), days, "The policy's option."),
  passDays: amount("The policy's option."),
  call: anyText("Keyed hash of the call that made the request or used the pass: its repeat gets the same answer; empty once stripped."),
  decision: optional(approverDecision),
  passUntil: optional(time("With `continue`: until when the person may sign up.")),
  retryAt: optional(time("With `provision`: the next try.")),
  attempts: optional(wholeNumber("Tries to create the account.")),
  mayAskAgainAt: optional(time("When a denied person may ask again. Absent: after somebody reopens the request.")),
  invitation: optional(invitation),
  waitlist: optional(flag("The person is on the waiting list.")),
  mailSecrets: optional(listOf(mailSecret, "With `decideFromMail`: hashes for the links in approvers' mail, until the state changes.")),
  lease: optional(object({ holder: anyText(""), until: time("") }, "The worker that is creating the account, and the end of its lease.")),
  account: optional(provisionedAccount),
  failure: optional(provisioningFailure),
  strippedAt: optional(time("When the row was stripped.")),
  history: listOf(historyEntry, "The last 50 changes: when, from, to, who, note. Newest last."),
});
export type ApprovalRequest = TypeOf<typeof approvalRequest>;

/** A request as it was read; undefined: there is none. */
export type Stored = ApprovalRequest | undefined;

/** One request a person and gate: address, provider and account, so that one address through two providers is two requests. */
export function requestId(person: Identifiable & Pick<SignUp, "gate">, hashOf: HashOf): string {
  return hashOf(personKeyAt(person));
}

export function requestKey(id: string): RecordKey {
  return { table: "approvals", key: { id } };
}

/** The write of a request, if it still is as it was read. */
export function requestWrite(request: ApprovalRequest, condition: "absent" | { readonly turn: number }): Put {
  return { table: "approvals", item: request as unknown as Put["item"], condition };
}

/** A row's column cannot be read. Its message may be logged: it names code and column alone. */
export class UnreadableRequestError extends TypeError {
  override readonly name = "UnreadableRequestError";
  /** @param id the row's key */
  constructor(
    readonly id: string,
    readonly column: string,
    reference: string | undefined,
  ) {
    const which = reference === undefined ? "A request" : `The request ${reference}`;
    super(`${which} cannot be read: its column "${column}" in the table of approvals.`);
  }
}

/** The request of a row. Throws if what decides is missing or cannot be read: a row edited by hand must not let anybody in. */
export function readRequest(row: Row): ApprovalRequest {
  const wrong = wrongColumn(approvalRequest.members, row);
  if (wrong === undefined) return row as unknown as ApprovalRequest;
  const reference = typeof row.reference === "string" ? readReference(row.reference) : undefined;
  throw new UnreadableRequestError(String(row.id), wrong, reference);
}
