import { type Act, type Concern, Refusal, readEach } from "../../../adapters/operator/act";
import { gatePolicies, settings, type WorldOf } from "../../../adapters/operator/world";
import type { Actor } from "../../../engine/audited-change";
import { keepGiven } from "../../../engine/json";
import { normaliseEmail, splitAddress } from "../../../engine/sign-up/email";
import { DEFAULT_GATE } from "../../../engine/sign-up/gate";
import { unwrapRule } from "../../../engine/sign-up/policy";
import { type AccountRow, dropRenewalLink, type OfferEnd } from "../../accounts/account";
import { endOffer, offerGuest, openOffer } from "../../accounts/change";
import { readableAccount } from "../../accounts/store/accounts";
import { accountRow } from "../../accounts/world";
import { listOwnDomains } from "../../approvals/own-domains";
import { isOwnRequest, isOwnSponsor } from "../../approvals/own-request";
import { isAskedAt } from "../../approvals/stages";
import { accessWords as words } from "../concern-words";
import type { GateExpiry } from "../expiry";
import { answersFor } from "../renewable";
import { gateExpiry } from "../world";
import { toAccountActor } from "./access";

// A sponsor gives a guest to a colleague, who accepts. Only pages offer these acts: who accepts has to be signed in, as Entra's token proves
// that they are enabled, in the tenant, and have the role. A link in a mail proves none of it.

export interface OfferTarget {
  readonly id: string;
}

interface OfferState {
  readonly account: AccountRow | undefined;
  readonly expiry: GateExpiry | undefined;
  readonly ownDomains: ReadonlySet<string>;
  readonly now: Date;
}

const uses = { accounts: accountRow, gateExpiry, gatePolicies, settings };

async function readOffer({ id }: OfferTarget, world: WorldOf<typeof uses>, now: Date): Promise<OfferState> {
  const account = await readableAccount(world.accounts, id);
  const gate = account?.gate ?? DEFAULT_GATE;
  const rules = (world.gatePolicies(gate) ?? []).flatMap((policy) => policy.rules.map(unwrapRule));
  const sponsors = [account?.sponsor ?? ""].flatMap((each) => normaliseEmail(each) ?? []);
  return { account, expiry: world.gateExpiry(gate), ownDomains: listOwnDomains(sponsors, rules, world.settings.CONSOLE_ISSUER), now };
}

/** True if the policy leaves the guest's end to sponsors. */
function isLeftToSponsors({ renew, state }: AccountRow, expiry: GateExpiry | undefined): boolean {
  return expiry?.renew === "sponsor" && renew !== "approvers" && state !== "ended";
}

/** True if the actor answers for the guest, and the policy leaves the end to sponsors. */
export function maySponsorAct(account: AccountRow, expiry: GateExpiry | undefined, { decider }: Pick<Actor, "decider">): boolean {
  return isLeftToSponsors(account, expiry) && decider !== undefined && answersFor(account, decider);
}

/** True if the guest is offered to the actor themselves, and the policy still leaves the end to sponsors. Nobody accepts for somebody else. */
export function isOfferedTo(account: AccountRow, expiry: GateExpiry | undefined, { decider }: Pick<Actor, "decider">, now: Date): boolean {
  const to = openOffer(account, now);
  if (to === undefined || !isLeftToSponsors(account, expiry) || decider === undefined) return false;
  return isAskedAt(to, { addresses: decider.addresses }) && !isOwnRequest({ email: account.email, identities: [], account }, decider);
}

const untold: Concern = { code: "not-asked", weight: "refused", isUntold: true, text: () => words.notOffered };

function refuse(code: "offered" | "is-sponsor" | "other-domain" | "own-sponsor"): Concern {
  return { code, weight: "refused", text: () => (code === "own-sponsor" ? words.objections[code] : words.offers[code]) };
}

function listObjections({ account, expiry, ownDomains, now }: OfferState, to: string, actor: Actor): readonly Concern[] {
  if (account === undefined || !maySponsorAct(account, expiry, actor)) return [untold];
  if (openOffer(account, now) !== undefined) return [refuse("offered")];
  if (isOwnSponsor({ email: account.email, sponsor: to })) return [refuse("own-sponsor")];
  if (isOwnSponsor({ email: account.sponsor ?? "", sponsor: to })) return [refuse("is-sponsor")];
  // A mail tells the colleague of the guest, so it goes to nobody outside.
  return ownDomains.has(splitAddress(to).domain) ? [] : [refuse("other-domain")];
}

type OfferAct<Input> = Act<typeof uses, OfferTarget, Input & { readonly note?: string | undefined }, OfferState, AccountRow>;

interface Terms<Input> {
  readonly name: string;
  /** The action in the audit log. */
  readonly action: string;
  concerns(state: OfferState, input: Input, actor: Actor): readonly Concern[];
  change(row: AccountRow, input: Input, say: Parameters<typeof endOffer>[2], now: Date): ReturnType<typeof endOffer>;
  /** The colleague, for the audit log. */
  to(state: OfferState, input: Input): string | undefined;
}

function makeOfferAct<Input>({ name, action, concerns, change, to }: Terms<Input>): OfferAct<Input> {
  return {
    ...{ name, may: "Decider", uses, concerns },
    read: readEach((target, world, { now }) => readOffer(target, world, now)),
    version: ({ account }) => account && String(account.turn),
    entry: (state, input) => ({
      action,
      subject: state.account?.reference ?? "",
      after: { email: state.account?.email ?? "", ...keepGiven({ to: to(state, input), note: input.note }) },
    }),
    async perform({ account }, input, { accounts }, { actor, now, act }) {
      const say = { by: toAccountActor(actor), act, ...keepGiven({ note: input.note }) };
      const result = await accounts.change(account?.id ?? "", (row) =>
        row === undefined || row.turn !== account?.turn ? { ok: false, why: "unknown" } : change(row, input, say, now),
      );
      if (result.ok) return dropRenewalLink(result.row);
      return result.why === "unknown"
        ? undefined
        : new Refusal({ code: result.why, weight: "refused", text: () => words.objections[result.why] });
    },
  };
}

function makeEnd(name: string, what: OfferEnd, isTheirs: (state: OfferState & { readonly account: AccountRow }, actor: Actor) => boolean) {
  return makeOfferAct<object>({
    ...{ name, action: `access.${what}` },
    concerns: (state, _, actor) => {
      const { account } = state;
      return account !== undefined && isTheirs({ ...state, account }, actor) ? [] : [untold];
    },
    change: (row, _, say, now) => endOffer(row, what, say, now),
    to: ({ account }) => account?.offeredTo,
  });
}

export const offerActs = {
  /** Offers a guest to a colleague for 14 days. The sponsor answers for the guest until the colleague accepts. */
  offer: makeOfferAct<{ readonly to: string }>({
    ...{ name: "guests.offer", action: "access.offered" },
    concerns: (state, { to }, actor) => listObjections(state, to, actor),
    change: (row, { to }, say, now) => offerGuest(row, to, say, now),
    to: (_, { to }) => to,
  }),
  accept: makeEnd("guests.accept", "offer-accepted", ({ account, expiry, now }, actor) => isOfferedTo(account, expiry, actor, now)),
  refuse: makeEnd("guests.refuse", "offer-refused", ({ account, expiry, now }, actor) => isOfferedTo(account, expiry, actor, now)),
  withdraw: makeEnd(
    "guests.withdraw",
    "offer-withdrawn",
    ({ account, expiry, now }, actor) => openOffer(account, now) !== undefined && maySponsorAct(account, expiry, actor),
  ),
} as const;
