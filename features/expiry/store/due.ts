import type { NamedAuthor } from "../../../engine/audited-change";
import { DEFAULT_GATE } from "../../../engine/sign-up/gate";
import { isPast, MS_PER_DAY } from "../../../engine/sign-up/time";
import type { AccountRow } from "../../accounts/account";
import { setEnd } from "../../accounts/change";
import type { AccountPosition, AccountStore } from "../../accounts/store/accounts";
import { type AccessDue, endOfAccess, findDueAction, lacksSponsor, wasLeftAlone } from "../due";
import { isTried } from "../earlier-end";
import type { ExpiryOfGates, GateExpiry } from "../expiry";
import type { AccessRun } from "../run";

export interface DueAccount {
  readonly row: AccountRow;
  readonly expiry: GateExpiry;
  readonly due: AccessDue;
}

export interface DueAccounts {
  /** Earliest end first. The accounts that the worker left alone last time come last, so that they do not delay the others. */
  readonly all: readonly DueAccount[];
  readonly inForce: number;
  readonly sponsorLost: number;
  readonly attempts: number;
}

/** Finds the accounts that are due at `now`. Reads the indexes, without a scan of the table. */
export async function dueAccounts(accounts: Pick<AccountStore, "inState">, expiry: ExpiryOfGates, now: Date): Promise<DueAccounts> {
  const all: DueAccount[] = [];
  let inForce = 0;
  let sponsorLost = 0;
  let attempts = 0;
  // Finds exactly the rows with an end: the others have a word in place of the date, and the word sorts after every date.
  for (const state of ["in", "disabled"] as const) {
    for await (const page of accounts.inState(state, new Date("9999-01-01"))) {
      inForce += page.length;
      sponsorLost += page.filter(lacksSponsor).length;
      for (const row of page) {
        const gateExpiry = expiry[row.gate ?? DEFAULT_GATE];
        const due = gateExpiry && findDueAction(row, gateExpiry, now);
        if (gateExpiry !== undefined && due !== undefined) all.push({ row, expiry: gateExpiry, due });
        if (gateExpiry !== undefined && isTried(row, gateExpiry, now)) attempts += 1;
      }
    }
  }
  const place = ({ row }: DueAccount) => `${wasLeftAlone(row) ? 1 : 0} ${row.endsAt}`;
  return { all: all.sort((one, other) => (place(one) < place(other) ? -1 : 1)), inForce, sponsorLost, attempts };
}

export function countDue({ all }: Pick<DueAccounts, "all">): { readonly toDisable: number; readonly toDelete: number } {
  const count = (kind: AccessDue["kind"]) => all.filter(({ row, due }) => due.kind === kind && !wasLeftAlone(row)).length;
  return { toDisable: count("disable"), toDelete: count("delete") };
}

/** An account that a run will disable or delete, and the person, if any, who ended its access early. */
export type DueEnding = DueAccount & { readonly endedBy?: string | undefined };

export interface DueEndings {
  readonly endings: readonly DueEnding[];
  readonly isAll: boolean;
}

/**
 * @param most limit of the endings read for each state. If all endings read so far were ended early by people, more are read, because those
 * people may not confirm the run
 * @default any number
 */
export async function dueEndings(
  accounts: Pick<AccountStore, "pageInState">,
  expiry: ExpiryOfGates,
  run: Pick<AccessRun, "at">,
  most = Number.POSITIVE_INFINITY,
): Promise<DueEndings> {
  const endingLists = await Promise.all(
    (["in", "disabled"] as const).map((state) => endingsIn(accounts, state, { expiry, at: run.at, most })),
  );
  return { endings: endingLists.flatMap(({ endings }) => endings), isAll: endingLists.every(({ isAll }) => isAll) };
}

async function endingsIn(
  accounts: Pick<AccountStore, "pageInState">,
  state: "in" | "disabled",
  { expiry, at, most }: { readonly expiry: ExpiryOfGates; readonly at: string; readonly most: number },
): Promise<DueEndings> {
  const endings: DueEnding[] = [];
  let from: AccountPosition | undefined;
  do {
    if (endings.length >= most && findEnders(endings).length === 0) return { endings, isAll: false };
    const { items, next } = await accounts.pageInState(state, "soonest-first", from);
    for (const row of items) {
      const gateExpiry = expiry[row.gate ?? DEFAULT_GATE];
      const due = gateExpiry && findDueAction(row, gateExpiry, new Date(at));
      if (gateExpiry !== undefined && due !== undefined && due.kind !== "remind" && !wasLeftAlone(row))
        endings.push({ row, expiry: gateExpiry, due, endedBy: endedEarlyBy(row)?.by });
    }
    from = next;
  } while (from !== undefined && from.endsAt <= at);
  return { endings, isAll: true };
}

