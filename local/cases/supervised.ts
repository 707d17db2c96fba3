import { join } from "node:path";
import { clockLimit, type LimitReached, limitProcessorTime, startPolicyThread } from "../policies/job-threads";
import { CasesError } from "./case-file";
import type { CasesRun } from "./run";

export interface RunRequest {
  /** Path relative to the app. */
  readonly folder: string;
  readonly gate: string | undefined;
}

export type FromCases =
  | { readonly kind: "ready" }
  | { readonly kind: "began"; readonly what: string }
  | { readonly kind: "done"; readonly run: CasesRun }
  | { readonly kind: "failed"; readonly known: boolean; readonly message: string };

export interface Supervision {
  /**
   * The processor time for loading the policy or for one case, in milliseconds.
   * @default 20000
   */
  readonly limitMs?: number;
  /**
   * The longest time by the clock for loading the policy or for one case, in milliseconds. This limit ends a policy that waits, because
   * waiting takes no processor time.
   * @default fifteen times `limitMs`, longer than the longest deadline of a step
   */
  readonly clockMs?: number;
  readonly onOutput?: (text: string) => void;
  readonly signal?: AbortSignal;
}

/** Processor time for the thread to load the package. */
const START_MS = 60_000;
const LIMIT_MS = 20_000;

/** The thread loads the policy as it is saved now, even if this process has loaded an earlier version. Throws CasesError. */
export async function runSupervised(
  request: RunRequest,
  { limitMs = LIMIT_MS, clockMs = clockLimit(limitMs), onOutput = () => undefined, signal }: Supervision = {},
): Promise<CasesRun> {
  const worker = startPolicyThread(join(__dirname, "cases-worker"), request);
  for (const stream of [worker.stdout, worker.stderr]) stream.setEncoding("utf8").on("data", onOutput);
  let began = "starting";
  let endWatch = () => {};
  try {
    return await new Promise((resolve, reject) => {
      const refuse = (message: string) => reject(new CasesError(message));
      const watch = (ms: number, byClockMs: number) => {
        endWatch();
        const refuseHanging = (limitReached: LimitReached) =>
          refuse(hanging(request, began, { processor: ms, clock: byClockMs }, limitReached));
        endWatch = limitProcessorTime(ms, refuseHanging, byClockMs);
      };
      watch(START_MS, clockLimit(START_MS));
      signal?.addEventListener("abort", () => refuse("Stopped."), { once: true });
      worker.on("message", (message: FromCases) => {
        if (message.kind === "done") resolve(message.run);
        else if (message.kind === "failed") refuse(message.message);
        else {
          if (message.kind === "began") began = message.what;
          watch(limitMs, clockMs);
        }
      });
      worker.on("error", (error) => refuse(`${request.folder}: ${began} failed: ${error.message}`));
      worker.on("exit", (code) => refuse(`${request.folder}: the policy ended the process (${code}) while ${began}.`));
    });
  } finally {
    endWatch();
    await worker.terminate();
  }
}

function hanging(
  { folder }: RunRequest,
  began: string,
  limits: Readonly<Record<LimitReached, number>>,
  limitReached: LimitReached,
): string {
  const what = began.startsWith("loading") ? `${began}: it, or a file that it imports,` : `${folder}: ${began}: a rule`;
  const seconds = `${limits[limitReached] / 1_000} s`;
  if (limitReached === "clock") return `${what} did not come to an end within ${seconds}. What does it wait for?`;
  return `${what} did not come to an end within ${seconds} of processor time. Does it loop?`;
}
