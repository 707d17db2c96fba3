import { type GraphClient, GraphError } from "../../../adapters/graph/graph";
import { deleteAccount, enabledAmong, liveAccount } from "../../../adapters/graph/live-account";
import {
  hasSponsor,
  readGuestPolicies,
  removeSponsor,
  type SponsorOutcome,
  sponsorByAddress,
  sponsorNow,
} from "../../../adapters/graph/sponsors";
import { setSignIn } from "../../../adapters/graph/users";
import type { LiveAccount } from "../../../engine/directory-account";
import { DEFAULT_GATE } from "../../../engine/sign-up/gate";
import { isPast, MS_PER_DAY, timeAfter } from "../../../engine/sign-up/time";
import type { AccountRow, EndReason } from "../../accounts/account";
import {
  accessWorker,
  begin,
  disable,
  end,
  endOffer,
  findDayLeft,
  findSponsorAttempt,
  keepAccess,
  mayRetrySponsor,
  noteEvidence,
  noteSponsorAdded,
  noteSponsorAttempt,
  remind,
  reopenAccess,
  restoreAccess,
  skip,
} from "../../accounts/change";
import type { AccountStore } from "../../accounts/store/accounts";
import { findDueAction, isSameDue, wasLeftAlone } from "../due";
import { isForgotten, remindersBefore } from "../earlier-end";
import type { ExpiryOfGates, GateExpiry } from "../expiry";
import { type AccessFate, decideNextStep } from "../fate";
import { type AccessRun, decideWorkerTurn, isMany, MOST_ALONE, mayAct, mayBeGone } from "../run";
import type { AccessRunStore } from "../store/access-runs";
import {
  countDue,
  type DueAccount,
  deletionAfter,
  dueAccounts,
  endedByHand,
  enderNames,
  findEnders,
  renewedAccounts,
  setEnds,
} from "../store/due";
import type { AccessEndedStore } from "../store/ended";
import { checkEnd, gatherEvidence, type TokenEvidence } from "./evidence";

/** Minimum time for each account: 200 accounts a minute. */
const ACCOUNT_MS = 300;
/** If Graph refuses this many accounts and the run has changed none, the application is taken to lack the permission. */
const MOST_REFUSED = 5;
/** After this many failures in a row, the setting of sponsors stops until the next run. */
const MOST_SPONSORS_FAILED = 5;
const forbidden = new GraphError({ status: 403, code: "Forbidden" });

export interface AccessPorts {
  readonly accounts: Pick<AccountStore, "change" | "get" | "inState" | "offered" | "unset">;
  readonly runs: AccessRunStore;
  readonly ended: AccessEndedStore;
  /** True if an entry of the access list denies this one person, as after an incident. A renewal then does not enable the account. */
  readonly isDenied: (row: AccountRow, live: Pick<LiveAccount, "identities">) => Promise<boolean>;
  readonly graph: Pick<GraphClient, "address" | "delete" | "get" | "patch" | "pause" | "post">;
  readonly expiry: ExpiryOfGates;
  readonly tokens: TokenEvidence;
  readonly now: () => Date;
  /** Returns true if the function's time is nearly over. The rest then waits for the next call. */
  readonly isOver: () => boolean;
}

/** The result of a call. `failed` is Graph's answer, or `clock` if the clock is behind the last run. */
export interface AccessOutcome {
  readonly run?: AccessRun;
  readonly failed?: string;
  /** What became of guests' sponsors: Graph's answer if the last call failed. Undefined if no call came to them. */
  readonly sponsors?: "done" | { readonly refused: string } | undefined;
}

/**
 * Enables accounts whose access was renewed. Once a day, begins a run of all that is due, earliest end first. Between runs, and while a run
 * waits because many are due, disables accounts whose access was ended early. The next call continues a cut-off run. An unexpected answer of Graph stops it.
 */
