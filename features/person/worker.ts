import { composeHandler } from "../../adapters/aws/compose-handler";
import { environment, requireVariable } from "../../adapters/aws/environment";
import { personHash } from "../../adapters/aws/person-key";
import { carryOut } from "../../adapters/operator/act";
import { functionPlace, makeMember, type OperatorPlace } from "../../adapters/operator/world";
import { readErrorTrace } from "../../adapters/report";
import { workNotes } from "../../adapters/tables/work-notes";
import type { World } from "../../adapters/world";
import { readNamedPerson } from "../access-list/entry";
import { UnreadableRequestError } from "../approvals/request";
import { erase } from "./acts";
import {
  ERASURE_MS,
  type ErasureCall,
  type ErasureJob,
  erasureJob,
  erasureSubject,
  type JobObstacle,
  updateJob,
} from "./store/erasure-job";
import type { ErasureFacts } from "./words";
import { erasingStores } from "./world";

export function erasureHandler({
  settings,
  tables: client,
  secrets,
  clock,
  log,
}: Pick<World, "settings" | "tables" | "secrets" | "clock" | "log">) {
  const hashes = personHash(secrets, requireVariable(environment.personKeySecret, settings), clock);
  const place = { ...functionPlace(client, settings), hashes };
  // Throws if a table is not set: an erasure that skips one would count as done.
  for (const table of ["profiles", "approvals", "accounts", "audit"] as const) place.nameOf(table);
  const notes = workNotes({ settings, tables: client, clock, log }, "erasure");
  /** Tells failed erasures apart, so that another person's erasure does not remove the note. */
  const hashPerson = async (person: string) => (await hashes()).hashOf(person).slice(0, 8);
  const failed = async (error: unknown, person: string) => {
    log.error("person not erased", { failure: readErrorTrace(error) });
    // Without the key of the hashes, which may be what failed, the note is of no person.
    const part = await hashPerson(person).catch(() => undefined);
    await notes.failed(error, part === undefined ? {} : { part });
  };
  const erased = async (person: string) => await notes.succeeded(await hashPerson(person));
  return composeHandler({ log }, (call: ErasureCall): Promise<void> => runErasure(call, { place, failed, erased }));
}

export interface ErasurePorts {
  readonly place: OperatorPlace;
  /** @param person the subject of the erasure */
  failed(error: unknown, person: string): unknown;
  erased(person: string): unknown;
}

/**
 * Runs an erasure; a repeated delivery does nothing. Records an unexpected failure and then throws for the alarm, because the requester may
 * have left.
 */
export async function runErasure({ typed, run }: ErasureCall, { place, failed, erased }: ErasurePorts): Promise<void> {
  const { ledger } = makeMember(erasingStores, place);
  const named = readNamedPerson(typed);
  if (named === undefined) return;
  const person = erasureSubject(named, (await place.hashes()).hashOf);
  const storedJob = await erasureJob(ledger, person);
  if (storedJob === undefined || storedJob.job.run !== run || storedJob.job.state !== "asked") return;
  const row = await updateJob(ledger, storedJob, { state: "running", aliveUntil: Date.now() + ERASURE_MS }, new Date());
  if (row === undefined) return;
  const end = (facts: Partial<ErasureJob>) => updateJob(ledger, row, { ...facts, aliveUntil: Date.now() }, new Date());
  const { by, name, list, approvals } = storedJob.job;
  try {
    const attempt = { target: { named, run }, input: { list, approvals }, answered: "all" } as const;
    const result = await carryOut(erase, attempt, place, { actor: { by, name, via: "console" }, now: new Date() });
    if (result.kind === "done") {
      await end({ state: "done", erased: result.outcome });
      await erased(person);
    } else {
      const [{ code, facts = {} }] = result.kind === "stopped" ? result.concerns : [{ code: "changed-meanwhile" }];
      // Omits the key of a row that somebody else changed, because the key may be an address.
      const { reference } = facts as ErasureFacts;
      await end({ state: "stopped", obstacle: { why: code as JobObstacle["why"], ...(reference !== undefined && { reference }) } });
    }
  } catch (error) {
    await failed(error, person);
    await end({ state: "stopped", obstacle: { why: error instanceof UnreadableRequestError ? "request-unreadable" : "failed" } });
    throw new Error("A person could not be erased. The log says why.");
  }
}
