import { mayBeSame, type NamedAuthor } from "../../engine/audited-change";
import type { GuestPolicies, GuestPolicySource } from "../../engine/directory-account";
import { MS_PER_DAY, MS_PER_HOUR } from "../../engine/sign-up/time";

export type AccessRunState = "waiting" | "running" | "done";

export interface AccessRun {
  /** Time at which the run began, ISO 8601. The time is also the run's name. The run does exactly what was due at this time. */
  readonly at: string;
  readonly state: AccessRunState;
  /** Why the run waits, or waited, for a person: too many accounts, a clock that jumped, or accounts missing from the directory. */
  readonly why?: "many" | "clock" | "gone";
  readonly confirmedBy?: string;
  /** The people who ended the access of all the run's accounts early. If it was one person, that person may not confirm the run. */
  readonly endedBy?: readonly string[];
  /** `toDisable` and `toDelete` exclude accounts that the worker left alone last time. `inForce`: all accounts whose access has an end. */
  readonly toDisable: number;
  readonly toDelete: number;
  readonly inForce: number;
  readonly reminded: number;
  readonly disabled: number;
  readonly deleted: number;
  /** Number of accounts left alone, each with a reason in its history. */
  readonly skipped: number;
  /** Number of accounts known to have a sponsor who cannot be asked. The run asks the directory only about accounts that are due. */
  readonly sponsorLost?: number;
  /** Number of accounts whose sign-ins a person has to judge: somebody tried, and no success is known for too long. */
  readonly attempts?: number;
  /** Graph's answer at which the run last stopped. */
  readonly failed?: string;
  /** Entra's own policies for guests that were on. Absent if the run could not read them yet. */
  readonly guestPolicies?: GuestPolicies;
  /** True in a run of an earlier version that ended nothing, because the tenant had a policy for guests. */
  readonly stepsBack?: true;
  /** The author of that policy. */
  readonly guestPolicy?: GuestPolicySource;
}

/** A run of more accounts than this waits for a person. */
export const MOST_ALONE = 20;
/** A run also waits if it has more than this share of the accounts whose access has an end. */
const LARGEST_SHARE = 0.05;
/** A run of at most this many accounts never waits, however small the tenant is. */
const ALWAYS_FEW = 3;
/** The next run begins this long after the last run began. */
const EVERY_MS = 20 * MS_PER_HOUR;
/** If nobody confirms a waiting run for this time, a new run begins and counts the accounts again. */
const WAITS_MS = MS_PER_DAY;
/** If the worker has not run for longer than this, the clock may have jumped. */
const LONGEST_SILENCE_MS = 7 * MS_PER_DAY;
export const RUNS_KEPT = 30;

export function isMany(accounts: number, inForce: number): boolean {
  return accounts > MOST_ALONE || (accounts > ALWAYS_FEW && accounts > inForce * LARGEST_SHARE);
}

/**
 * Returns true if the run may change this many accounts. Many accounts need a confirmation, which covers only the number that the run
 * counted: after a change of the policy, more may be due.
 */
export function mayAct(accounts: number, { inForce, toDisable, toDelete, confirmedBy }: AccessRun): boolean {
  return !isMany(accounts, inForce) || (confirmedBy !== undefined && accounts <= toDisable + toDelete);
}

/** True if the accounts may really be gone, or if a person confirmed the run. In a wrong directory, every account looks deleted. */
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

/** Returns the runs dated in the future. They block the worker until their date, or until a person declares them wrong. */
export function runsAhead(runs: readonly AccessRun[], now: Date): readonly AccessRun[] {
  return runs.filter((run) => isAhead(run, now));
}

export function decideWorkerTurn([last, ...earlier]: readonly AccessRun[], now: Date): AccessTurn {
  if (last === undefined) return { kind: "begin", jumped: false };
  const silence = now.getTime() - Date.parse(last.at);
  // If the last run waits because a clock was wrong, it has done nothing, so only the earlier runs count.
  if (isAhead(last, now)) return last.state === "waiting" && last.why === "clock" ? decideWorkerTurn(earlier, now) : { kind: "behind" };
  const hasJumped = silence > LONGEST_SILENCE_MS;
  if (last.state === "waiting")
    return silence < WAITS_MS ? { kind: "wait", run: last } : { kind: "begin", jumped: hasJumped || last.why === "clock" };
  if (hasJumped) return { kind: "begin", jumped: hasJumped };
  if (last.state === "running") return { kind: "go-on", run: last };
  return silence < EVERY_MS ? { kind: "rest" } : { kind: "begin", jumped: hasJumped };
}

/** True if this person alone ended the access of all of a run's accounts early: somebody else must then confirm the run. */
export function isOwnRun(enders: readonly NamedAuthor[], who: NamedAuthor): boolean {
  return enders.length > 0 && enders.every((each) => mayBeSame(each, who));
}

export function confirmedRun(run: AccessRun, by: string): AccessRun {
  return { ...run, state: "running", confirmedBy: by };
}
