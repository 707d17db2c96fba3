import { exitCodes } from "../exit-codes";
import { CommandError } from "../failure";

/** The signals of Ctrl-C, of a plain `kill`, and of a closed terminal. */
const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
/** After SIGTERM or SIGHUP, a task may still take this long. After Ctrl-C there is no limit, because a second Ctrl-C ends the program. */
const GRACE_MS = 3_000;

/** The first signal aborts `interruption`, and the task may finish what it is doing. The second signal ends the program. */
export async function interruptible<T>(task: (interruption: AbortController) => Promise<T>): Promise<T> {
  const interruption = new AbortController();
  let grace: NodeJS.Timeout | undefined;
  const end = () => process.exit(exitCodes.interrupted);
  const interrupt = (signal: NodeJS.Signals) => {
    if (interruption.signal.aborted) end();
    interruption.abort();
    if (signal !== "SIGINT") grace = setTimeout(end, GRACE_MS);
  };
  for (const signal of signals) process.on(signal, interrupt);
  try {
    return await task(interruption);
  } finally {
    clearTimeout(grace);
    for (const signal of signals) process.off(signal, interrupt);
  }
}

/**
 * Does the same as `interruptible`. If the signal ends the task with an AbortError, throws a CommandError that says that nothing was
 * written.
 */
export async function withInterruption(use: (interruption: AbortController) => Promise<void>): Promise<void> {
  await interruptible(async (interruption) => {
    try {
      await use(interruption);
    } catch (error) {
      if (interruption.signal.aborted && error instanceof Error && error.name === "AbortError") {
        throw new CommandError("Interrupted: nothing was written.", exitCodes.interrupted);
      }
      throw error;
    }
  });
}
