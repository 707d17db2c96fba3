import { setTimeout as sleep } from "node:timers/promises";
import { type HeldJob, holdJob, LEASE_MS } from "../../../adapters/jobs/job";
import { momentId } from "../../../adapters/system";
import { MAX_STATEMENTS } from "../../../adapters/tables/conditional-batch";
import type { TableWrite } from "../../../adapters/tables/table";
import { splitIntoChunks } from "../../../engine/collections";
import { MS_PER_DAY } from "../../../engine/sign-up/time";
import type { AuditNews } from "../../audit/entry";
import type { AuditStore } from "../../audit/store/trail";
import type { ChangeSet, RequestsOfSet } from "../change-set";
import { listRowAudited } from "./access-list";
import { type ChangeSetStore, computeSetExpiry, PART_KINDS, type SetPart, toLastEdit, toVia } from "./change-sets";
import { type EditRows, makeSetParts } from "./parts";
import { type ListPorts, type RowChange, writeRows } from "./row-changes";

/** This many batches keep the table busy without reaching its limits. */
const BATCHES_AT_ONCE = 20;
const PARTS_AT_ONCE = 8;
/** After a set was marked as undone, a run that still writes it needs this long to notice the mark and finish its last writes. */
export const LAST_WRITES_MS = 1_000;
/** Days within which a repeated command continues its interrupted import. */
const CONTINUED_DAYS = 7;
/** A set names at most this many unwritten entries: more would be useless, and an item has limited room. */
export const MAX_KEPT = 50;

/** `upTo` of a set whose rows are all written. It sorts after all marks. */
export const ROWS_WRITTEN = "~";

export type Draft = Omit<
  ChangeSet,
  "id" | "at" | "state" | "recorded" | "partial" | "upTo" | "erased" | "revertedBy" | "expires" | "aliveUntil"
>;

export interface RunOptions {
  readonly signal?: AbortSignal | undefined;
  /** True if a worker goes on with a run that ends early. @default false: only its author continues it */
  readonly handsOver?: boolean | undefined;
  onWritten?(count: number): void;
}

/** Decides the requests for approval that belong to change sets. */
export interface SetRequests {
  /** Denies the requests, or reopens those of the reverted set, part by part after `requests.upTo`. Yields the progress after each part. */
  decide(changeSet: ChangeSet, requests: RequestsOfSet, run: SetRequestsRun): AsyncIterable<RequestsOfSet>;
}

interface SetRequestsRun {
  readonly signal?: AbortSignal | undefined;
  /** Must be called before the requests are changed. @param marks of the changes, as in audit entries */
  announce(marks: readonly string[]): Promise<unknown>;
}

export interface EditPorts extends ListPorts {
  readonly changes: ChangeSetStore;
  readonly trail?: Pick<AuditStore, "newestRows" | "tell" | "transact"> | undefined;
  /** Absent if the process cannot decide on requests. */
  readonly requests?: SetRequests | undefined;
}

export interface EditOptions extends RunOptions {
  /** The set's id if the caller has already recorded it. @default a new id */
  readonly id?: string | undefined;
  readonly revertedSet?: ChangeSet | undefined;
  /** Stores what the set's work needs besides its rows, before the set begins. */
  prepare?(key: Pick<ChangeSet, "id" | "expires">): Promise<void>;
}

export interface Ran {
  readonly set: ChangeSet;
  readonly writes: number;
  /** The first entries that were not written, because somebody else had edited them. `keptCount` is the number of all such entries. */
  readonly kept: readonly string[];
  readonly keptCount: number;
}

export class TakenOverError extends Error {
  override readonly name = "TakenOverError";
  constructor(readonly id: string) {
    super(`The change set ${id} was undone, so this run has stopped.`);
  }
}

/** Thrown if another process writes the set. */
export class EditHeldError extends Error {
  override readonly name = "EditHeldError";
  constructor(id: string) {
    super(`Another process writes the change set ${id}.`);
  }
}