export async function workOnAccess(ports: AccessPorts): Promise<AccessOutcome> {
  const { runs, now } = ports;
  const before = await runs.read();
  const turn = decideWorkerTurn(before.runs, now());
  if (turn.kind === "behind") return { failed: "clock" };
  try {
    if (turn.kind === "begin") await lapseOffers(ports);
    await enableRenewed(ports);
    if (turn.kind === "rest") {
      await setEnds(ports.accounts, ports.expiry, now());
      await disableEnded(ports);
      await gatherEvidence(ports);
      return {};
    }
    if (turn.kind === "wait") {
      // A run that waits because somebody ended many by hand waits for a second person.
      if (turn.run.why === "many" && turn.run.endedBy === undefined) await disableEnded(ports);
      return { run: turn.run };
    }
    if (turn.kind === "begin" && !turn.jumped) {
      await takeBackEnabled(ports);
      await dropForgottenEnds(ports);
      // The run counts the ends that follow from it.
      await gatherEvidence(ports);
    }
    const run = turn.kind === "go-on" ? turn.run : await beginRun(ports, turn.jumped);
    if (turn.kind === "begin" && !(await runs.write(before, run))) return {};
    const outcome = run.state === "running" ? await workOff(run, ports) : { run };
    return outcome.failed === undefined ? { ...outcome, sponsors: await tellEntra(run, ports) } : outcome;
  } catch (error) {
    if (!(error instanceof GraphError)) throw error;
    return { failed: `${error.status} ${error.code}` };
  }
}

/** Notes offers that no colleague has accepted in time, so that their sponsors learn of it. */
async function lapseOffers({ accounts, now }: AccessPorts): Promise<void> {
  for await (const page of accounts.offered()) {
    for (const { id } of page) await accounts.change(id, (row) => endOffer(row, "offer-lapsed", { by: accessWorker }, now()));
  }
}

async function enableRenewed(ports: AccessPorts): Promise<void> {
  const { accounts, graph, ended, now } = ports;
  for await (const row of renewedAccounts(accounts, now())) {
    if (ports.isOver()) return;
    const { id } = row;
    const live = await liveAccount(graph, id);
    const fate = decideNextStep(row, "enable", live);
    if (await settledOtherwise(row, fate, ports)) continue;
    if (fate.kind === "act") {
      if (await ports.isDenied(row, live ?? {})) continue;
      const beginResult = await accounts.change(id, (storedRow) => begin(storedRow, "enabling", { by: accessWorker }, now()));
      if (!beginResult.ok && beginResult.why !== "already") continue;
      await setSignIn(graph, id, true);
    }
    // `ended.forget` comes first. In the other order, if the worker stopped in between, the next call would not find the restored row, and
    // sign-up would stay blocked.
    await ended.forget(row);
    await accounts.change(id, (storedRow) => restoreAccess(storedRow, now()));
  }
}

/** Opens the rows of accounts that somebody enabled in Entra after their access ended, so that the run counts those that end again. */
async function takeBackEnabled(ports: AccessPorts): Promise<void> {
  const { accounts, graph, now, isOver } = ports;
  for await (const page of accounts.inState("disabled", now())) {
    if (isOver()) return;
    const enabledIds = await enabledAmong(
      graph,
      page.map(({ id }) => id),
    );
    for (const row of page) if (enabledIds.has(row.id)) await reopen(row, ports);
  }
}

/** Takes away earlier ends whose option is gone from the policy, so that nobody reads of an end that does not come. */
async function dropForgottenEnds({ accounts, expiry, now, isOver }: AccessPorts): Promise<void> {
  for await (const page of accounts.inState("in", new Date("9999-01-01"))) {
    for (const { id, gate, idleEnd, endReason } of page) {
      if (isOver()) return;
      if (idleEnd === undefined || endReason === undefined || expiry[gate ?? DEFAULT_GATE]?.[endReason] !== undefined) continue;
      await accounts.change(id, (storedRow) => noteEvidence(storedRow, {}, now()));
    }
  }
}

