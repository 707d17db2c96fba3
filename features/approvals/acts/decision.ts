import { type Act, type Concern, Refusal } from "../../../adapters/operator/act";
import { invitationCode } from "../../../adapters/system";
import type { Actor, Decider } from "../../../engine/audited-change";
import { mapInBatches } from "../../../engine/collections";
import { textsForReader } from "../../../engine/operator/page-texts";
import { splitAddress } from "../../../engine/sign-up/email";
import { listIssuers } from "../../../engine/sign-up/issuers";
import { denyingList, type lookAlikes } from "../../access-list/world";
import type { LookAlike } from "../../look-alikes/look-alike";
import { buildConcernsField, buildNoteField, type DecisionAction, type Say } from "../change";
import { noAccountWhy } from "../client/bodies";
import { concernWords as words } from "../concern-words";
import { decideRequest, describeRefusal, type NotDecided, predictDecision, type RequestTable, type Seen } from "../deciding";
import { decidingWords, refusalText } from "../deciding-words";
import type { RequestBrief } from "../in-state";
import { inviteAlong } from "../invite-person";
import { type ApprovalRequest, type Approver, type ApproverDecision, DENIED_BY_LIST, isSameActor, type Stored } from "../request";
import { changedSince } from "../request-facts";
import { asks, asksByName } from "../stages";
import { stateAt } from "../state-at";
import { type ApprovalStore, takeAsRead } from "../store/approvals";
import { readableRequests, requests, type requestsOfPeople } from "../world";
import { askedConcerns, findInvited, type GateReads, type GateState, isReadNow, listGateConcerns, readGates, readLimit } from "./guest";

/**
 * Sources of concerns: the request itself, the access list, known domains, the person's other requests; for a guest that a colleague asked
 * for, also the guest's invitation and gate.
 */
type Source = "request" | "list" | "likes" | "others" | "invitation" | "gate";

type Door = "operator" | "approver" | "contact" | "command" | "mail" | "api";

interface LeftOut {
  readonly unread?: Partial<Readonly<Record<Source, string>>>;
  readonly untold?: Partial<Readonly<Record<Source, string>>>;
}

const othersUntold = "Which other requests somebody made is for operators. The row's history says it to them.";

/**
 * The sources that each door leaves out, with the reason: it cannot read them, or its actor may not know them. `operator`: the queue and a
 * request's page.
 */
export const doors: Readonly<Record<Door, LeftOut>> = {
  operator: {},
  command: {},
  approver: { untold: { others: othersUntold } },
  contact: { untold: { others: othersUntold, list: "The access list is the organisation's own: a refusal is told without a reason." } },
  mail: {
    unread: {
      others: "The function has no right to search requests, so that a link shows the one request that it names.",
      gate: "The function does not read policies, modes and accounts: what was so when the colleague asked is told instead, and refuses no approval.",
    },
  },
  api: {
    unread: {
      others: "The function has no right to search requests: nothing in them refuses an approval.",
      likes: "The function has no right to known domains: a look-alike refuses no approval.",
      gate: "The function does not read policies, modes and accounts: what was so when the colleague asked is told instead, and refuses no approval.",
    },
  },
};

function findDoor({ via, isOperator = true, scope }: Actor): Door {
  if (via === "command" || via === "mail" || via === "api") return via;
  return typeof scope === "object" ? "contact" : isOperator ? "operator" : "approver";
}

export interface RequestTarget {
  readonly id: string;
  /** The code of the shown request. If the person has asked again since, the code differs and nothing is decided. */
  readonly reference?: string | undefined;
  /** The part of the request that the actor saw. @default the request as it is read */
  readonly seen?: Seen | undefined;
  /** The shown stage, from 0, in place of `seen`. */
  readonly running?: number;
  /** The row, if the door has just read it. */
  readonly request?: ApprovalRequest;
  /** Adds the door's own condition to the write. @default none */
  readonly guard?: (table: RequestTable) => RequestTable;
}

export interface RequestState {
  readonly target: RequestTarget;
  readonly request: Stored;
  /** The entry that denies the person. */
  readonly deny?: string | undefined;
  readonly arePoliciesKnown: boolean;
  readonly like?: LookAlike | undefined;
  /** The person's other requests, newest first. Empty if they were not read. */
  readonly others: readonly ApprovalRequest[];
  /** True if the guest that a colleague asked for has an open invitation to the gate. */
  readonly isInvited?: boolean | undefined;
  /** Undefined if the door cannot read it, or if no colleague asked. */
  readonly gate?: GateState | undefined;
  readonly now: Date;
}

