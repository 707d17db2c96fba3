import { MAX_STATEMENTS } from "../../../adapters/tables/conditional-batch";
import { momentId } from "../../../adapters/tables/moment-id";
import type { AuditNews } from "../../audit/entry";
import type { AuditStore } from "../../audit/store/trail";
import type { ChangeMeans, ChangeSet } from "../change-set";
import { writeParts } from "../files/write";
import { listRowAudited } from "./access-list";
import { type ChangeSetStore, editOf, expiryOf, newRun, type SetPart, viaOf } from "./change-sets";
import { type ChangeSource, setPartsOf } from "./parts";
import { type ListPorts, type RowChange, writeRows } from "./row-changes";

/** Interval of a run's heartbeat, and the time without one after which the run counts as dead. */
const SIGN_OF_LIFE_MS = 10_000;
const LEASE_MS = 40_000;
/** Limit of entries left unchanged to name: more would be useless, and an item has limited room. */
export const MAX_KEPT = 50;

export interface Draft
  extends Pick<
    ChangeSet,
    | "by"
    | "name"
    | "means"
    | "added"
    | "changed"
    | "removed"
    | "allowed"
    | "denied"
    | "referred"
    | "file"
    | "writes"
    | "entry"
    | "reverts"
    | "kept"
    | "keptCount"
    | "proposedBy"
    | "shutOut"
  > {
  readonly means: ChangeMeans;
}

export interface RunOptions {
  readonly signal?: AbortSignal | undefined;
  onWritten?(count: number): void;
}

export interface EditPorts extends ListPorts {
  readonly changes: ChangeSetStore;
  readonly trail?: Pick<AuditStore, "tell" | "transact"> | undefined;
}

export interface EditOptions extends RunOptions {
  /** The id of its set, if recorded elsewhere. */
  readonly id?: string | undefined;
  readonly original?: ChangeSet;
  /** Called for a job, before any row is written. */
  onJob?(set: ChangeSet): void;
}

export interface Ran {
  readonly set: ChangeSet;
  readonly writes: number;
  /** The first entries left because somebody else had edited them, meanwhile or before a revert. */
  readonly kept: readonly string[];
  readonly keptCount: number;
}

/** Another run has taken over the set, to resume or revert it. */
export class TakenOverError extends Error {
  override readonly name = "TakenOverError";
  constructor(readonly id: string) {
    super(`Somebody resumes or reverts the change set ${id} at this moment: this run of it has ended.`);
  }
}

/** Makes an edit as a job. Undefined if a set already has the id. */
export async function writeJob(
  ports: EditPorts,
  draft: Draft,
  source: ChangeSource,
  now: Date,
  options: EditOptions,
): Promise<Ran | undefined> {
  const set = await jobSet(ports.changes, draft, now, options);
  if (set === undefined) return undefined;
  options.onJob?.(set);
  return await writeSet(ports, set, source, options);
}

async function jobSet(changes: ChangeSetStore, draft: Draft, now: Date, { id, original }: EditOptions): Promise<ChangeSet | undefined> {
  if (original === undefined) return await (id === undefined ? beginSet(changes, draft, now) : beginSetAs(changes, id, draft, now));
  const stopped = await stoppedSet(changes, original);
  const set = await beginSet(changes, draft, now);
  const { run, revertedBy } = stopped;
  if (await changes.update(original.id, { run, revertedBy }, { revertedBy: set.id })) return set;
  // The set never started. Sets cannot be deleted, but an expired one is not shown.
  await changes.update(set.id, { run: set.run }, { state: "stopped", aliveUntil: Date.now(), expires: 1 });
  throw new TakenOverError(original.id);
}

export async function stoppedSet(changes: ChangeSetStore, original: ChangeSet): Promise<ChangeSet> {
  return original.state === "done" ? original : await takeOver(changes, original, "stopped");
}

/** Begins a set in the table before any row is written. */
export async function beginSet(store: ChangeSetStore, draft: Draft, now: Date): Promise<ChangeSet> {
  for (;;) {
    const set = await beginSetAs(store, momentId(now), draft, now);
    if (set !== undefined) return set;
  }
}

/** Same under an id recorded elsewhere. Undefined if a set already has it. */
export async function beginSetAs(store: ChangeSetStore, id: string, draft: Draft, now: Date): Promise<ChangeSet | undefined> {
  const facts = { at: now.toISOString(), state: "begun" as const, run: newRun(), expires: expiryOf(now) };
  const set = { ...draft, ...facts, id, aliveUntil: Date.now() + LEASE_MS };
  return (await store.begin(set)) ? set : undefined;
}

/**
 * Records a set's difference and writes it. Each part is recorded before any of its rows is written. The record runs ahead at the table's
 * speed, so that little of an interrupted import needs its file again.
 */
