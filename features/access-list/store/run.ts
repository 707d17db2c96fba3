import { setTimeout as sleep } from "node:timers/promises";
import { MAX_STATEMENTS } from "../../../adapters/tables/conditional-batch";
import { momentId } from "../../../adapters/tables/moment-id";
import { inChunks } from "../../../engine/in-batches";
import { MS_PER_DAY } from "../../../engine/sign-up/time";
import type { AuditNews } from "../../audit/entry";
import type { AuditStore } from "../../audit/store/trail";
import type { ChangeMeans, ChangeSet } from "../change-set";
import { listRowAudited } from "./access-list";
import { type ChangeSetStore, editOf, expiryOf, type SetPart, viaOf } from "./change-sets";
import { type ChangeSource, setPartsOf } from "./parts";
import { type ListPorts, type RowChange, writeRows } from "./row-changes";

/** Batches written at once: enough to keep the table busy without reaching its limits. */
const BATCHES_AT_ONCE = 20;
/** Parts of a record stored at once. */
const PARTS_AT_ONCE = 8;
/** Milliseconds after which a run whose set was undone has noticed, and its last writes have arrived. */
const LAST_WRITES_MS = 1_000;
/** Days for which an interrupted import is continued by its command. */
const CONTINUED_DAYS = 7;
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
    | "source"
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

/** Somebody undoes the set at this moment, or undid it while it was written. */
export class TakenOverError extends Error {
  override readonly name = "TakenOverError";
  constructor(readonly id: string) {
    super(`Somebody reverts the change set ${id} at this moment: this run of it has ended.`);
  }
}

/** Makes an edit as a job: its whole record is stored before any row is written. Undefined if a set already has the id. */
export async function writeJob(
  ports: EditPorts,
  draft: Draft,
  source: ChangeSource,
  now: Date,
  { id, original, onJob, ...options }: EditOptions,
): Promise<Ran | undefined> {
  const { changes } = ports;
  const set = await (id === undefined ? beginSet(changes, draft, now) : beginSetAs(changes, id, draft, now));
  if (set === undefined) return undefined;
  onJob?.(set);
  const recorded = await recordSet(changes, set, source, options.signal);
  if (original !== undefined) await markReverted(changes, original, set);
  return await writeRecorded(ports, recorded, "begun", options);
}

async function markReverted(changes: ChangeSetStore, original: ChangeSet, { id }: ChangeSet): Promise<void> {
  const { revertedBy, state } = original;
  if (!(await changes.update(original.id, { revertedBy }, { revertedBy: id }))) {
    // The set never started. Sets cannot be deleted, but an expired one is not shown.
    await changes.update(id, {}, { state: "stopped", expires: 1 });
    throw new TakenOverError(original.id);
  }
  if (state === "begun") await sleep(LAST_WRITES_MS);
}

async function beginSet(store: ChangeSetStore, draft: Draft, now: Date): Promise<ChangeSet> {
  for (;;) {
    const set = await beginSetAs(store, momentId(now), draft, now);
    if (set !== undefined) return set;
  }
}

/** Begins a set under an id recorded elsewhere. Undefined if a set already has it. */
export async function beginSetAs(store: ChangeSetStore, id: string, draft: Draft, now: Date): Promise<ChangeSet | undefined> {
  const set = { ...draft, at: now.toISOString(), state: "begun" as const, expires: expiryOf(now), id };
  return (await store.begin(set)) ? set : undefined;
}

/** Stores all of a set's difference. An interruption before its end has written no row. */
export async function recordSet(store: ChangeSetStore, set: ChangeSet, source: ChangeSource, signal?: AbortSignal): Promise<ChangeSet> {
  let parts: SetPart[] = [];
  let recorded = 0;
  const storeParts = async () => {
    signal?.throwIfAborted();
    await Promise.all(parts.map((part) => store.putPart(set, part)));
    recorded += parts.length;
    parts = [];
  };
  for await (const part of setPartsOf(source)) {
    parts.push(part);
    if (parts.length === PARTS_AT_ONCE) await storeParts();
  }
  await storeParts();
  await store.update(set.id, {}, { recorded });
  return { ...set, recorded };
}

