import { startPolicyThread } from "../policy-thread";
import { type LimitReached, limitProcessorTime } from "./processor-limit";

/** A job's result, or the policy's fault that prevents one. */
export type JobDone = { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly problem: string };

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

/** A job's result, the policy's fault, or the reason why the job ended without either. */
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
