import * as v from "valibot";
import { wrongColumn } from "../../engine/columns";
import {
  amount,
  anyObject,
  anyText,
  createChoiceSchema,
  createListSchema,
  createTextSchema,
  flag,
  objectAs,
  time,
  wholeNumber,
  withMeaning,
} from "../../engine/fields";
import { readReference } from "../../engine/sign-up/call";
import { DEFAULT_GATE } from "../../engine/sign-up/gate";
import type { HashOf } from "../../engine/sign-up/person";
import { type Identifiable, personKeyAt } from "../../engine/sign-up/person-key";
import type { RecordKey, Row } from "../../engine/sign-up/rule";
import type { Attributes, Identity, SignUp } from "../../engine/sign-up/sign-up";
import type { Put } from "../../engine/sign-up/verdict";

/** The states as stored. The current state may differ once its time is over: see `stateAt`. */
export const states = ["pending", "approved", "denied", "expired", "provisioning", "provisioned", "failed", "admitted"] as const;
export type ApprovalState = (typeof states)[number];

/** The effect of an approval: Graph creates the account, or the person signs up again and passes once. */
export type OnApproval = "provision" | "continue";

/** `mail` is the link in a mail. */
export const approverWays = ["cli", "iam", "console", "mail"] as const;

/** The channel proves the name: an ARN, an operator's name, an address. A name from a request body is never used. */
export interface Approver {
  readonly kind: (typeof approverWays)[number];
  readonly name: string;
}

export type Actor = Approver | { readonly kind: "gatehouse"; readonly name: "sign-up" | "worker" | "sweeper" | "restore" };

/** The account tells two people of the same name apart. It is absent in rows of earlier versions. */
interface KnownActor {
  readonly kind: string;
  readonly name: string;
  readonly account?: string | undefined;
}

/** The gate of the newest decision, else of the newest request. An invitation does not tell at which gate the person signs up. */
export function findNewestGate(
  recent: readonly { readonly gate?: string }[],
  requests: readonly Pick<ApprovalRequest, "gate" | "invitation">[],
): string {
  return (recent[0] ?? requests.find(({ invitation }) => invitation === undefined))?.gate ?? DEFAULT_GATE;
}

export function isSameActor({ kind, name, account }: KnownActor, by: KnownActor): boolean {
  return kind === by.kind && name === by.name && (account ?? by.account) === by.account;
}

/** Any text, because a row edited by hand may have a kind or name that `Actor` lacks. */
export const actorMembers = {
  kind: createTextSchema(),
  /** An ARN, an operator's name. */
  name: createTextSchema(),
};

/** Changes during which the request stays pending. */
export const stageChanges = ["voted", "passed", "withdrawn", "escalated", "reassigned", "reminded"] as const;
export type StageChange = (typeof stageChanges)[number];

const historyEntry = v.object({
  at: time(),
  from: createTextSchema<ApprovalState | "none">(),
  to: createTextSchema<ApprovalState>(),
  by: objectAs<Actor>(actorMembers),
  note: v.optional(v.string()),
  /** Codes of what spoke against the change, as far as the door that made it could read it. */
  concerns: v.optional(createListSchema(createTextSchema())),
  /** The operator's act: all changes of one act have the same. Absent in rows of earlier versions. */
  act: v.optional(v.string()),
  /** The change. Set only if the state stays the same. */
  what: v.optional(createTextSchema<StageChange>()),
  stage: v.optional(wholeNumber()),
  asked: v.optional(createListSchema(createTextSchema())),
});
export type HistoryEntry = Readonly<v.InferOutput<typeof historyEntry>>;

const approverDecision = withMeaning(
  v.object({
    verdict: v.picklist(["approved", "denied"]),
    by: objectAs<Approver>(actorMembers),
    at: time(),
    note: v.optional(v.string()),
    /** Object id in Entra, if decided in the console. */
    account: v.optional(v.string()),
    /** For the colleague who asked for a guest. Only they and operators see it. */
    reply: v.optional(v.string()),
  }),
  "The verdict, who decided, when, their note, their reply to a colleague who asked and, in the console, their object id.",
);
export type ApproverDecision = Readonly<v.InferOutput<typeof approverDecision>>;

/** The failure's code if the access list denies the person. The failure's detail is then the list's entry. */
export const DENIED_BY_LIST = "denied-by-list";

const provisioningFailure = withMeaning(
  v.object({
    reason: createTextSchema(),
    detail: v.optional(v.string()),
    /** Graph's status and code, such as `403 Authorization_RequestDenied`. */
    graph: v.optional(v.string()),
  }),
  "Why there is no account: code, attribute or entry, Graph's status and code.",
);
export type ProvisioningFailure = Readonly<v.InferOutput<typeof provisioningFailure>>;