async function reopen(row: AccountRow, { accounts, ended, now }: AccessPorts): Promise<void> {
  // Access goes on, so the person may sign up again. It comes first, as when access was renewed.
  if (findDayLeft(row, now()) !== undefined) await ended.forget(row);
  await accounts.change(row.id, (storedRow) => reopenAccess(storedRow, now()));
}

/** Disables accounts whose access was ended early. More than `MOST_ALONE` are left to the day's run, which waits for a person. */
async function disableEnded(ports: AccessPorts): Promise<void> {
  const { accounts, graph, expiry, now } = ports;
  const at = now();
  const foundAccounts = await endedByHand(accounts, expiry, at);
  if (foundAccounts.length === 0 || foundAccounts.length > MOST_ALONE) return;
  for (const due of foundAccounts) {
    if (ports.isOver()) return;
    await doDue(due, at, ports);
    await graph.pause(ACCOUNT_MS);
  }
}

/** Comes after the ends, in the time that is left, because no end depends on it. */
async function tellEntra({ at, guestPolicies }: AccessRun, ports: AccessPorts): Promise<AccessOutcome["sponsors"]> {
  if (guestPolicies === undefined && !ports.isOver()) await notePolicies(at, ports);
  return await nameSponsors(ports);
}

async function notePolicies(at: string, { graph, runs }: AccessPorts): Promise<void> {
  const guestPolicies = await readGuestPolicies(graph);
  const before = await runs.read();
  const run = before.runs.find((each) => each.at === at);
  if (run !== undefined) await runs.write(before, { ...run, guestPolicies });
}

/**
 * Sets each guest's sponsor in Entra. Tries each sponsor of an account once, and once a week while the reason why not may pass; if Graph does
 * not answer, the next run tries again. A 403 can mean that the application lacks the permission, so it is only remembered for an account once Graph has accepted a later one.
 */
async function nameSponsors(ports: AccessPorts): Promise<AccessOutcome["sponsors"]> {
  const { accounts, graph, now, isOver } = ports;
  let failedCount = 0;
  let outcome: AccessOutcome["sponsors"];
  let forbiddenRows: SponsoredRow[] = [];
  const note = ({ id, sponsor }: SponsoredRow, came: SponsorOutcome) =>
    accounts.change(id, (storedRow) => noteSponsorAttempt(storedRow, sponsor, came, now()));
  for await (const row of guestsToSponsor(ports)) {
    if (isOver() || failedCount >= MOST_SPONSORS_FAILED) return outcome;
    const came = await replaceSponsor(row, ports).catch((error: unknown) => {
      if (!(error instanceof GraphError)) throw error;
      if (error.status === 403) forbiddenRows.push(row);
      outcome = { refused: `${error.status} ${error.code}` };
      return [400, 404].includes(error.status) ? ("refused" as const) : undefined;
    });
    failedCount = came === undefined ? failedCount + 1 : 0;
    if (came !== undefined) await note(row, came);
    if (hasSponsor(came)) {
      outcome = "done";
      for (const forbiddenRow of forbiddenRows) await note(forbiddenRow, "refused");
      forbiddenRows = [];
    }
    await graph.pause(ACCOUNT_MS);
  }
  return outcome ?? "done";
}

/** Returns guests whose sponsor the worker has not tried to set, then those whose sponsor it could not set a week ago. */
async function* guestsToSponsor({ accounts, now }: AccessPorts): AsyncGenerator<SponsoredRow> {
  for (const isDue of [(row: AccountRow) => row.sponsor !== row.sponsorTried, (row: AccountRow) => mayRetrySponsor(row, now())])
    for await (const page of accounts.inState("in"))
      for (const row of page) if (hasNamedSponsor(row) && isGuest(row) && isDue(row)) yield row;
}

type SponsoredRow = AccountRow & { readonly sponsor: string };

function hasNamedSponsor(row: AccountRow): row is SponsoredRow {
  return row.sponsor !== undefined;
}