/**
 * Counts again what a waiting run will do, without accounts that were renewed or ended again since. With the old counts, a confirmation
 * would cover people who were not shown, or somebody could confirm a run of accounts that they ended themselves. If not all endings were
 * read, the worker's count stays as the run's limit.
 */
export function recountRun(run: AccessRun, due: DueEndings): AccessRun {
  const { endings, isAll } = due;
  const { endedBy: _, ...rest } = run;
  if (!isAll) return rest;
  const { toDisable, toDelete } = countDue({ all: endings });
  const endedBy = enderNames(endersOfRun(run, due));
  const counts = { toDisable: run.disabled + toDisable, toDelete: run.deleted + toDelete };
  return { ...rest, ...counts, ...(endedBy.length > 0 && { endedBy }) };
}

/**
 * Returns the people who ended access early. Empty unless the run waits because of too many accounts, all endings were read, and
 * `findEnders` names somebody.
 */
export function endersOfRun({ why }: AccessRun, { endings, isAll }: DueEndings): readonly NamedAuthor[] {
  return isAll && why === "many" ? findEnders(endings) : [];
}

export async function setEnds(accounts: Pick<AccountStore, "change" | "unset">, expiry: ExpiryOfGates, now: Date): Promise<void> {
  for await (const page of accounts.unset()) {
    for (const row of page) {
      const gateExpiry = expiry[row.gate ?? DEFAULT_GATE];
      if (gateExpiry !== undefined)
        await accounts.change(row.id, (storedRow) => setEnd(storedRow, endOfAccess(row.letInAt, gateExpiry, now), now, gateExpiry.renew));
    }
  }
}

/** Leaves out accounts that the worker left alone last time. Reads only accounts past their end, because these are few. */
export async function endedByHand(
  accounts: Pick<AccountStore, "inState">,
  expiry: ExpiryOfGates,
  now: Date,
): Promise<readonly DueAccount[]> {
  const endedAccounts: DueAccount[] = [];
  for await (const page of accounts.inState("in", now)) {
    for (const row of page) {
      const gateExpiry = expiry[row.gate ?? DEFAULT_GATE];
      const due = gateExpiry && findDueAction(row, gateExpiry, now);
      if (gateExpiry !== undefined && due?.kind === "disable" && endedEarlyBy(row) !== undefined && !wasLeftAlone(row))
        endedAccounts.push({ row, expiry: gateExpiry, due });
    }
  }
  return endedAccounts;
}

/**
 * The person who ended the access early. Undefined if the end was changed since, or if the worker has disabled the account. If somebody
 * enables the account in Entra again, the account keeps access until the day's run.
 */
function endedEarlyBy({ history }: AccountRow): NamedAuthor | undefined {
  const last = history.findLast(({ until, what }) => until !== undefined || what === "disabled");
  return last?.what === "ended-early" ? { by: last.by.name, userNames: last.by.userNames } : undefined;
}

/**
 * The people who ended the access of all accounts early. Empty if any account's access ended on its regular day, or if any account is to be
 * deleted.
 */
export function findEnders(all: readonly DueAccount[]): readonly NamedAuthor[] {
  const acts = all.filter(({ row, due }) => due.kind !== "remind" && !wasLeftAlone(row));
  const enders = acts.flatMap(({ row, due }) => (due.kind === "disable" && endedEarlyBy(row)) || []);
  return enders.length === acts.length ? enders : [];
}

export function enderNames(enders: readonly NamedAuthor[]): readonly string[] {
  return [...new Set(enders.map(({ by }) => by))];
}

export async function* renewedAccounts(accounts: Pick<AccountStore, "inState">, now: Date): AsyncGenerator<AccountRow> {
  for await (const page of accounts.inState("disabled")) {
    for (const row of page) if (row.until === undefined || !isPast(row.until, now)) yield row;
  }
}

export function deletionAfter({ delete: days }: GateExpiry, now: Date): string | undefined {
  return days === undefined ? undefined : new Date(now.getTime() + days * MS_PER_DAY).toISOString();
}
