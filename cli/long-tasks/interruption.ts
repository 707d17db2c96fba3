import { exitCodes } from "../exit-codes";
import { CommandError } from "../failure";

/** Ctrl-C, a plain kill, a terminal that is closed. */
const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
/** Time that a task may take after a kill, for example to finish a write. Ctrl-C can be pressed again. */
const GRACE_MS = 3_000;

/** Ctrl-C and its like abort the signal instead of ending the program, so that a task can end what it has begun; a second one ends it. */
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

/** As `interruptible` has it; where that ends the task, it says that nothing was written. */
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
