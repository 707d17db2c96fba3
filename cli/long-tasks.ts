import { setTimeout as sleep } from "node:timers/promises";
import { type AwsClient, AwsError } from "../adapters/aws/client";
import { exitCodes } from "./exit-codes";
import { CommandError } from "./failure";
import { formatCount, type Output } from "./output";

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

/** Milliseconds before each retry, about ten minutes together. */
const WAITS_MS = [1_000, 2_000, 5_000, 10_000, 20_000, 30_000, 60_000, 60_000, 60_000, 120_000, 120_000, 120_000];

interface Patience {
  readonly signal: AbortSignal;
  /** Called once when the connection is lost, and once when it is back. */
  tell(line: string): void;
  /** Milliseconds before each retry. @default about ten minutes in total */
  readonly waitsMs?: readonly number[];
}

/** Waits while AWS cannot be reached, so that a closed laptop or a lost network ends no long task. Only for calls safe to repeat. */
export function patientClient(client: AwsClient, { signal, tell, waitsMs = WAITS_MS }: Patience): AwsClient {
  let isLost = false;
  return {
    warm: client.warm,
    async call<T>(operation: string, input: object, givenSignal?: AbortSignal): Promise<T> {
      for (let count = 0; ; count++) {
        try {
          const answer = await client.call<T>(operation, input, givenSignal);
          if (isLost) tell("AWS answers again: the task continues.");
          isLost = false;
          return answer;
        } catch (error) {
          const wait = waitsMs[count];
          // If no response arrived, or if the server failed (5xx), the request may succeed when it is repeated.
          const isUnreachable = !(error instanceof AwsError) || error.status >= 500;
          if (wait === undefined || signal.aborted || givenSignal?.aborted || !isUnreachable) throw error;
          if (!isLost) tell("AWS can't be reached. Trying again for ten minutes; Ctrl-C stops.");
          isLost = true;
          await sleep(wait, undefined, { signal });
        }
      }
    },
  };
}

/** Milliseconds between two lines of progress if the output is not a terminal. */
const LINE_EVERY_MS = 10_000;
/** Milliseconds between two updates of the line on a terminal. */
const DRAWN_EVERY_MS = 200;
const MS_PER_SECOND = 1_000;

interface ProgressBar {
  advance(count: number): void;
  stop(): void;
}

/** Shows one line that changes on a terminal; elsewhere, prints a line every ten seconds. */
export function showProgress(label: string, total: number, output: Output): ProgressBar {
  const startedAt = Date.now();
  const isDrawn = process.stderr.isTTY;
  const isDue = lineDue(isDrawn ? DRAWN_EVERY_MS : LINE_EVERY_MS);
  let doneCount = 0;
  return {
    advance(count) {
      doneCount += count;
      if (!isDue()) return;
      const line = `${label}: ${doneCount} of ${total} rows, ${formatPace(doneCount, total, startedAt)}`;
      if (isDrawn) process.stderr.write(`\r\x1b[K${line}`);
      else output.warn(line);
    },
    stop() {
      if (isDrawn) process.stderr.write("\r\x1b[K");
    },
  };
}

/** Returns a function that returns true if `everyMs` have passed since it was created or last returned true. */
export function lineDue(everyMs = LINE_EVERY_MS): () => boolean {
  let toldAt = Date.now();
  return () => {
    if (Date.now() - toldAt < everyMs) return false;
    toldAt = Date.now();
    return true;
  };
}

export function counting(what: string, output: Output): (rows: number) => void {
  const isDue = lineDue();
  let doneCount = 0;
  return (rows) => {
    doneCount += rows;
    if (isDue()) output.warn(`${what}: ${formatCount(doneCount, "row")} …`);
  };
}

function formatPace(doneCount: number, total: number, startedAt: number): string {
  const rate = doneCount / Math.max((Date.now() - startedAt) / MS_PER_SECOND, 0.001);
  const seconds = Math.ceil((total - doneCount) / Math.max(rate, 0.001));
  const timeLeft = seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
  return `${rate.toFixed(0)} a second, ${timeLeft} left`;
}