/** Returns the set of an earlier run of the same import by the same author that can be continued. */
export async function interruptedImport(
  store: Pick<ChangeSetStore, "page">,
  { by, source }: Required<Pick<ChangeSet, "by" | "source">>,
  now: Date,
): Promise<ChangeSet | undefined> {
  const since = new Date(now.getTime() - CONTINUED_DAYS * MS_PER_DAY).toISOString();
  let before: string | undefined;
  do {
    const { sets, next } = await store.page(before);
    const set = sets.find((each) => each.by === by && each.source === source && canContinue(each));
    if (set !== undefined) return set;
    before = sets.every(({ at }) => at > since) ? next : undefined;
  } while (before !== undefined);
  return undefined;
}

/** True for a set that was interrupted, or is being written, and was not undone. */
export function isUnfinished({ state, revertedBy }: ChangeSet): boolean {
  return state !== "done" && revertedBy === undefined;
}

export function canContinue(set: ChangeSet): boolean {
  return isUnfinished(set) && set.recorded !== undefined;
}

/** Continues a recorded set after its last written part. Throws TakenOverError if the set was undone. */
export async function resumeEdit(ports: EditPorts, set: ChangeSet, options: RunOptions = {}): Promise<Ran> {
  return await writeRecorded(ports, set, "resumed", options);
}

async function writeRecorded(ports: EditPorts, set: ChangeSet, verb: "begun" | "resumed", options: RunOptions): Promise<Ran> {
  const { changes, trail } = ports;
  const kept = new Set(set.kept);
  const unnamed = (set.keptCount ?? 0) - kept.size;
  const left = () => ({ kept: [...kept].slice(0, MAX_KEPT), keptCount: unnamed + kept.size });
  let { writes, upTo } = set;
  // Also tells a run whose set was undone meanwhile to end.
  const reach = async (facts: Partial<ChangeSet>) => {
    if (!(await changes.update(set.id, { revertedBy: undefined }, { upTo, ...facts }))) throw new TakenOverError(set.id);
  };
  const end = async (state: "done" | "stopped") => {
    // Only a set that can be continued needs to know its file.
    await reach({ state, ...(state === "done" && { source: undefined }), ...(left().keptCount > 0 && left()) });
    await trail?.tell(newsOf(set, state, left().keptCount), new Date());
  };
  const writeBatch = async (batch: readonly RowChange[]) => {
    const lost = await writeRows(ports, batch, editOf(set));
    writes -= lost.length;
    // The second write of the same change finds it too.
    for (const { entry, final } of lost) if (final === undefined) kept.add(entry);
    options.onWritten?.(batch.length);
  };
  try {
    const number = await trail?.tell(newsOf(set, verb), new Date());
    for await (const part of changes.parts(set.id, undefined, upTo)) {
      options.signal?.throwIfAborted();
      await reach({ state: "begun" });
      await announce(trail, set, number, part);
      await writePart(part, writeBatch, options.signal);
      upTo = part.key;
    }
    await end("done");
  } catch (error) {
    // The first error is thrown even if these writes fail too: a set that stays begun can be continued.
    await end("stopped").catch(() => undefined);
    throw error;
  }
  return { set: { ...set, state: "done" }, writes, ...left() };
}

/** Writes in batches. If one fails or the signal aborts, the batches in progress end first. */
async function writePart({ writes }: SetPart, write: (batch: readonly RowChange[]) => Promise<void>, signal?: AbortSignal): Promise<void> {
  const batches = inChunks(writes, MAX_STATEMENTS);
  for (const some of inChunks(batches, BATCHES_AT_ONCE)) {
    signal?.throwIfAborted();
    const failure = (await Promise.allSettled(some.map(write))).find(({ status }) => status === "rejected");
    if (failure !== undefined) throw (failure as PromiseRejectedResult).reason;
  }
}

/** Tells the trail a part's rows before they are written. @param of the number of the set's entry */
async function announce(trail: EditPorts["trail"], set: ChangeSet, of: string | undefined, { writes }: SetPart): Promise<void> {
  const rows = writes.map(({ entry, before, after }) => listRowAudited({ entry, before, after }));
  const { by, via, action } = newsOf(set, "begun");
  await trail?.tell({ by, via, action, outcome: "done", set: set.id, count: rows.length, ...(of && { of }) }, new Date(), rows);
}

function newsOf(set: ChangeSet, verb: "begun" | "resumed" | "done" | "stopped", kept = 0): AuditNews {
  const { id, by, name, means, writes, added, changed, removed, reverts } = set;
  const after = { means, added, changed, removed, ...(reverts !== undefined && { reverts }), ...(kept > 0 && { kept }) };
  const author = { by, ...(name !== undefined && { name }), via: viaOf(means) };
  return { ...author, action: `access-list.set-${verb}`, subject: id, set: id, count: writes, after, outcome: "done" };
}
