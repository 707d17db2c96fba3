import type { NamedAuthor } from "../../../engine/author";
import { DEFAULT_GATE } from "../../../engine/sign-up/gate";
import { MS_PER_DAY } from "../../../engine/sign-up/time";
import type { AccountRow } from "../../accounts/account";
import { setEnd } from "../../accounts/change";
import type { AccountPosition, AccountStore } from "../../accounts/store/accounts";
import { isPast } from "../../approvals/times";
import { type AccessDue, dueOf, endOfAccess, wasLeftAlone } from "../due";
import type { ExpiryOfGates, GateExpiry } from "../expiry";
import type { AccessRun } from "../run";

/** An account for which something is due. */
export interface DueAccount {
  readonly row: AccountRow;
  readonly expiry: GateExpiry;
  readonly due: AccessDue;
}

/** What is due, and among how many accounts. */
export interface DueAccounts {
  /** Those first whose access ended first; last those that were left alone before, so that they keep nobody waiting. */
  readonly all: readonly DueAccount[];
  /** Accounts whose access has an end. */
  readonly inForce: number;
  /** How many of these have a sponsor who cannot be asked. */
  readonly sponsorLost: number;
}

/** What is due at a moment, by the indexes: nothing is scanned. */
export async function dueAccounts(accounts: Pick<AccountStore, "inState">, expiry: ExpiryOfGates, now: Date): Promise<DueAccounts> {
  const all: DueAccount[] = [];
  let inForce = 0;
  let sponsorLost = 0;
  // A date, whatever it is, comes before every word.
  for (const state of ["in", "disabled"] as const) {
    for await (const page of accounts.inState(state, new Date("9999-01-01"))) {
      inForce += page.length;
      sponsorLost += page.filter((row) => row.sponsorLost !== undefined).length;
      for (const row of page) {
        const own = expiry[row.gate ?? DEFAULT_GATE];
        const due = own && dueOf(row, own, now);
        if (own !== undefined && due !== undefined) all.push({ row, expiry: own, due });
      }
    }
  }
  const place = ({ row }: DueAccount) => `${wasLeftAlone(row) ? 1 : 0} ${row.endsAt}`;
  return { all: all.sort((one, other) => (place(one) < place(other) ? -1 : 1)), inForce, sponsorLost };
}

/** How many accounts are to be disabled and deleted, those that were left alone when they were counted excepted. */
export function countDue({ all }: Pick<DueAccounts, "all">): { readonly toDisable: number; readonly toDelete: number } {
  const count = (kind: AccessDue["kind"]) => all.filter(({ row, due }) => due.kind === kind && !wasLeftAlone(row)).length;
  return { toDisable: count("disable"), toDelete: count("delete") };
}

/** An account that a run is to disable or delete, and who ended its access early. */
export type DueEnding = DueAccount & { readonly endedBy?: string | undefined };

/** What a run is still to disable and delete, those first whose access ended first. */
export interface DueEndings {
  readonly endings: readonly DueEnding[];
  /** Whether there are no others. */
  readonly isAll: boolean;
}

/**
 * @param most after so many of a state no more are looked for, if one of them ended by itself: then nobody ended all of them early, and
 * may confirm none of them. @default any number
 */
export async function dueEndings(
  accounts: Pick<AccountStore, "pageInState">,
  expiry: ExpiryOfGates,
  run: Pick<AccessRun, "at">,
  most = Number.POSITIVE_INFINITY,
): Promise<DueEndings> {
  const found = await Promise.all((["in", "disabled"] as const).map((state) => endingsIn(accounts, state, { expiry, at: run.at, most })));
  return { endings: found.flatMap(({ endings }) => endings), isAll: found.every(({ isAll }) => isAll) };
}

async function endingsIn(
  accounts: Pick<AccountStore, "pageInState">,
  state: "in" | "disabled",
  { expiry, at, most }: { readonly expiry: ExpiryOfGates; readonly at: string; readonly most: number },
): Promise<DueEndings> {
  const endings: DueEnding[] = [];
  let from: AccountPosition | undefined;
  do {
    if (endings.length >= most && endersOf(endings).length === 0) return { endings, isAll: false };
    const { items, next } = await accounts.pageInState(state, "soonest-first", from);
    for (const row of items) {
      const own = expiry[row.gate ?? DEFAULT_GATE];
      const due = own && dueOf(row, own, new Date(at));
      if (own !== undefined && due !== undefined && due.kind !== "remind" && !wasLeftAlone(row))
        endings.push({ row, expiry: own, due, endedBy: endedEarlyBy(row)?.by });
    }
    from = next;
  } while (from !== undefined && from.endsAt <= at);
  return { endings, isAll: true };
}