/** Writes no row of the list. Undefined if another set already has the given id. */
export async function recordEdit(
  { changes }: Pick<EditPorts, "changes">,
  draft: Draft,
  rows: EditRows,
  now: Date,
  { id: givenId, revertedSet, signal }: EditOptions,
): Promise<ChangeSet | undefined> {
  const key = { id: givenId ?? momentId(now), expires: computeSetExpiry(now) };
  const recordedCount = await recordParts(changes, key, rows, signal);
  const changeSet: ChangeSet = { ...draft, ...key, at: now.toISOString(), state: "begun", recorded: recordedCount, ...leaseFacts() };
  const beginResult = await changes.begin(changeSet, revertedSet === undefined ? [] : [revertMark(changes, revertedSet, changeSet)]);
  // If the transaction was refused, but not because of the id, somebody else reverts the same set. If a new id was refused, an earlier try
  // stored the set but got no answer, so the run continues.
  if (!beginResult.written && !beginResult.refused.has(0)) throw new TakenOverError(revertedSet?.id ?? "");
  if (!beginResult.written && givenId !== undefined) return undefined;
  if (revertedSet?.state === "begun") await sleep(LAST_WRITES_MS);
  return changeSet;
}

/** The set's own process takes the lease again at once. If it is killed before that, a worker goes on. */
export function leaseFacts(): Required<Pick<ChangeSet, "aliveUntil">> {
  return { aliveUntil: Date.now() + LEASE_MS };
}

export function revertMark(changes: ChangeSetStore, { id, revertedBy }: ChangeSet, revert: Pick<ChangeSet, "id">): TableWrite {
  return changes.buildSetUpdate(id, { revertedBy }, { revertedBy: revert.id });
}

async function recordParts(
  store: ChangeSetStore,
  key: Pick<ChangeSet, "id" | "expires">,
  rows: EditRows,
  signal?: AbortSignal,
): Promise<number> {
  let parts: SetPart[] = [];
  let recordedCount = 0;
  const storeParts = async () => {
    signal?.throwIfAborted();
    await Promise.all(parts.map((part) => store.putPart(key, part)));
    recordedCount += parts.length;
    parts = [];
  };
  for await (const part of makeSetParts(rows)) {
    parts.push(part);
    if (parts.length === PARTS_AT_ONCE) await storeParts();
  }
  await storeParts();
  return recordedCount;
}

/** Returns an unfinished set with this `source` by the same author. */
export async function interruptedImport(
  store: Pick<ChangeSetStore, "page">,
  { by, source }: Required<Pick<ChangeSet, "by" | "source">>,
  now: Date,
): Promise<ChangeSet | undefined> {
  const since = new Date(now.getTime() - CONTINUED_DAYS * MS_PER_DAY).toISOString();
  let before: string | undefined;
  do {
    const { sets, next } = await store.page(before);
    const changeSet = sets.find((each) => each.by === by && each.source === source && canContinue(each));
    if (changeSet !== undefined) return changeSet;
    before = sets.every(({ at }) => at > since) ? next : undefined;
  } while (before !== undefined);
  return undefined;
}

/** Earlier versions began a set before all its parts were recorded. Such a set has no `recorded`, and cannot be continued. */
export function canContinue({ state, revertedBy, recorded }: ChangeSet): boolean {
  return state !== "done" && revertedBy === undefined && recorded !== undefined;
}

/** The kinds in the order of writing. Kind 0 takes two writes: the first pass writes the rows between, the last pass the final rows. */
const passes = [...PART_KINDS, 0] as const;

/**
 * Yields the rest of a set, part by part. A part's mark is its key with the number of the pass in place of the kind: `2-017-000003`. Once
 * the rows of a part are written, its mark is stored as `upTo`. Marks grow in the order of writing. The text `2.` sorts after all marks of
 * pass 2, so `upTo > "2."` means that pass 2 is finished.
 */
