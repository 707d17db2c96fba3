import type { AccountPosition } from "../../../adapters/tables/accounts";
import { type AccountRow, UnreadableAccountError } from "../../../engine/access/account";
import { answersFor, asksSponsor, noticeDays } from "../../../engine/access/renewable";
import type { AccessTerms } from "../../../engine/access/terms";
import { accessTermsIn } from "../../../engine/access/terms-in";
import { timeAfter } from "../../../engine/approvals/times";
import { DEFAULT_GATE } from "../../../engine/sign-up/gate";
import { ruleOf } from "../../../engine/sign-up/policy";
import { MS_PER_DAY } from "../../../engine/sign-up/time";
import type { Visit } from "../../app/visit";
import { deciderOf } from "../approvals/approvals-parts";

// The accounts whose end the visitor decides on, as their sponsor.

/** Of each state at most so many rows are looked at: the table has no index by sponsor. */
export const MOST_ACCOUNTS = 2_000;

/** Of many, after the first page: about as many as the database gives at once. */
const AT_ONCE = 1_000;

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

/** All of them, those first whose access ends first. `cut`: there are more accounts than are looked at. */
export async function sponsoredAccounts(visit: Visit): Promise<{ readonly found: readonly SponsoredAccount[]; readonly cut: boolean }> {
  const notice = Math.max(...termsOfAll(visit).map(noticeDays));
  const before = timeAfter(visit.now.toISOString(), notice * MS_PER_DAY);
  const [ending, disabled] = await Promise.all([
    sponsoredIn(visit, "in", "soonest-first", before),
    sponsoredIn(visit, "disabled", "latest-first"),
  ]);
  return { found: [...ending.found, ...disabled.found], cut: ending.cut || disabled.cut };
}

/** @param before only those whose access ends before then are read */
async function sponsoredIn(visit: Visit, state: "in" | "disabled", order: "soonest-first" | "latest-first", before?: string) {
  const store = visit.world.accounts(() => undefined);
  const found: SponsoredAccount[] = [];
  let from: AccountPosition | undefined;
  for (let count = 0; count < MOST_ACCOUNTS; ) {
    const limit = count === 0 ? undefined : Math.min(AT_ONCE, MOST_ACCOUNTS - count);
    const { items, next } = await store.pageInState(state, order, from, limit);
    found.push(...items.flatMap((account) => asSponsored(visit, account) ?? []));
    if (next === undefined || (before !== undefined && next.endsAt >= before)) return { found, cut: false };
    from = next;
    count += items.length;
  }
  return { found, cut: true };
}