/** Sets the sponsor, then takes away the one that the worker set before: the guest has a sponsor at each moment. */
async function replaceSponsor(row: SponsoredRow, { accounts, graph }: AccessPorts): Promise<SponsorOutcome> {
  const { id, sponsor, sponsorSet = findEarlierSet(row), sponsorAdded } = row;
  const came = await sponsorByAddress(graph, id, sponsor, undefined, "throw");
  if (!hasSponsor(came)) return came;
  try {
    // A sponsor that somebody else set stays.
    for (const before of [sponsorSet, sponsorAdded]) if (before !== undefined && before !== sponsor) await removeSponsor(graph, id, before);
  } catch (error) {
    // Entra lists the sponsor at the next try, which then knows who set them.
    if (came === "set") await accounts.change(id, (storedRow) => noteSponsorAdded(storedRow, sponsor));
    throw error;
  }
  return [sponsorSet, sponsorAdded].includes(sponsor) ? "set" : came;
}

/** Rows of earlier versions name only the sponsor that was tried last. */
function findEarlierSet(row: AccountRow): string | undefined {
  const tried = findSponsorAttempt(row);
  return tried?.what === "sponsored" && tried.note === undefined ? row.sponsorTried : undefined;
}

/** Only a workforce tenant has guests, and it has no step before a token. */
function isGuest({ userType, by }: AccountRow): boolean {
  return userType === "Guest" || (userType === undefined && by !== "token");
}

async function beginRun({ accounts, expiry, now }: AccessPorts, hasJumped: boolean): Promise<AccessRun> {
  const at = now();
  // If the clock jumped, no ends are set, because wrong ends would stay.
  if (!hasJumped) await setEnds(accounts, expiry, at);
  const { all, inForce, sponsorLost, attempts } = await dueAccounts(accounts, expiry, at);
  const { toDisable, toDelete } = countDue({ all });
  const plan = {
    at: at.toISOString(),
    toDisable,
    toDelete,
    inForce,
    sponsorLost,
    reminded: 0,
    disabled: 0,
    deleted: 0,
    skipped: 0,
    ...(attempts > 0 && { attempts }),
  };
  if (hasJumped) return { ...plan, state: "waiting", why: "clock" };
  if (!isMany(toDisable + toDelete, inForce)) return { ...plan, state: "running" };
  const endedBy = enderNames(findEnders(all));
  return { ...plan, state: "waiting", why: "many", ...(endedBy.length > 0 && { endedBy }) };
}

async function workOff(begunRun: AccessRun, ports: AccessPorts): Promise<AccessOutcome> {
  const { runs } = ports;
  const { all } = await dueAccounts(ports.accounts, ports.expiry, new Date(begunRun.at));
  const { counts, gone, lost, found, left, failed } = await workThrough(all, begunRun, ports);
  const isAnothers = !mayBeGone(gone.length, found, begunRun);
  if (isAnothers) counts.skipped -= gone.length;
  else for (const row of gone) await settledOtherwise(row, { kind: "gone" }, ports);
  const { failed: _, ...last } = begunRun;
  const run: AccessRun = {
    ...last,
    state: left > 0 ? "running" : "done",
    ...(isAnothers && { state: "waiting", why: "gone" }),
    reminded: begunRun.reminded + counts.reminded,
    disabled: begunRun.disabled + counts.disabled,
    deleted: begunRun.deleted + counts.deleted,
    skipped: begunRun.skipped + counts.skipped,
    sponsorLost: (begunRun.sponsorLost ?? 0) + lost.size,
    ...(failed !== undefined && { failed }),
  };
  await runs.write(await runs.read(), run);
  return { run, ...(failed !== undefined && { failed }) };
}