export interface DecisionInput {
  readonly note?: string | undefined;
  /** For the colleague who asked for a guest. Other requests keep none. */
  readonly reply?: string | undefined;
}

/** Members that only some doors can read. The known domains are many bytes, so functions without a right to them do not hold them. */
export type BesideRequests = {
  readonly requestsOfPeople: typeof requestsOfPeople;
  readonly lookAlikes: typeof lookAlikes;
} & GateReads;

const rows = { requests, readableRequests };

export type DecisionAct = Act<
  typeof rows & BesideRequests & { readonly denyingList: typeof denyingList },
  RequestTarget,
  DecisionInput,
  RequestState,
  ApprovalRequest
>;

/** The sources of concerns about each decision. A denial lets nobody in, and a reopened request waits for an approval. */
const sources: Readonly<Record<DecisionAction, readonly Source[]>> = {
  approve: ["request", "list", "likes", "others", "invitation", "gate"],
  retry: ["list", "likes"],
  reopen: ["list", "likes"],
  deny: [],
};

const READ_AT_ONCE = 10;

export const getDomain = ({ email }: Pick<ApprovalRequest, "email">) => splitAddress(email).domain;

function makeDecision(verb: DecisionAction, beside: Partial<BesideRequests>): DecisionAct {
  return {
    name: `approvals.${verb}`,
    may: "Approver",
    // What is missing here is `unread` at the door, or no source of the verb.
    uses: (sources[verb].length === 0 ? rows : { ...rows, denyingList, ...beside }) as DecisionAct["uses"],
    async read(targets, world, { actor, now, signal, isShown = false }) {
      const { unread, untold } = doors[findDoor(actor)];
      const isRead = (source: Source) =>
        sources[verb].includes(source) && unread?.[source] === undefined && !(isShown && untold?.[source] !== undefined);
      const store = actor.via === "console" ? world.readableRequests : world.requests;
      const stored = await readTargets(targets, store);
      const found = stored.filter((request) => request !== undefined);
      const judged = isRead("list") ? found.filter((request) => mayFollow(verb, request, now)) : [];
      const domains = isRead("likes") ? [...new Set(found.map(getDomain))] : [];
      const [denied, alike] = await Promise.all([
        judged.length === 0 ? undefined : world.denyingList.findDenials(judged, now, signal),
        domains.length === 0 ? undefined : world.lookAlikes(now).lookAlikesOf(domains),
      ]);
      const asked = found.filter((request) => request.ask !== undefined && stateAt(request, now) === "pending");
      const hashes = asked.length > 0 && isRead("gate") ? await world.hashes() : undefined;
      const [others, invited, gates] = await Promise.all([
        isRead("others") ? readOthers(found, world.requestsOfPeople) : new Map<string, readonly ApprovalRequest[]>(),
        isRead("invitation") ? findInvited(asked, store, hashes, now) : new Set<string>(),
        isRead("gate") ? readGates(asked, world, now) : new Map<string, GateState>(),
      ]);
      const arePoliciesKnown = denied === undefined || world.denyingList.arePoliciesKnown;
      return targets.map((target, index): RequestState => {
        const request = stored[index];
        if (request === undefined) return { target, request, arePoliciesKnown, others: [], now };
        const like = alike?.get(getDomain(request))?.[0];
        const { id } = request;
        const known = { isInvited: invited.has(id), gate: gates.get(id), others: others.get(id) ?? [] };
        return { target, request, deny: denied?.get(request), arePoliciesKnown, like, ...known, now };
      });
    },
    concerns: (state, input, actor) => [...listRefusals(verb, state, input, actor), ...listFacts(verb, state, actor)],
    entry(state, input, { actor }) {
      const { reference, email, ...request } = state.request as ApprovalRequest;
      const outcome = predictDecision(
        verb,
        state.request as ApprovalRequest,
        { ...toSay(input, actor), seen: findSeen(verb, state, actor) },
        state.now,
      );
      const concerns = listFacts(verb, state, actor).map(({ code }) => code);
      const after = {
        state: outcome.ok ? outcome.request.state : request.state,
        email,
        ...buildNoteField(input.note),
        ...buildConcernsField(concerns),
      };
      return { action: `approvals.${verb}`, subject: reference, before: { state: stateAt(request, state.now), email }, after };
    },
    writesOnce: true,
    async perform(state, input, world, { actor, now, signal, act, write }) {
      const { id, guard = (table: RequestTable) => table, reference, running } = state.target;
      const concerns = listFacts(verb, state, actor).map(({ code }) => code);
      const deciding = { id, reference, seen: running === undefined ? findSeen(verb, state, actor) : undefined, running };
      const asRead = takeAsRead(world.requests, state.request, write);
      const table = guard(withInvitation(asRead, act, readLimit(state.gate), now));
      const result = await decideRequest(table, verb, { ...deciding, ...toSay(input, actor), concerns, act }, now, signal);
      return result.ok ? result.request : new Refusal(toRefusal(verb, result, state.request, actor));
    },
  };
}

