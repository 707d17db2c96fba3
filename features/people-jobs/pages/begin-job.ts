import type { Visit } from "../../../console/app/visit";
import { buildActor } from "../../approvals/pages/approvals-parts";
import { PEOPLE_JOBS, type PeopleJob, type UndoObjection } from "../job";
import { beginPeopleJob, type JobPerson, openPeopleJobs, type PeopleJobDraft, type PeopleJobPorts, undoPeopleJob } from "../jobs";

/** The console works so long on an act before it answers. Then the function goes on. */
const ANSWER_MS = 2_000;

export const JOBS_PATH = "/people/jobs";

export function jobPath(id: string): string {
  return `${JOBS_PATH}/${encodeURIComponent(id)}`;
}

/** The works and the function that do acts of some kinds. */
export interface JobDoer {
  readonly works: PeopleJobPorts["works"];
  /** The function that goes on with them. Undefined if the deployment has none: then the console works to the end. */
  readonly worker: { start(call: object): Promise<void> } | undefined;
}

function openPorts({ world }: Visit, { works }: JobDoer): PeopleJobPorts {
  return openPeopleJobs(world.place, works, () => new Date());
}

function describeAuthor(visit: Visit) {
  const { by, name } = visit.author;
  return { by, name, via: "console", account: buildActor(visit).account, userNames: visit.session.userNames } as const;
}

async function work<T extends PeopleJob | UndoObjection>(doer: JobDoer, run: (signal: AbortSignal | undefined) => Promise<T>): Promise<T> {
  const job = await run(doer.worker && AbortSignal.timeout(ANSWER_MS));
  if (typeof job !== "string" && job.state !== "done") await startWorker(doer);
  return job;
}

/** Works on an act as long as one answer has time. Then the function goes on. */
export async function beginJob(
  visit: Visit,
  doer: JobDoer,
  draft: Pick<PeopleJobDraft, "kind" | "input" | "about">,
  people: readonly JobPerson[],
): Promise<PeopleJob> {
  const ports = openPorts(visit, doer);
  return await work(doer, (signal) => beginPeopleJob({ ...draft, ...describeAuthor(visit) }, people, ports, { signal }));
}

export async function undoJob(visit: Visit, doer: JobDoer, id: string): Promise<PeopleJob | UndoObjection> {
  const ports = openPorts(visit, doer);
  return await work(doer, (signal) => undoPeopleJob(id, describeAuthor(visit), ports, { signal }));
}

/** A failed start does not matter: the worker looks for acts that nobody works on. */
export async function startWorker({ worker }: JobDoer): Promise<void> {
  await worker?.start({ "detail-type": PEOPLE_JOBS }).catch(() => undefined);
}
