import type { AwsClient } from "../../../adapters/aws/client";
import { isSame } from "../../../adapters/tables/conditional-batch";
import { type Item, toRow } from "../../../adapters/tables/item";
import { MAX_TRANSACTED, type TransactionResult, transact } from "../../../adapters/tables/transaction";
import type { AuditedChange, AuditedWrite, AuditStore } from "../../audit/store/trail";
import type { ChangeSet } from "../change-set";
import { phases } from "../files/changes";
import { type ChangeSetStore, newRun } from "./change-sets";
import { type ChangeSource, givenRows, rowBytes, type SetPart, setPartsOf } from "./parts";
import type { ProposedRow } from "./proposals";
import { auditedWrite, sameness, writeRows } from "./row-changes";
import {
  beginSet,
  beginSetAs,
  type Draft,
  editOf,
  type JobPorts,
  MAX_KEPT,
  type Ran,
  type RunOptions,
  resumeSet,
  TakenOverError,
  takeOver,
  viaOf,
  writeSet,
} from "./run";
import { changeSetId, expiryOf } from "./set-id";

export interface EditPorts {
  readonly client: AwsClient;
  /** The deployed name of the access list. */
  readonly list: string;
  readonly changes: ChangeSetStore;
  /** Absent where the stack has none. */
  readonly trail?: Pick<AuditStore, "commit" | "tell" | "transact"> | undefined;
  /** Called once for a database that takes no batch, with its error code. */
  onBatchless?(why: string): void;
}

export interface EditOptions extends RunOptions {
  /** The id of its set, where that is on record elsewhere. */
  readonly id?: string | undefined;
  /** The set that it reverts. */
  readonly original?: ChangeSet;
  /** Called where it is a job, before a row is written. */
  onJob?(set: ChangeSet): void;
}

/** Rows and what goes with them, at most: the set, the trail's entry, the set that is reverted. */
const MOST_ROWS = MAX_TRANSACTED - 3;
/** Of the rows before and after. DynamoDB takes 4 MB: of each row the longer of the two, and its record holds both once more. */
const MOST_BYTES = 1_800_000;

/**
 * Makes an edit of the list as one change set, each row only where it is as it was read: few rows in one transaction with their entry
 * in the trail, more or longer ones as a job. Undefined where a set has the id already. Throws TakenOverError where somebody works on the set that it reverts.
 */
export async function applyEdit(
  ports: EditPorts,
  draft: Draft,
  source: ChangeSource,
  now: Date,
  options: EditOptions = {},
): Promise<Ran | undefined> {
  const small = draft.writes <= 2 * MOST_ROWS ? await smallEdit(source) : undefined;
  if (small !== undefined) return await editAtOnce(ports, draft, small, now, options);
  const set = await jobSet(ports.changes, draft, now, options);
  if (set === undefined) return undefined;
  options.onJob?.(set);
  return await writeSet(jobPorts(ports), set, source, options);
}

/** How the list is edited, wherever it is. */
export interface ListEdits {
  apply(...edit: Tail<Parameters<typeof applyEdit>>): ReturnType<typeof applyEdit>;
  resume(...job: Tail<Parameters<typeof resumeEdit>>): ReturnType<typeof resumeEdit>;
}

type Tail<T extends readonly unknown[]> = T extends readonly [unknown, ...infer Rest] ? Rest : never;

export function listEdits(ports: EditPorts): ListEdits {
  return { apply: (...edit) => applyEdit(ports, ...edit), resume: (...job) => resumeEdit(ports, ...job) };
}

/** Goes on with a job that was cut off. */
export async function resumeEdit(ports: EditPorts, set: ChangeSet, options: RunOptions = {}): Promise<Ran> {
  return await resumeSet(jobPorts(ports), set, options);
}

/** What a job on the list reaches. */
export function jobPorts({ client, list, changes, trail, onBatchless }: EditPorts): JobPorts {
  return { changes, trail, write: (batch, edit) => writeRows(client, list, batch, onBatchless, edit) };
}

async function jobSet(changes: ChangeSetStore, draft: Draft, now: Date, { id, original }: EditOptions): Promise<ChangeSet | undefined> {
  if (original === undefined) return await (id === undefined ? beginSet(changes, draft, now) : beginSetAs(changes, id, draft, now));
  const stopped = await stoppedSet(changes, original);
  const set = await beginSet(changes, draft, now);
  const { run, revertedBy } = stopped;
  if (await changes.update(original.id, { run, revertedBy }, { revertedBy: set.id })) return set;
  // It never was: nobody may delete sets, but one whose time is over is shown to nobody.
  await changes.update(set.id, { run: set.run }, { state: "stopped", aliveUntil: Date.now(), expires: 1 });
  throw new TakenOverError(original.id);
}

/** The run that wrote it until now stops. */
async function stoppedSet(changes: ChangeSetStore, original: ChangeSet): Promise<ChangeSet> {
  return original.state === "done" ? original : await takeOver(changes, original, "stopped");
}