/** Writes the guest's invitation together with the approval of what a colleague asked for. */
function withInvitation(table: RequestTable, act: string | undefined, longestDays: number | undefined, now: Date): RequestTable {
  const code = invitationCode();
  return {
    change: (id, transition, options) =>
      table.change(
        id,
        (storedRequest) => {
          const outcome = transition(storedRequest);
          if (!outcome.ok || storedRequest?.state !== "pending" || outcome.request.state !== "admitted") return outcome;
          const beside = inviteAlong(outcome.request, { code, act, longestDays }, now);
          return beside === undefined ? outcome : { ...outcome, beside };
        },
        options,
      ),
  };
}

async function readOthers(
  requests: readonly ApprovalRequest[],
  store: Pick<ApprovalStore, "byPerson">,
): Promise<ReadonlyMap<string, readonly ApprovalRequest[]>> {
  const readable = requests.filter(({ strippedAt }) => strippedAt === undefined);
  const others = await mapInBatches(readable, READ_AT_ONCE, async (request): Promise<[string, readonly ApprovalRequest[]]> => {
    const ownRequests: ApprovalRequest[] = [];
    for await (const page of store.byPerson(request.personId)) ownRequests.push(...page);
    return [request.id, ownRequests.filter(({ id, strippedAt }) => id !== request.id && strippedAt === undefined)];
  });
  return new Map(others);
}

/** Returns the row of each target, in order. Reads only those that the door has not just read. */
export async function readTargets(
  targets: readonly Pick<RequestTarget, "id" | "request">[],
  store: Pick<ApprovalStore, "getAll">,
): Promise<readonly Stored[]> {
  const missing = targets.filter(({ request }) => request === undefined).map(({ id }) => id);
  const rows = new Map((missing.length === 0 ? [] : await store.getAll(missing)).map((request) => [request.id, request]));
  return targets.map(({ id, request = rows.get(id) }) => request);
}

export function makeDecisions(beside: Partial<BesideRequests>): Readonly<Record<DecisionAction, DecisionAct>> {
  const make = (verb: DecisionAction) => makeDecision(verb, beside);
  return { approve: make("approve"), deny: make("deny"), reopen: make("reopen"), retry: make("retry") };
}

/** A decision on a request that may no longer wait by then reads no access list. */
function mayFollow(verb: DecisionAction, request: ApprovalRequest, now: Date): boolean {
  return verb !== "approve" || ["pending", "failed"].includes(stateAt(request, now));
}

const kinds = { console: "console", command: "cli", mail: "mail", api: "iam" } as const;

export function toApprover({ via, by, name = by }: Actor): Approver {
  return { kind: kinds[via as keyof typeof kinds], name };
}

export function toSay({ note, reply }: DecisionInput, actor: Actor): Say & { readonly decider: Decider } {
  const { account, decider = { names: [] } } = actor;
  return { by: toApprover(actor), decider, reply, ...buildNoteField(note), ...(account !== undefined && { account }) };
}

/**
 * People who see only what asks them take back the decision that was just checked, and learn of no decision that somebody else made
 * meanwhile.
 */
function findSeen(verb: DecisionAction, { request, target: { seen, running } }: RequestState, { scope }: Actor): Seen | undefined {
  if (scope !== undefined) return verb === "reopen" ? request : { ...seen, decision: undefined };
  return running === undefined ? seen : { decision: request?.decision, stages: { running } };
}

/** True if the request waits, and asks the actor as their page shows it. */
export function isWaitingFor(request: RequestBrief, { scope, decider = { names: [] } }: Actor, now: Date): boolean {
  if (stateAt(request, now) !== "pending") return false;
  if (scope === "asked" && !asksByName(request, decider, now)) return false;
  // What a colleague writes about a guest is not for the guest's own organisation.
  if (typeof scope === "object" && (getDomain(request) !== scope.domain || request.ask !== undefined)) return false;
  return request.stages === undefined || asks(request, decider, now);
}

