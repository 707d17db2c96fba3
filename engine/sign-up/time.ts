import type { Step } from "./sign-up";

export const MS_PER_MINUTE = 60_000;
export const MS_PER_HOUR = 3_600_000;
export const MS_PER_DAY = 86_400_000;

// Callers pass in clock, timers and randomness; tests pass their own.

export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Calls back once after the given milliseconds. Returns a function that cancels this. */
  startTimer(milliseconds: number, callback: () => void): () => void;
}

/** Randomness, which tests replace. */
export interface Random {
  /** Returns a number from 0 up to, but not including, 1. */
  fraction(): number;
  /** RFC 9562 §5.4, version 4: never the same twice. */
  uuid(): string;
}

export function pause(milliseconds: number, clock: Clock): Promise<void> {
  return new Promise((resolve) => {
    clock.startTimer(milliseconds, resolve);
  });
}

/** Azure AD B2C waits 5 s and repeats its call once. A workforce tenant waits 20 s, according to its documentation. */
const DEFAULT_DEADLINE_MS = 4_000;
/** Short, because each sign-in waits for the token. */
const TOKEN_DEADLINE_MS = 800;

interface TimedPolicy {
  readonly step: Step;
  readonly options: { readonly deadline?: Timeout };
}

export function readDeadlineMs({ step, options }: TimedPolicy): number {
  return parseDuration(options.deadline) ?? (step === "before-sending-token" ? TOKEN_DEADLINE_MS : DEFAULT_DEADLINE_MS);
}

/** Time for the writes and the answer: the rules must end this long before the answer is due. */
export const ANSWER_RESERVE_MS = 400;

export class DeadlineError extends Error {
  override readonly name = "DeadlineError";
}

/** The point in time by which all work of one sign-up must end. */
export interface Deadline {
  readonly signal: AbortSignal;
  /** The milliseconds left, never below zero. */
  remainingMs(): number;
  /** Throws DeadlineError at the deadline, even if the work ignores the signal. */
  hold<T>(work: () => T | Promise<T>): Promise<T>;
  /** Aborts work that heeds the signal. */
  abort(): void;
  clear(): void;
}

/** Makes a deadline. If `milliseconds` is zero or less, the deadline has already passed. */
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

/** Parses a day in UTC. Undefined if the calendar has no such day: JavaScript would move 30 February into March. */
export function dayFrom(text: string): Date | undefined {
  if (!/^\d{4}-/.test(text)) return undefined;
  const written = `${text}T00:00:00.000Z`;
  const day = new Date(written);
  return Number.isNaN(day.getTime()) || day.toISOString() !== written ? undefined : day;
}

const MS_OF = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** Days, as options take them: `"14d"`. */
export type Days = `${number}d`;

/** A short time, as options take it: `"4s"`, `"1.5s"`, `"500ms"`. */
export type Timeout = `${number}s` | `${number}ms`;

/** Returns the milliseconds of `500ms`, `1.5s`, `15m`, `48h`, `31d`; undefined for any other text. */
export function parseDuration(text: unknown): number | undefined {
  // Only seconds may have a fraction, as in `1.5s`.
  const [, amount, unit] = /^(0|[1-9]\d{0,4}|\d{1,2}\.\d{1,3}(?=s))(ms|[smhd])$/.exec(String(text)) ?? [];
  return unit === undefined ? undefined : Math.round(Number(amount) * MS_OF[unit as keyof typeof MS_OF]);
}

/** Returns the milliseconds of a time that an option's schema has checked. */
export function toMs(text: string): number {
  return parseDuration(text) as number;
}

export function formatTimeout(ms: number): Timeout {
  return ms >= 1_000 && ms % 100 === 0 ? `${ms / 1_000}s` : `${ms}ms`;
}

export function toDays(text: Days): number {
  return Number.parseInt(text, 10);
}
