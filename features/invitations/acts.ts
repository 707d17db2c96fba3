import { type Act, type Concern, Refusal, type Weight } from "../../adapters/operator/act";
import { gatePolicies, type WorldOf } from "../../adapters/operator/world";
import { invitationCode } from "../../adapters/system";
import type { Actor } from "../../engine/audited-change";
import { mapInBatches } from "../../engine/collections";
import { textsForReader } from "../../engine/operator/page-texts";
import { splitAddress } from "../../engine/sign-up/email";
import { DEFAULT_GATE } from "../../engine/sign-up/gate";
import type { Policy } from "../../engine/sign-up/policy";
import { lookAlikes } from "../access-list/world";
import { type AccountRow, earliestEnd } from "../accounts/account";
import { laterEnd } from "../accounts/change";
import { accessNow } from "../accounts/world";
import { readTargets, toApprover } from "../approvals/acts/decision";
import { buildNoteField, type Say, type TransitionResult } from "../approvals/change";
import { decidingWords } from "../approvals/deciding-words";
import { type Invitee, readsInvitations } from "../approvals/invite-person";
import { isOwnRequest, isOwnSponsor } from "../approvals/own-request";
import type { ApprovalRequest, Stored } from "../approvals/request";
import { findLongestDays, limitInvitation, readReturnEnd } from "../approvals/state-at";
import { requests } from "../approvals/world";
import { hashes } from "../audit/world";
import { type Denial, deniedLine } from "../explain/next-try";
import { denialsNow } from "../explain/world";
import type { LookAlike } from "../look-alikes/look-alike";
import { type ActivePosture, activePosture } from "../posture/posture";
import { modeNames } from "../posture/words";
import { readPostures as modes } from "../posture/world";
import { concernWords as words } from "./concern-words";
import { extend, resend, restoreInvitation, revokeInvitation, takeBackInvitation } from "./invitation";
import { type InvitationPlace, invitationPlaces, moveInvitation } from "./store";

type Door = "console" | "command";

const always = (weight: Weight) => ({ console: weight, command: weight });

/**
 * The weight of each concern at each door. The console leaves out people who need no invitation or cannot use one. The command goes on: a
 * script that it once let pass still passes, so what it did not always know is shown.
 */
export const weights = {
  own: { console: "refused", command: "shown" },
  "own-sponsor": always("refused"),
  "denied-by-list": { console: "refused", command: "asked" },
  "denied-by-provider": { console: "asked", command: "shown" },
  "effect-unknown": always("shown"),
  "has-access": { console: "refused", command: "shown" },
  "look-alike": always("asked"),
  "no-rule": always("shown"),
  // The console names a gate that is not open on every page.
  "gate-not-open": always("shown"),
} as const satisfies Readonly<Record<string, Readonly<Record<Door, Weight>>>>;
export type ConcernCode = keyof typeof weights;

interface PersonState {
  readonly email: string;
  readonly gate: string;
  readonly denial: Denial | undefined;
  readonly arePoliciesKnown: boolean;
  readonly like: LookAlike | undefined;
  readonly account: AccountRow | undefined;
  /** Undefined if the door cannot read them. */
  readonly policies: readonly Policy[] | undefined;
  /** The gate's mode if it is not open, or if nobody looked. */
  readonly mode?: ActivePosture | undefined;
  readonly now: Date;
}

const uses = { requests, denialsNow, lookAlikes, accessNow, gatePolicies, hashes, modes };
type World = WorldOf<typeof uses>;

const READ_AT_ONCE = 20;

async function readPeople(
  people: readonly { readonly email: string; readonly gate?: string | undefined }[],
  world: World,
  now: Date,
): Promise<readonly PersonState[]> {
  const somebody = people.map(({ email, gate = DEFAULT_GATE }) => ({ email, gate, signsUp: true }));
  const domains = [...new Set(people.map(({ email }) => splitAddress(email).domain))];
  const gates = [...new Set(somebody.map(({ gate }) => gate))];
  const [denials, alike, accounts, modesOfGates] = await Promise.all([
    world.denialsNow.findDenials(somebody, now),
    domains.length === 0 ? new Map<string, readonly LookAlike[]>() : world.lookAlikes(now).lookAlikesOf(domains),
    mapInBatches(somebody, READ_AT_ONCE, (person) => world.accessNow(person, now)),
    world.modes.of(gates),
  ]);
  return somebody.map((person, index) => ({
    ...{ email: person.email, gate: person.gate, now },
    denial: denials.get(person),
    arePoliciesKnown: world.denialsNow.arePoliciesKnown,
    like: alike.get(splitAddress(person.email).domain)?.[0],
    account: accounts[index],
    policies: world.gatePolicies(person.gate),
    mode: activePosture(modesOfGates.get(person.gate), now),
  }));
}

