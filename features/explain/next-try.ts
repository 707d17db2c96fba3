import { groupBy, omit } from "../../engine/collections";
import { keepGiven } from "../../engine/json";
import { DEFAULT_GATE } from "../../engine/sign-up/gate";
import { ENTRA_ISSUER, isAddressProven, listIssuers, listVouchers, MAIL_ISSUER, ONLY_APPLICATIONS } from "../../engine/sign-up/issuers";
import { eachHash, hashAccount, type PersonHashes } from "../../engine/sign-up/person";
import { type Policy, unwrapRule, withTrust } from "../../engine/sign-up/policy";
import type { DecisionRecord } from "../../engine/sign-up/record";
import { listReasons, type OutcomeKind, toOutcomeKind } from "../../engine/sign-up/recording";
import type { Identity, SignUp, Step } from "../../engine/sign-up/sign-up";
import { type AskedLists, type JudgedPerson, listTrustedWays, listWaysAt, toInvitee } from "../access-list/asked-lists";
import { findAccountEntry, readAccountName } from "../access-list/entry";
import type { AccountStanding } from "../accounts/account";
import { type ApprovalRequest, requestId } from "../approvals/request";
import { findLongestDays, limitInvitation, readReturnEnd, stateAt } from "../approvals/state-at";
import type { decideDry } from "./dry-run";

// The answer to "what if they tried now", for every page and command that gives it.

/** A person at a gate, with one way of signing in. */
export type Visitor = Omit<SignUp, "step">;

/** Facts about the person: decisions and requests of all gates, newest first. Invitations are requests. */
export interface PersonRecords {
  readonly recent: readonly DecisionRecord[];
  readonly requests: readonly ApprovalRequest[];
}

export type Decided = Awaited<ReturnType<typeof decideDry>>;

export type TriedStep<D extends Decided = Decided> = D & { readonly step: Step };

export interface Verdict {
  /** Undefined if a part failed. */
  readonly kind: OutcomeKind | undefined;
  readonly step: Step;
  readonly rule?: string;
  readonly reasons: readonly string[];
}

/** An invitation, or a request that waits or was approved, and why it does not count for this way of signing in. */
export interface NotCounted {
  readonly what: "invitation" | "request";
  readonly reference: string;
  readonly why: "gate" | "ended" | "revoked" | "used" | "no-rule" | "untrusted" | "code" | "provider";
  /** The gate of an invitation or request that counts only there. */
  readonly gate?: string;
  /** The providers of a request, or those whose word is not trusted. */
  readonly issuers?: readonly string[];
}

/** The answer for one way of signing in. */
export interface NextTry<D extends Decided = Decided> {
  readonly visitor: Visitor;
  readonly issuers: readonly string[];
  readonly steps: readonly TriedStep<D>[];
  readonly verdict: Verdict;
  readonly notCounted: readonly NotCounted[];
}

export interface Trying<D extends Decided = Decided> {
  readonly email: string;
  /** @default the default one */
  readonly gate?: string | undefined;
  readonly records: PersonRecords;
  /** The policies of the gate's steps, in the order of the steps. */
  readonly policies: readonly Policy[];
  readonly hashes: PersonHashes;
  readonly now: Date;
  /** Ways of signing in, if known from elsewhere. @default see `tryNow` */
  readonly ways?: readonly Visitor[];
  decide(policy: Policy, signUp: SignUp): Promise<D>;
}

/**
 * Answers what a new sign-up of the person would get: by the provider of their newest decision or request, else by each provider that the
 * policy trusts and its flow takes.
 */
export async function tryNow<D extends Decided>(trying: Trying<D>): Promise<readonly NextTry<D>[]> {
  const { ways = [] } = trying;
  return await Promise.all((ways.length > 0 ? ways : listWays(trying)).map((visitor) => tryWay(visitor, trying)));
}

/** Returns the person once for each way of signing in that a new try would take. */
export function listWays(trying: Omit<Trying, "decide" | "now">): readonly Visitor[] {
  const known = findKnownWays(trying);
  if (known !== undefined && known.length > 0) return known;
  const trusted = listTrustedWays(trying.policies).map((issuer) => toVisitor(trying, [{ issuer }]));
  return trusted.length > 0 ? trusted : [toVisitor(trying, [])];
}

