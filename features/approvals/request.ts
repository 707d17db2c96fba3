import * as v from "valibot";
import { amount, anyObject, anyText, filled, flag, listOf, objectAs, oneOf, time, wholeNumber, withMeaning } from "../../engine/fields";
import { readReference } from "../../engine/sign-up/call";
import type { HashOf } from "../../engine/sign-up/person";
import { type Identifiable, personKeyAt } from "../../engine/sign-up/person-key";
import type { RecordKey, Row } from "../../engine/sign-up/rule";
import type { Attributes, Identity, SignUp } from "../../engine/sign-up/sign-up";
import type { Put } from "../../engine/sign-up/verdict";
import { wrongColumn } from "../../engine/wrong-column";

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
export const actorMembers = {
  /** How they came. */
  kind: filled() /** An ARN, an operator's name. */,
  name: filled(),
};

/** What happens to a request whose stages go on while it waits. */
export const stageChanges = ["voted", "passed", "withdrawn", "escalated", "reassigned", "reminded"] as const;
export type StageChange = (typeof stageChanges)[number];

/** One change. */
const historyEntry = v.object({
  /** When. */
  at: time(),
  /** The state left. */
  from: filled<ApprovalState | "none">(),
  /** The state entered. */
  to: filled<ApprovalState>(),
  /** Who did it. */
  by: objectAs<Actor>(actorMembers),
  /** What they wrote for the record. */
  note: v.optional(v.string()),
  /** Within the stages, where the state stays the same: voted, passed, withdrawn, escalated, reassigned or reminded. */
  what: v.optional(filled<StageChange>()),
  /** The number of that stage, from 0. */
  stage: v.optional(wholeNumber()),
  /** Who is asked since then. */
  asked: v.optional(listOf(filled())),
});
export type HistoryEntry = Readonly<v.InferOutput<typeof historyEntry>>;

const approverDecision = withMeaning(
  v.object({
    /** What was decided. */
    verdict: v.picklist(["approved", "denied"]),
    /** Who decided. */
    by: objectAs<Approver>(actorMembers),
    /** When. */
    at: time(),
    /** What they wrote for the record. */
    note: v.optional(v.string()),
    /** The approver's object id in Entra, where they decided in the console. */
    account: v.optional(v.string()),
  }),
  "The verdict, who decided, when, their note and, in the console, their object id.",
);
export type ApproverDecision = Readonly<v.InferOutput<typeof approverDecision>>;

/** Codes and attribute names alone, for the operator. */
const provisioningFailure = withMeaning(
  v.object({
    /** A code. */
    reason: filled(),
    /** The name of an attribute. */
    detail: v.optional(v.string()),
    /** Graph's status and code, such as `403 Authorization_RequestDenied`. */
    graph: v.optional(v.string()),
  }),
  "Why there is no account: code, attribute, Graph's status and code.",
);
export type ProvisioningFailure = Readonly<v.InferOutput<typeof provisioningFailure>>;

const provisionedAccount = withMeaning(
  v.object({
    /** Its object id in Entra. */
    id: filled(),
    /** Where an invited person accepts, if Gatehouse sends the link. Everyone who has it can accept. */
    redeemUrl: v.optional(v.string()),
  }),
  "The account's object id; with `invitationMail` off also the invitation's link.",
);
export type ProvisionedAccount = Readonly<v.InferOutput<typeof provisionedAccount>>;

const earlierApproval = withMeaning(
  v.object({
    reference: v.pipe(
      v.string(),
      v.check((code) => readReference(code) === code),
    ),
    decision: approverDecision,
    attributes: anyObject<Attributes>(),
  }),
  "The earlier approval, for comparison: code, decision, attributes; until stripped.",
);

const endedAccess = withMeaning(
  v.object({
    /** When the gate had let the person in. */
    since: time(),
    /** When the account was disabled, or was gone. */
    endedAt: time(),
    /** on-its-day: the policy's days were over. early: somebody ended it. not-renewed: its sponsor let it end. */
    how: v.picklist(["on-its-day", "early", "not-renewed"]),
    /** Who ended it, or let it end. */
    by: v.optional(v.string()),
  }),
  "The ended access that the person asks to renew.",
);
/** The access of a person who asks for its renewal: since when they had it, when it ended, and by what. */
export type EndedAccess = Readonly<v.InferOutput<typeof endedAccess>>;

