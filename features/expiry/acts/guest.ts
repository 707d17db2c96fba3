import { type Act, type Concern, Refusal } from "../../../adapters/operator/act";
import type { WorldMember } from "../../../adapters/operator/world";
import type { Actor } from "../../../engine/audited-change";
import { keepGiven } from "../../../engine/json";
import { textsForReader } from "../../../engine/operator/page-texts";
import { DEFAULT_GATE } from "../../../engine/sign-up/gate";
import { type AccountRow, accountPerson } from "../../accounts/account";
import { restoreEnd } from "../../accounts/change";
import { readableAccount } from "../../accounts/store/accounts";
import { accountRow } from "../../accounts/world";
import type { DenialsNow } from "../../explain/world";
import { accessWords as words } from "../concern-words";
import type { GateExpiry } from "../expiry";
import { answeredBySponsor, answersFor, asksSponsor, endToRestore, mayLetEnd, sponsorActions } from "../renewable";
import { accountOfLink } from "../renewal-link";
import { renewTexts } from "../renewal-texts";
import { gateExpiry } from "../world";
import { toAccountActor } from "./access";

const actions = { ...sponsorActions, undo: "access.end-restored" } as const;
export type GuestAnswer = keyof typeof actions;

export interface GuestTarget {
  readonly id: string;
  /** The secret of the link in a mail, which takes the place of the sponsor's session. */
  readonly secret?: string;
}

/** A guest whose sponsor is asked, or may undo a renewal. */
export interface AskedGuest {
  readonly account: AccountRow;
  readonly expiry: GateExpiry;
  /** The end before the sponsor's own renewal, which they may restore. */
  readonly was?: string | undefined;
  /** The address to which the link went. */
  readonly address?: string;
}

interface GuestState {
  readonly target: GuestTarget;
  readonly guest: AskedGuest | undefined;
  readonly isDenied: boolean;
}

/**
 * Finds what the actor is asked about an account. Undefined for another person's guest, and if there is nothing to answer or to undo.
 * @param secret of a link. Without it, the actor's session tells whom they answer for
 */
export function findAskedGuest(
  account: AccountRow | undefined,
  expiryAt: (gate: string) => GateExpiry | undefined,
  actor: Actor,
  now: Date,
  secret?: string,
): AskedGuest | undefined {
  const gate = account?.gate ?? DEFAULT_GATE;
  const expiry = expiryAt(gate);
  if (account === undefined || expiry === undefined) return undefined;
  if (secret !== undefined) return accountOfLink(account, secret, { [gate]: expiry }, now);
  if (actor.decider === undefined || !answersFor(account, actor.decider)) return undefined;
  const was = endToRestore(account, toAccountActor(actor), now);
  return was !== undefined || asksSponsor(account, expiry, now) ? { account, expiry, was } : undefined;
}

const notAsked: Concern = { code: "not-asked", weight: "refused", isUntold: true, text: () => words.notAsked };
const answered: Concern = { code: "answered", weight: "refused", text: () => words.objections.already };

function makeAnswer(answer: GuestAnswer, denials: WorldMember<DenialsNow>) {
  const uses = { accounts: accountRow, gateExpiry, denials };
  const act: Act<typeof uses, GuestTarget, { readonly note?: string }, GuestState, AccountRow> = {
    ...{ name: `guests.${answer}`, may: "Decider", uses },
    read: (targets, { accounts, gateExpiry, denials }, { actor, now }) =>
      Promise.all(
        targets.map(async (target): Promise<GuestState> => {
          const guest = findAskedGuest(await readableAccount(accounts, target.id), gateExpiry, actor, now, target.secret);
          const person = guest && answer === "renew" ? accountPerson(guest.account) : undefined;
          const denied = person === undefined ? undefined : await denials.findDenials([person], now);
          return { target, guest, isDenied: person !== undefined && denied?.get(person)?.isPartial === false };
        }),
      ),
    version: ({ guest }) => guest && String(guest.account.turn),
    concerns({ guest, isDenied }) {
      if (guest === undefined || (answer === "undo") !== (guest.was !== undefined)) return [notAsked];
      if (answer === "let-end" && !mayLetEnd(guest.account)) return [answered];
      // Sponsors do not see the entry.
      return isDenied ? [{ code: "denied-by-list", weight: "refused", text: () => textsForReader(renewTexts).deniedByList }] : [];
    },
    entry: ({ guest }, { note }) => ({
      action: actions[answer],
      subject: guest?.account.reference ?? "",
      after: { email: guest?.account.email ?? "", ...keepGiven({ note }) },
    }),
    async perform({ target, guest }, { note }, { accounts, gateExpiry }, { actor, now, act }) {
      const say = { by: toAccountActor(actor), act, ...keepGiven({ note }) };
      const result = await accounts.change(target.id, (row) => {
        const asked = findAskedGuest(row, gateExpiry, actor, now, target.secret);
        if (asked === undefined || row?.turn !== guest?.account.turn) return { ok: false, why: "unknown" };
        if (answer === "undo") return restoreEnd(row, asked.was ?? "", say, now);
        return answeredBySponsor(asked.account, answer, asked.expiry, say, now);
      });
      if (result.ok) return result.row;
      return result.why === "unknown" ? undefined : new Refusal(notAsked);
    },
  };
  return act;
}

/** The answers of sponsors about their guests. @param denials what the door can read about people whom the list denies */
export function makeGuestAnswers(denials: WorldMember<DenialsNow>) {
  return { renew: makeAnswer("renew", denials), "let-end": makeAnswer("let-end", denials), undo: makeAnswer("undo", denials) };
}