/** An application that the policies take, for somebody of whom none is known. Empty if they take any, or none. */
function findTakenApplication(policies: readonly Policy[] = []): Pick<Visitor, "application"> {
  const limits = policies.flatMap(({ rules }) =>
    rules
      .flatMap((entry) => ("shadow" in entry ? [] : (entry.uses ?? [])))
      .flatMap((use) => ("worker" in use && use.worker === ONLY_APPLICATIONS ? [use.settings as readonly string[]] : [])),
  );
  const id = limits[0]?.find((each) => limits.every((ids) => ids.includes(each)));
  return id === undefined ? {} : { application: { id } };
}

/** A person whose records are known as far as a door can read them. */
export interface Somebody extends Pick<JudgedPerson, "email" | "gate" | "signsUp"> {
  /** The providers that vouched for the address of the person's account. Absent if the person has no account. */
  readonly emailVouchers?: readonly string[];
  /** True for the gate of the person's newest decision or request. @default `gate` */
  readonly isAtNewestGate?: boolean;
}

interface Known {
  readonly lists: AskedLists;
  readonly records?: PersonRecords | undefined;
  readonly hashes?: PersonHashes | undefined;
}

/**
 * Returns the person as the access list judges them, once for each way of signing in that `tryNow` tries. Without records, the person's
 * account says how they sign in.
 */
export function judgeWays(person: Somebody, { lists, records, hashes = { hashOf: String } }: Known): readonly JudgedPerson[] {
  const { emailVouchers: vouchers, gate, signsUp = false } = person;
  const found = records && findKnownWays({ ...person, records, hashes });
  const issuers = vouchers === undefined ? listWaysAt(lists, gate)?.map((issuer) => [issuer]) : vouchers.length > 0 ? [vouchers] : [];
  const ways =
    found ??
    issuers?.map((each) =>
      toVisitor(
        person,
        each.map((issuer) => ({ issuer })),
      ),
    ) ??
    [];
  if (ways.length === 0) return [withUnknownProvider(person)];
  return ways.map((visitor) => ({ ...visitor, emailVouchers: listVouchers(visitor), signsUp }));
}

export function withUnknownProvider({ emailVouchers, signsUp = false, ...person }: Somebody): JudgedPerson {
  return { ...toInvitee(person), signsUp, ...(emailVouchers !== undefined && { emailVouchers }) };
}

/** The entry by which the list denies a person in a new try. */
export interface Denial {
  readonly entry: string;
  /** The providers of the denied ways, if the entry does not deny the person whatever the provider. */
  readonly issuers?: readonly string[];
  /** True if the person can also sign in in a way that the list does not deny. */
  readonly isPartial: boolean;
}

export function deniedLine({ entry, issuers }: Pick<Denial, "entry" | "issuers">): string {
  const way = issuers === undefined ? "" : ` when they sign in with ${issuers.join(" or ")}`;
  return `the access list denies them${way}, by the entry ${entry}.`;
}

/** Joins the answers about a person's ways. @param always the entry that denies the person with an unknown provider */
export function joinDenials(
  ways: readonly { readonly way: JudgedPerson; readonly entry: string | undefined }[],
  always: string | undefined,
): Denial | undefined {
  const deniedWays = ways.filter(({ entry }) => entry !== undefined);
  const [first] = deniedWays;
  if (first?.entry === undefined) return undefined;
  const isPartial = deniedWays.length < ways.length;
  if (!isPartial && always !== undefined) return { entry: always, isPartial };
  const issuers = [
    ...new Set(deniedWays.flatMap(({ way: { identities } }) => (identities === undefined ? [] : listIssuers({ identities })))),
  ];
  return { entry: first.entry, isPartial, ...(issuers.length > 0 && { issuers }) };
}

/** Undefined if no decision and no request at the gate names a provider. */
function findKnownWays(trying: Person & Pick<Trying, "records" | "hashes">): readonly Visitor[] | undefined {
  const { gate = DEFAULT_GATE, hashes, records } = trying;
  const isThere = (each: { readonly gate?: string | undefined }) => (each.gate ?? DEFAULT_GATE) === gate;
  const requests = records.requests.filter((each) => isThere(each) && each.invitation === undefined && each.strippedAt === undefined);
  const newest = records.recent.find((each) => isThere(each) && each.issuers !== undefined && each.issuers.length > 0);
  const [request] = requests;
  if (newest === undefined) return request && [toVisitor(trying, request.identities)];
  const { issuers = [], emailTyped, accountId, signedInAs, attributes = {}, source, application, ipAddress } = newest;
  // A record has only the account's hash. The person's request has its id.
  const own =
    requests.find(({ identities }) => eachHash(hashes).some((hashOf) => hashAccount(identities, hashOf) === accountId)) ??
    requests.find(({ identities }) => String(listIssuers({ identities })) === String(issuers));
  const accounts = [
    readAccountName(findAccountEntry(newest) ?? "") ?? [],
    signedInAs === undefined ? [] : { issuer: signedInAs.issuer, issuerAssignedId: signedInAs.id },
    own?.identities ?? [],
  ].flat();
  const identities = issuers.flatMap((issuer): readonly Identity[] => {
    if (issuer === ENTRA_ISSUER) return [];
    return [accounts.find((each) => listIssuers({ identities: [each] })[0] === issuer) ?? { issuer }];
  });
  const sent = { source, ...keepGiven({ ipAddress, application: application === undefined ? undefined : { id: application } }) };
  return [{ ...toVisitor(omit(trying, "policies"), identities), ...sent, attributes, ...(emailTyped && { emailTyped }) }];
}

