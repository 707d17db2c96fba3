import { PolicyError } from "../../lib/errors";
import { loadPolicyFolder } from "../../lib/policy-folder/policy-folder";
import { loadTyped } from "../../lib/policy-folder/policy-types";
import { CasesError } from "../cases/case-file";
import { SamplesError } from "../data/csv-table";
import { takeJobs } from "../policies/job-threads";
import { askPolicy } from "./ask";
import { buildCards } from "./cards";
import { caseText } from "./case-text";
import type { Job } from "./jobs";
import { liveTables } from "./live-tables";

async function runJob(job: Job): Promise<unknown> {
  const load = () => loadPolicyFolder(job.folder);
  const policy = job.kind === "ask" && job.check ? loadTyped([job.folder], load) : load();
  const live = liveTables(job.place);
  if (job.kind === "ask") return await askPolicy(policy, job, live);
  if (job.kind === "cards") return await buildCards(policy, job, live);
  return await caseText(policy, job, live);
}

takeJobs(runJob, [PolicyError, CasesError, SamplesError]);