const provisionedAccount = withMeaning(
  v.object({
    /** Object id in Entra. */
    id: createTextSchema(),
    /** The link of the invitation. Set only if Gatehouse sends it. Everyone who has the link can accept. */
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
    /** When the gate let the person in. */
    since: time(),
    /** When the account was disabled or found missing. */
    endedAt: time(),
    /**
     * on-its-day: the policy's days were over. early: an operator ended the access. not-renewed: the sponsor did not renew the access. idle:
     * nobody signed in. unredeemed: nobody redeemed the invitation.
     */
    how: v.picklist(["on-its-day", "early", "not-renewed", "idle", "unredeemed"]),
    /** Who ended the access, or did not renew it. */
    by: v.optional(v.string()),
  }),
  "The ended access that the person asks to renew.",
);
export type EndedAccess = Readonly<v.InferOutput<typeof endedAccess>>;

const vendorResult = v.object({
  /** idology, experian, or a vendor of the policy's own. */
  vendor: createTextSchema(),
  /** verified, refuted, review or unavailable. */
  outcome: createTextSchema(),
  code: v.optional(v.string()),
  reference: v.optional(v.string()),
});
export type VendorResult = Readonly<v.InferOutput<typeof vendorResult>>;

const invitation = withMeaning(
  v.object({
    /** The person shows it if nothing else proves their address. Only the newest code is valid. */
    code: createTextSchema(),
    sentAt: time(),
    sponsor: v.optional(createTextSchema()),
    /** Keyed hash of the account that used the code. */
    usedBy: v.optional(createTextSchema()),
  }),
  "The request is an invitation: code, time, sponsor.",
);

const ask = withMeaning(
  v.object({
    /** Object id in Entra. */
    by: createTextSchema(),
    name: v.string(),
    /** All addresses of the asker's account; the first becomes the sponsor. Empty once the asker's data were erased. */
    addresses: createListSchema(createTextSchema()),
    /** Keyed hash of the asker's mailbox. */
    personId: createTextSchema(),
    why: v.optional(v.string()),
    /** Id of the row of the invitation that follows an approval. */
    invites: createTextSchema(),
    /** Codes of what spoke against an invitation when it was asked for. */
    concerns: v.optional(createListSchema(createTextSchema())),
  }),
  "A colleague asks for this guest: who, what they wrote, what spoke against it then.",
);
export type Ask = Readonly<v.InferOutput<typeof ask>>;

const mailSecret = v.object({
  /** HMAC-SHA256 of the mail's contents, keyed by the secret in its link. */
  hash: createTextSchema(),
  /** The recipient, who makes the decision. */
  address: createTextSchema(),
  /** The approver, if a delegate decides. */
  for: v.optional(createTextSchema()),
  /** When the approver delegated to the recipient. The link is valid only for that delegation. */
  delegatedAt: v.optional(time()),
  until: time(),
});
export type MailSecret = Readonly<v.InferOutput<typeof mailSecret>>;

export type InvitationWords = Readonly<v.InferOutput<typeof invitation>>;

const vote = v.object({
  /** The stage's index, counted from 0. */
  stage: wholeNumber(),
  by: objectAs<Approver>(actorMembers),
  /** All names of the voter, so that no one votes twice: addresses, object id, ARN. */
  who: createListSchema(createTextSchema()),
  at: time(),
  /** Object id in Entra, if known. */
  account: v.optional(v.string()),
  /** The approver who delegated to the voter. */
  for: v.optional(createTextSchema()),
  note: v.optional(v.string()),
});
export type Vote = Readonly<v.InferOutput<typeof vote>>;

const stage = v.object({
  /** Approvers: addresses, `role:NAME`, `group:OBJECT-ID`, ARNs. */
  by: createListSchema(createTextSchema()),
  need: wholeNumber("", 1),
  orElse: v.optional(createListSchema(createTextSchema())),
  withinMinutes: v.optional(wholeNumber("", 1)),
});
export type Stage = Readonly<v.InferOutput<typeof stage>>;

const stages = withMeaning(
  v.pipe(
    v.object({
      list: createListSchema(stage),
      /** The current or last stage, from 0. */
      running: wholeNumber(),
      since: time(),
      /** Oldest first. */
      votes: createListSchema(vote),
      remindedAt: v.optional(time()),
      /** True if the person gets a mail at each passed stage. */
      news: v.optional(v.boolean()),
    }),
    // With `running` past the last stage, a single vote could decide the request.
    v.check(({ list, running }) => running < list.length),
  ),
  "The policy's stages, their approvers at the time of asking, and the votes.",
);
export type Stages = Readonly<v.InferOutput<typeof stages>>;
const days = amount();

