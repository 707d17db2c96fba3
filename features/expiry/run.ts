import { mayBeSame, type NamedAuthor } from "../../engine/author";
import { MS_PER_DAY, MS_PER_HOUR } from "../../engine/sign-up/time";

export type AccessRunState = "waiting" | "running" | "done";

export interface AccessRun {
  /** When it began: it does exactly what was due then. ISO 8601. Also its name. */
  readonly at: string;
  readonly state: AccessRunState;
  /** Why it waits, or waited, for a person: too many accounts at once, a clock that jumped, or accounts missing from the directory. */
  readonly why?: "many" | "clock" | "gone";
  readonly confirmedBy?: string;
  /** The people who ended the access of all these accounts early, if nothing else is due. None of them may confirm the run. */
  readonly endedBy?: readonly string[];
  /** Number of accounts to disable and to delete, and of accounts whose access has an end. */
  readonly toDisable: number;
  readonly toDelete: number;
  readonly inForce: number;
  readonly reminded: number;
  readonly disabled: number;
  readonly deleted: number;
  /** Left alone, each with a reason in its history. */
  readonly skipped: number;
  /** Accounts whose sponsor cannot be asked, as far as the directory was queried. */
  readonly sponsorLost?: number;
  /** Graph's answer at which it last stopped. */
  readonly failed?: string;
  /** The tenant has its own policy for guests: the worker sets their sponsors in Entra, and ends nothing. */
  readonly stepsBack?: true;
  /** The author of that policy; absent in runs of earlier versions. */
  readonly guestPolicy?: "userCreated" | "systemDefault";
}

/** More accounts than this wait for a person. */
export const MOST_ALONE = 20;
/** More than this share of the accounts whose access has an end also wait. */
const LARGEST_SHARE = 0.05;
/** This few never wait, however small the tenant is. */
const ALWAYS_FEW = 3;
/** A new day's run begins this long after the last one. */
const EVERY_MS = 20 * MS_PER_HOUR;
/** An unconfirmed run is counted again after this time. */
const WAITS_MS = MS_PER_DAY;
/** After a longer silence the clock may have jumped. */
const LONGEST_SILENCE_MS = 7 * MS_PER_DAY;
export const RUNS_KEPT = 30;

export function isMany(accounts: number, inForce: number): boolean {
  return accounts > MOST_ALONE || (accounts > ALWAYS_FEW && accounts > inForce * LARGEST_SHARE);
}

/** True if a run may disable or delete this many. A policy changed meanwhile makes more accounts due than the run counted. */
export function mayAct(accounts: number, { inForce, toDisable, toDelete, confirmedBy }: AccessRun): boolean {
  return !isMany(accounts, inForce) || (confirmedBy !== undefined && accounts <= toDisable + toDelete);
}

/** True if this many of a run's accounts can really be gone. If the directory is the wrong one, every account looks deleted. */
export function mayBeGone(goneCount: number, foundCount: number, { inForce, confirmedBy }: AccessRun): boolean {
  return confirmedBy !== undefined || !(isMany(goneCount, inForce) || (goneCount >= ALWAYS_FEW && foundCount === 0));
}

export type AccessTurn =
  | { readonly kind: "rest" }
  | { readonly kind: "wait"; readonly run: AccessRun }
  | { readonly kind: "go-on"; readonly run: AccessRun }
  /** @param jumped true if the last run is so long ago that a clock may be wrong */
  | { readonly kind: "begin"; readonly jumped: boolean }
  /** The clock is behind the last run. */
  | { readonly kind: "behind" };

export function isAhead({ at }: AccessRun, now: Date): boolean {
  return Date.parse(at) - now.getTime() > MS_PER_HOUR;
}

/** Runs in the future. They block the worker until then, or until a person declares them wrong. */
export function runsAhead(runs: readonly AccessRun[], now: Date): readonly AccessRun[] {
  return runs.filter((run) => isAhead(run, now));
}

/** Returns what the worker does when it wakes up. @param runs newest first */
export function decideWorkerTurn([last, ...earlier]: readonly AccessRun[], now: Date): AccessTurn {
  if (last === undefined) return { kind: "begin", jumped: false };
  const silence = now.getTime() - Date.parse(last.at);
  // That run's clock was wrong, and it did nothing, so it does not block the worker.
  if (isAhead(last, now)) return last.state === "waiting" && last.why === "clock" ? decideWorkerTurn(earlier, now) : { kind: "behind" };
  const hasJumped = silence > LONGEST_SILENCE_MS;
  if (last.state === "waiting")
    return silence < WAITS_MS ? { kind: "wait", run: last } : { kind: "begin", jumped: hasJumped || last.why === "clock" };
  if (hasJumped) return { kind: "begin", jumped: hasJumped };
  if (last.state === "running") return { kind: "go-on", run: last };
  return silence < EVERY_MS ? { kind: "rest" } : { kind: "begin", jumped: hasJumped };
}

/** True if a run needs another person: this one has ended the access of all its accounts early. @param enders the people who did */
export function isOwnRun(enders: readonly NamedAuthor[], who: NamedAuthor): boolean {
  return enders.length > 0 && enders.every((each) => mayBeSame(each, who));
}

export function confirmedRun(run: AccessRun, by: string): AccessRun {
  return { ...run, state: "running", confirmedBy: by };
}