/** True if the actor may know of the request and decide on it in this way. Those with a scope take back only their own denials. */
export function isTheirs(verb: DecisionAction, request: ApprovalRequest, actor: Actor, now: Date): boolean {
  if (actor.scope === undefined) return true;
  if (verb !== "reopen") return isWaitingFor(request, actor, now);
  const { decision, state } = request;
  const isOwn =
    decision !== undefined && isSameActor({ ...decision.by, account: decision.account }, { ...toApprover(actor), account: actor.account });
  return state === "denied" && isOwn && isWaitingFor({ ...request, state: "pending" }, actor, now);
}

function listRefusals(verb: DecisionAction, state: RequestState, input: DecisionInput, actor: Actor): readonly Concern[] {
  const { request, target, now } = state;
  // Whoever was asked about the request while it waited could see the person. Then the refusal may name the person.
  const mayName = request !== undefined && isTheirs("approve", { ...request, state: "pending" }, actor, now);
  const theirs = request !== undefined && isTheirs(verb, request, actor, now) ? request : undefined;
  const outcome = predictDecision(verb, theirs, { ...target, ...toSay(input, actor), seen: findSeen(verb, state, actor) }, now);
  if (outcome.ok) return [];
  return [toRefusal(verb, outcome, mayName || theirs !== undefined ? request : undefined, actor)];
}

/** @param named the request, if the refusal may name the person */
function toRefusal(verb: DecisionAction, { ok: _, why, message, decision, ...rest }: NotDecided, named: Stored, actor: Actor): Concern {
  const isConsole = actor.via === "console";
  return {
    code: why,
    weight: "refused",
    facts: {
      // People who see only what asks them do not learn who else decided.
      ...(decision !== undefined && actor.scope === undefined && { decision }),
      ...rest,
      ...(isConsole && named !== undefined && { email: named.email, isInvitation: named.invitation !== undefined }),
    },
    text(time) {
      if (isConsole) return refusalText(textsForReader(decidingWords), verb, { why }, () => "");
      return decision === undefined ? message : describeRefusal(verb, { why, decision }, time, named);
    },
  };
}

/** Facts of a refusal beside its text. `email` and `isInvitation` are for the console's own pages. */
export interface RefusalFacts {
  readonly decision?: ApproverDecision;
  readonly email?: string;
  readonly isInvitation?: boolean;
}

interface Fact extends Pick<Concern, "facts"> {
  readonly code: ConcernCode;
  readonly reads: Source;
  readonly text: string;
}

/** The source of each concern about a request. Certain reasons come first. */
export const concernSources = {
  "issuer-not-supported": ["request"],
  "identity-incomplete": ["request"],
  "failed-before": ["request"],
  "account-exists": ["request", "others"],
  [DENIED_BY_LIST]: ["list"],
  "look-alike": ["likes"],
  "not-proven": ["request"],
  "effect-unknown": ["list"],
  "other-name": ["request", "others"],
  "other-provider": ["others"],
  "other-attributes": ["request", "others"],
  "denied-before": ["request"],
  "has-access": ["request", "gate"],
  "no-rule": ["request", "gate"],
  "gate-not-open": ["request", "gate"],
  "denied-by-provider": ["request"],
  "invited-already": ["invitation"],
} as const satisfies Readonly<Record<keyof typeof words.titles, readonly Source[]>>;

export type ConcernCode = keyof typeof concernSources;

/** True if a door can read what a concern depends on. */
export function isReadAt(door: Door, code: string): code is ConcernCode {
  if (!Object.hasOwn(concernSources, code)) return false;
  const { unread } = doors[door];
  return concernSources[code as ConcernCode].some((source) => unread?.[source] === undefined);
}

/** Concerns that an approval is not asked about. */
const shownOnly: readonly string[] = [
  ...["effect-unknown", "other-name", "other-provider", "other-attributes", "denied-before"],
  ...["no-rule", "gate-not-open", "denied-by-provider"],
];

function listFacts(verb: DecisionAction, state: RequestState, actor: Actor): readonly Concern[] {
  const { untold } = doors[findDoor(actor)];
  const facts = state.request === undefined ? [] : [...findFacts(state.request, state, actor), ...findChanges(state.request, state)];
  return facts
    .filter(({ reads }) => sources[verb].includes(reads))
    .map(({ code, reads, text, facts }): Concern => {
      const weight = weigh(verb, code, actor);
      const isUntold = untold?.[reads] !== undefined;
      const say = () => {
        if (weight === "refused" && isUntold) return words.notForYou;
        if (weight === "refused" && code === DENIED_BY_LIST)
          return `${textsForReader(decidingWords).why[code]} The entry: ${(facts as DeniedFacts | undefined)?.entry}`;
        return text;
      };
      return { code, weight, title: words.titles[code], text: say, facts, isUntold };
    });
}

