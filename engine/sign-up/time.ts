import { parseDuration, type Timeout } from "../duration";
import type { Step } from "./sign-up";

export const MS_PER_MINUTE = 60_000;
export const MS_PER_HOUR = 3_600_000;
export const MS_PER_DAY = 86_400_000;

// The engine has no clock, timer or randomness of its own: callers pass them in, and tests pass their own.

/** The time as it passes. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Calls back once, after that many milliseconds. Returns what cancels it. */
  startTimer(milliseconds: number, callback: () => void): () => void;
}

/** Chance, which tests replace. */
export interface Random {
  /** From 0 up to, but not including, 1. */
  fraction(): number;
  /** RFC 9562 §5.4, version 4: never the same twice. */
  uuid(): string;
}

/** Resolves after that many milliseconds. */
export function pause(milliseconds: number, clock: Clock): Promise<void> {
  return new Promise((resolve) => {
    clock.startTimer(milliseconds, resolve);
  });
}

/** Azure AD B2C waits 5 s and repeats once; according to its documentation, a workforce tenant waits 20 s. */
const DEFAULT_DEADLINE_MS = 4_000;
/** Each sign-in waits for it. */
const TOKEN_DEADLINE_MS = 800;

/** The part of a policy that bounds its answers' time. */
interface TimedPolicy {
  readonly step: Step;
  readonly options: { readonly deadline?: Timeout };
}

/** The longest time that a step's answer may take, in milliseconds. */
export function readDeadlineMs({ step, options }: TimedPolicy): number {
  return parseDuration(options.deadline) ?? (step === "before-sending-token" ? TOKEN_DEADLINE_MS : DEFAULT_DEADLINE_MS);
}

/** Kept back from the rules for effects and the answer. */
export const ANSWER_RESERVE_MS = 400;

/** The time ran out before the work was done. */
export class DeadlineError extends Error {
  override readonly name = "DeadlineError";
}

/** One point in time that all work of one sign-up is held to. */
export interface Deadline {
  readonly signal: AbortSignal;
  /** Milliseconds until it; never below zero. */
  remainingMs(): number;
  /** The work's result, or a DeadlineError at the deadline, whether or not the work heeds the signal. */
  hold<T>(work: () => T | Promise<T>): Promise<T>;
  /** Calls off what heeds the signal. */
  abort(): void;
  /** Lets go of the timer. */
  clear(): void;
}

/** A deadline that many milliseconds from now; zero or less has passed already. */
export function deadlineIn(milliseconds: number, clock: Clock): Deadline {
  const at = clock.now() + milliseconds;
  const controller = new AbortController();
  let reject: (error: DeadlineError) => void = () => undefined;
  const expired = new Promise<never>((_, rejectExpired) => {
    reject = rejectExpired;
  });
  expired.catch(() => undefined);
  const expire = () => {
    const error = new DeadlineError("The deadline passed.");
    controller.abort(error);
    reject(error);
  };
  const cancel = milliseconds > 0 ? clock.startTimer(milliseconds, expire) : undefined;
  if (cancel === undefined) expire();
  return {
    signal: controller.signal,
    remainingMs: () => Math.max(at - clock.now(), 0),
    hold: async (work) => {
      controller.signal.throwIfAborted();
      return await Promise.race([work(), expired]);
    },
    abort: () => controller.abort(new DeadlineError("The work was called off.")),
    clear: () => cancel?.(),
  };
}

/** Work held to that many milliseconds from now. */
export async function within<T>(milliseconds: number, clock: Clock, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const deadline = deadlineIn(milliseconds, clock);
  try {
    return await deadline.hold(() => work(deadline.signal));
  } finally {
    deadline.clear();
  }
}

/** An unreadable time counts as past. */
export function isPast(time: string, now: Date): boolean {
  return !(Date.parse(time) > now.getTime());
}

export function timeAfter(time: string, ms: number): string {
  return new Date(Date.parse(time) + ms).toISOString();
}

/**
 * The beginning of a day written `2027-01-31`, in UTC; undefined for what is no day of the calendar: JavaScript would move 30
 * February into March.
 */
export function dayFrom(text: string): Date | undefined {
  if (!/^\d{4}-/.test(text)) return undefined;
  const written = `${text}T00:00:00.000Z`;
  const day = new Date(written);
  return Number.isNaN(day.getTime()) || day.toISOString() !== written ? undefined : day;
}
