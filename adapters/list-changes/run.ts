import type { ChangeMeans, ChangeSet } from "../../engine/access-list/change-set";
import { writeParts } from "../../engine/access-list/files/write";
import { MAX_STATEMENTS } from "../tables/conditional-batch";
import { type ChangeSource, type SetPart, setPartsOf } from "./parts";
import type { RowChange } from "./rows";
import { changeSetId, expiryOf } from "./set-id";
import { type ChangeSetStore, newRun } from "./store";

/** A run says so often that it is alive, and counts as dead when it has not said so for the longer time. */
const SIGN_OF_LIFE_MS = 10_000;
const LEASE_MS = 40_000;
/** Of entries that were left as they were: more help nobody, and an item is no list. */
export const MAX_KEPT = 50;

/** A change of the list: its author, its means and its progress. */
export interface Draft
  extends Pick<
    ChangeSet,
    "by" | "name" | "means" | "added" | "changed" | "removed" | "writes" | "entry" | "reverts" | "kept" | "keptCount" | "proposedBy"
  > {
  readonly means: ChangeMeans;
}

/** Writes some rows of one phase; resolves to those that were left because they are no longer as they were read. */
export type RowWriter = (batch: readonly RowChange[]) => Promise<readonly RowChange[]>;

export interface RunOptions {
  readonly signal?: AbortSignal | undefined;
  /** @default as many as a batch holds */
  readonly batchSize?: number;
  onWritten?(count: number): void;
}

export interface Ran {
  readonly set: ChangeSet;
  /** How many of its writes were made. */
  readonly writes: number;
  /** Entries left as somebody else had edited them, meanwhile or before a revert: the first of them. */
  readonly kept: readonly string[];
  readonly keptCount: number;
}

/** Another run has taken the set over, to resume or revert it. */
export class TakenOverError extends Error {
  override readonly name = "TakenOverError";
  constructor(readonly id: string) {
    super(`Somebody resumes or reverts the change set ${id} at this moment: this run of it has ended.`);
  }
}

/** A begun set, as the table knows it before any row is written. */
export async function beginSet(store: ChangeSetStore, draft: Draft, now: Date): Promise<ChangeSet> {
  for (;;) {
    const set = await beginSetAs(store, changeSetId(now), draft, now);
    if (set !== undefined) return set;
  }
}

/** The same under an id that is on record elsewhere. Undefined where a set has it already. */
export async function beginSetAs(store: ChangeSetStore, id: string, draft: Draft, now: Date): Promise<ChangeSet | undefined> {
  const facts = { at: now.toISOString(), state: "begun" as const, run: newRun(), expires: expiryOf(now) };
  const set = { ...draft, ...facts, id, aliveUntil: Date.now() + LEASE_MS };
  return (await store.begin(set)) ? set : undefined;
}

/**
 * Records a set's difference and makes it. Each part is on record before any of its rows is written; the record runs ahead as
 * fast as the table takes it, so that little of a long import needs its file again.
 */
export async function writeSet(
  store: ChangeSetStore,
  set: ChangeSet,
  source: ChangeSource,
  write: RowWriter,
  options: RunOptions = {},
): Promise<Ran> {
  const recorded = new Recorded();
  const stop = new AbortController();
  const signal = AbortSignal.any([stop.signal, ...(options.signal ? [options.signal] : [])]);
  const recording = record(store, set, source, recorded, signal).then(
    () => recorded.fail(signal.reason),
    (error: unknown) => recorded.fail(error),
  );
  async function* parts() {
    let index = 0;
    for await (const part of setPartsOf(source)) {
      index += 1;
      await recorded.reaches(index);
      yield part;
    }
  }
  try {
    return await writeRecorded(store, set, parts(), write, options, recording);
  } finally {
    stop.abort();
    await recording;
  }
}

/** Resumes a set that is on record: writes its parts after the last written one. */
export async function resumeSet(store: ChangeSetStore, current: ChangeSet, write: RowWriter, options: RunOptions = {}): Promise<Ran> {
  const set = await takeOver(store, current);
  // Nothing is written that is not on record: what a cut-off record lacks, the list lacks too.
  if (set.recorded === undefined) await store.update(set.id, { run: set.run }, { partial: true });
  return await writeRecorded(store, set, store.parts(set.id, undefined, set.upTo), write, options);
}

/** Whether a run seems to write the set now. */
export function isAlive({ state, aliveUntil = 0 }: ChangeSet, now = Date.now()): boolean {
  return state === "begun" && aliveUntil > now;
}

/** The set as this run's own. Throws where another was quicker. */
export async function takeOver(store: ChangeSetStore, current: ChangeSet, state: ChangeSet["state"] = "begun"): Promise<ChangeSet> {
  const own = { run: newRun(), state, aliveUntil: Date.now() + (state === "begun" ? LEASE_MS : 0) };
  if (!(await store.update(current.id, { run: current.run, state: current.state }, own))) throw new TakenOverError(current.id);
  return { ...current, ...own } as ChangeSet;
}

