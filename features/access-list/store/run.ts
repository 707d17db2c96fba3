import { setTimeout as sleep } from "node:timers/promises";
import { momentId } from "../../../adapters/system";
import { MAX_STATEMENTS } from "../../../adapters/tables/conditional-batch";
import type { TableWrite } from "../../../adapters/tables/table";
import { splitIntoChunks } from "../../../engine/collections";
import { MS_PER_DAY } from "../../../engine/sign-up/time";
import type { AuditNews } from "../../audit/entry";
import type { AuditStore } from "../../audit/store/trail";
import type { ChangeSet } from "../change-set";
import { listRowAudited } from "./access-list";
import { type ChangeSetStore, computeSetExpiry, PART_KINDS, type SetPart, toLastEdit, toVia } from "./change-sets";
import { type EditRows, makeSetParts } from "./parts";
import { type ListPorts, type RowChange, writeRows } from "./row-changes";

/** This many batches keep the table busy without reaching its limits. */
const BATCHES_AT_ONCE = 20;
const PARTS_AT_ONCE = 8;
/** After a set was marked as undone, a run that still writes it needs this long to notice the mark and finish its last writes. */
const LAST_WRITES_MS = 1_000;
/** Days within which a repeated command continues its interrupted import. */
const CONTINUED_DAYS = 7;
/** A set names at most this many unwritten entries: more would be useless, and an item has limited room. */
export const MAX_KEPT = 50;

export type Draft = Omit<ChangeSet, "id" | "at" | "state" | "recorded" | "partial" | "upTo" | "erased" | "revertedBy" | "expires">;

export interface RunOptions {
  readonly signal?: AbortSignal | undefined;
  onWritten?(count: number): void;
}

export interface EditPorts extends ListPorts {
  readonly changes: ChangeSetStore;
  readonly trail?: Pick<AuditStore, "tell" | "transact"> | undefined;
}

export interface EditOptions extends RunOptions {
  /** The set's id if the caller has already recorded it. @default a new id */
  readonly id?: string | undefined;
  readonly revertedSet?: ChangeSet | undefined;
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
  const changeSet: ChangeSet = { ...draft, ...key, at: now.toISOString(), state: "begun", recorded: recordedCount };
  const beginResult = await changes.begin(changeSet, revertedSet === undefined ? [] : [revertMark(changes, revertedSet, changeSet)]);
  // If the transaction was refused, but not because of the id, somebody else reverts the same set. If a new id was refused, an earlier try
  // stored the set but got no answer, so the run continues.
  if (!beginResult.written && !beginResult.refused.has(0)) throw new TakenOverError(revertedSet?.id ?? "");
  if (!beginResult.written && givenId !== undefined) return undefined;
  if (revertedSet?.state === "begun") await sleep(LAST_WRITES_MS);
  return changeSet;
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

export function fromBetween({ entry, between, after }: RowChange): RowChange {
  return { entry, before: between ?? undefined, after };
}

/** Writes a set, or continues an interrupted run. Throws TakenOverError if the set was undone. */
export async function resumeEdit(ports: EditPorts, changeSet: ChangeSet, options: RunOptions = {}): Promise<Ran> {
  const { changes, trail } = ports;
  const keptEntries = new Set(changeSet.kept);
  const unnamedCount = (changeSet.keptCount ?? 0) - keptEntries.size;
  const buildKeptFacts = () => ({ kept: [...keptEntries].slice(0, MAX_KEPT), keptCount: unnamedCount + keptEntries.size });
  let { writes, upTo, written = 0 } = changeSet;
  // The stored facts include the unwritten entries: a killed run makes no last update. If the set was undone, the update fails and ends
  // this run.
  const storeProgress = async (facts: Partial<ChangeSet>) => {
    const keptFacts = buildKeptFacts();
    const newFields = { upTo, written, ...(keptFacts.keptCount > 0 && keptFacts), ...facts };
    const isOwn = await changes.update(changeSet.id, { revertedBy: undefined }, newFields);
    if (!isOwn) throw new TakenOverError(changeSet.id);
  };
  const end = async (state: "done" | "stopped") => {
    // `source` is needed only to continue an unfinished set.
    await storeProgress({ state, ...(state === "done" && { source: undefined }) });
    await trail?.tell(buildAuditNews(changeSet, state, buildKeptFacts().keptCount), new Date());
  };
  const writeBatch = (isFirst: boolean) => async (batch: readonly RowChange[]) => {
    const lostRows = await writeRows(ports, isFirst ? batch.map(toBetween) : batch, toLastEdit(changeSet));
    if (isFirst) return;
    const halfway = await writeRows(ports, lostRows.filter(needsTwoWrites).map(fromBetween), toLastEdit(changeSet));
    for (const { entry } of [...lostRows.filter((change) => !needsTwoWrites(change)), ...halfway]) {
      keptEntries.add(entry);
      writes -= 1;
    }
    options.onWritten?.(batch.length);
  };
  try {
    const number = await trail?.tell(buildAuditNews(changeSet, changeSet.upTo === undefined ? "begun" : "resumed"), new Date());
    for await (const part of readRemainingParts(ports, changeSet)) {
      options.signal?.throwIfAborted();
      await storeProgress({ state: "begun" });
      await announce(trail, changeSet, number, part);
      await writePart(part.writes, writeBatch(part.isFirst), options.signal);
      upTo = part.mark;
      written += part.isFirst ? 0 : 1;
    }
    await end("done");
  } catch (error) {
    // If this update fails too, the set stays `begun`, and can be continued.
    await end("stopped").catch(() => undefined);
    throw error;
  }
  return { set: { ...changeSet, state: "done" }, writes, ...buildKeptFacts() };
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
  const edits = isFirst ? writes.map(toBetween) : [...writes, ...writes.filter(needsTwoWrites).map(fromBetween)];
  const rows = edits.map(listRowAudited);
  const { by, via, action } = buildAuditNews(changeSet, "begun");
  await trail?.tell({ by, via, action, outcome: "done", set: changeSet.id, count: writes.length, ...(of && { of }) }, new Date(), rows);
}

function buildAuditNews(changeSet: ChangeSet, verb: "begun" | "resumed" | "done" | "stopped", keptCount = 0): AuditNews {
  const { id, by, name, means, writes, added, changed, removed, reverts } = changeSet;
  const after = { means, added, changed, removed, ...(reverts !== undefined && { reverts }), ...(keptCount > 0 && { kept: keptCount }) };
  const author = { by, ...(name !== undefined && { name }), via: toVia(means) };
  return { ...author, action: `access-list.set-${verb}`, subject: id, set: id, count: writes, after, outcome: "done" };
}
