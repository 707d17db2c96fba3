import { digestOf, personKey } from "../sign-up/person";
import { readReference } from "../sign-up/reference";
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
export type Actor = Approver | { readonly kind: "gatehouse"; readonly name: "sign-up" | "worker" | "sweeper" };

/** One change of state. */
export interface HistoryEntry {
  /** ISO 8601, UTC, as all times of a request. */
  readonly at: string;
  readonly from: ApprovalState | "none";
  readonly to: ApprovalState;
  readonly by: Actor;
  readonly note?: string;
}

export interface ApproverDecision {
  readonly verdict: "approved" | "denied";
  readonly by: Approver;
  readonly at: string;
  readonly note?: string;
}

/** One person's request to be let in: a row of the table of approvals. A person has one at most. */
export interface ApprovalRequest {
  /** See `requestId`. */
  readonly id: string;
  /** Counts up at each write, which is conditional on it. */
  readonly turn: number;
  /** As it was last written: `stateAt` says where the request stands. */
  readonly state: ApprovalState;
  /** The policy's `then` when the person asked: it holds for this request whatever the policy says later. */
  readonly onApproval: OnApproval;
  /** A code that people can quote, `K7QD-9MXD`; another one whenever the person asks anew. */
  readonly reference: string;
  /** Normalised. */
  readonly email: string;
  /** False where the identity provider lets people hold addresses they have not proven: the approver is warned. */
  readonly emailProven: boolean;
  /** As received; empty for Entra and Microsoft accounts, and once stripped. */
  readonly identities: readonly Identity[];
  /** After the policy's changes, custom ones by the long name that Entra sent; empty once stripped. */
  readonly attributes: Attributes;
  readonly locales: readonly string[];
  readonly requestedAt: string;
  /** When the state last changed. */
  readonly changedAt: string;
  /** A pending request is expired from then on. */
  readonly answerBy: string;
  /** The policy's words at the time of asking, in days. */
  readonly answerWithinDays: number;
  readonly askAgainAfterDays: number | "never";
  readonly passDays: number;
  /** Stands for the call that made the request, so that its repeat is told the same; empty once stripped. */
  readonly call: string;
  readonly decision?: ApproverDecision;
  /** Approved, then "continue": the person is let in until then. */
  readonly passUntil?: string;
  /** Approved, then "provision": not tried again before then. */
  readonly retryAt?: string;
  /** How often a worker began on the account and gave it back. */
  readonly attempts?: number;
  /** Denied: may ask again from then on. Absent: not before somebody reopens the request. */
  readonly mayAskAgainAt?: string;
  /** Provisioning: nobody else works on it before `until`. */
  readonly lease?: { readonly holder: string; readonly until: string };
  /** The account's object id in Entra, as soon as it is known: a worker that takes over goes on from there. */
  readonly account?: ProvisionedAccount;
  readonly failure?: ProvisioningFailure;
  /** When attribute values and identities were forgotten. */
  readonly strippedAt?: string;
  /** The newest last; the oldest go after 50. */
  readonly history: readonly HistoryEntry[];
}

/** A request as it was read; undefined: there is none. */
export type Stored = ApprovalRequest | undefined;

export interface ProvisionedAccount {
  /** Its object id. */
  readonly id: string;
  /** Where an invited person accepts, if it is for us to send them there. Whoever has it can accept. */
  readonly redeemUrl?: string;
}

/** Why an account could not be made: codes and attribute names alone, for the operator. */
export interface ProvisioningFailure {
  readonly reason: string;
  readonly detail?: string;
}

/** One request a person: address, provider and account, so that one address through two providers is two requests. */
export function requestId(person: Pick<SignUp, "email" | "identities">): string {
  return digestOf(personKey(person));
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
  const wrong = Object.entries(columns).find(([name, legal]) => !legal(row[name]));
  if (wrong === undefined) return row as unknown as ApprovalRequest;
  const reference = typeof row.reference === "string" ? readReference(row.reference) : undefined;
  throw new UnreadableRequestError(String(row.id), wrong[0], reference);
}

type Legal = (value: unknown) => boolean;
const isText: Legal = (value) => typeof value === "string" && value !== "";
const isReference: Legal = (value) => typeof value === "string" && readReference(value) === value;
const isTime: Legal = (value) => typeof value === "string" && !Number.isNaN(Date.parse(value));
const isDays: Legal = (value) => typeof value === "number" && value >= 0;
const isObject = (value: unknown): value is Row => typeof value === "object" && value !== null && !Array.isArray(value);
const orNone =
  (legal: Legal): Legal =>
  (value) =>
    value === undefined || legal(value);
const listOf =
  (legal: Legal): Legal =>
  (value) =>
    Array.isArray(value) && value.every(legal);
const withMembers =
  (members: Readonly<Record<string, Legal>>): Legal =>
  (value) =>
    isObject(value) && Object.entries(members).every(([name, legal]) => legal(value[name]));
const isActor = withMembers({ kind: isText, name: isText });

const columns: Readonly<Record<string, Legal>> = {
  id: isText,
  turn: Number.isSafeInteger,
  state: (value) => states.includes(value as ApprovalState),
  onApproval: (value) => value === "provision" || value === "continue",
  reference: isReference,
  email: isText,
  identities: listOf(withMembers({ issuer: isText })),
  attributes: isObject,
  locales: listOf(isText),
  requestedAt: isTime,
  changedAt: isTime,
  answerBy: isTime,
  answerWithinDays: isDays,
  askAgainAfterDays: (value) => value === "never" || isDays(value),
  passDays: isDays,
  passUntil: orNone(isTime),
  retryAt: orNone(isTime),
  mayAskAgainAt: orNone(isTime),
  lease: orNone(withMembers({ until: isTime })),
  decision: orNone(withMembers({ verdict: (value) => value === "approved" || value === "denied", by: isActor, at: isTime })),
  account: orNone(withMembers({ id: isText })),
  failure: orNone(withMembers({ reason: isText })),
  history: listOf(withMembers({ at: isTime, from: isText, to: isText, by: isActor })),
};