async function workThrough(all: readonly DueAccount[], begunRun: AccessRun, ports: AccessPorts) {
  const counts = { reminded: 0, disabled: 0, deleted: 0, skipped: 0 };
  const goneRows: AccountRow[] = [];
  const lostSponsors = new Set<string>();
  let [found, refused] = [0, 0];
  const countActed = () => counts.disabled + counts.deleted;
  const isForbidden = () => refused >= MOST_REFUSED && countActed() === 0;
  const count = (came: Came | undefined, row: AccountRow) => {
    if (came === "gone") goneRows.push(row);
    else found += 1;
    if (came === "refused") refused += 1;
    if (came !== undefined) counts[came === "refused" || came === "gone" ? "skipped" : came] += 1;
    // An account left alone last time does not stop the run: otherwise the next day's run would never begin.
    if (isForbidden() && !wasLeftAlone(row)) throw forbidden;
  };
  const buildResult = (leftCount: number, failure: GraphError | undefined) => {
    const failureText = failure && `${failure.status} ${failure.code}`;
    return { counts, gone: goneRows, lost: lostSponsors, found, left: leftCount, failed: failureText };
  };
  for (const [index, due] of all.entries()) {
    if (ports.isOver()) return buildResult(all.length - index, isForbidden() ? forbidden : undefined);
    if (due.due.kind !== "remind" && !mayAct(begunRun.disabled + begunRun.deleted + countActed() + 1, begunRun)) continue;
    const began = ports.now().getTime();
    try {
      count(await doDue(due, new Date(begunRun.at), ports, (id) => lostSponsors.add(id)), due.row);
    } catch (error) {
      if (!(error instanceof GraphError)) throw error;
      return buildResult(all.length - index, error);
    }
    await ports.graph.pause(Math.max(ACCOUNT_MS - (ports.now().getTime() - began), 0));
  }
  return buildResult(0, isForbidden() ? forbidden : undefined);
}

type Came = "reminded" | "disabled" | "deleted" | "skipped" | "refused" | "gone";

/** Handles one account, by its current row and its current state in Entra. Undefined if nothing is due any more. */
async function doDue(
  { row: dueRow, expiry, due }: DueAccount,
  at: Date,
  ports: AccessPorts,
  onSponsorLost: (id: string) => void = () => undefined,
): Promise<Came | undefined> {
  const { accounts, graph, ended, now } = ports;
  const { id } = dueRow;
  const account = await liveAccount(graph, id);
  // Somebody may have renewed access since the index was read.
  const row = await accounts.get(id);
  if (row === undefined || !isSameDue(findDueAction(row, expiry, at), due)) return undefined;
  const fate = decideNextStep(row, due.kind, account);
  if (fate.kind === "gone") return "gone";
  if (await settledOtherwise(row, fate, ports)) return "skipped";
  const sponsor = due.kind === "delete" ? undefined : await readReachableSponsor(row, expiry, account, graph);
  if (sponsor !== undefined && sponsor !== "there" && row.sponsorLost === undefined) onSponsorLost(id);
  const reminderFields = { days: expiry.days, ...(sponsor !== undefined && { sponsor }) };
  if (due.kind === "remind") {
    const reminderResult = await accounts.change(id, (storedRow) =>
      remind(storedRow, due.mark, now(), { language: account?.language, ...earlyReminder(due, expiry, now()), ...reminderFields }),
    );
    return reminderResult.ok ? "reminded" : undefined;
  }
  const work = due.kind === "disable" ? "disabling" : "deleting";
  // If the last try to disable the account failed, the earlier end is the row's only one, until its day has come.
  const reason = due.reason ?? (findDayLeft(row, now()) === undefined ? undefined : row.endReason);
  if (fate.kind === "act") {
    if (reason !== undefined && (await staysForNow(row, reason, expiry, account, ports))) return undefined;
    const came = await changeInEntra(row, { row: dueRow, expiry, due }, at, ports);
    if (came !== "changed") return came;
  }
  if (work === "deleting") {
    await ended.note(row, "ended", now());
    await accounts.change(id, (storedRow) => end(storedRow, "deleted", now()));
    return "deleted";
  }
  await ended.note(row, "disabled", now(), reason);
  await accounts.change(id, (storedRow) => disable(storedRow, deletionAfter(expiry, now()), now(), reminderFields));
  return "disabled";
}

