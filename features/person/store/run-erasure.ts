import type { EditedRows } from "../../../adapters/tables/edited-rows";
import type { PersonHashes } from "../../../engine/sign-up/person";
import { namedBy } from "../../access-list/named-person";
import { UnreadableRequestError } from "../../approvals/request";
import { ErasureError, eraseKept, keptAbout } from "./erase";
import { ERASURE_LEASE_MS, type ErasureJob, erasureJob, erasureSubject, type JobObstacle, type StoredJob, updateJob } from "./erasure-job";
import type { ErasingStores } from "./stores";

/** Maximum time between two writes of progress. */
const SIGN_OF_LIFE_MS = 10_000;
/** Minimum time between two writes of progress. */
const PROGRESS_MS = 2_000;

export interface ErasureCall {
  /** An address, or `issuer:google.com/1184`. */
  readonly typed: string;
  readonly run: string;
}

export interface ErasurePorts {
  readonly stores: ErasingStores;
  readonly ledger: Pick<EditedRows, "change" | "get">;
  hashes(): Promise<PersonHashes>;
  report(error: unknown): void;
}

/**
 * Runs an erasure recorded in the ledger, and writes the outcome there. A repeated delivery does nothing. Throws after a reported failure,
 * because the operator may have left the page.
 */
export async function runErasure({ typed, run }: ErasureCall, { stores, ledger, hashes, report }: ErasurePorts): Promise<void> {
  const named = namedBy(typed);
  if (named === undefined) return;
  const known = await hashes();
  const person = erasureSubject(named, known.hashOf);
  const stored = await erasureJob(ledger, person);
  if (stored === undefined || stored.job.run !== run || stored.job.state !== "asked") return;
  const row = new JobRow(ledger, stored);
  if (!(await row.tell({ state: "running", deleted: 0 }))) return;
  const { by, name, list, approvals } = stored.job;
  const author = { by, name, via: "console", person } as const;
  const choice = { list, approvals };
  try {
    const kept = await keptAbout(named, known, stores, choice);
    const erased = await eraseKept(kept, choice, author, stores, (deleted) => row.reach(deleted));
    await stores.trail?.tell({ ...author, action: "person.erased", outcome: "done" }, new Date());
    await row.end({ state: "done", deleted: erased.decisions, erased });
  } catch (error) {
    const isFailure = !(error instanceof ErasureError);
    if (isFailure) report(error);
    await row.end({ state: "stopped", obstacle: obstacleOf(error) });
    if (isFailure) throw new Error("A person could not be erased. The log says why.");
  }
}

/** Without any name: a key that somebody else changed may be an address. */
function obstacleOf(error: unknown): JobObstacle {
  if (error instanceof UnreadableRequestError) return { why: "request-unreadable" };
  if (!(error instanceof ErasureError)) return { why: "failed" };
  const { obstacle } = error;
  return { why: obstacle.why, ...("reference" in obstacle && { reference: obstacle.reference }) };
}

/** Writes a job's row, one change after the other. Stops once another run has it. */
class JobRow {
  #stored: StoredJob | undefined;
  #last: Promise<unknown> = Promise.resolve();
  #toldAt = 0;
  #deleted = 0;
  readonly #timer: NodeJS.Timeout;

  constructor(
    private readonly ledger: ErasurePorts["ledger"],
    stored: StoredJob,
  ) {
    this.#stored = stored;
    this.#timer = setInterval(() => void this.tell({ deleted: this.#deleted }).catch(() => undefined), SIGN_OF_LIFE_MS);
    this.#timer.unref();
  }

  async reach(deleted: number): Promise<void> {
    this.#deleted = deleted;
    if (Date.now() - this.#toldAt >= PROGRESS_MS) await this.tell({ deleted });
  }

  async end(facts: Partial<ErasureJob>): Promise<void> {
    clearInterval(this.#timer);
    await this.tell({ ...facts, aliveUntil: Date.now() });
  }

  /** False if another run has the job. */
  async tell(facts: Partial<ErasureJob>): Promise<boolean> {
    const telling = this.#last.then(async () => {
      if (this.#stored === undefined) return false;
      const now = new Date();
      const alive = { aliveUntil: now.getTime() + ERASURE_LEASE_MS, ...facts };
      this.#stored = await updateJob(this.ledger, this.#stored, alive, now);
      this.#toldAt = now.getTime();
      return this.#stored !== undefined;
    });
    this.#last = telling.catch(() => undefined);
    return await telling;
  }
}
