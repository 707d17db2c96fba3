import { mayBeSame, type NamedAuthor } from "../../engine/author";
import { MS_PER_DAY, MS_PER_HOUR } from "../../engine/sign-up/time";

/** How a day's run is. */
export type AccessRunState = "waiting" | "running" | "done";

/** What one day's run of the worker is to do, and did. */
export interface AccessRun {
  /** When it began: what was due then, and no more, is done. ISO 8601. Its name, too. */
  readonly at: string;
  readonly state: AccessRunState;
  /** Why it waits, or waited, for a person: so many accounts at once, a clock that jumped, or accounts that are not in the directory. */
  readonly why?: "many" | "clock" | "gone";
  readonly confirmedBy?: string;
  /** Who ended the access of all these accounts early, where nothing else is due: none of them confirms the run. */
  readonly endedBy?: readonly string[];
  /** How many accounts were to be disabled and deleted, of how many whose access has an end. */
  readonly toDisable: number;
  readonly toDelete: number;
  readonly inForce: number;
  readonly reminded: number;
  readonly disabled: number;
  readonly deleted: number;
  /** Left alone, each with a reason in its history. */
  readonly skipped: number;
  /** Accounts whose sponsor cannot be asked, as far as the directory was asked. */
  readonly sponsorLost?: number;
  /** Graph's answer at which it last stopped. */
  readonly failed?: string;
  /** The tenant has a policy of its own for guests: the worker names their sponsors in Entra, and ends nothing. */
  readonly stepsBack?: true;
}

/** More accounts than that wait for a person. */
export const MOST_ALONE = 20;
/** More than that part of the accounts whose access has an end, too. */
const LARGEST_SHARE = 0.05;
/** So few never wait, however small the tenant is. */
const ALWAYS_FEW = 3;
/** A new day's run begins so long after the last one. */
const EVERY_MS = 20 * MS_PER_HOUR;
/** A run that nobody confirms is counted afresh. */
const WAITS_MS = MS_PER_DAY;
/** After a longer silence the clock may have jumped. */
const LONGEST_SILENCE_MS = 7 * MS_PER_DAY;
/** How many runs are kept. */
export const RUNS_KEPT = 30;

/** Whether so many accounts at once wait for a person. */
export function isMany(accounts: number, inForce: number): boolean {
  return accounts > MOST_ALONE || (accounts > ALWAYS_FEW && accounts > inForce * LARGEST_SHARE);
}

/** Whether a run may disable or delete so many. A policy that changes meanwhile makes more of them due than the run counted. */
export function mayAct(accounts: number, { inForce, toDisable, toDelete, confirmedBy }: AccessRun): boolean {
  return !isMany(accounts, inForce) || (confirmedBy !== undefined && accounts <= toDisable + toDelete);
}

/** Whether so many accounts can be gone, of those that a run looked for. The directory may be another's, and no row of it would end ever. */
export function mayBeGone(gone: number, found: number, { inForce, confirmedBy }: AccessRun): boolean {
  return confirmedBy !== undefined || !(isMany(gone, inForce) || (gone >= ALWAYS_FEW && found === 0));
}

export type AccessTurn =
  /** Nothing is to be done now. */
  | { readonly kind: "rest" }
  | { readonly kind: "wait"; readonly run: AccessRun }
  | { readonly kind: "go-on"; readonly run: AccessRun }
  /** @param jumped whether the last run is so long ago that a clock may be wrong */
  | { readonly kind: "begin"; readonly jumped: boolean }
  /** The clock is behind the last run. */
  | { readonly kind: "behind" };

/** Whether a run lies in the future: a clock was wrong. */
export function isAhead({ at }: AccessRun, now: Date): boolean {
  return Date.parse(at) - now.getTime() > MS_PER_HOUR;
}

/** The runs that lie in the future: they keep the worker from everything until then, or until a person says that they were wrong. */
export function runsAhead(runs: readonly AccessRun[], now: Date): readonly AccessRun[] {
  return runs.filter((run) => isAhead(run, now));
}

/** What the worker does when it wakes up. @param runs the newest first */
export function turnOf([last, ...earlier]: readonly AccessRun[], now: Date): AccessTurn {
  if (last === undefined) return { kind: "begin", jumped: false };
  const silence = now.getTime() - Date.parse(last.at);
  // That run's clock was wrong, and it did nothing: it keeps the worker from nothing by the right clock.
  if (isAhead(last, now)) return last.state === "waiting" && last.why === "clock" ? turnOf(earlier, now) : { kind: "behind" };
  const jumped = silence > LONGEST_SILENCE_MS;
  if (last.state === "waiting")
    return silence < WAITS_MS ? { kind: "wait", run: last } : { kind: "begin", jumped: jumped || last.why === "clock" };
  if (jumped) return { kind: "begin", jumped };
  if (last.state === "running") return { kind: "go-on", run: last };
  return silence < EVERY_MS ? { kind: "rest" } : { kind: "begin", jumped };
}

/** Whether a run waits for somebody else: all that it would do, this person has begun by ending access early. @param enders who has */
export function isOwnRun(enders: readonly NamedAuthor[], who: NamedAuthor): boolean {
  return enders.length > 0 && enders.every((each) => mayBeSame(each, who));
}

/** A run that somebody lets go on. */
export function confirmedRun(run: AccessRun, by: string): AccessRun {
  return { ...run, state: "running", confirmedBy: by };
}
