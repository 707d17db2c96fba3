import { type AccountRow, type AccountState, UnreadableAccountError } from "../../../engine/access/account";
import { answersFor, asksSponsor, noticeDays } from "../../../engine/access/renewable";
import type { AccessTerms } from "../../../engine/access/terms";
import { accessTermsIn } from "../../../engine/access/terms-in";
import { sameMailbox } from "../../../engine/access-list/spellings";
import { normaliseEmail } from "../../../engine/sign-up/email";
import { DEFAULT_GATE } from "../../../engine/sign-up/gate";
import { ruleOf } from "../../../engine/sign-up/policy";
import { MS_PER_DAY } from "../../../engine/sign-up/time";
import type { Visit } from "../../app/visit";
import { deciderOf } from "../approvals/approvals-parts";

// The accounts whose end the visitor decides on, as their sponsor.

/** So many accounts of a sponsor are looked at. */
export const MOST_ACCOUNTS = 2_000;

/** An account whose end asks the visitor. */
export interface SponsoredAccount {
  readonly account: AccountRow;
  readonly terms: AccessTerms;
}

/** Whether a policy ends access, and asks sponsors about it. */
export function asksSponsors(visit: Visit): boolean {
  return termsOfAll(visit).length > 0;
}

function termsOfAll(visit: Visit): readonly AccessTerms[] {
  return visit.world.gates.flatMap((gate) => termsAt(visit, gate) ?? []).filter(({ renew }) => renew === "sponsor");
}

function termsAt({ world }: Visit, gate: string): AccessTerms | undefined {
  return accessTermsIn(world.policiesAt(gate).flatMap(({ rules }) => rules.map(ruleOf)));
}

/** Undefined for somebody else's guest, and for one whose end is not near. */
export function asSponsored(visit: Visit, account: AccountRow | undefined): SponsoredAccount | undefined {
  if (account === undefined || !answersFor(account, deciderOf(visit))) return undefined;
  const terms = termsAt(visit, account.gate ?? DEFAULT_GATE);
  return terms !== undefined && asksSponsor(account, terms, visit.now) ? { account, terms } : undefined;
}

/** The same of one account; undefined too for one that is not there, or cannot be read. */
export async function sponsoredAccount(visit: Visit, id: string): Promise<SponsoredAccount | undefined> {
  try {
    return asSponsored(visit, await visit.world.accounts().get(id));
  } catch (error) {
    if (error instanceof UnreadableAccountError) return undefined;
    throw error;
  }
}

/** All of them: those whose access ends first, then disabled ones, the last ended first. `cut`: there are more than are looked at. */
export async function sponsoredAccounts(visit: Visit): Promise<{ readonly found: readonly SponsoredAccount[]; readonly cut: boolean }> {
  const notice = Math.max(...termsOfAll(visit).map(noticeDays));
  // A day more: which of them are near their end is for `asSponsored`.
  const before = new Date(visit.now.getTime() + (notice + 1) * MS_PER_DAY);
  const guests = await Promise.all(sponsorsSpoken(visit).map((sponsor) => guestsOf(visit, sponsor, before)));
  const found = guests.flatMap((each) => each.found).sort((one, other) => (one.account.endsAt < other.account.endsAt ? -1 : 1));
  const inState = (state: AccountState) => found.filter(({ account }) => account.state === state);
  return { found: [...inState("in"), ...inState("disabled").reverse()], cut: guests.some(({ cut }) => cut) };
}

/** The addresses for which the visitor answers, in every spelling that a row may have. */
function sponsorsSpoken(visit: Visit): readonly string[] {
  const { addresses = [], standsInFor = [] } = deciderOf(visit);
  return [...new Set([...addresses, ...standsInFor].flatMap((each) => normaliseEmail(each) ?? []).flatMap(sameMailbox))];
}

async function guestsOf(visit: Visit, sponsor: string, before: Date) {
  const found: SponsoredAccount[] = [];
  let count = 0;
  for await (const page of visit.world.accounts(() => undefined).bySponsor(sponsor, before)) {
    if (count >= MOST_ACCOUNTS) return { found, cut: true };
    found.push(...page.flatMap((account) => asSponsored(visit, account) ?? []));
    count += page.length;
  }
  return { found, cut: false };
}