export async function writeSet(ports: EditPorts, set: ChangeSet, source: ChangeSource, options: RunOptions = {}): Promise<Ran> {
  const recorded = new Recorded();
  const stop = new AbortController();
  const signal = AbortSignal.any([stop.signal, ...(options.signal ? [options.signal] : [])]);
  const recording = record(ports.changes, set, source, recorded, signal).then(
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
    return await writeRecorded(ports, set, { verb: "begun", parts: parts(), recording }, options);
  } finally {
    stop.abort();
    await recording;
  }
}

export function isCutOff(set: ChangeSet): boolean {
  return set.state !== "done" && set.revertedBy === undefined && !isAlive(set);
}

/** Resumes a recorded set after its last written part. Throws TakenOverError if the set was reverted. */
export async function resumeEdit(ports: EditPorts, current: ChangeSet, options: RunOptions = {}): Promise<Ran> {
  const { changes } = ports;
  if (current.revertedBy !== undefined) throw new TakenOverError(current.id);
  const set = await takeOver(changes, current);
  // Writes nothing unrecorded: rows missing from an interrupted record were never written.
  if (set.recorded === undefined) await changes.update(set.id, { run: set.run }, { partial: true });
  return await writeRecorded(ports, set, { verb: "resumed", parts: changes.parts(set.id, undefined, set.upTo) }, options);
}

export function isAlive({ state, aliveUntil = 0 }: ChangeSet): boolean {
  return state === "begun" && aliveUntil > Date.now();
}

/** Takes the set over for this run. Throws if another was faster. */
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

interface Work {
  readonly verb: "begun" | "resumed";
  readonly parts: AsyncIterable<SetPart>;
  readonly recording?: Promise<void>;
}

async function writeRecorded(
  ports: EditPorts,
  set: ChangeSet,
  { verb, parts, recording }: Work,
  { signal, onWritten }: RunOptions,
): Promise<Ran> {
  const { changes, trail } = ports;
  const kept = new Kept(set);
  let { writes } = set;
  const progress = new Progress(changes, set);
  const lost = new AbortController();
  progress.onLost = () => lost.abort(new TakenOverError(set.id));
  const either = AbortSignal.any([lost.signal, ...(signal ? [signal] : [])]);
  const writeBatch = async (batch: readonly RowChange[]) => {
    const left = await writeRows(ports, batch, editOf(set));
    writes -= left.length;
    for (const row of left) kept.add(row);
  };
  try {
    const number = await trail?.tell(newsOf(set, verb), new Date());
    await writeParts<RowChange, SetPart>(trail === undefined ? parts : announced(trail, set, number, parts), writeBatch, {
      batchSize: MAX_STATEMENTS,
      signal: either,
      ...(onWritten && { onWritten }),
      // Checking so few rows again takes no longer than skipping them.
      ...(set.writes > MAX_STATEMENTS && { onPart: ({ key }: SetPart) => progress.reach(key) }),
    });
    await recording;
    await progress.end({ state: "done", aliveUntil: Date.now(), ...kept.facts() });
    await trail?.tell(newsOf(set, "done", kept.count), new Date());
  } catch (error) {
    // The first error is thrown even if these writes fail too: a set that stays begun can be resumed.
    const isOwn = await progress.end({ state: "stopped", aliveUntil: Date.now(), ...kept.facts() }).then(
      () => true,
      () => false,
    );
    if (isOwn) await trail?.tell(newsOf(set, "stopped", kept.count), new Date()).catch(() => undefined);
    throw error;
  }
  return { set: { ...set, state: "done" }, writes, kept: kept.entries, keptCount: kept.count };
}

/** Yields each part once the trail has its rows, so that no unknown row is written. @param of the number of the set's entry */
async function* announced(
  trail: Pick<AuditStore, "tell">,
  set: ChangeSet,
  of: string | undefined,
  parts: AsyncIterable<SetPart>,
): AsyncGenerator<SetPart> {
  for await (const part of parts) {
    const rows = part.writes.map(({ entry, before, after }) => listRowAudited({ entry, before, after }));
    const { by, via, action } = newsOf(set, "begun");
    await trail.tell({ by, via, action, outcome: "done", set: set.id, count: rows.length, ...(of && { of }) }, new Date(), rows);
    yield part;
  }
}

function newsOf(set: ChangeSet, verb: "begun" | "resumed" | "done" | "stopped", kept = 0): AuditNews {
  const { id, by, name, means, writes, added, changed, removed, reverts } = set;
  const after = { means, added, changed, removed, ...(reverts !== undefined && { reverts }), ...(kept > 0 && { kept }) };
  const author = { by, ...(name !== undefined && { name }), via: viaOf(means) };
  return { ...author, action: `access-list.set-${verb}`, subject: id, set: id, count: writes, after, outcome: "done" };
}

/** Records a set's progress, one write after the other. Stops once another run has taken over. */
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

  /** If several parts end meanwhile, only the last is recorded. */
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
