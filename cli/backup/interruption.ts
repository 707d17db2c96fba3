/** Ctrl-C, a plain kill, a terminal that is closed. */
const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** Lets a task end what it has begun where somebody interrupts it. A second Ctrl-C ends the program. */
export async function interruptible<T>(task: (signal: AbortSignal, interruption: AbortController) => Promise<T>): Promise<T> {
  const interruption = new AbortController();
  const interrupt = () => interruption.abort();
  for (const signal of signals) process.once(signal, interrupt);
  try {
    return await task(interruption.signal, interruption);
  } finally {
    for (const signal of signals) process.off(signal, interrupt);
  }
}