type Person = Pick<Trying, "email" | "gate"> & Partial<Pick<Trying, "policies">>;

/** @param policies those whose rules a new try meets */
function toVisitor({ email, gate = DEFAULT_GATE, policies }: Person, identities: readonly Identity[]): Visitor {
  return {
    email,
    // If a person signs in with a code by mail, the address itself is the account's id.
    identities: identities.flatMap((each): readonly Identity[] => {
      if (each.issuer === ENTRA_ISSUER) return [];
      return [each.issuer === MAIL_ISSUER ? { issuerAssignedId: email, ...each } : each];
    }),
    ...(gate !== DEFAULT_GATE && { gate }),
    ...findTakenApplication(policies),
    attributes: {},
    locales: [],
    source: "b2b",
  };
}

async function tryWay<D extends Decided>(visitor: Visitor, trying: Trying<D>): Promise<NextTry<D>> {
  const { policies, decide } = trying;
  const steps: TriedStep<D>[] = [];
  for (const policy of policies) steps.push({ ...(await decide(policy, { ...visitor, step: policy.step })), step: policy.step });
  return {
    visitor,
    issuers: listIssuers(visitor),
    steps,
    verdict: readVerdict(steps),
    notCounted: listNotCounted(visitor, steps, trying),
  };
}

/** The first step that stops the person decides, else the last one. No step stops anybody before a token. */
function readVerdict(steps: readonly TriedStep[]): Verdict {
  const stopping = steps.filter(({ step }) => step !== "before-sending-token");
  const deciding = stopping.find(({ decision }) => decision.answer.kind !== "continue") ?? stopping.at(-1);
  if (deciding === undefined) return { kind: undefined, step: "before-create-user", reasons: [] };
  const { answer, decidedBy: rule, failure } = deciding.decision;
  const reasons = listReasons(answer);
  const kind = failure === undefined ? toOutcomeKind({ verdict: answer.kind, reasons }) : undefined;
  return { kind, step: deciding.step, reasons, rule };
}

function listNotCounted(visitor: Visitor, steps: readonly TriedStep[], trying: Trying): readonly NotCounted[] {
  const longestDays = findLongestDays(trying.policies);
  return trying.records.requests.flatMap((stored): readonly NotCounted[] => {
    const request = isAtOtherGate(visitor, stored) ? stored : limitInvitation(stored, longestDays);
    const { invitation, reference } = request;
    const why = invitation === undefined ? whyRequestNot(visitor, request, trying) : whyInvitationNot(visitor, request, steps, trying);
    if (why === undefined) return [];
    const { gate = DEFAULT_GATE } = request;
    return [
      {
        ...{ what: invitation === undefined ? "request" : "invitation", reference, why },
        ...(why === "gate" && { gate }),
        ...(why === "provider" && { issuers: listIssuers(request) }),
        ...(why === "untrusted" && { issuers: listIssuers(visitor) }),
      } as const,
    ];
  });
}

function isAtOtherGate(visitor: Visitor, { gate = DEFAULT_GATE }: Pick<ApprovalRequest, "gate">): boolean {
  return gate !== (visitor.gate ?? DEFAULT_GATE);
}

function whyRequestNot(visitor: Visitor, request: ApprovalRequest, { hashes, now }: Trying): NotCounted["why"] | undefined {
  const state = stateAt(request, now);
  if (request.strippedAt !== undefined || (state !== "pending" && state !== "approved")) return undefined;
  if (isAtOtherGate(visitor, request)) return "gate";
  return eachHash(hashes).some((hashOf) => requestId(visitor, hashOf) === request.id) ? undefined : "provider";
}