const vendorResult = v.object({
  /** idology, experian, or one of the policy's own. */
  vendor: filled(),
  /** What it came to: verified, refuted, review or unavailable. */
  outcome: filled(),
  /** The vendor's own code. */
  code: v.optional(v.string()),
  /** The vendor's id of the call. */
  reference: v.optional(v.string()),
});
/** What an identity vendor said of a person who asks. */
export type VendorResult = Readonly<v.InferOutput<typeof vendorResult>>;

const invitation = withMeaning(
  v.object({
    /** What the person shows if nothing else proves the address: the newest one alone counts. */
    code: filled(),
    /** When it was last sent. */
    sentAt: time(),
    /** Who answers for the person: an address. */
    sponsor: v.optional(filled()),
    /** Keyed hash of the account that came with it. */
    usedBy: v.optional(filled()),
  }),
  "The request is an invitation: code, time, sponsor.",
);
const mailSecret = v.object({
  /** HMAC-SHA256 of what the mail showed, keyed by the secret in its link. */
  hash: filled(),
  /** Who got the mail: the decision counts as theirs. */
  address: filled(),
  /** The approver whose delegate got it: the decision counts as theirs too. */
  for: v.optional(filled()),
  /** When that approver delegated: the link is good for that delegation alone. */
  delegatedAt: v.optional(time()),
  /** The link is good until then. */
  until: time(),
});
/** What remains of the secret in the link of one mail to one approver. */
export type MailSecret = Readonly<v.InferOutput<typeof mailSecret>>;

/** What a request holds that is an invitation. */
export type InvitationWords = Readonly<v.InferOutput<typeof invitation>>;

const vote = v.object({
  /** The number of the stage, from 0. */
  stage: wholeNumber(),
  /** Who voted. */
  by: objectAs<Approver>(actorMembers),
  /** Every name that the voter is known by, so that nobody votes twice: addresses, object id, ARN. */
  who: listOf(filled()),
  /** When. */
  at: time(),
  /** The voter's object id in Entra, where known. */
  account: v.optional(v.string()),
  /** The address of the approver who delegated to the voter. */
  for: v.optional(filled()),
  /** What they wrote for the record. */
  note: v.optional(v.string()),
});
/** One approver's yes at one stage. */
export type Vote = Readonly<v.InferOutput<typeof vote>>;

const stage = v.object({
  /** Who decides: addresses, `role:NAME`, `group:OBJECT-ID`, ARNs. */
  by: listOf(filled()),
  /** How many different people have to approve. */
  need: wholeNumber("", 1),
  /** Who is asked as well if the stage takes longer. */
  orElse: v.optional(listOf(filled())),
  /** After how many minutes. */
  withinMinutes: v.optional(wholeNumber("", 1)),
});
/** One stage, with the approvers of this very request. */
export type Stage = Readonly<v.InferOutput<typeof stage>>;

const stages = withMeaning(
  v.pipe(
    v.object({
      /** All stages, in order. */
      list: listOf(stage),
      /** The number of the stage that is asked now or was last, from 0. */
      running: wholeNumber(),
      /** Since when the approvers of that stage are asked. */
      since: time(),
      /** Everybody who approved, oldest first. */
      votes: listOf(vote),
      /** When they were last reminded. */
      remindedAt: v.optional(time()),
      /** The person gets a mail each time a stage is passed. */
      news: v.optional(v.boolean()),
    }),
    // One of them is running: past the last one, a single vote would decide.
    v.check(({ list, running }) => running < list.length),
  ),
  "The policy's stages, their approvers at the time of asking, and the votes.",
);
/** The stages of a request, and how far it has come. */
export type Stages = Readonly<v.InferOutput<typeof stages>>;
const days = amount();