/**
 * A run that waits, by what of it is still due: what it did is done, and whose access was renewed or ended again meanwhile is out of
 * it. Otherwise a confirmation would stand for people that nobody asked about, and who ended all that is left could confirm it. Of more
 * than are looked for, the worker's count stands: it looks at each again, and does no more than it counted.
 */
export function recounted(run: AccessRun, due: DueEndings): AccessRun {
  const { endings, isAll } = due;
  const { endedBy: _, ...rest } = run;
  if (!isAll) return rest;
  const { toDisable, toDelete } = countDue({ all: endings });
  const endedBy = enderNames(endersOfRun(run, due));
  const counts = { toDisable: run.disabled + toDisable, toDelete: run.deleted + toDelete };
  return { ...rest, ...counts, ...(endedBy.length > 0 && { endedBy }) };
}

/** Who ended all that is still due of a run that waits; nobody where it waits for something else. */
export function endersOfRun({ why }: AccessRun, { endings, isAll }: DueEndings): readonly NamedAuthor[] {
  return isAll && why === "many" ? endersOf(endings) : [];
}

/** Gives accounts that have had no end the one that their gate's policy says. */
export async function setEnds(accounts: Pick<AccountStore, "change" | "unset">, expiry: ExpiryOfGates, now: Date): Promise<void> {
  for await (const page of accounts.unset()) {
    for (const row of page) {
      const own = expiry[row.gate ?? DEFAULT_GATE];
      if (own !== undefined) await accounts.change(row.id, (stored) => setEnd(stored, endOfAccess(row.letInAt, own, now), now, own.renew));
    }
  }
}

/** Accounts that are to be disabled because a person ended their access, those that were left alone excepted. Read by their end: few are past it. */
export async function endedByHand(
  accounts: Pick<AccountStore, "inState">,
  expiry: ExpiryOfGates,
  now: Date,
): Promise<readonly DueAccount[]> {
  const found: DueAccount[] = [];
  for await (const page of accounts.inState("in", now)) {
    for (const row of page) {
      const own = expiry[row.gate ?? DEFAULT_GATE];
      const due = own && dueOf(row, own, now);
      if (own !== undefined && due?.kind === "disable" && endedEarlyBy(row) !== undefined && !wasLeftAlone(row))
        found.push({ row, expiry: own, due });
    }
  }
  return found;
}

/** The person who set the present end, if the worker has not acted on it. An account that somebody enables again in Entra has until the day's run. */
function endedEarlyBy({ history }: AccountRow): NamedAuthor | undefined {
  const last = history.findLast(({ until, what }) => until !== undefined || what === "disabled");
  return last?.what === "ended-early" ? { by: last.by.name, userNames: last.by.userNames } : undefined;
}

/** Who ended the access of all accounts that are to be disabled, where nobody's is to end by itself and none is to be deleted. */
export function endersOf(all: readonly DueAccount[]): readonly NamedAuthor[] {
  const acts = all.filter(({ row, due }) => due.kind !== "remind" && !wasLeftAlone(row));
  const enders = acts.flatMap(({ row, due }) => (due.kind === "disable" && endedEarlyBy(row)) || []);
  return enders.length === acts.length ? enders : [];
}

export function enderNames(enders: readonly NamedAuthor[]): readonly string[] {
  return [...new Set(enders.map(({ by }) => by))];
}

/** Disabled accounts whose access was renewed. */
export async function* renewedAccounts(accounts: Pick<AccountStore, "inState">, now: Date): AsyncGenerator<AccountRow> {
  for await (const page of accounts.inState("disabled")) {
    for (const row of page) if (row.until === undefined || !isPast(row.until, now)) yield row;
  }
}

/** When an account that is disabled now may be deleted. */
export function deletionAfter({ delete: days }: GateExpiry, now: Date): string | undefined {
  return days === undefined ? undefined : new Date(now.getTime() + days * MS_PER_DAY).toISOString();
}
