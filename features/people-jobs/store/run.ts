import { type HeldJob, holdJob, isHeld, LEASE_MS } from "../../../adapters/jobs/job";
import { type Audit, auditBy, type Doing } from "../../../adapters/operator/act";
import type { OperatorPlace } from "../../../adapters/operator/world";
import type { AuditStore } from "../../audit/store/trail";
import { findUndoObjection, MOST_KEPT, PART_PEOPLE, type PeopleJob, type PeopleJobKind, type UndoObjection, undoKinds } from "../job";
import type { JobPerson, NamedPerson, PeopleJobDraft, PeopleJobStore } from "./jobs";

/** Does an act on some of its people. */
export interface PeopleWork {
  /**
   * @param isRepeated true if a process that was killed may have done the act on some of them
   * @returns the code of each refusal, in order; undefined where the act was done
   */
  perform(people: readonly NamedPerson[], work: WorkOfJob): Promise<readonly (string | undefined)[]>;
}

export interface WorkOfJob {
  readonly job: PeopleJob;
  readonly place: OperatorPlace;
  readonly doing: Doing;
  audit(): Audit;
  readonly isRepeated: boolean;
}

export interface PeopleJobPorts {
  readonly jobs: PeopleJobStore;
  readonly works: Partial<Readonly<Record<PeopleJobKind, PeopleWork>>>;
  readonly place: OperatorPlace;
  readonly trail: Pick<AuditStore, "audited" | "transact" | "tell">;
  now(): Date;
}

export interface RunOptions {
  /** Stops the work. A worker goes on with it. */
  readonly signal?: AbortSignal | undefined;
  onProgress?(job: PeopleJob): void;
}

/** Thrown if another process works on the act. */
export class JobHeldError extends Error {
  override readonly name = "JobHeldError";
}

/** Progress is stored after so many people: that of acts of earlier versions, whose parts are larger, within a part. */
const PEOPLE_AT_ONCE = PART_PEOPLE;

/** Does an act on its people, or goes on with it. @returns the row as last written */
export async function runPeopleJob(found: PeopleJob, ports: PeopleJobPorts, { signal, onProgress }: RunOptions = {}): Promise<PeopleJob> {
  const { jobs, works, now } = ports;
  const work = works[found.kind];
  if (work === undefined) throw new Error(`This process does no ${found.kind}.`);
  const lost = ({ id }: PeopleJob) => new JobHeldError(`Another process works on the act ${id}.`);
  const held: HeldJob<PeopleJob> = await holdJob<PeopleJob>(found, {
    ...{ read: ({ id }) => jobs.get(id), update: jobs.update, stopping: ["state"], lost, now },
  });
  // The people after `next` may have been done by a process that was killed before it counted them.
  let isRepeated = true;
  while (held.job.next < held.job.total) {
    if (signal?.aborted) {
      await held.release();
      return held.job;
    }
    const { job } = held;
    const some = (await jobs.people(job, job.next)).slice(0, PEOPLE_AT_ONCE);
    if (some.length === 0) throw new Error(`The act ${job.id} lacks people from ${job.next} on.`);
    const people = some.filter((person) => person !== null);
    const codes = await work.perform(people, { ...workOn(job, ports), job, isRepeated });
    const refusals = people.flatMap((person, index) => (codes[index] === undefined ? [] : [{ id: person.id, code: codes[index] }]));
    const kept = [...job.kept, ...refusals].slice(0, MOST_KEPT);
    await held.write({ next: job.next + some.length, refused: job.refused + refusals.length, kept });
    isRepeated = false;
    onProgress?.(held.job);
  }
  await held.write({ state: "done", aliveUntil: undefined });
  return held.job;
}

function workOn({ id, by, name, via, account, userNames }: PeopleJob, ports: PeopleJobPorts) {
  const { place, now } = ports;
  const decider = userNames && { names: userNames };
  const author = { by, ...(name !== undefined && { name }), via };
  // A deployment may be older than its audit log, which not every act writes.
  const audit = (): Audit => auditBy(ports.trail, author, now);
  return { place, audit, doing: { actor: { by, name, via, account, decider }, now: now(), act: id } as Doing };
}

/** Begins an act and works on it as long as the caller has time. @returns the row as last written */
export async function beginPeopleJob(
  draft: PeopleJobDraft,
  people: readonly JobPerson[],
  ports: PeopleJobPorts,
  options: RunOptions = {},
): Promise<PeopleJob> {
  const job = await ports.jobs.begin(draft, people, ports.now(), LEASE_MS);
  return await runPeopleJob(job, ports, options);
}

/** Undoes an act as a whole. @returns why not, if it cannot be undone or if somebody else was faster */
export async function undoPeopleJob(
  id: string,
  author: Pick<PeopleJobDraft, "by" | "name" | "via" | "account" | "userNames">,
  ports: PeopleJobPorts,
  options: RunOptions = {},
): Promise<PeopleJob | UndoObjection> {
  const { jobs, now } = ports;
  const undone = await jobs.get(id);
  const objection = findUndoObjection(undone);
  if (undone === undefined || objection !== undefined) return objection ?? "unknown";
  const kind = undoKinds[undone.kind as keyof typeof undoKinds];
  const draft = { ...author, kind, input: { act: id }, about: undone.about, of: id };
  const job = await jobs.beginUndo(undone, draft, await readPeople(jobs, undone), now(), LEASE_MS);
  return job === undefined ? "undone" : await runPeopleJob(job, ports, options);
}

/** Reads all people of an act, in order. */
export async function readPeople(
  jobs: Pick<PeopleJobStore, "people">,
  job: Pick<PeopleJob, "id" | "perPart" | "total">,
): Promise<readonly JobPerson[]> {
  const people: JobPerson[] = [];
  while (people.length < job.total) {
    const some = await jobs.people(job, people.length);
    if (some.length === 0) break;
    people.push(...some);
  }
  return people;
}

/** Yields acts of these kinds that are not finished and that no process works on. */
export async function* findLeftJobs({ jobs, works, now }: Pick<PeopleJobPorts, "jobs" | "works" | "now">): AsyncGenerator<PeopleJob> {
  let before: string | undefined;
  do {
    const { items, next } = await jobs.page(before);
    yield* items.filter((job) => job.state === "begun" && works[job.kind] !== undefined && !isHeld(job, now()));
    before = next;
  } while (before !== undefined);
}
