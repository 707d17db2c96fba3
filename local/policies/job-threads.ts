import { basename, join } from "node:path";
import { parentPort, Worker } from "node:worker_threads";
import { packageRoot } from "../../lib/app-root";

/**
 * The limit by the clock is this many times the limit of processor time, because work takes longer while the processor is busy with other
 * work.
 */
const PATIENCE = 15;
const LOOK_MS = 100;

/** The limit of processor time, or the far longer limit by the clock. Work that only waits reaches the limit by the clock. */
export type LimitReached = "processor" | "clock";

export const clockLimit = (limitMs: number): number => limitMs * PATIENCE;

/**
 * Watches the processor time, which is known only for the whole process. Other threads use some of it, so this limit is not reached before
 * `limitMs` have also passed by the clock.
 * @param onReached is called at most once
 * @returns a function that ends the watch
 */
export function limitProcessorTime(
  limitMs: number,
  onReached: (limitReached: LimitReached) => void,
  clockMs = clockLimit(limitMs),
): () => void {
  const startMark = { at: performance.now(), usage: process.cpuUsage() };
  const timer = setInterval(() => {
    const lastedMs = performance.now() - startMark.at;
    const { user, system } = process.cpuUsage(startMark.usage);
    const hasReached = lastedMs >= limitMs && (user + system) / 1_000 >= limitMs;
    if (!hasReached && lastedMs < clockMs) return;
    clearInterval(timer);
    onReached(hasReached ? "processor" : "clock");
  }, LOOK_MS);
  return () => clearInterval(timer);
}

/** Runs in a thread of its own, because an endless loop blocks every timer in the loop's thread. */
const ENDING = `
  const { limitMs, lookMs, says } = require("node:worker_threads").workerData;
  const begun = process.cpuUsage();
  setInterval(() => {
    const { user, system } = process.cpuUsage(begun);
    if ((user + system) / 1_000 < limitMs) return;
    require("node:fs").writeSync(2, says);
    process.kill(process.pid, "SIGKILL");
  }, lookMs);`;

/** Kills this process once it has used `limitMs` of processor time since this call. Before that, writes `says` to stderr. */
export function endAtProcessorTime(limitMs: number, says: string): void {
  new Worker(ENDING, { eval: true, execArgv: [], workerData: { limitMs, lookMs: LOOK_MS, says } }).unref();
}

/**
 * The thread loads policies as they are saved now, even if this process has loaded earlier versions.
 * @param module absolute path, without extension
 */
export function startPolicyThread(module: string, workerData: unknown): Worker {
  // A function in AWS has none of the developer's own variables, so no case may depend on one.
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => NEEDED.test(name)));
  const options = { workerData, stdout: true, stderr: true, execArgv: [], name: basename(module), env };
  if (__filename.endsWith(".js")) return new Worker(`${module}.js`, options);
  const files = [join(packageRoot, "bin", "typescript.cjs"), `${module}.ts`];
  return new Worker(files.map((file) => `require(${JSON.stringify(file)});`).join("\n"), { ...options, eval: true });
}

/** Variables of this process that loading a policy needs. */
const NEEDED = /^(CI|GATEHOUSE_.*|HOME|JEST_.*|NODE_.*|PATH|SYSTEMROOT|TE?MP|TMPDIR|TSX_.*|TZ|USERPROFILE|ESBUILD_.*)$/i;

type JobDone = { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly problem: string };

/** The policy's folder is relative to the project or absolute. */
interface PolicyJob {
  readonly folder: string;
}

/** Processor time. Loading TypeScript, checking types and answering take seconds, so a longer job is in an endless loop. */
const LIMIT_MS = 30_000;

/** The message gives the policy's author the reason. */
export class JobError extends Error {
  override readonly name = "JobError";
}

/** A thread waits this long for its next job. It has loaded the product, so a new thread would take longer. */
const IDLE_MS = 60_000;
/** Node keeps a little of each loaded policy, so a thread ends after this number of jobs. */
const MOST_JOBS = 100;