function whyInvitationNot(
  visitor: Visitor,
  request: ApprovalRequest,
  steps: readonly TriedStep[],
  { policies, now }: Trying,
): NotCounted["why"] | undefined {
  const state = stateAt(request, now);
  const isUsed = readReturnEnd(request, now) !== undefined;
  if (state === "admitted" && !isUsed) return undefined;
  if (isAtOtherGate(visitor, request)) return state === "approved" || isUsed ? "gate" : undefined;
  if (state === "expired") return "ended";
  if (state === "denied") return "revoked";
  const policy = policies.find(({ rules }) => rules.some((entry) => !("shadow" in entry) && entry.name === "invited"));
  if (policy === undefined) return "no-rule";
  const word = steps.flatMap(({ decision }) => decision.trace).find(({ rule, shadow }) => rule === "invited" && !shadow);
  // The list or another rule decided before the invitation was looked at, or the invitation counts.
  if (word === undefined || word.said === "skipped" || word.evidence?.invitation === request.reference) return undefined;
  const [rule] = policy.rules.map(unwrapRule).filter(({ name }) => name === "invited");
  if (!isAddressProven(withTrust(visitor, policy), rule?.trust)) return "untrusted";
  if (isUsed) return "used";
  return word.findings?.invited === "expired" || word.reasons?.includes("invitation.expired") ? "ended" : "code";
}

const NOT_COUNTED = {
  en: {
    invitation: (reference: string) => `invitation ${reference}`,
    request: (reference: string) => `request ${reference}`,
    why: {
      gate: ({ gate = DEFAULT_GATE }: NotCounted) => `it is at the gate ${gate}`,
      ended: () => "it has ended",
      revoked: () => "it was revoked",
      used: () => "another account may have used it: it lets in only that one",
      "no-rule": () => "no rule of this gate reads invitations",
      untrusted: ({ issuers = [] }: NotCounted) =>
        `the person signs in with ${issuers.join(" and ")}, whose word is not trusted: the code of its mail is needed`,
      code: () => "the code of its mail is needed",
      provider: ({ issuers = [] }: NotCounted) => `it was made with ${issuers.join(" and ")}`,
    },
  },
  ko: {
    invitation: (reference: string) => `초대 ${reference}`,
    request: (reference: string) => `승인 요청 ${reference}`,
    why: {
      gate: ({ gate = DEFAULT_GATE }: NotCounted) => `${gate} 게이트의 것입니다`,
      ended: () => "만료되었습니다",
      revoked: () => "취소되었습니다",
      used: () => "다른 계정이 사용했을 수 있으며 그 계정만 허용합니다",
      "no-rule": () => "이 게이트에는 초대를 확인하는 규칙이 없습니다",
      untrusted: ({ issuers = [] }: NotCounted) =>
        `${issuers.join(", ")} 계정으로 로그인하며 이 제공자의 확인을 신뢰하지 않으므로 메일의 코드가 필요합니다`,
      code: () => "메일의 코드가 필요합니다",
      provider: ({ issuers = [] }: NotCounted) => `${issuers.join(", ")} 계정으로 만든 요청입니다`,
    },
  },
} as const;

/** Groups ways of signing in that get the same answer. @param describe returns what the caller shows of an answer */
export function groupTries<D extends Decided>(
  tries: readonly NextTry<D>[],
  describe: (tried: NextTry<D>) => unknown,
): readonly (readonly NextTry<D>[])[] {
  return [...groupBy(tries, (tried) => JSON.stringify([describe(tried), tried.verdict, tried.notCounted])).values()];
}

export function keepsOut(account: AccountStanding | undefined): boolean {
  return account === "disabled" || account === "over";
}

/** The account's answer, which comes before the rules'. Empty if the rules decide. */
export function accountLines(account: AccountStanding | undefined): readonly string[] {
  if (account === undefined || account === "deleted") return [];
  const words = {
    in: "They have an account, and sign in with it.",
    disabled: "Their account is disabled: Entra refuses sign-in.",
    over: "Their access has ended: once the account is disabled, within the hour, Entra refuses sign-in.",
  };
  return [`${words[account]} A new sign-up:`];
}

/** "invitation K7QD-9MXD: it is at the gate suppliers". */
export function notCountedText(notCounted: NotCounted, language: "en" | "ko"): string {
  const words = NOT_COUNTED[language];
  return `${words[notCounted.what](notCounted.reference)}: ${words.why[notCounted.why](notCounted)}`;
}
