import { join } from "node:path";
import { startPolicyThread } from "../policy-thread";
import type { FromJob, Job, JobResults } from "./jobs";

/** Loading TypeScript, checking types and asking take seconds; what takes longer loops. */
const LIMIT_MS = 30_000;

/** A job could not be done; the message says why, for the author of the policy. */
export class JobError extends Error {
  override readonly name = "JobError";
}

/** Does a job in a thread of its own, with the policy as it stands now, and with an end, whatever the policy does. Throws JobError. */
export async function inThread<K extends Job["kind"]>(job: Extract<Job, { kind: K }>, limitMs = LIMIT_MS): Promise<JobResults[K]> {
  const worker = startPolicyThread(join(__dirname, "workbench-worker"), job);
  for (const stream of [worker.stdout, worker.stderr]) stream.resume();
  let timer: NodeJS.Timeout | undefined;
  try {
    return await new Promise((resolve, reject) => {
      const refuse = (problem: string) => reject(new JobError(problem));
      timer = setTimeout(() => refuse(`${job.folder}: the policy does not come to an end. Does it loop?`), limitMs);
      worker.on("message", (done: FromJob) => (done.ok ? resolve(done.value as JobResults[K]) : refuse(done.problem)));
      worker.on("error", (error) => refuse(`${job.folder}: ${error.message}`));
      worker.on("exit", () => refuse(`${job.folder}: the policy ended the process.`));
    });
  } finally {
    clearTimeout(timer);
    await worker.terminate();
  }
}
