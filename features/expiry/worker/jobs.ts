import type { EventBridgeEvent } from "aws-lambda";
import type { AwsClient } from "../../../adapters/aws/client";
import { environment, type Variables } from "../../../adapters/aws/environment";
import type { Log } from "../../../adapters/log";
import { functionPlace, makeMember } from "../../../adapters/operator/world";
import { readErrorTrace } from "../../../adapters/report";
import type { PersonHashes } from "../../../engine/sign-up/person";
import { auditStore } from "../../audit/store/trail";
import { PEOPLE_JOBS } from "../../people-jobs/job";
import { findLeftJobs, JobHeldError, type PeopleJobPorts, runPeopleJob } from "../../people-jobs/store/run";
import { peopleJobs } from "../../people-jobs/world";
import { accessJobs } from "../jobs";

/** Time for acts on many people in one start, so that they delay no run. */
const JOBS_MS = 4 * 60_000;
/** A schedule starts the worker every five minutes. Only the first start of an hour may begin a run. */
const FIRST_MINUTES = 5;

/** True if the start is only for acts on many people: the console's, and all but the first of an hour. */
export function isForJobsOnly({ "detail-type": kind, time = "" }: Partial<EventBridgeEvent<string, unknown>>): boolean {
  return kind === PEOPLE_JOBS || (kind === "Scheduled Event" && new Date(time).getUTCMinutes() >= FIRST_MINUTES);
}

interface World {
  readonly settings: Variables;
  readonly tables: AwsClient;
  readonly log: Pick<Log, "error">;
  now(): Date;
  hashes(): Promise<PersonHashes>;
}

/** Goes on with acts on many people's access that no process works on any more. Never throws: runs must not wait for them. */
export async function goOnWithJobs({ settings, tables, log, hashes, now }: World): Promise<void> {
  const auditTable = settings[environment.auditTable];
  if (auditTable === undefined) return;
  const place = functionPlace(tables, settings);
  const signal = AbortSignal.timeout(JOBS_MS);
  try {
    const trail = auditStore(tables, auditTable, hashes);
    const ports: PeopleJobPorts = { jobs: makeMember(peopleJobs, place), works: accessJobs, place, trail, now };
    for await (const job of findLeftJobs(ports)) {
      if (signal.aborted) return;
      await runPeopleJob(job, ports, { signal }).catch((error: unknown) => {
        if (!(error instanceof JobHeldError)) log.error("act on many people not finished", { act: job.id, failure: readErrorTrace(error) });
      });
    }
  } catch (error) {
    log.error("acts on many people not read", { failure: readErrorTrace(error) });
  }
}
