import type { EventBridgeEvent } from "aws-lambda";
import { PEOPLE_JOBS } from "../../people-jobs/job";

/** Time for acts on many people in one start, so that they delay no run. */
export const JOBS_MS = 4 * 60_000;
/** A schedule starts the worker every five minutes. Only the first start of an hour may begin a run. */
const FIRST_MINUTES = 5;

/** True if the start is only for acts on many people: the console's, and all but the first of an hour. */
export function isForJobsOnly({ "detail-type": kind, time = "" }: Partial<EventBridgeEvent<string, unknown>>): boolean {
  return kind === PEOPLE_JOBS || (kind === "Scheduled Event" && new Date(time).getUTCMinutes() >= FIRST_MINUTES);
}