type Finding = Omit<Concern, "weight"> & { readonly code: ConcernCode };

function findFacts(
  { email, gate, denial, arePoliciesKnown, like, account, policies, mode }: PersonState,
  { decider, via }: Actor,
  isNew: boolean,
): readonly Finding[] {
  const facts: Finding[] = [];
  const add = (code: ConcernCode, text: Concern["text"], more: Pick<Finding, "title" | "facts"> = {}) =>
    facts.push({ code, text, ...more });
  if (decider !== undefined && isOwnRequest({ email, identities: [] }, decider))
    add("own", () => (isNew ? words.own(email) : textsForReader(decidingWords).why.own));
  if (denial !== undefined) {
    const { entry, issuers } = denial;
    const title = issuers === undefined ? words.denied(entry) : words.deniedBy(entry, issuers.join(", "));
    const code = issuers === undefined && !denial.isPartial ? "denied-by-list" : "denied-by-provider";
    add(code, () => (via === "command" ? deniedLine(denial) : title), { title, facts: { entry, issuers } });
    if (!arePoliciesKnown) add("effect-unknown", () => words.effectUnknown);
  }
  if (account !== undefined) {
    const end = earliestEnd(account);
    add("has-access", (time) => (end === undefined ? words.hasAccess : words.hasAccessUntil(time(end))));
  }
  const { domain } = splitAddress(email);
  if (like !== undefined) add("look-alike", () => words.looksLike(domain, like.like), { facts: { like: like.like } });
  if (policies !== undefined && !readsInvitations(policies)) add("no-rule", () => words.noRule);
  if (mode !== undefined) {
    const { state, until } = mode;
    add("gate-not-open", (time) => words.gateNotOpen(gate, modeNames[state], until === undefined ? undefined : time(until)));
  }
  return facts;
}

/** @param isNew false if the person has the invitation already: an account is then no reason against it */
function listConcerns(state: PersonState, actor: Actor, isNew: boolean): readonly Concern[] {
  const door: Door = actor.via === "command" ? "command" : "console";
  return findFacts(state, actor, isNew).map((each) => ({ ...each, weight: weigh(each.code, state, isNew) ?? weights[each.code][door] }));
}

/** Undefined if the door decides. Somebody can choose a provider that is not denied. */
function weigh(code: ConcernCode, { denial }: PersonState, isNew: boolean): Weight | undefined {
  const isShown = (code === "has-access" && !isNew) || (code === "denied-by-provider" && denial?.isPartial);
  return isShown ? "shown" : undefined;
}

function listCodes(concerns: readonly Concern[]): readonly string[] {
  return concerns.filter(({ weight }) => weight !== "refused").map(({ code }) => code);
}

export function readLimit({ policies = [] }: Pick<PersonState, "policies">): number | undefined {
  return findLongestDays(policies);
}

export interface InviteInput extends Pick<Invitee, "language" | "sponsor"> {
  readonly days: number;
  readonly note?: string | undefined;
  /** The longest validity at the gate, for a function that does not know its policy. */
  readonly longestDays?: number | undefined;
}

export interface InviteState extends PersonState {
  readonly place: InvitationPlace;
}

function refuse(code: string, text: string): Concern {
  return { code, weight: "refused", text: () => text, title: text };
}

const refuseInvitedAlready = () => refuse("invited-already", words.already);

/** Speaks against a person of a form or a file before anything is read. */
export function findOwnSponsor(person: { readonly email: string; readonly sponsor?: string | undefined }): Concern | undefined {
  return isOwnSponsor(person) ? refuse("own-sponsor", words.ownSponsor(person.email)) : undefined;
}

/** Invites a person to a gate. */
export const invite: Act<
  typeof uses,
  { readonly email: string; readonly gate?: string | undefined },
  InviteInput,
  InviteState,
  ApprovalRequest
