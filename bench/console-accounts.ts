import { type Item, toItem } from "../adapters/tables/item";
import { MS_PER_DAY } from "../engine/sign-up/time";
import type { AccountRow } from "../features/accounts/account";
import { accessWorker, arrive, begin, disable, end } from "../features/accounts/change";
import { accessRunStore } from "../features/expiry/store/access-runs";
import type { TestConsole } from "../test/console/support";
import { consoleTables } from "./console-rows";

/** Number of accounts that a run has to disable, because their access has ended. The run's page lists all of them. */
const OVER = 250;
/** Minimum number of accounts in each of the states "soon", "disabled" and "ended", at every size. */
const OF_EACH = 100;
const ACCESS_DAYS = 180;
/** At every size, the first sponsors have the same number of accounts, so that their pages are equal. */
const FIRST_SPONSORS = 10;
const SPONSORS = 5_000;

/** Yields the same first accounts at every size, some in each state. The `size` accounts after them are active or ended. */
export function* accountRows(size: number): Generator<Item> {
  const now = Date.now();
  const first = OVER + 3 * OF_EACH;
  for (let index = 0; index < first + size; index++) yield toItem(accountRow(index, first, now));
}

function accountRow(index: number, first: number, now: number): AccountRow {
  const day = (days: number) => new Date(now + days * MS_PER_DAY);
  const kind = chooseKind(index, first);
  const until = day(kind === "soon" ? index % 30 : kind === "in" ? 31 + (index % (ACCESS_DAYS - 31)) : -1 - (index % 3));
  const letInAt = day(-ACCESS_DAYS).toISOString();
  const newcomer = {
    id: `00000000-0000-4000-8000-${String(index).padStart(12, "0")}`,
    personId: `account-${index}`,
    email: `person${index}@company${index % 5_000}.example`,
    reference: "K7QD-9MXD",
    ...{ letInAt, arrivedAt: letInAt },
    userType: "Guest" as const,
    sponsor: `sponsor${index < first ? index % FIRST_SPONSORS : FIRST_SPONSORS + (index % SPONSORS)}@contoso.com`,
    until: until.toISOString(),
  };
  const row = assertRow(arrive(undefined, newcomer, day(-ACCESS_DAYS)));
  if (kind !== "disabled" && kind !== "ended") return row;
  const disabledRow = assertRow(disable(assertRow(begin(row, "disabling", { by: accessWorker }, until)), day(29).toISOString(), until));
  return kind === "disabled" ? disabledRow : assertRow(end(disabledRow, "deleted", day(-(index % 80))));
}

function chooseKind(index: number, first: number) {
  if (index < OVER) return "over";
  if (index < OVER + OF_EACH) return "soon";
  if (index < OVER + 2 * OF_EACH) return "disabled";
  if (index < first) return "ended";
  return index % 6 === 0 ? "soon" : index % 6 === 1 ? "ended" : "in";
}

function assertRow(result: ReturnType<typeof arrive>): AccountRow {
  if (!result.ok) throw new Error(`Not changed: ${result.why}`);
  return result.row;
}

/** Stores a run that waits for a confirmation, because many accounts have ended. */
export async function waitingRun({ database }: TestConsole): Promise<void> {
  const runs = accessRunStore(database.client, consoleTables.ledger);
  const counts = { toDisable: OVER, toDelete: 0, inForce: OVER + 2 * OF_EACH };
  const doneCounts = { reminded: 0, disabled: 0, deleted: 0, skipped: 0 };
  await runs.write(await runs.read(), { at: new Date().toISOString(), state: "waiting", why: "many", ...counts, ...doneCounts });
}
