import { type Act, type Concern, readEach } from "../../adapters/operator/act";
import { gatePolicies, settings } from "../../adapters/operator/world";
import type { Actor } from "../../engine/audited-change";
import { splitAddress } from "../../engine/sign-up/email";
import { DEFAULT_GATE } from "../../engine/sign-up/gate";
import { eachHash, type HashOf } from "../../engine/sign-up/person";
import { unwrapRule } from "../../engine/sign-up/policy";
import type { AnyRule } from "../../engine/sign-up/rule";
import type { SignUp } from "../../engine/sign-up/sign-up";
import { askedConcerns } from "../approvals/acts/guest";
import { invitationId, readsInvitations } from "../approvals/invite-person";
import { listOwnDomains } from "../approvals/own-domains";
import { isOwnRequest } from "../approvals/own-request";
import type { ApprovalRequest, Stored } from "../approvals/request";
import { approvalSettingsIn } from "../approvals/request-approval";
import { readLongestDays, stateAt } from "../approvals/state-at";
import { readableRequests, requests } from "../approvals/world";
import { hashes } from "../audit/world";
import { invite } from "../invitations/acts";
import { INVITATION_DAYS } from "../invitations/invitation";
import {
  type Asker,
  askerIds,
  askId,
  askReference,
  findRevoked,
  MOST_A_MONTH,
  MOST_OPEN,
  MOST_OPEN_OF_ALL,
  submitAsk,
  type Wish,
} from "./ask";
import type { AskStanding } from "./store";
import { askWords as words } from "./words";
import { asks, readAsks } from "./world";

/** Time until an unanswered ask ends at a gate without `requestApproval`. */
const ANSWER_DAYS = 14;

export interface AskTarget {
  /** The guest's normalised address. */
  readonly email: string;
  readonly gate?: string | undefined;
  /** Undefined if the account has no address. */
  readonly asker: Asker | undefined;
}

export type AskInput = Pick<Wish, "displayName" | "language" | "why">;

interface AskState {
  readonly target: AskTarget;
  readonly rules: readonly AnyRule[];
  /** False if no rule of the gate reads invitations. */
  readonly isInviting: boolean;
  readonly ownDomains: ReadonlySet<string>;
  readonly now: Date;
  /** Undefined if the asker has no address. */
  readonly place?: {
    readonly id: string;
    readonly people: ReturnType<typeof askerIds>;
    readonly hashOf: HashOf;
    readonly stored: Stored;
    readonly standing: AskStanding;
  };
}

const uses = { ...invite.uses, asks, settings, gatePolicies, storedRequests: requests };

/** A colleague asks for a guest. The outcome is the request, which tells the asker nothing about the guest. */
export const askForGuest: Act<typeof uses, AskTarget, AskInput, AskState, ApprovalRequest> = {
  ...{ name: "asks.ask", may: "Requester", uses },
  read: readEach(async (target, world, { now }) => {
    const { email, gate = DEFAULT_GATE, asker } = target;
    const policies = world.gatePolicies(gate) ?? [];
    const rules = policies.flatMap(({ rules }) => rules.map(unwrapRule));
    const isInviting = readsInvitations(policies);
    const ownDomains = listOwnDomains(asker?.addresses ?? [], rules, world.settings.CONSOLE_ISSUER);
    if (asker === undefined) return { target, rules, isInviting, ownDomains, now };
    const hashes = await world.hashes();
    const ids = eachHash(hashes).map((hashOf) => askId(email, gate, asker.by, hashOf));
    const people = askerIds(asker, hashes);
    const [rows, standing] = await Promise.all([world.storedRequests.getAll(ids), world.asks.standing(people, now)]);
    const stored = ids.flatMap((id) => rows.find((row) => row.id === id) ?? [])[0];
    const id = stored?.id ?? (ids[0] as string);
    return { target, rules, isInviting, ownDomains, now, place: { id, people, hashOf: eachHash(hashes)[0] as HashOf, stored, standing } };
  }),
  concerns: (state, _, actor) => listRefusals(state, actor),
  entry: ({ target: { email }, place, now }) => ({
    action: "approvals.ask",
    subject: place === undefined ? "" : askReference(place.id, place.stored, now),
    after: { state: "pending", email },
  }),
  async perform({ target, rules, now, place }, input, world, doing) {
    const { email, gate, asker } = target;
    if (place === undefined || asker === undefined) return undefined;
    // Read whoever the guest is, so that the answer takes equally long.
    const [state] = await invite.read([{ email, gate }], world, doing);
    // The guest's last invitation may have an id of before a key rotation.
    const invites = state?.place.id ?? invitationId(email, gate, place.hashOf);
    const found = state === undefined ? [] : invite.concerns(state, { days: INVITATION_DAYS, sponsor: asker.addresses[0] }, doing.actor);
    const concerns = askedConcerns.filter((code) => found.some((each) => each.code === code));
    const days = Math.min(INVITATION_DAYS, readLongestDays(rules) ?? INVITATION_DAYS);
    const wish: Wish = { ...input, email, gate, concerns, invites, days, ...planApproval(target, asker, rules, now) };
    const outcome = submitAsk(place.stored, place.id, asker, wish, place.hashOf, now);
    if (!outcome.ok) return undefined;
    return (await world.asks.ask(outcome, place.people, place.standing, now)) ? outcome.request : undefined;
  },
};

