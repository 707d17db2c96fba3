import { join } from "node:path";
import { jobThreads } from "../policies/job-threads";
import type { FindAsked, FindResult } from "./find";

/** Beyond a search itself: to load two policies, and to make what was found smaller. */
const AROUND_FIND_MS = 60_000;

export const findThreads = jobThreads<FindAsked>(join(__dirname, "find-worker"));

/** Searches in a thread. Throws JobError. */
export async function findInThread(asked: FindAsked): Promise<FindResult> {
  return await findThreads.inThread(asked, asked.limitMs + AROUND_FIND_MS);
}