function earlyReminder({ reason }: DueAccount["due"], expiry: GateExpiry, now: Date) {
  const [first] = reason === undefined ? [] : remindersBefore(expiry, reason);
  return first === undefined ? {} : { early: { notBefore: timeAfter(now.toISOString(), first * MS_PER_DAY) } };
}

/** Disables or deletes the account. Undefined if nothing is due any more. */
async function changeInEntra(
  { id }: AccountRow,
  { expiry, due }: DueAccount,
  at: Date,
  { accounts, graph, now }: AccessPorts,
): Promise<"changed" | "refused" | undefined> {
  const work = due.kind === "disable" ? "disabling" : "deleting";
  // The row is written before the account changes. If the worker crashes in between, the row still shows that the account was enabled when
  // the worker began.
  const beginResult = await accounts.change(id, (storedRow) =>
    storedRow !== undefined && isSameDue(findDueAction(storedRow, expiry, at), due)
      ? begin(storedRow, work, { by: accessWorker, ...(due.reason && { note: due.reason }) }, now())
      : { ok: false, why: "in" },
  );
  if (!beginResult.ok && beginResult.why !== "already") return undefined;
  try {
    if (work === "deleting") await deleteAccount(graph, id);
    else await setSignIn(graph, id, false);
    return "changed";
  } catch (error) {
    if (!(error instanceof GraphError) || (error.status !== 400 && error.status !== 403)) throw error;
    await accounts.change(id, (storedRow) => skip(storedRow, "refused", now()));
    return "refused";
  }
}

/** Reads the evidence for an earlier end again. If it no longer stands, the next look at the account says why. */
async function staysForNow(
  row: AccountRow,
  reason: EndReason,
  expiry: GateExpiry,
  account: LiveAccount | undefined,
  { accounts, now, ...ports }: AccessPorts,
): Promise<boolean> {
  const at = row.idleEnd ?? row.until;
  if (at === undefined || account === undefined) return true;
  const standing = await checkEnd(row, { at, reason }, { expiry, createdAt: account.createdDateTime, now: now() }, ports);
  // Unknown is no reason to end access, and for a week none to begin with the reminders again.
  if (standing === "stays" || (standing === "unknown" && isForgotten(row, now())))
    await accounts.change(row.id, (storedRow) => keepAccess(storedRow, now()));
  return standing !== "ends";
}

/** Returns whether the sponsor can be asked. Undefined unless the mail about the end goes to the sponsor. */
async function readReachableSponsor(
  { id, sponsor, renew }: AccountRow,
  expiry: GateExpiry,
  account: LiveAccount | undefined,
  graph: AccessPorts["graph"],
) {
  if (sponsor === undefined || renew !== undefined || expiry.renew !== "sponsor") return undefined;
  return await sponsorNow(graph, id, sponsor, account?.isGuest === true);
}

/** If the worker does not act, records the reason and returns true. If nothing prevents the action, returns false. */
async function settledOtherwise(row: AccountRow, fate: AccessFate, ports: AccessPorts): Promise<boolean> {
  const { accounts, ended, now } = ports;
  switch (fate.kind) {
    case "gone":
      // If the account was deleted before the person's access ended, or is missing once access was renewed, the person may sign up again.
      if (row.until !== undefined && isPast(row.until, now())) await ended.note(row, "ended", now());
      else await ended.forget(row);
      await accounts.change(row.id, (storedRow) => end(storedRow, "gone", now()));
      return true;
    case "reopened":
      await reopen(row, ports);
      return true;
    case "leave":
      await accounts.change(row.id, (storedRow) => skip(storedRow, fate.why, now()));
      return true;
    default:
      return false;
  }
}