async function record(store: ChangeSetStore, set: ChangeSet, source: ChangeSource, recorded: Recorded, signal: AbortSignal): Promise<void> {
  let count = 0;
  for await (const part of setPartsOf(source)) {
    if (signal.aborted) return;
    await store.putPart(set, part);
    count += 1;
    recorded.reach(count);
  }
  await store.update(set.id, { run: set.run }, { recorded: count });
}

async function writeRecorded(
  store: ChangeSetStore,
  set: ChangeSet,
  parts: AsyncIterable<SetPart>,
  write: RowWriter,
  { signal, batchSize = MAX_STATEMENTS, onWritten }: RunOptions,
  recording: Promise<void> = Promise.resolve(),
): Promise<Ran> {
  const kept = new Kept(set);
  let { writes } = set;
  const progress = new Progress(store, set);
  const lost = new AbortController();
  progress.onLost = () => lost.abort(new TakenOverError(set.id));
  const either = AbortSignal.any([lost.signal, ...(signal ? [signal] : [])]);
  const writeBatch = async (batch: readonly RowChange[]) => {
    const left = await write(batch);
    writes -= left.length;
    for (const row of left) kept.add(row);
  };
  try {
    await writeParts<RowChange, SetPart>(parts, writeBatch, {
      batchSize,
      signal: either,
      ...(onWritten && { onWritten }),
      // To check so few rows again takes no longer than to skip them.
      ...(set.writes > MAX_STATEMENTS && { onPart: ({ key }: SetPart) => progress.reach(key) }),
    });
    await recording;
    await progress.end({ state: "done", aliveUntil: Date.now(), ...kept.facts() });
  } catch (error) {
    // The first error is thrown even where this write fails too: a set that stays begun can be resumed.
    await progress.end({ state: "stopped", aliveUntil: Date.now(), ...kept.facts() }).catch(() => undefined);
    throw error;
  }
  return { set: { ...set, state: "done" }, writes, kept: kept.entries, keptCount: kept.count };
}

/** What a set's row says of how far it is; written one after the other, and not at all once another run has taken over. */
class Progress {
  onLost: () => void = () => undefined;
  #last: Promise<unknown> = Promise.resolve();
  #waiting: string | undefined;
  readonly #timer: NodeJS.Timeout;

  constructor(
    private readonly store: ChangeSetStore,
    private readonly set: ChangeSet,
  ) {
    this.#timer = setInterval(() => this.#write({}), SIGN_OF_LIFE_MS);
    this.#timer.unref();
  }

  /** Where several parts end meanwhile, only the last is written down. */
  reach(key: string): void {
    const idle = this.#waiting === undefined;
    this.#waiting = key;
    if (!idle) return;
    this.#last = this.#last.then(() => {
      const upTo = this.#waiting;
      this.#waiting = undefined;
      return this.#update({ upTo });
    });
    this.#last.catch(() => undefined);
  }

  async end(facts: Partial<ChangeSet>): Promise<void> {
    clearInterval(this.#timer);
    await this.#last.catch(() => undefined);
    if (!(await this.store.update(this.set.id, { run: this.set.run }, facts))) throw new TakenOverError(this.set.id);
  }

  #write(facts: Partial<ChangeSet>): void {
    this.#last = this.#last.then(() => this.#update(facts));
    this.#last.catch(() => undefined);
  }

  async #update(facts: Partial<ChangeSet>): Promise<void> {
    const alive = { ...facts, aliveUntil: Date.now() + LEASE_MS };
    if (!(await this.store.update(this.set.id, { run: this.set.run }, alive))) this.onLost();
  }
}

/** The entries that were left as they were: each counts once. */
class Kept {
  entries: string[];
  count: number;

  constructor({ kept = [], keptCount = 0 }: ChangeSet) {
    this.entries = [...kept];
    this.count = keptCount;
  }

  add({ entry, final }: RowChange): void {
    // The second write of the same change finds it too.
    if (final !== undefined || this.entries.includes(entry)) return;
    this.count += 1;
    if (this.entries.length < MAX_KEPT) this.entries.push(entry);
  }

  facts(): Pick<ChangeSet, "kept" | "keptCount"> | undefined {
    return this.count === 0 ? undefined : { kept: this.entries, keptCount: this.count };
  }
}

/** How many parts are on record. */
class Recorded {
  #count = 0;
  #failure: { readonly error: unknown } | undefined;
  #waiting: (() => void)[] = [];

  reach(count: number): void {
    this.#count = count;
    this.#wake();
  }

  fail(error: unknown): void {
    this.#failure = { error };
    this.#wake();
  }

  async reaches(count: number): Promise<void> {
    while (this.#count < count) {
      if (this.#failure) throw this.#failure.error;
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
  }

  #wake(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const resolve of waiting) resolve();
  }
}
