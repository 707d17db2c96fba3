import { exitCodes } from "../exit-codes";
import { CommandError } from "../failure";

/** Ctrl-C, a plain kill, a closed terminal. */
const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
/** Milliseconds that a task may take after a kill, for example to finish a write. Ctrl-C can be pressed again. */
const GRACE_MS = 3_000;

/** The first such signal aborts the task, so that it can finish what it has begun. A second one ends the program. */
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

/** Like `interruptible`, and reports that nothing was written if the signal ends the task. */
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