> = {
  ...{ name: "invitations.invite", may: "Approver", uses },
  async read(targets, world, { now }) {
    const [states, hashes] = await Promise.all([readPeople(targets, world, now), world.hashes()]);
    const places = await invitationPlaces(world.requests, states, hashes, now);
    return states.map((state, index) => ({ ...state, place: places[index] as InvitationPlace }));
  },
  concerns(state, { sponsor }, actor) {
    const ownSponsor = findOwnSponsor({ email: state.email, sponsor });
    const concerns = [...(ownSponsor === undefined ? [] : [ownSponsor]), ...listConcerns(state, actor, true)];
    return state.place.isValid ? [...concerns, refuseInvitedAlready()] : concerns;
  },
  entry: ({ email, place }) => ({ action: "approvals.invite", subject: place.reference, after: { email } }),
  writesOnce: true,
  async perform(state, { days, longestDays, language, sponsor, note }, _, { actor, act, write }) {
    const concerns = listCodes(listConcerns(state, actor, true));
    const sending = { by: toApprover(actor), act, days, longestDays: readLimit(state) ?? longestDays, concerns, ...buildNoteField(note) };
    const request = await state.place.send(sending, { language, sponsor }, write);
    return request ?? new Refusal(refuseInvitedAlready());
  },
};

interface ChangeTarget {
  readonly id: string;
  /** The row, if the door has just read it. */
  readonly request?: ApprovalRequest;
}

export interface ChangeState extends PersonState {
  readonly stored: Stored;
}

interface Changing<Input> {
  readonly name: string;
  /** True if the act lets the person in for longer. */
  readonly admits: boolean;
  transition(stored: Stored, say: Say, input: Input, state: ChangeState): TransitionResult;
}

async function readChanged(targets: readonly ChangeTarget[], world: World, now: Date, admits: boolean): Promise<readonly ChangeState[]> {
  const stored = await readTargets(targets, world.requests);
  const known = stored.filter((request) => request !== undefined);
  const states = new Map((admits ? await readPeople(known, world, now) : []).map((state, index) => [known[index], state]));
  return stored.map((request): ChangeState => {
    const { email = "", gate = DEFAULT_GATE } = request ?? {};
    const unread = { denial: undefined, arePoliciesKnown: true, like: undefined, account: undefined };
    const state = states.get(request) ?? { email, gate, ...unread, policies: world.gatePolicies(gate), now };
    return { ...state, stored: request };
  });
}

interface NoteInput {
  readonly note?: string | undefined;
}

/** Says until when the account that used an invitation may sign up again. Undefined if it may not. */
export function describeReturn(request: ApprovalRequest, now: Date): Concern["text"] | undefined {
  const until = readReturnEnd(request, now);
  return until === undefined ? undefined : (time) => words.returns(time(until), request.reference);
}

function makeChange<Input extends NoteInput>({
  name,
  admits,
  transition,
}: Changing<Input>): Act<typeof uses, ChangeTarget, Input, ChangeState, ApprovalRequest> {
  const toSay = ({ note }: Input, actor: Actor): Say => ({ by: toApprover(actor), ...buildNoteField(note) });
  const facts = (state: ChangeState, actor: Actor) => (admits && state.stored !== undefined ? listConcerns(state, actor, false) : []);
  const toRefusal = (why: keyof typeof decidingWords.en.why, { stored, now }: ChangeState): Concern => {
    const concern = refuse(why, textsForReader(decidingWords).why[why]);
    const describe = why === "admitted" && stored !== undefined ? describeReturn(stored, now) : undefined;
    return describe === undefined ? concern : { ...concern, text: describe };
  };
  return {
    ...{ name: `invitations.${name}`, may: "Approver" },
    // An end lets nobody in: nothing is read about the person.
    uses: (admits ? uses : { requests, gatePolicies }) as typeof uses,
    read: (targets, world, { now }) => readChanged(targets, world, now, admits),
    version: ({ stored }) => stored && String(stored.turn),
    concerns(state, input, actor) {
      const outcome = transition(state.stored, toSay(input, actor), input, state);
      return [...facts(state, actor), ...(outcome.ok ? [] : [toRefusal(outcome.why, state)])];
    },
    entry: ({ stored, email }, { note }) => ({
      action: admits ? "approvals.invite" : "approvals.deny",
      subject: stored?.reference ?? "",
      after: { email, ...buildNoteField(note) },
    }),
    writesOnce: true,
    async perform(state, input, world, { actor, act, write }) {
      const say = { ...toSay(input, actor), act, concerns: listCodes(facts(state, actor)) };
      let isChanged = false;
      const step = (stored: Stored): TransitionResult => {
        isChanged = stored?.turn !== state.stored?.turn;
        return isChanged ? { ok: false, why: "unknown" } : transition(stored, say, input, state);
      };
      const outcome = await world.requests.change(state.stored?.id ?? "", step, { read: { row: state.stored }, write });
      if (outcome.ok) return limitInvitation(outcome.request, readLimit(state));
      return isChanged ? undefined : new Refusal(toRefusal(outcome.why, state));
    },
  };
}

