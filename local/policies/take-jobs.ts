import { parentPort } from "node:worker_threads";
import type { JobDone } from "./job-threads";

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