/** A request. Each combination of address, provider, account and gate has at most one. */
export const approvalRequest = v.object({
  id: createTextSchema("Keyed hash of address, provider, account and named gate."),
  turn: wholeNumber("Counts the writes; each is conditional on it."),
  state: createChoiceSchema(states, "A `pending` row past `answerBy` counts as expired, and so does an `approved` one past `passUntil`."),
  onApproval: createChoiceSchema(["provision", "continue"], "The policy's `then` at that time."),
  gate: v.optional(createTextSchema("The only gate where the approval counts; absent: the default one.")),
  reference: v.pipe(
    v.string(),
    v.check((code) => readReference(code) === code),
    v.description("The person's code, new each time they ask."),
  ),
  personId: createTextSchema("Keyed hash of the mailbox."),
  email: createTextSchema("Normalised address."),
  emailProven: flag("Whether the address is proven, by the step's `trust`."),
  emailVouchers: v.optional(
    createListSchema(
      createTextSchema(),
      "Identity providers that vouch for the address. Empty: it was typed. Absent: not known, so no allow of the list counts.",
    ),
  ),
  identities: createListSchema(
    objectAs<Identity>({ issuer: createTextSchema(), issuerAssignedId: v.optional(v.string()), signInType: v.optional(v.string()) }),
    "Accounts at providers other than Microsoft; empty once stripped.",
  ),
  attributes: anyObject<Attributes>("What the person typed, after the policy's changes, by Entra's names; empty once stripped."),
  shortNames: v.optional(anyObject<Readonly<Record<string, string>>>("Names of attributes at sign-up, where they differ.")),
  earlier: v.optional(earlierApproval),
  renews: v.optional(endedAccess),
  verifications: v.optional(createListSchema(vendorResult, "Answers of identity vendors: vendor, outcome, code, id of the call.")),
  askedOf: v.optional(
    createTextSchema("The sponsor who gets mail about the request: found by the policy's `askedOf`, or from the ended invitation."),
  ),
  sponsor: v.optional(createTextSchema("The sponsor's address, where the policy asks the sponsor.")),
  stages: v.optional(stages),
  asked: v.optional(
    createListSchema(createTextSchema(), "Who is asked now: addresses, `role:NAME`, `group:OBJECT-ID`, ARNs. Absent: every approver."),
  ),
  escalatesAt: v.optional(time("When the stage's `orElse` is asked as well.")),
  show: v.optional(createListSchema(createTextSchema(), "The policy's `show`.")),
  locales: createListSchema(createTextSchema(), "The person's languages, first choice first."),
  requestedAt: time("ISO 8601, UTC, as all times here."),
  changedAt: time("When the state last changed."),
  answerBy: time("When a pending request expires."),
  answerWithinDays: amount("The policy's option at that time, like the next two."),
  askAgainAfterDays: withMeaning(v.union([v.picklist(["never"]), days]), "The policy's option."),
  passDays: amount("The policy's option."),
  call: anyText(
    "Keyed hash of the call that made the request or used the pass: its repeat gets the same answer. Empty once stripped, or once the policy lets the person in.",
  ),
  decision: v.optional(approverDecision),
  passUntil: v.optional(time("With `continue`: until when the person may sign up.")),
  retryAt: v.optional(time("With `provision`: the next try.")),
  attempts: v.optional(wholeNumber("Tries to create the account that were put off.")),
  mayAskAgainAt: v.optional(time("When a denied person may ask again. Absent: only if an approver reopens the request.")),
  invitation: v.optional(invitation),
  ask: v.optional(ask),
  waitlist: v.optional(flag("The person is on the waiting list.")),
  mailSecrets: v.optional(
    createListSchema(
      mailSecret,
      "With `decideFromMail`: hashes for the links in approvers' mail. A link ends after three days, with its use, and with a change of the state or stage.",
    ),
  ),
  lease: v.optional(
    withMeaning(v.object({ holder: v.string(), until: time() }), "The worker that is creating the account, and the end of its lease."),
  ),
  account: v.optional(provisionedAccount),
  failure: v.optional(provisioningFailure),
  strippedAt: v.optional(time("When the row was stripped.")),
  history: createListSchema(historyEntry, "The last 50 changes: when, from, to, who, note. Newest last."),
});
export type ApprovalRequest = Readonly<v.InferOutput<typeof approvalRequest>>;

/** A stored request. Undefined if there is none. */
export type Stored = ApprovalRequest | undefined;

/** The id depends on address, provider and account: one address with two providers has two requests. */
export function requestId(person: Identifiable & Pick<SignUp, "gate">, hashOf: HashOf): string {
  return hashOf(personKeyAt(person));
}

export function requestKey(id: string): RecordKey {
  return { table: "approvals", key: { id } };
}

export function requestWrite(request: ApprovalRequest, condition: "absent" | { readonly turn: number }): Put {
  return { table: "approvals", item: request as unknown as Put["item"], condition };
}

/** The message may be logged, because it has only the request's code and the column's name. */
export class UnreadableRequestError extends TypeError {
  override readonly name = "UnreadableRequestError";
  readonly mayBeLogged = true;
  constructor(
    readonly id: string,
    readonly column: string,
    reference: string | undefined,
  ) {
    const which = reference === undefined ? "A request" : `The request ${reference}`;
    super(`${which} cannot be read: its column "${column}" in the table of approvals.`);
  }
}

/** Throws if a required column is missing or any column is unreadable: a row edited by hand must not let anyone in. */
export function readRequest(row: Row): ApprovalRequest {
  const wrong = wrongColumn(approvalRequest, row);
  if (wrong === undefined) return row as unknown as ApprovalRequest;
  const reference = typeof row.reference === "string" ? readReference(row.reference) : undefined;
  throw new UnreadableRequestError(String(row.id), wrong, reference);
}