function listRefusals({ target: { email, asker }, isInviting, ownDomains, now, place }: AskState, { decider }: Actor): readonly Concern[] {
  const refuse = (code: Exclude<keyof typeof words, "own-domain">): Concern => ({ code, weight: "refused", text: () => words[code] });
  if (asker === undefined || place === undefined) return [refuse("no-address")];
  const { domain } = splitAddress(email);
  const { open, month, openOfAll } = place.standing;
  const concerns: Concern[] = [];
  if (!isInviting) concerns.push(refuse("no-gate"));
  const names = [...asker.addresses, ...(decider?.names ?? [])];
  if (isOwnRequest({ email, identities: [] }, { names })) concerns.push(refuse("own"));
  else if (ownDomains.has(domain)) concerns.push({ code: "own-domain", weight: "refused", text: () => words["own-domain"](domain) });
  // Only of one's own request, which one's page shows anyway: nobody learns that somebody else asked for the guest.
  if (place.stored !== undefined && stateAt(place.stored, now) === "pending") concerns.push(refuse("waiting"));
  if (open >= MOST_OPEN) concerns.push(refuse("most-open"));
  if (month >= MOST_A_MONTH) concerns.push(refuse("most-a-month"));
  if (openOfAll >= MOST_OPEN_OF_ALL) concerns.push(refuse("most-of-all"));
  return concerns;
}

/** The stages of the gate's `requestApproval` without the asker. Without stages, every approver is asked. */
function planApproval(
  { email, gate }: AskTarget,
  { by, addresses }: Asker,
  rules: readonly AnyRule[],
  now: Date,
): Pick<Wish, "answerWithinDays" | "stages" | "asked" | "escalatesAt"> {
  const { plan, answerWithinDays = ANSWER_DAYS } = approvalSettingsIn(rules) ?? {};
  if (plan === undefined) return { answerWithinDays };
  const signUp: SignUp = {
    ...{ step: "before-create-user", email, source: "b2b", identities: [], attributes: {}, locales: [] },
    ...(gate !== undefined && gate !== DEFAULT_GATE && { gate }),
  };
  const isAsker = (name: string) => isOwnRequest({ email: name, identities: [] }, { objectId: by, names: addresses });
  return { answerWithinDays, ...plan.beginAsk({ signUp, findings: { sponsor: addresses[0] } }, new Map(), isAsker, now) };
}

const showUses = { asks: readAsks, hashes, readableRequests };

/** `revoked`: ids of approved requests whose invitation was revoked since. */
type AsksShown = AskStanding & { readonly revoked: ReadonlySet<string> };

/** Shows what a colleague asked for, and how much of the limits is used. */
export const showAsks: Act<typeof showUses, Asker | undefined, object, AskStanding | undefined, AsksShown> = {
  ...{ name: "asks.show", may: "Requester", uses: showUses },
  read: readEach(async (asker, world, { now }) =>
    asker === undefined ? undefined : await world.asks.standing(askerIds(asker, await world.hashes()), now),
  ),
  concerns: (standing) => (standing === undefined ? [{ code: "no-address", weight: "refused", text: () => words["no-address"] }] : []),
  perform: async (standing, _, { readableRequests }) =>
    standing && { ...standing, revoked: await findRevoked(standing.requests, readableRequests) },
};

export const acts = [askForGuest, showAsks];