/**
 * People whom the list denies are approved only where the actor can be asked, and may know of the list. A guest with an open invitation gets no
 * other one, so an approval would tell the colleague of an invitation that is not theirs.
 */
function weigh(verb: DecisionAction, code: string, { via, scope }: Actor): Concern["weight"] {
  const mayOverrule = via === "command" || (via === "console" && typeof scope !== "object");
  if (code === DENIED_BY_LIST) return verb === "approve" && !mayOverrule ? "refused" : "asked";
  if (code === "invited-already") return "refused";
  return verb === "approve" && !shownOnly.includes(code) ? "asked" : "shown";
}

export interface DeniedFacts {
  readonly entry: string;
}

export interface LikeFacts {
  readonly like: string;
}

function findFacts(request: ApprovalRequest, state: RequestState, { isOperator = true }: Actor): readonly Fact[] {
  const { onApproval, emailProven, history } = request;
  const { deny, arePoliciesKnown, like, others } = state;
  const facts: Fact[] = [];
  const providers = listIssuers(request).join(", ");
  const isMade = onApproval === "provision";
  const has = (state: ApprovalRequest["state"]) => history.some(({ to }) => to === state);
  const noAccount = noAccountWhy(request);
  if (noAccount === "issuer-not-supported") facts.push({ code: noAccount, reads: "request", text: words.issuerNotSupported(providers) });
  if (noAccount === "identity-incomplete") facts.push({ code: noAccount, reads: "request", text: words.identityIncomplete(providers) });
  if (isMade && has("failed")) facts.push({ code: "failed-before", reads: "request", text: words.failedBefore });
  const hasAccount = others.some(({ state, account }) => state === "provisioned" || account !== undefined);
  if (isMade && (has("provisioned") || hasAccount))
    facts.push({ code: "account-exists", reads: has("provisioned") ? "request" : "others", text: words.accountExists });
  if (deny !== undefined) {
    const text = `${words.deny[onApproval]} ${isOperator ? words.changeEntry : words.askOperator}`;
    facts.push({ code: DENIED_BY_LIST, reads: "list", text, facts: { entry: deny } satisfies DeniedFacts });
  }
  if (like !== undefined)
    facts.push({ code: "look-alike", reads: "likes", text: words.lookAlike, facts: { like: like.like } satisfies LikeFacts });
  if (!emailProven) {
    const pass = isMade ? [] : [words.notProvenPass];
    facts.push({ code: "not-proven", reads: "request", text: [words.notProven(providers), ...pass].join(" ") });
  }
  facts.push(...findAskFacts(request, state));
  if (!arePoliciesKnown && deny !== undefined) facts.push({ code: "effect-unknown", reads: "list", text: words.effectUnknown });
  return facts;
}

/** Concerns about the invitation of a guest that a colleague asked for. */
function findAskFacts(request: ApprovalRequest, { isInvited = false, gate }: RequestState): readonly Fact[] {
  if (request.ask === undefined) return [];
  const facts: Fact[] = [];
  for (const code of askedConcerns.filter((each) => request.ask?.concerns?.includes(each) && !isReadNow(each, gate)))
    facts.push({ code, reads: "request", text: words.whenAsked[code] });
  for (const code of gate === undefined ? [] : listGateConcerns(gate)) facts.push({ code, reads: "gate", text: words.gateNow[code] });
  if (isInvited) facts.push({ code: "invited-already", reads: "invitation", text: words.invitedAlready });
  return facts;
}

const changeCodes = { name: "other-name", provider: "other-provider", attributes: "other-attributes", denied: "denied-before" } as const;

/** Differences from the earlier approval, and from the person's last request by another address or provider. */
function findChanges(request: ApprovalRequest, { others }: RequestState): readonly Fact[] {
  if (request.strippedAt !== undefined) return [];
  const own = changedSince(request, undefined);
  return changedSince(request, findLastBefore(request, others)).map((change) => ({
    code: changeCodes[change],
    reads: own.includes(change) ? "request" : "others",
    text: change === "denied" ? words.deniedBefore : words.differs,
  }));
}

export function findLastBefore(request: ApprovalRequest, others: readonly ApprovalRequest[]): ApprovalRequest | undefined {
  return others
    .filter(({ requestedAt, ask }) => requestedAt < request.requestedAt && (ask === undefined) === (request.ask === undefined))
    .toSorted((a, b) => (a.requestedAt > b.requestedAt ? -1 : 1))[0];
}