/** Sends an invitation again, with a new code. `days`: from now. @default as many as before */
export const resendInvitation = makeChange<NoteInput & { readonly days?: number | undefined; readonly usualDays: number }>({
  ...{ name: "resend", admits: true },
  transition(stored, say, { days, usualDays }, state) {
    const sending = { code: invitationCode(), days: days ?? stored?.answerWithinDays ?? usualDays, longestDays: readLimit(state) };
    return resend(stored, { ...say, ...sending }, state.now);
  },
});

/** Moves the end of an invitation: to a moment, or by so many days after its end. */
export const extendInvitation = makeChange<NoteInput & ({ readonly until: Date } | { readonly days: number })>({
  ...{ name: "extend", admits: true },
  transition(stored, say, input, { now }) {
    const until = "until" in input ? input.until : new Date(laterEnd({ until: stored?.passUntil }, input.days, now));
    return extend(stored, say, until, now);
  },
});

/** Undoes an extension or a revocation. `until` is the end before it. */
export const restoreRevoked = makeChange<NoteInput & { readonly until: Date }>({
  ...{ name: "restore", admits: true },
  transition: (stored, say, { until }, { now }) => restoreInvitation(stored, say, until, now),
});

export const revoke = makeChange<NoteInput>({
  ...{ name: "revoke", admits: false },
  transition: (stored, say, _, { now }) => revokeInvitation(stored, say, now),
});

/** Undoes an act that sent invitations, as far as they are unused. `act` is its id. */
export const takeBack = makeChange<NoteInput & { readonly act: string }>({
  ...{ name: "take-back", admits: false },
  transition: (stored, say, { act }, { now }) => takeBackInvitation(stored, act, say, now),
});

interface TransferState extends PersonState {
  readonly invitation: ApprovalRequest;
}

/** Gives an invitation to another address. The outcome has no request if the address got an invitation in the meantime. */
export const transfer: Act<
  typeof uses,
  { readonly invitation: ApprovalRequest; readonly to: string },
  object,
  TransferState,
  { readonly request?: ApprovalRequest }
> = {
  ...{ name: "invitations.transfer", may: "Approver", uses },
  async read(targets, world, { now }) {
    const states = await readPeople(
      targets.map(({ to, invitation: { gate } }) => ({ email: to, gate })),
      world,
      now,
    );
    return states.map((state, index) => ({ ...state, invitation: targets[index]?.invitation as ApprovalRequest }));
  },
  concerns: (state, _, actor) => listConcerns(state, actor, true),
  // The new invitation has an entry of its own, so that an erasure finds what is about one person.
  entry: ({ invitation: { reference, email } }) => ({ action: "approvals.deny", subject: reference, after: { email } }),
  async perform({ invitation, email, ...state }, _, world, { actor, now, act }) {
    const concerns = listCodes(listConcerns({ ...state, email }, actor, true));
    const moving = { to: email, by: toApprover(actor), act, longestDays: readLimit(state), concerns };
    const outcome = await moveInvitation(world.requests, invitation, moving, await world.hashes(), now);
    if (outcome.ok) return outcome;
    const { same, "not-open": notOpen, invited } = words.notTransferred;
    return new Refusal(refuse(outcome.why, { same, "not-open": notOpen(invitation.email), invited: invited(email) }[outcome.why]));
  },
};

export const acts = [invite, resendInvitation, extendInvitation, restoreRevoked, revoke, takeBack, transfer];