/** Each row once, from before to after all; undefined where they are too many or too long for one transaction. */
async function smallEdit(source: ChangeSource): Promise<readonly ProposedRow[] | undefined> {
  const rows: ProposedRow[] = [];
  let bytes = 0;
  for (const phase of phases) {
    for await (const block of source(phase)) {
      bytes += block.reduce((sum, row) => sum + rowBytes(row), 0);
      if (bytes > MOST_BYTES) return undefined;
      for (const { first, final, entry, before, after } of block) {
        if (first !== undefined) continue;
        const is = final ?? after;
        rows.push({ phase, entry, ...(before && { before }), ...(is && { after: is }) });
      }
    }
    if (rows.length > MOST_ROWS) return undefined;
  }
  return rows.length + (await partsOf(rows)).length <= MOST_ROWS ? rows : undefined;
}

async function partsOf(rows: readonly ProposedRow[]): Promise<readonly SetPart[]> {
  const parts: SetPart[] = [];
  for await (const part of setPartsOf(givenRows(rows))) parts.push(part);
  return parts;
}

/** All of an edit in one transaction. Rows that somebody else was quicker with are left, and the others written. */
async function editAtOnce(
  ports: EditPorts,
  draft: Draft,
  rows: readonly ProposedRow[],
  now: Date,
  { id: given, original, onWritten }: EditOptions,
): Promise<Ran | undefined> {
  const { changes, client, list } = ports;
  const stopped = original && (await stoppedSet(changes, original));
  const kept = [...(draft.kept ?? [])];
  let keptCount = draft.keptCount ?? 0;
  let open = rows;
  for (;;) {
    const id = given ?? changeSetId(now);
    const parts = await partsOf(open);
    const facts = { writes: rows.length, recorded: parts.length, ...(keptCount > 0 && { kept: kept.slice(0, MAX_KEPT), keptCount }) };
    const set = { ...draft, ...facts, ...doneFacts(now), id };
    const writes = open.map((row) => auditedWrite(client, list, row, editOf(set)));
    const record = await changes.recording(set, parts);
    const marking = stopped && changes.updating(stopped.id, { run: stopped.run, revertedBy: stopped.revertedBy }, { revertedBy: id });
    const beside = [...(marking ? [marking] : []), ...record].map((write) => ({ write }));
    const result = await transacted(ports, entryOf(set, open), [...writes, ...beside], now);
    if (result.written) {
      onWritten?.(open.length);
      return { set, writes: open.length, kept, keptCount };
    }
    if (marking !== undefined && result.refused.has(open.length)) throw new TakenOverError(stopped?.id ?? "");
    const lost = open.filter((_, index) => result.refused.has(index));
    // What was cut off before it was written is as before already.
    const isAsWanted = (row: ProposedRow) => original !== undefined && isSame(result.refused.get(open.indexOf(row)), row.after, sameness);
    const taken = lost.filter((row) => !isAsWanted(row));
    // The set's id is taken. The loop makes a new one, unless the caller gave it.
    if (lost.length === 0 && given !== undefined) return undefined;
    kept.push(...taken.map(({ entry }) => entry));
    keptCount += taken.length;
    open = open.filter((row) => !lost.includes(row));
    if (rows.length === 1 && taken.length === 1 && original === undefined) {
      await ports.trail?.tell({ ...entryOf(set, rows), via: viaOf(draft.means), outcome: "conflict" }, now);
      return { set, writes: 0, kept, keptCount };
    }
  }
}

function transacted(
  { client, trail }: EditPorts,
  entry: AuditedChange,
  writes: readonly AuditedWrite[],
  now: Date,
): Promise<TransactionResult> {
  return (
    trail?.transact(entry, writes, now) ??
    transact(
      client,
      writes.map(({ write }) => write),
    )
  );
}

function doneFacts(now: Date) {
  return { at: now.toISOString(), state: "done", run: newRun(), aliveUntil: now.getTime(), expires: expiryOf(now) } as const;
}

/** What the trail says of it. */
function entryOf(set: ChangeSet, rows: readonly ProposedRow[]): AuditedChange {
  const { id, by, name, means, added, changed, removed, writes, reverts } = set;
  const author = { by, ...(name !== undefined && { name }), via: viaOf(means), set: id };
  const [only] = rows;
  if (writes === 1 && only !== undefined) {
    const { entry, before, after } = only;
    const kind = before === undefined ? "added" : after === undefined ? "removed" : "changed";
    return { ...author, action: `access-list.${kind}`, subject: entry, ...plain({ before, after }) };
  }
  const counts = { added, changed, removed, ...(reverts !== undefined && { reverts }) };
  const what = reverts !== undefined ? "reverted" : means.endsWith("import") ? "imported" : "edited";
  return { ...author, action: `access-list.${what}`, subject: id, count: rows.length, after: counts };
}

function plain({ before, after }: { readonly before: Item | undefined; readonly after: Item | undefined }) {
  return { ...(before && { before: toRow(before) }), ...(after && { after: toRow(after) }) };
}
