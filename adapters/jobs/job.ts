// A job is work that takes longer than one answer. Its owner keeps its row, with the job's position, progress and outcome in columns of the
// owner's own. Whoever works on it holds a lease in the row, and each write of progress renews the lease.

/** Length of a lease. A worker takes a job this long after the process that worked on it was killed. */
export const LEASE_MS = 60_000;

/** The column of a job's row that every owner has. */
export interface Job {
  /** End of the lease in epoch milliseconds. 0: nobody works on the job. Absent: nobody does, and no worker takes it. */
  readonly aliveUntil?: number | undefined;
}

export function isHeld({ aliveUntil = 0 }: Job, now: Date): boolean {
  return aliveUntil > now.getTime();
}

/** True if a worker has to go on with the job. */
export function isLeft({ aliveUntil }: Job, now: Date): boolean {
  return aliveUntil !== undefined && aliveUntil <= now.getTime();
}

export interface JobTerms<Row extends Job> {
  /** Reads the job's row again: the row given to `holdJob` may be out of date. */
  read(job: Row): Promise<Row | undefined>;
  /** Writes only if the columns in `unchanged` are as in `job`. @returns the row as written; undefined if a column has changed */
  update(job: Row, unchanged: readonly (keyof Row)[], facts: Partial<Row>): Promise<Row | undefined>;
  /** Columns that others change to stop the work. */
  readonly stopping: readonly (keyof Row)[];
  /** Makes the error for a job that somebody else works on or has stopped. */
  lost(job: Row): Error | Promise<Error>;
  now(): Date;
  /** @default LEASE_MS */
  readonly leaseMs?: number;
}

export interface HeldJob<Row extends Job> {
  /** The row as last written. */
  readonly job: Row;
  /**
   * Stores progress and renews the lease, unless `facts` ends it. Writes follow one another. Throws the error of `lost` once the work has to
   * stop.
   */
  write(facts: Partial<Row>): Promise<void>;
  /**
   * Ends the lease and stores the outcome, after the writes in progress.
   * @param stopping the columns that must not have changed. @default those of the terms
   * @returns false, and writes nothing, if one of them has
   */
  release(facts?: Partial<Row>, stopping?: readonly (keyof Row)[]): Promise<boolean>;
}

/** Takes the lease of a job. Two processes that take the same row at once do not both get it. */
export async function holdJob<Row extends Job>(job: Row, terms: JobTerms<Row>, beginning: Partial<Row> = {}): Promise<HeldJob<Row>> {
  const { leaseMs = LEASE_MS, now, read, stopping, update } = terms;
  async function renew(current: Row, facts: Partial<Row>): Promise<Row> {
    const next = await update(current, [...stopping, "aliveUntil"], { aliveUntil: now().getTime() + leaseMs, ...facts });
    if (next === undefined) throw await terms.lost(current);
    return next;
  }
  const takenJob = await renew(job, beginning);
  // `renew` compared only some columns. The others may be out of date.
  let current = (await read(takenJob)) ?? takenJob;
  let last: Promise<unknown> = Promise.resolve();
  return {
    get job() {
      return current;
    },
    async write(facts) {
      const next = last.then(async () => {
        current = await renew(current, facts);
      });
      last = next.catch(() => undefined);
      await next;
    },
    async release(facts = {}, columns = stopping) {
      await last;
      return (await update(current, [...columns, "aliveUntil"], { aliveUntil: 0, ...facts } as Partial<Row>)) !== undefined;
    },
  };
}