const unendedTexts: Readonly<Record<LimitReached, string>> = {
  processor: "the policy does not come to an end. Does it loop?",
  clock: "the policy does not come to an end. What does it wait for?",
};

type Ended = JobDone | { readonly ok: false; readonly ended: string };

class JobThread {
  private readonly worker;
  private end: (endResult: Ended) => void = () => this.close();
  private jobs = 0;
  private idle: NodeJS.Timeout | undefined;

  constructor(
    module: string,
    private readonly waiting: Set<JobThread>,
  ) {
    this.worker = startPolicyThread(module, undefined);
    for (const stream of [this.worker.stdout, this.worker.stderr]) stream.resume();
    this.worker.on("message", (jobDone: JobDone) => this.end(jobDone));
    this.worker.on("error", (error) => this.end({ ok: false, ended: error.message }));
    this.worker.on("exit", () => this.end({ ok: false, ended: "the policy ended the process." }));
  }

  do(job: PolicyJob, limitMs: number): Promise<Ended> {
    clearTimeout(this.idle);
    this.worker.ref();
    return new Promise((resolve) => {
      const endWatch = limitProcessorTime(limitMs, (limitReached) => this.end({ ok: false, ended: unendedTexts[limitReached] }));
      this.end = (endResult) => {
        endWatch();
        // Code of the policy may still run after the job. If that code fails or ends the thread, the thread is closed.
        this.end = () => this.close();
        resolve(endResult);
      };
      this.worker.postMessage(job);
    });
  }

  /** Keeps the thread for its next job. The waiting thread itself does not keep the process alive. */
  keep(): void {
    this.jobs += 1;
    this.worker.unref();
    this.idle = setTimeout(() => this.close(), IDLE_MS).unref();
    this.waiting.add(this);
    if (this.jobs === MOST_JOBS) this.close();
  }

  close(): void {
    clearTimeout(this.idle);
    this.waiting.delete(this);
    void this.worker.terminate();
  }
}

/**
 * Does jobs in threads, each thread one job at a time. After success, a thread is reused: loading the product takes longer than a job.
 * @param module absolute path, without extension. It calls `takeJobs`
 */
export function jobThreads<Job extends PolicyJob>(module: string) {
  const waiting = new Set<JobThread>();
  return {
    /** Throws JobError. */
    async inThread<Result>(job: Job, limitMs = LIMIT_MS): Promise<Result> {
      const [thread = new JobThread(module, waiting)] = waiting;
      waiting.delete(thread);
      const endResult = await thread.do(job, limitMs);
      if (endResult.ok) {
        thread.keep();
        return endResult.value as Result;
      }
      thread.close();
      throw new JobError("ended" in endResult ? `${job.folder}: ${endResult.ended}` : endResult.problem);
    },

    /** Ends the threads that wait for a job. Otherwise their output would keep an idle process alive. */
    end(): void {
      for (const thread of waiting) thread.close();
    },
  };
}

type AuthorsError = abstract new (...args: never[]) => Error;

/** Each job uses the policy as it is saved at that time. The parent ends a job that hangs. */
export function takeJobs<Job>(work: (job: Job) => Promise<unknown>, forAuthors: readonly AuthorsError[]): void {
  const port = parentPort as NonNullable<typeof parentPort>;
  /** Modules of the product: they stay loaded. */
  const lasting = new Set(Object.keys(require.cache));

  /** Unloads the policy, so that the next job loads it and its imports again. */
  function forgetPolicy(): void {
    for (const file of Object.keys(require.cache)) if (!lasting.has(file)) delete require.cache[file];
  }

  function describeProblem(error: unknown): string {
    const isForAuthors = forAuthors.some((errorClass) => error instanceof errorClass);
    return isForAuthors ? (error as Error).message : String((error as Error).stack ?? error);
  }

  const tell = (message: JobDone) => port.postMessage(message);
  port.on("message", (job: Job) =>
    work(job)
      .finally(forgetPolicy)
      .then(
        (value) => tell({ ok: true, value }),
        (error: unknown) => tell({ ok: false, problem: describeProblem(error) }),
      ),
  );
}
