import { join } from "node:path";
import { jobThreads } from "../policies/job-threads";
import type { FindAsked, FindResult } from "./find";

/** Time for loading two policies and for reducing the results, in addition to the search itself. */
const AROUND_FIND_MS = 60_000;

export const findThreads = jobThreads<FindAsked>(join(__dirname, "find-worker"));

export async function findInThread(findJob: FindAsked): Promise<FindResult> {
  return await findThreads.inThread(findJob, findJob.limitMs + AROUND_FIND_MS);
}
