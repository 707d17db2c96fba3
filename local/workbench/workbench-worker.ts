import { parentPort } from "node:worker_threads";
import { PolicyError } from "../../lib/policy-folder/policy-error";
import { loadPolicyFolder } from "../../lib/policy-folder/policy-folder";
import { checkPolicyTypes } from "../../lib/policy-folder/policy-types";
import { CasesError } from "../cases/cases-error";
import { findIn } from "../counterexamples/find";
import { SamplesError } from "../data/samples";
import { answersOf } from "./ask";
import { cardsOf } from "./cards";
import { caseText } from "./case-text";
import type { FromJob, Job } from "./jobs";
import { liveTables } from "./live-tables";
import { previewOf } from "./preview-of";

// Does one job after the other, each with the policy as it is saved then. What started it ends a job that hangs.

const port = parentPort as NonNullable<typeof parentPort>;
/** What is loaded once: the product. */
const lasting = new Set(Object.keys(require.cache));

async function done(job: Job): Promise<unknown> {
  if (job.kind === "find") return await findIn(job);
  if (job.kind === "ask" && job.check) checkPolicyTypes(job.folder);
  const policy = loadPolicyFolder(job.folder);
  const live = liveTables(job.place);
  if (job.kind === "ask") return await answersOf(policy, job, live);
  if (job.kind === "cards") return await cardsOf(policy, job, live);
  return job.kind === "case" ? await caseText(policy, job, live) : await previewOf(policy, job, live);
}

/** Forgets the policy, so that the next job loads it again with all that it imports. */
function forgetPolicy(): void {
  for (const file of Object.keys(require.cache)) if (!lasting.has(file)) delete require.cache[file];
}

function isForAuthors(error: unknown): error is Error {
  return [PolicyError, CasesError, SamplesError].some((known) => error instanceof known);
}

const tell = (message: FromJob) => port.postMessage(message);
port.on("message", (job: Job) =>
  done(job)
    .finally(forgetPolicy)
    .then(
      (value) => tell({ ok: true, value }),
      (error: unknown) => tell({ ok: false, problem: isForAuthors(error) ? error.message : String((error as Error).stack ?? error) }),
    ),
);
