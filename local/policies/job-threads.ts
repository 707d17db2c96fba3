import { startPolicyThread } from "../policy-thread";

/** A job's result, or the policy's fault that prevents one. */
export type JobDone = { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly problem: string };

/** A thread's job. The policy's folder is relative to the project or absolute. */
interface PolicyJob {
  readonly folder: string;
}

/** Loading TypeScript, checking types and asking take seconds; what takes longer loops. */
const LIMIT_MS = 30_000;

/** A job could not be done; the message says why, for the author of the policy. */
export class JobError extends Error {
  override readonly name = "JobError";
}

/** A thread that has loaded the product waits that long for the next job. */
const IDLE_MS = 60_000;
/** Node keeps a little of each policy that was loaded: a thread that has done as many jobs ends. */
const MOST_JOBS = 100;

/** A job's result, or why there is none. */
type Ended = JobDone | { readonly ok: false; readonly ended: string };

/** A thread that does one job after the other. */
class JobThread {
  private readonly worker;
  private end: (ended: Ended) => void = () => this.close();
  private jobs = 0;
  private idle: NodeJS.Timeout | undefined;

  constructor(
    module: string,
    private readonly waiting: Set<JobThread>,
  ) {
    this.worker = startPolicyThread(module, undefined);
    for (const stream of [this.worker.stdout, this.worker.stderr]) stream.resume();
    this.worker.on("message", (done: JobDone) => this.end(done));
    this.worker.on("error", (error) => this.end({ ok: false, ended: error.message }));
    this.worker.on("exit", () => this.end({ ok: false, ended: "the policy ended the process." }));
  }

  do(job: PolicyJob, limitMs: number): Promise<Ended> {
    clearTimeout(this.idle);
    this.worker.ref();
    return new Promise((resolve) => {
      const timer = setTimeout(() => this.end({ ok: false, ended: "the policy does not come to an end. Does it loop?" }), limitMs);
      this.end = (ended) => {
        clearTimeout(timer);
        // A policy's leftovers may fail or end the thread while it waits.
        this.end = () => this.close();
        resolve(ended);
      };
      this.worker.postMessage(job);
    });
  }

  /** Lets it wait for the next job, as long as nobody waits for the process's end. */
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
 * Threads that do jobs with a policy as it is saved now, each job in a thread that does no other meanwhile, and with an end,
 * whatever the policy does. A thread whose job went well takes another one: to load the product takes far longer than a job.
 * @param module without its ending, absolute: it calls `takeJobs`
 */
export function jobThreads<Job extends PolicyJob>(module: string) {
  const waiting = new Set<JobThread>();
  return {
    /** Throws JobError. */
    async inThread<Result>(job: Job, limitMs = LIMIT_MS): Promise<Result> {
      const [thread = new JobThread(module, waiting)] = waiting;
      waiting.delete(thread);
      const ended = await thread.do(job, limitMs);
      if (ended.ok) {
        thread.keep();
        return ended.value as Result;
      }
      thread.close();
      throw new JobError("ended" in ended ? `${job.folder}: ${ended.ended}` : ended.problem);
    },

    /** Ends the threads that wait for a job: what a thread prints keeps a process alive that has no other work. */
    end(): void {
      for (const thread of waiting) thread.close();
    },
  };
}
