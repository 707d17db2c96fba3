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
  /** Lets go of the timer. */
  clear(): void;
}

/** A deadline that many milliseconds from now; zero or less has passed already. */
export function deadlineIn(milliseconds: number): Deadline {
  const at = Date.now() + milliseconds;
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
  const timer = milliseconds > 0 ? setTimeout(expire, milliseconds) : undefined;
  if (timer === undefined) expire();
  return {
    signal: controller.signal,
    remainingMs: () => Math.max(at - Date.now(), 0),
    hold: async (work) => {
      controller.signal.throwIfAborted();
      return await Promise.race([work(), expired]);
    },
    clear: () => clearTimeout(timer),
  };
}

/** Work held to that many milliseconds from now. */
export async function within<T>(milliseconds: number, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const deadline = deadlineIn(milliseconds);
  try {
    return await deadline.hold(() => work(deadline.signal));
  } finally {
    deadline.clear();
  }
}
