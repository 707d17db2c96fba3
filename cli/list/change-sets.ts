import type { ChangeSource } from "../../adapters/list-changes/parts";
import { writeRows } from "../../adapters/list-changes/rows";
import {
  beginSet,
  type Draft,
  isAlive,
  type Ran,
  type RowWriter,
  type RunOptions,
  TakenOverError,
  writeSet,
} from "../../adapters/list-changes/run";
import { type ChangeSetStore, changeSetStore } from "../../adapters/list-changes/store";
import { CHANGE_SET_DAYS, type ChangeSet } from "../../engine/access-list/change-set";
import { setIsBusy } from "../../features/list-changes/verbs/busy-set";
import { type CommandContext, type DeploymentOptions, type JsonOption, placeFlags } from "../command";
import type { Deployment } from "../deployment";
import { exitCodes } from "../exit-codes";
import { CommandError } from "../failure";
import { showProgress } from "../long-tasks/progress";
import { counted, type Output } from "../output";

export function changeSetsOf({ dynamodb, listChangesTable }: Deployment): ChangeSetStore {
  return changeSetStore(dynamodb, listChangesTable);
}

/** @param warn called once where rows have to be written one by one */
export function rowWriterFor({ dynamodb, accessListTable }: Deployment, warn?: Output["warn"]): RowWriter {
  const onBatchless = (why: string) =>
    warn?.(`DynamoDB takes no batch of statements (${why}): rows are written one by one, which is slower.`);
  return (batch) => writeRows(dynamodb, accessListTable, batch, onBatchless);
}

/** A set that there is. */
export async function changeSetNamed(id: string, store: ChangeSetStore): Promise<ChangeSet> {
  const set = await store.get(id);
  if (set !== undefined) return set;
  throw new CommandError(`There is no change set ${id}: they are kept for ${CHANGE_SET_DAYS} days, and list changes shows them.`);
}

/** Throws while somebody writes the set. */
export function assertIdle(set: ChangeSet): void {
  if (isAlive(set)) throw setIsBusy(set);
}

/** Records a few changes and makes them, as one set. */
export async function changeList(deployment: Deployment, draft: Omit<Draft, "by">, source: ChangeSource): Promise<Ran> {
  const store = changeSetsOf(deployment);
  const set = await beginSet(store, { ...draft, by: await deployment.caller() }, new Date());
  return await writeSet(store, set, source, rowWriterFor(deployment));
}

/** The command that takes a set back, to be pasted. */
export function undoing({ id }: Pick<ChangeSet, "id">, options: DeploymentOptions): string {
  return `Change set ${id}. To take it back: npx --no-install entra-gatehouse list revert ${id}${placeFlags(options)}`;
}

export interface LongRun {
  readonly set: ChangeSet;
  readonly store: ChangeSetStore;
  readonly signal: AbortSignal;
  readonly options: DeploymentOptions & JsonOption;
}

/** Writes a long set with a bar that shows how far it is, and tells what came of it. */
export async function runWithProgress(
  { set, store, signal, options }: LongRun,
  run: (options: RunOptions) => Promise<Ran>,
  session: CommandContext,
): Promise<void> {
  const { output } = session;
  let done = 0;
  const progress = showProgress("Writing", set.writes, output);
  const onWritten = (count: number) => {
    done += count;
    progress.advance(count);
  };
  let ran: Ran;
  try {
    ran = await run({ signal, onWritten });
  } catch (error) {
    progress.stop();
    if (error instanceof TakenOverError) throw new CommandError(error.message);
    const goOn = `${done} of ${counted(set.writes, "write is", "writes are")} done. ${await waysOn(set, store)}`;
    if (error === signal.reason) throw new CommandError(`Interrupted: ${goOn}`, exitCodes.interrupted);
    output.warn(goOn);
    throw error;
  }
  progress.stop();
  reportRan(ran, options, session);
}

async function waysOn({ id, means }: ChangeSet, store: ChangeSetStore): Promise<string> {
  const back = `list revert ${id} takes them back`;
  if (means === "list revert") return `Repeat the same command to continue; ${back}.`;
  const current = await store.get(id).catch(() => undefined);
  if (current?.recorded !== undefined) return `To continue: list import --resume ${id}; ${back}.`;
  return `Repeat the same command to continue: rows that are in the list already are skipped; ${back}.`;
}

/** What came of a set; ends with 2 where rows were left as somebody else had edited them. */
function reportRan({ set, writes, kept, keptCount }: Ran, options: DeploymentOptions & JsonOption, session: CommandContext): void {
  const { output } = session;
  if (keptCount > 0) session.exitCode = exitCodes.kept;
  if (options.json) {
    output.json({ changeSet: set.id, writes, kept: keptCount, keptEntries: kept });
    return;
  }
  tellKept(set, kept, keptCount, output);
  output.warn(`Done: ${counted(writes, "write")}.`);
  output.warn(undoing(set, options));
}

function tellKept(set: ChangeSet, kept: readonly string[], count: number, output: Output): void {
  if (count === 0) return;
  output.warn(`${counted(count, "row was", "rows were")} ${editedWhen(set)}, and left as they are:`);
  for (const entry of kept) output.warn(`  ${entry}`);
  if (count > kept.length) output.warn(`  and ${count - kept.length} more`);
}

/** When the rows were edited that a set left. */
export function editedWhen({ reverts }: ChangeSet): string {
  return reverts === undefined ? "edited by somebody else meanwhile" : "edited since";
}