async function* readRemainingParts({ changes }: EditPorts, { id, written, upTo: mark = "" }: ChangeSet) {
  // Without `written`, an earlier version began the set and wrote parts in another order, so all parts are written again.
  const upTo = written === undefined ? "" : mark;
  for (const [pass, kind] of passes.entries()) {
    if (upTo > `${pass}.`) continue;
    const after = upTo.startsWith(`${pass}-`) ? `${kind}${upTo.slice(1)}` : undefined;
    for await (const { key, writes } of changes.parts(id, kind, after))
      yield { writes, mark: `${pass}${key.slice(1)}`, isFirst: pass === 0 };
  }
}

export function needsTwoWrites({ between }: RowChange): boolean {
  return between !== undefined;
}

function toBetween({ entry, before, between }: RowChange): RowChange {
  return { entry, before, after: between ?? undefined };
}

export function startFromBetween({ entry, between, after }: RowChange): RowChange {
  return { entry, before: between ?? undefined, after };
}

function holdChangeSet(changes: ChangeSetStore, changeSet: ChangeSet): Promise<HeldJob<ChangeSet>> {
  return holdJob<ChangeSet>(
    changeSet,
    {
      read: ({ id }) => changes.get(id),
      async update(held, unchanged, facts) {
        const expectedFields = Object.fromEntries(unchanged.map((name) => [name, held[name]]));
        return (await changes.update(held.id, expectedFields, facts)) ? { ...held, ...facts } : undefined;
      },
      stopping: ["revertedBy"],
      async lost({ id, revertedBy }) {
        const current = await changes.get(id);
        return current?.revertedBy === revertedBy ? new EditHeldError(id) : new TakenOverError(id);
      },
      now: () => new Date(),
    },
    { state: "begun" },
  );
}

/** Writes a set, or continues an interrupted run. Throws TakenOverError if the set was undone, EditHeldError if another process writes it. */
export async function resumeEdit(ports: EditPorts, foundSet: ChangeSet, options: RunOptions = {}): Promise<Ran> {
  if (foundSet.revertedBy !== undefined) throw new TakenOverError(foundSet.id);
  const held = await holdChangeSet(ports.changes, foundSet);
  const { trail } = ports;
  const changeSet = held.job;
  // The audit log's entry about rows that were written together with it is the whole entry.
  const isTold = changeSet.upTo !== ROWS_WRITTEN;
  const keptEntries = new Set(changeSet.kept);
  const unnamedCount = (changeSet.keptCount ?? 0) - keptEntries.size;
  const buildKeptFacts = () => ({ kept: [...keptEntries].slice(0, MAX_KEPT), keptCount: unnamedCount + keptEntries.size });
  let { writes, upTo, written = 0, requests } = changeSet;
  // The stored facts include the unwritten entries: a killed run makes no last update. If the set was undone, the update fails and ends
  // this run.
  const buildProgress = (facts: Partial<ChangeSet> = {}) => {
    const keptFacts = buildKeptFacts();
    return { upTo, written, ...(requests && { requests }), ...(keptFacts.keptCount > 0 && keptFacts), ...facts };
  };
  const end = async (state: "done" | "stopped") => {
    // `source` is needed only to continue an unfinished set.
    await held.write(buildProgress({ state, aliveUntil: undefined, ...(state === "done" && { source: undefined }) }));
    if (isTold) await trail?.tell(buildAuditNews(changeSet, state, buildKeptFacts().keptCount), new Date());
  };
  const writeBatch = (isFirst: boolean) => async (batch: readonly RowChange[]) => {
    const lostRows = await writeRows(ports, isFirst ? batch.map(toBetween) : batch, toLastEdit(changeSet));
    if (isFirst) return;
    const halfway = await writeRows(ports, lostRows.filter(needsTwoWrites).map(startFromBetween), toLastEdit(changeSet));
    for (const { entry } of [...lostRows.filter((change) => !needsTwoWrites(change)), ...halfway]) {
      keptEntries.add(entry);
      writes -= 1;
    }
    options.onWritten?.(batch.length);
  };
  try {
    const number = isTold
      ? await trail?.tell(buildAuditNews(changeSet, changeSet.upTo === undefined ? "begun" : "resumed"), new Date())
      : await findEntry(trail, changeSet);
    for await (const part of readRemainingParts(ports, changeSet)) {
      options.signal?.throwIfAborted();
      await held.write(buildProgress());
      await announce(trail, changeSet, number, part);
      await writePart(part.writes, writeBatch(part.isFirst), options.signal);
      upTo = part.mark;
      written += part.isFirst ? 0 : 1;
    }
    for await (const progress of decideRequests(ports, changeSet, number, options.signal)) {
      options.onWritten?.(countDecided(progress) - countDecided(requests));
      requests = progress;
      await held.write(buildProgress());
    }
    await end("done");
  } catch (error) {
    // If this update fails too, the set stays `begun`, and can be continued.
    await (options.handsOver ? held.write(buildProgress({ aliveUntil: 0 })) : end("stopped")).catch(() => undefined);
    throw error;
  }
  return { set: { ...changeSet, requests, state: "done" }, writes, ...buildKeptFacts() };
}