/** One person's request to be let in: a row of the table of approvals. A person has one at most at each gate. */
export const approvalRequest = v.object({
  id: filled("Keyed hash of address, provider, account and named gate."),
  turn: wholeNumber("Counts the writes; each is conditional on it."),
  state: oneOf(states, "A `pending` row past `answerBy` counts as expired."),
  onApproval: oneOf(["provision", "continue"], "The policy's `then` at that time."),
  gate: v.optional(filled("The only gate where the approval counts; absent: the default one.")),
  reference: v.pipe(
    v.string(),
    v.check((code) => readReference(code) === code),
    v.description("The person's code, new each time they ask."),
  ),
  personId: filled("Keyed hash of the mailbox."),
  email: filled("Normalised address."),
  emailProven: flag("Whether the address is proven, by `provenBy` of `requestApproval`."),
  identities: listOf(
    objectAs<Identity>({ issuer: filled(), issuerAssignedId: v.optional(v.string()), signInType: v.optional(v.string()) }),
    "Accounts at providers other than Microsoft; empty once stripped.",
  ),
  attributes: anyObject<Attributes>("What the person typed, after the policy's changes, by Entra's names; empty once stripped."),
  shortNames: v.optional(anyObject<Readonly<Record<string, string>>>("Names of attributes at sign-up, where they differ.")),
  earlier: v.optional(earlierApproval),
  renews: v.optional(endedAccess),
  verifications: v.optional(listOf(vendorResult, "Answers of identity vendors: vendor, outcome, code, id of the call.")),
  askedOf: v.optional(
    filled("The sponsor who gets mail about the request: found by the policy's `askedOf`, or from the ended invitation."),
  ),
  sponsor: v.optional(filled("The sponsor's address, where the policy asks the sponsor.")),
  stages: v.optional(stages),
  asked: v.optional(
    listOf(filled(), "Who is asked now: addresses, `role:NAME`, `group:OBJECT-ID`, ARNs. Absent: everybody with the role."),
  ),
  escalatesAt: v.optional(time("When the stage's `orElse` is asked as well.")),
  show: v.optional(listOf(filled(), "The policy's `show`.")),
  locales: listOf(filled(), "The person's languages, first choice first."),
  requestedAt: time("ISO 8601, UTC, as all times here."),
  changedAt: time("When the state last changed."),
  answerBy: time("When a pending request expires."),
  answerWithinDays: amount("The policy's option at that time, like the next two."),
  askAgainAfterDays: withMeaning(v.union([v.picklist(["never"]), days]), "The policy's option."),
  passDays: amount("The policy's option."),
  call: anyText("Keyed hash of the call that made the request or used the pass: its repeat gets the same answer; empty once stripped."),
  decision: v.optional(approverDecision),
  passUntil: v.optional(time("With `continue`: until when the person may sign up.")),
  retryAt: v.optional(time("With `provision`: the next try.")),
  attempts: v.optional(wholeNumber("Tries to create the account.")),
  mayAskAgainAt: v.optional(time("When a denied person may ask again. Absent: after somebody reopens the request.")),
  invitation: v.optional(invitation),
  waitlist: v.optional(flag("The person is on the waiting list.")),
  mailSecrets: v.optional(listOf(mailSecret, "With `decideFromMail`: hashes for the links in approvers' mail, until the state changes.")),
  lease: v.optional(
    withMeaning(v.object({ holder: v.string(), until: time() }), "The worker that is creating the account, and the end of its lease."),
  ),
  account: v.optional(provisionedAccount),
  failure: v.optional(provisioningFailure),
  strippedAt: v.optional(time("When the row was stripped.")),
  history: listOf(historyEntry, "The last 50 changes: when, from, to, who, note. Newest last."),
});
export type ApprovalRequest = Readonly<v.InferOutput<typeof approvalRequest>>;

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
  const wrong = wrongColumn(approvalRequest, row);
  if (wrong === undefined) return row as unknown as ApprovalRequest;
  const reference = typeof row.reference === "string" ? readReference(row.reference) : undefined;
  throw new UnreadableRequestError(String(row.id), wrong, reference);
}
