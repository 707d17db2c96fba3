import type { PersonHashes } from "../../../engine/sign-up/person";
import { readNamedPerson } from "../../access-list/entry";
import { UnreadableRequestError } from "../../approvals/request";
import { ErasureError, eraseKept, keptAbout } from "./erase";
import { ERASURE_MS, type ErasureJob, erasureJob, erasureSubject, type JobObstacle, updateJob } from "./erasure-job";
import type { ErasingStores } from "./stores";

export interface ErasureCall {
  /** An address, or `issuer:google.com/1184`. */
  readonly typed: string;
  readonly run: string;
}

export interface ErasurePorts {
  readonly stores: ErasingStores;
  hashes(): Promise<PersonHashes>;
  /** @param person the subject of the erasure */
  failed(error: unknown, person: string): unknown;
  erased(person: string): unknown;
}

/**
 * Runs an erasure; a repeated delivery does nothing. Records an unexpected failure and then throws for the alarm, because the requester may
 * have left.
 */
export async function runErasure({ typed, run }: ErasureCall, { stores, hashes, failed, erased }: ErasurePorts): Promise<void> {
  const { ledger } = stores;
  const namedPerson = readNamedPerson(typed);
  if (namedPerson === undefined) return;
  const hashesOfPerson = await hashes();
  const person = erasureSubject(namedPerson, hashesOfPerson.hashOf);
  const storedJob = await erasureJob(ledger, person);
  if (storedJob === undefined || storedJob.job.run !== run || storedJob.job.state !== "asked") return;
  const row = await updateJob(ledger, storedJob, { state: "running", aliveUntil: Date.now() + ERASURE_MS }, new Date());
  if (row === undefined) return;
  const end = (facts: Partial<ErasureJob>) => updateJob(ledger, row, { ...facts, aliveUntil: Date.now() }, new Date());
  const { by, name, list, approvals } = storedJob.job;
  const author = { by, name, via: "console", person } as const;
  const choice = { list, approvals };
  try {
    const keptData = await keptAbout(namedPerson, hashesOfPerson, stores, choice);
    const erasure = await eraseKept(keptData, choice, author, stores);
    await stores.trail?.tell({ ...author, action: "person.erased", outcome: "done" }, new Date());
    await end({ state: "done", erased: erasure });
    await erased(person);
  } catch (error) {
    const isFailure = !(error instanceof ErasureError);
    if (isFailure) await failed(error, person);
    await end({ state: "stopped", obstacle: toJobObstacle(error) });
    if (isFailure) throw new Error("A person could not be erased. The log says why.");
  }
}

/** Omits the key of a row that somebody else changed, because the key may be an address. */
function toJobObstacle(error: unknown): JobObstacle {
  if (error instanceof UnreadableRequestError) return { why: "request-unreadable" };
  if (!(error instanceof ErasureError)) return { why: "failed" };
  const { obstacle } = error;
  return { why: obstacle.why, ...("reference" in obstacle && { reference: obstacle.reference }) };
}