function countDecided({ done = 0, left = 0 }: Partial<RequestsOfSet> = {}): number {
  return done + left;
}

async function findEntry(trail: EditPorts["trail"], { id, at }: ChangeSet): Promise<string | undefined> {
  for await (const entries of trail?.newestRows() ?? []) {
    const entry = entries.find(({ set, of }) => set === id && of === undefined);
    if (entry !== undefined || entries.some((each) => each.at < at)) return entry?.number;
  }
  return undefined;
}

async function* decideRequests(
  { requests, trail }: EditPorts,
  changeSet: ChangeSet,
  of: string | undefined,
  signal: AbortSignal | undefined,
): AsyncIterable<RequestsOfSet> {
  if (changeSet.requests === undefined) return;
  if (requests === undefined) throw new Error(`This process cannot decide on the requests of the change set ${changeSet.id}.`);
  const { by, via } = buildAuditNews(changeSet, "begun");
  const action = changeSet.reverts === undefined ? "approvals.deny" : "approvals.reopen";
  const news = { by, via, action, outcome: "done", set: changeSet.id, of } as const;
  const announceMarks = async (marks: readonly string[]) => await trail?.tell({ ...news, count: marks.length, marks }, new Date());
  yield* requests.decide(changeSet, changeSet.requests, { signal, announce: announceMarks });
}

/** If a batch fails, waits for the batches in progress, then throws. If the signal aborts, starts no further batches. */
async function writePart(
  writes: readonly RowChange[],
  write: (batch: readonly RowChange[]) => Promise<void>,
  signal?: AbortSignal,
): Promise<void> {
  const batches = splitIntoChunks(writes, MAX_STATEMENTS);
  for (const some of splitIntoChunks(batches, BATCHES_AT_ONCE)) {
    signal?.throwIfAborted();
    const failure = (await Promise.allSettled(some.map(write))).find(({ status }) => status === "rejected");
    if (failure !== undefined) throw (failure as PromiseRejectedResult).reason;
  }
}

/** Must run before the part's rows are written. @param of number of the audit log's entry about the whole set */
async function announce(
  trail: EditPorts["trail"],
  changeSet: ChangeSet,
  of: string | undefined,
  { writes, isFirst }: { readonly writes: readonly RowChange[]; readonly isFirst: boolean },
): Promise<void> {
  const edits = isFirst ? writes.map(toBetween) : [...writes, ...writes.filter(needsTwoWrites).map(startFromBetween)];
  const rows = edits.map(listRowAudited);
  const { by, via, action } = buildAuditNews(changeSet, "begun");
  await trail?.tell({ by, via, action, outcome: "done", set: changeSet.id, count: writes.length, of }, new Date(), rows);
}

function buildAuditNews(changeSet: ChangeSet, verb: "begun" | "resumed" | "done" | "stopped", keptCount = 0): AuditNews {
  const { id, by, name, means, writes, added, changed, removed, reverts } = changeSet;
  const after = { means, added, changed, removed, reverts, ...(keptCount > 0 && { kept: keptCount }) };
  const author = { by, name, via: toVia(means) };
  return { ...author, action: `access-list.set-${verb}`, subject: id, set: id, count: writes, after, outcome: "done" };
}
