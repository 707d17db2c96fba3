import {
  amount,
  anyObject,
  anyText,
  either,
  filled,
  flag,
  flawOf,
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
import { type HashOf, personKeyAt } from "../sign-up/person";
import type { RecordKey, Row } from "../sign-up/rule";
import type { Attributes, Identity, SignUp } from "../sign-up/sign-up";
import type { Put } from "../sign-up/verdict";

/** Where a request can stand, as the table says it. A moment that passes changes it without a write: see `stateAt`. */
export const states = ["pending", "approved", "denied", "expired", "provisioning", "provisioned", "failed", "admitted"] as const;
export type ApprovalState = (typeof states)[number];

/** What follows an approval: the account is made through Graph, or the person signs up again and is let through once. */
export type OnApproval = "provision" | "continue";

/** Who decides on requests, as the way they came knows them: an ARN, an operator's name. Never a name from a body. */
export interface Approver {
  readonly kind: "cli" | "iam" | "console";
  readonly name: string;
}

/** Whoever changes a request: an approver, or a part of ours. */
export type Actor = Approver | { readonly kind: "gatehouse"; readonly name: "sign-up" | "worker" | "sweeper" | "restore" };

/** A row mended by hand may name others. */
const by = { kind: filled("How they came."), name: filled("An ARN, an operator's name.") };

/** One change of state. */
const historyEntry = object({
  at: time("When."),
  from: filled<ApprovalState | "none">("The state left."),
  to: filled<ApprovalState>("The state entered."),
  by: objectAs<Actor>(by, "Who did it."),
  note: optional(anyText("What they wrote for the record.")),
});
export type HistoryEntry = TypeOf<typeof historyEntry>;

const approverDecision = object(
  {
    verdict: oneOf(["approved", "denied"], "What was decided."),
    by: objectAs<Approver>(by, "Who decided."),
    at: time("When."),
    note: optional(anyText("What they wrote for the record.")),
  },
  "What was decided, by whom, when, with which note.",
);
export type ApproverDecision = TypeOf<typeof approverDecision>;

/** Codes and attribute names alone, for the operator. */
const provisioningFailure = object(
  {
    reason: filled("A code."),
    detail: optional(anyText("The name of an attribute.")),
    graph: optional(anyText("Graph's status and code, such as `403 Authorization_RequestDenied`.")),
  },
  "Why the account could not be made: a code, the name of an attribute, and Graph's status and code.",
);
export type ProvisioningFailure = TypeOf<typeof provisioningFailure>;

const provisionedAccount = object(
  {
    id: filled("Its object id in Entra."),
    redeemUrl: optional(anyText("Where an invited person accepts, if it is for us to send them there. Whoever has it can accept.")),
  },
  "The account's object id in Entra, as soon as it is known; with `invitationMail` off, the invitation's link, until the row is stripped.",
);
export type ProvisionedAccount = TypeOf<typeof provisionedAccount>;

const earlierApproval = object(
  {
    reference: textLike("", (code) => readReference(code) === code),
    decision: approverDecision,
    attributes: anyObject<Attributes>(""),
  },
  "What was approved of this person before, for the approver to compare: code of the request, decision, attributes; until the row is stripped.",
);

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

const days = amount("");

/** One person's request to be let in: a row of the table of approvals. A person has one at most at each gate. */
export const approvalRequest = object({
  id: filled("Keyed hash of address, provider, account and, where it has a name, the gate."),
  turn: wholeNumber("Counts the writes, each of which is conditional on it."),
  state: oneOf(states, "Where the request stands, as it was last written: `pending` past `answerBy` counts as expired. Index `by-state`."),
  onApproval: oneOf(
    ["provision", "continue"],
    "The policy's `then` when the person asked: it holds for this request whatever the policy says later.",
  ),
  gate: optional(filled("The named gate at which the person asked: the approval lets them in there alone. Absent for the default one.")),
  reference: textLike(
    "A code that people can quote; another one whenever the person asks anew. Index `by-reference`.",
    (code) => readReference(code) === code,
  ),
  personId: filled("The person: keyed hash of their mailbox, the same in every table, event and log line. Index `by-person`."),
  email: filled("Normalised address. Index `by-email`."),
  emailProven: flag("False where the identity provider lets people hold addresses they have not proven: the approver is warned."),
  identities: listOf(
    objectAs<Identity>({ issuer: filled(""), issuerAssignedId: optional(anyText("")), signInType: optional(anyText("")) }),
    "Accounts at identity providers, as received; empty for Entra and Microsoft accounts, and once stripped.",
  ),
  attributes: anyObject<Attributes>(
    "Everything the person typed, after the policy's changes, custom attributes by the long name that Entra sent; empty once stripped.",
  ),
  shortNames: optional(
    anyObject<Readonly<Record<string, string>>>(
      "What attributes go by at sign-up, where that is another name than in `attributes`. Absent from a request of an earlier version, whose approval is asked for again.",
    ),
  ),
  earlier: optional(earlierApproval),
  verifications: optional(
    listOf(vendorWord, "What identity vendors said before the request was made: vendor, outcome, its code, its id of the call."),
  ),
  show: optional(listOf(filled(""), "The policy's `show`: short names of attributes that mail to approvers and the event hold.")),
  locales: listOf(filled(""), "The person's languages, the first choice first."),
  requestedAt: time("When the person asked: ISO 8601, UTC, as all times of a request."),
  changedAt: time("When the state last changed. Sorts the indexes."),
  answerBy: time("A pending request is expired from then on."),
  answerWithinDays: amount("The policy's words at the time of asking, in days."),
  askAgainAfterDays: either(oneOf(["never"], ""), days, "The same: how long a denied person has to wait."),
  passDays: amount("The same: how long an approved person may take to sign up."),
  call: anyText(
    "Keyed hash of the call that made the request, or, admitted, of the one that used the pass, so that its repeat is told the same; empty once stripped.",
  ),
  decision: optional(approverDecision),
  passUntil: optional(time('Approved, then "continue": the person is let in until then.')),
  retryAt: optional(time('Approved, then "provision": not tried again before then.')),
  attempts: optional(wholeNumber("How often a worker began on the account and gave it back.")),
  mayAskAgainAt: optional(time("Denied: may ask again from then on. Absent: not before somebody reopens the request.")),
  lease: optional(object({ holder: anyText(""), until: time("") }, "Provisioning: nobody else works on it before `until`.")),
  account: optional(provisionedAccount),
  failure: optional(provisioningFailure),
  strippedAt: optional(time("When attribute values and identities were forgotten: 30 days after the request came to its end.")),
  history: listOf(historyEntry, "Each change of state: when, from, to, by whom, note. The newest last; the oldest go after 50."),
});
export type ApprovalRequest = TypeOf<typeof approvalRequest>;

/** A request as it was read; undefined: there is none. */
export type Stored = ApprovalRequest | undefined;

/** One request a person and gate: address, provider and account, so that one address through two providers is two requests. */
export function requestId(person: Pick<SignUp, "email" | "identities" | "gate">, hashOf: HashOf): string {
  return hashOf(personKeyAt(person));
}

export function requestKey(id: string): RecordKey {
  return { table: "approvals", key: { id } };
}

/** The write of a request, if it still is as it was read. */
export function requestWrite(request: ApprovalRequest, condition: "absent" | { readonly turn: number }): Put {
  return { table: "approvals", item: request as unknown as Put["item"], condition: condition === "absent" ? condition : { ...condition } };
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

/** The request of a row. Throws if what decides is missing or cannot be read: a row mended by hand must not let anybody in. */
export function readRequest(row: Row): ApprovalRequest {
  const wrong = flawOf(approvalRequest.members, row);
  if (wrong === undefined) return row as unknown as ApprovalRequest;
  const reference = typeof row.reference === "string" ? readReference(row.reference) : undefined;
  throw new UnreadableRequestError(String(row.id), wrong, reference);
}
