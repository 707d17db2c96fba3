import type { AwsClient } from "../../adapters/aws/client";
import { environment, type Variables } from "../../adapters/aws/environment";
import type { Log } from "../../adapters/log";
import { functionPlace, makeMember } from "../../adapters/operator/world";
import { readErrorTrace } from "../../adapters/report";
import type { PersonHashes } from "../../engine/sign-up/person";
import { auditStore } from "../audit/store/trail";
import { findLeftJobs, JobHeldError, type PeopleJobPorts, runPeopleJob } from "./store/run";
import { peopleJobs } from "./world";

interface World {
  readonly settings: Variables;
  readonly tables: AwsClient;
  readonly log: Pick<Log, "error">;
  readonly works: PeopleJobPorts["works"];
  readonly signal: AbortSignal;
  now(): Date;
  hashes(): Promise<PersonHashes>;
}

/** Goes on with acts on many people that no process works on any more. Never throws: a function's other work must not wait for them. */
export async function goOnWithJobs({ settings, tables, log, works, signal, hashes, now }: World): Promise<void> {
  const auditTable = settings[environment.auditTable];
  if (auditTable === undefined) return;
  const place = { ...functionPlace(tables, settings), hashes };
  try {
    const ports: PeopleJobPorts = { jobs: makeMember(peopleJobs, place), works, place, trail: auditStore(tables, auditTable, hashes), now };
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
